"""Declaration → View: the only bridge between what a paper says and what a page shows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import assert_never

from render import model, view
from render.inline import Cite, Link, Mark, Piece, Text
from render.labels import date_words, direction, labels
from render.model import Declaration, Wording
from render.number import Number, numbers
from render.view import AS_USUAL, Block, Choices, Inline, Reference, Run, View, Words

LEAST_CONTENTS = 2
"""Headings, from which a declaration has a list of contents."""


def compose(declaration: Declaration, language: str, choices: Choices = AS_USUAL) -> View:
    """The view of a checked declaration in one of its languages."""
    return _Composer(declaration, language).compose(choices)


_UNPUBLISHED = model.Publication()


class _Composer:
    """One walk over a declaration in reading order: footnotes are numbered as they are met."""

    def __init__(self, declaration: Declaration, language: str) -> None:
        self.declaration, self.language = declaration, language
        self.labels_language, self.labels = labels(language)
        self.numbers = numbers(declaration, language, self.labels)
        self.notes: list[view.NoteMark] = []

    def compose(self, choices: Choices) -> View:
        it = self.declaration
        publication = it.publication or _UNPUBLISHED
        organisation = publication.organisation
        blocks = tuple(self.blocks())
        return View(
            id=it.id,
            edition="full",
            source_hash=sha256(it.source).hexdigest() if it.source else "",
            source=_attached(it) if choices.source else None,
            language=self.language,
            direction=direction(self.language),
            title=it.title.plain(self.language),
            short_title=(it.short_title or it.title).plain(self.language),
            publisher=self.plain(organisation.name if organisation else None),
            publisher_url=(organisation and organisation.url) or "",
            status=it.status,
            marking=self.maybe(it.marking),
            date=_own_date(it) or choices.date,
            published=publication.published,
            url=publication.url or "",
            rights=self.plain(it.rights.copyright if it.rights else None),
            labels=self.labels,
            labels_language=self.labels_language,
            paper=choices.paper,
            track_changes=choices.track_changes,
            blocks=blocks,
            notes=tuple(self.notes),
        )

    def blocks(self) -> Iterable[Block]:
        """The blocks in reading order. Notes are numbered in that order, but the contents have none."""
        it = self.declaration
        yield self.masthead()
        entries = tuple(self.entries((*it.main, *it.annexes)))
        if len(entries) >= LEAST_CONTENTS:
            yield view.Contents(self.labels["contents"], entries)
        yield from self.body(it.main)
        yield from self.prose(it.testimonium, it.notes)
        if it.signed or it.signatories:
            yield self.signatures()
        yield from self.body(it.annexes)
        if self.notes:
            yield view.Notes(self.labels["notes"], tuple(self.notes))
        if imprint := tuple(self.imprint()):
            yield view.Imprint(imprint)

    # Words

    def words(self, pieces: Iterable[Piece], notes: Mapping[str, Wording] | None = None) -> Words:
        inlines = tuple(inline for piece in pieces for inline in self.inlines(piece, notes or {}))
        return Words(inlines, self.language, direction(self.language))

    def inlines(self, piece: Piece, notes: Mapping[str, Wording]) -> Iterable[Inline]:
        match piece:
            case Text():
                yield self.run(piece)
            case Link():
                yield view.Link(tuple(map(self.run, piece.pieces)), piece.href)
            case Cite():
                yield self.numbers[piece.target].reference or Reference("", ())
            case Mark():
                yield self.note(notes[piece.note])

    def run(self, text: Text) -> Run:
        if text.language in (None, self.language):
            return Run(text.text, text.emphasis, text.strong)
        return Run(text.text, text.emphasis, text.strong, text.language, direction(str(text.language)))

    def note(self, wording: Wording) -> view.NoteMark:
        number = len(self.notes) + 1
        paragraphs = tuple(map(self.words, wording.paragraphs(self.language)))
        mark = view.NoteMark(f"note_{number}", number, paragraphs)
        self.notes.append(mark)
        return mark

    def line(self, wording: Wording, notes: Mapping[str, Wording] | None = None) -> Words:
        return self.words(wording.line(self.language), notes)

    def maybe(self, wording: Wording | None, notes: Mapping[str, Wording] | None = None) -> Words | None:
        return self.line(wording, notes) if wording else None

    def plain(self, wording: Wording | None) -> str:
        return wording.plain(self.language) if wording else ""

    def own_words(self, text: str) -> Words:
        """Words of ours, in the language that we have them in."""
        return Words((Run(text),), self.labels_language, direction(self.labels_language))

    # Front

    def masthead(self) -> view.Masthead:
        it, publication = self.declaration, self.declaration.publication or _UNPUBLISHED
        known = {"published": publication.published, "updated": publication.updated}
        dates = tuple(self.date_line(name, date) for name, date in known.items() if date)
        organisation = self.organisation(publication.organisation) if publication.organisation else None
        return view.Masthead(organisation, self.maybe(it.type), self.line(it.title, it.notes), dates)

    def organisation(self, organisation: model.Organisation) -> Words:
        words = self.line(organisation.name)
        if not organisation.url:
            return words
        runs = tuple(run for run in words.inlines if isinstance(run, Run))
        return Words((view.Link(runs, organisation.url),), words.language, words.direction)

    def date_line(self, name: str, date: datetime.date) -> Words:
        return self.own_words(self.labels[name].format(date=date_words(date, self.labels)))

    def entries(self, nodes: Sequence[model.Node], level: int = 1) -> Iterable[view.Entry]:
        for node in nodes:
            if isinstance(node, model.Titled):
                yield self.entry(node, level)
                yield from self.entries(node.body, level + 1)

    def entry(self, node: model.Titled, level: int) -> view.Entry:
        """A line of the contents: plain words, since the line is a link itself, and without note marks."""
        anchor = _anchor(node)
        title = () if node.title is None else node.title.line(self.language)
        pieces = [piece for piece in title if not isinstance(piece, Mark)]
        runs = tuple(run for piece in pieces for run in _runs(self.inlines(piece, {})))
        words = Words(runs, self.language, direction(self.language)) if runs else None
        return view.Entry(anchor, self.numbers[anchor].label, words, level)

    # Body

    def body(self, nodes: Sequence[model.Node], level: int = 1) -> Iterable[Block]:
        """The blocks of nodes; headings among them are of `level`."""
        for node in nodes:
            if isinstance(node, model.Titled):
                yield from self.titled(node, level)
            else:
                yield from self.block(node, 0)

    def titled(self, node: model.Titled, level: int) -> Iterable[Block]:
        anchor = _anchor(node)
        number = self.numbers[anchor]
        yield view.Heading(anchor, number.label, self.maybe(node.title, node.notes), level, number.count)
        yield from self.body(node.body, level + 1)

    def block(self, node: model.Node, level: int) -> Iterable[Block]:
        """The blocks of a node that is no heading, in the margin of `level`."""
        match node:
            case model.Paragraph():
                yield self.paragraph(node, node.id, self.numbers[node.id], level)
            case model.Recital():
                yield self.paragraph(node, node.recital, Number(), level)
            case model.Bullets():
                yield view.Bullets(self.items(node.list, node.notes), level)
            case model.Table():
                yield self.table(node, level)
            case model.Quotation():
                paragraphs = tuple(self.words(it, node.notes) for it in node.quotation.paragraphs(self.language))
                yield view.Quotation(paragraphs, self.maybe(node.attribution, node.notes), level)
            case model.Image():
                alternative = None if node.decorative else self.maybe(node.alternative)
                yield view.Image(node.image, alternative, self.maybe(node.caption, node.notes), level)
            case model.Section() | model.Article() | model.Annex():
                raise AssertionError(f"{type(node).__name__} is a heading")
            case _:
                assert_never(node)

    def paragraph(
        self, node: model.Paragraph | model.Recital, anchor: str, number: Number, level: int
    ) -> view.Paragraph:
        lead = self.maybe(node.lead, node.notes)
        first, *others = (self.words(pieces, node.notes) for pieces in node.text.paragraphs(self.language))
        inner = level + 1 if number.label else level
        children: list[Block] = [view.Paragraph(None, "", words, inner) for words in others]
        for child in node.body:
            children += self.block(child, level + 1 if isinstance(child, model.Paragraph) else inner)
        children += self.prose(node.closing, node.notes, inner)
        return view.Paragraph(anchor, number.label, first, level, number.count, lead, tuple(children), number.address)

    def prose(self, wording: Wording | None, notes: Mapping[str, Wording], level: int = 0) -> Iterable[view.Paragraph]:
        """Paragraphs without a number or an anchor."""
        paragraphs = wording.paragraphs(self.language) if wording else ()
        return [view.Paragraph(None, "", self.words(pieces, notes), level) for pieces in paragraphs]

    def items(self, items: Sequence[model.Item], notes: Mapping[str, Wording]) -> tuple[view.BulletItem, ...]:
        return tuple(view.BulletItem(self.line(item.text, notes), self.items(item.list, notes)) for item in items)

    def table(self, node: model.Table, level: int) -> view.Table:
        caption = self.maybe(node.caption, node.notes)
        header = tuple(self.line(cell, node.notes) for cell in node.header)
        rows = tuple(tuple(self.line(cell, node.notes) for cell in row) for row in node.rows)
        return view.Table(node.table, caption, header, rows, level)

    # End

    def signatures(self) -> view.Signatures:
        columns = tuple(map(self.signature_column, _columns(self.declaration.signatories)))
        return view.Signatures(self.place_and_date(self.declaration.signed), columns)

    def signature_column(self, members: Sequence[model.Signatory]) -> view.SignatureColumn:
        signatories = tuple(view.Signatory(self.line(it.name), self.maybe(it.title)) for it in members)
        first = members[0]
        return view.SignatureColumn(self.maybe(first.on_behalf), self.place_and_date(first.signed), signatories)

    def place_and_date(self, signed: model.Signed | None) -> Words | None:
        return self.line(signed.text) if signed else None

    def imprint(self) -> Iterable[Words]:
        rights = self.declaration.rights
        if rights:
            for notice in (rights.copyright, rights.notice, rights.third_party, rights.availability):
                yield from map(self.words, notice.paragraphs(self.language) if notice else ())


def _columns(signatories: Iterable[model.Signatory]) -> list[list[model.Signatory]]:
    """Those who sign, by party: a signatory with words of its own to stand over the name begins a column too."""
    columns: list[list[model.Signatory]] = []
    for it in signatories:
        same = columns and it.party is not None and it.party == columns[-1][-1].party
        if same and not (it.on_behalf or it.signed):
            columns[-1].append(it)
        else:
            columns.append([it])
    return columns


def _runs(inlines: Iterable[Inline]) -> Iterator[Run]:
    """The words alone, in their looks."""
    for inline in inlines:
        match inline:
            case Run():
                yield inline
            case view.Link():
                yield from inline.runs
            case Reference():
                steps = "".join(step.before + step.text + step.after for step in inline.steps)
                yield Run(inline.before + steps + inline.after)


def _anchor(node: model.Titled) -> str:
    match node:
        case model.Section():
            return node.section
        case model.Article():
            return node.article
        case model.Annex():
            return node.annex


def _attached(declaration: Declaration) -> view.Attachment:
    """The source as it may leave the house: without its comments."""
    from render.read.comments import without_comments

    data = without_comments(declaration.source)
    return view.Attachment(f"{declaration.id}.yaml", data, "application/yaml")


def _own_date(declaration: Declaration) -> datetime.date | None:
    """The date of the text as it stands: when it was last changed, published or signed."""
    publication, signed = declaration.publication, declaration.signed
    dates = (publication and publication.updated, publication and publication.published, signed and signed.date)
    return next((date for date in dates if date), None)
