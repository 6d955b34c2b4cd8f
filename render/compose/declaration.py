"""The declaration's own words and numbers → blocks, all of them or an extract."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from render.model import declaration as model
from render.model.declaration import Declaration, Wording
from render.model.inline import CrossReference, FootnoteReference, Link, Piece, Text
from render.model.markings import highest
from render.model.picture import PictureFile
from render.numbering import Number, numbers
from render.view import blocks as view
from render.view import inlines as view_inlines
from render.view.blocks import MAX_HEADING, Block
from render.view.inlines import Inline, Reference, Run, Words
from render.view.labels import date_words, direction, labels
from render.view.media import Picture
from render.view.plain import referred, runs

if TYPE_CHECKING:
    from render.compose.extract import Extract

OMISSION = "[…]"
"""The sign for what an extract leaves out."""
MIN_CONTENTS_HEADINGS = 2
"""Headings, from which a declaration has a list of contents."""


_UNPUBLISHED = model.Publication()


class Composer:
    """One walk over a declaration in reading order: footnotes are numbered as they are met.

    Words that are not the declaration's own are composed here too, for their references to it.
    """

    def __init__(self, declaration: Declaration, language: str, extract: Extract | None = None) -> None:
        self.declaration, self.language, self.extract = declaration, language, extract
        self.labels_language, self.labels = labels(language)
        self.numbers = numbers(declaration, language, self.labels)
        self.notes: list[view_inlines.NoteMark] = []
        self.extract_mark = f"{self.labels['extract']}: " if extract else ""
        self.omission = view.Paragraph(None, "", self.own_words(OMISSION))

    def blocks(self) -> Iterable[Block]:
        """The blocks in reading order. Notes are numbered in that order, but the contents have none."""
        yield self.masthead()
        entries = tuple(self.entries((*self.declaration.main, *self.declaration.annexes)))
        if len(entries) >= MIN_CONTENTS_HEADINGS:
            yield view.Contents(self.labels["contents"], entries)
        yield from self.text()
        yield from self.ending()

    def ending(self) -> Iterator[Block]:
        """What stands after the text: the notes that were met in it, and the imprint."""
        if self.notes:
            yield view.Notes(self.labels["notes"], tuple(self.notes))
        if imprint := tuple(self.imprint()):
            yield view.Imprint(imprint)

    def text(self, level: int = 1) -> Iterable[Block]:
        """The words between the masthead and the imprint; the first headings are of `level`."""
        return _once(self.extracted(level)) if self.extract else self.whole(level)

    def whole(self, level: int) -> Iterator[Block]:
        """All of the text."""
        it = self.declaration
        yield from self.body(it.main, level)
        yield from self.prose(it.testimonium, it.notes)
        if it.signed or it.signatories:
            yield self.signatures()
        yield from self.body(it.annexes, level)

    def extracted(self, level: int) -> Iterator[Block]:
        """What is kept of the text. The signatures are left out: nobody has signed an extract."""
        yield from self.body(self.declaration.main, level)
        yield self.omission
        yield from self.body(self.declaration.annexes, level)

    # Words

    def words(self, pieces: Iterable[Piece], notes: Mapping[str, Wording] | None = None) -> Words:
        """Pieces as words; `notes` are the bodies of the notes that they mark."""
        inlines = tuple(inline for piece in pieces for inline in self.inlines(piece, notes or {}))
        return Words(inlines, self.language, direction(self.language))

    def inlines(self, piece: Piece, notes: Mapping[str, Wording]) -> Iterable[Inline]:
        """A piece as what the page shows."""
        match piece:
            case Text():
                yield self.run(piece)
            case Link(_, href) if href.startswith("#") and not self.is_shown(href[1:]):
                yield from map(self.run, piece.pieces)
            case Link():
                yield view_inlines.Link(tuple(map(self.run, piece.pieces)), piece.href)
            case CrossReference(target):
                yield self.reference(target)
            case FootnoteReference():
                yield self.note(notes[piece.note])

    def reference(self, target: str) -> Inline:
        """The reference to a part by its number: plain words, where the part itself is not shown."""
        reference = self.numbers[target].reference or Reference("", ())
        return reference if self.is_shown(target) else Run(referred(reference))

    def is_shown(self, name: str) -> bool:
        """Whether a part is shown: all are but those that an extract leaves out."""
        return self.extract is None or name not in self.extract.left_out

    def run(self, text: Text) -> Run:
        """Words of one look."""
        if text.language in (None, self.language):
            return Run(text.text, text.emphasis, text.strong)
        return Run(text.text, text.emphasis, text.strong, text.language, direction(str(text.language)))

    def note(self, wording: Wording) -> view_inlines.NoteMark:
        """The mark of a footnote, which is numbered as it is met."""
        number = len(self.notes) + 1
        paragraphs = tuple(map(self.words, wording.paragraphs(self.language)))
        mark = view_inlines.NoteMark(f"note_{number}", number, paragraphs)
        self.notes.append(mark)
        return mark

    def line(self, wording: Wording, notes: Mapping[str, Wording] | None = None) -> Words:
        """A text of one paragraph."""
        return self.words(wording.line(self.language), notes)

    def maybe(self, wording: Wording | None, notes: Mapping[str, Wording] | None = None) -> Words | None:
        """A text of one paragraph, if it is there."""
        return self.line(wording, notes) if wording else None

    def unnoted(self, wording: Wording) -> Words:
        """A text of one paragraph without the marks of its notes."""
        return self.words(piece for piece in wording.line(self.language) if not isinstance(piece, FootnoteReference))

    def plain(self, wording: Wording | None) -> str:
        """The words alone, or none."""
        return wording.plain(self.language) if wording else ""

    def own_run(self, text: str) -> Run:
        """Words of ours among those of the declaration."""
        own = self.labels_language != self.language
        return Run(text, language=self.labels_language, direction=direction(self.labels_language)) if own else Run(text)

    def own_words(self, text: str) -> Words:
        """Words of ours, in the language that we have them in."""
        return Words((Run(text),), self.labels_language, direction(self.labels_language))

    # Front

    def masthead(self) -> view.Masthead:
        """What the first page begins with."""
        it, publication = self.declaration, self.declaration.publication or _UNPUBLISHED
        known = {"published": publication.published, "updated": publication.updated}
        dates = (*self.standing(), *(self.date_line(name, date) for name, date in known.items() if date))
        organisation = self.organisation(publication.organisation) if publication.organisation else None
        title = self.marked(self.line(it.title, it.notes))
        return view.Masthead(organisation, self.maybe(it.type), title, dates)

    def marked(self, title: Words) -> Words:
        """A title, which says of an extract that it is one."""
        return replace(title, inlines=(self.own_run(self.extract_mark), *title.inlines)) if self.extract else title

    def marking(self) -> Words | None:
        """The protective marking that the whole bears."""
        return self.marked_as(filter(None, (self.declaration.marking,)))

    def marked_as(self, markings: Iterable[model.Marking]) -> Words | None:
        """The markings that stand when something holds what bears these."""
        standing = highest(markings)
        return self.joined(" / ", map(self.marking_words, standing)) if standing else None

    def marking_words(self, it: model.Marking) -> Words:
        """A level, and how to handle what bears it."""
        return self.joined(" – ", map(self.line, filter(None, (it.level, it.handling))))

    def joined(self, between: str, texts: Iterable[Words]) -> Words:
        """Texts in a row."""
        inlines: list[Inline] = []
        for words in texts:
            inlines += [Run(between), *words.inlines] if inlines else words.inlines
        return Words(tuple(inlines), self.language, direction(self.language))

    def date(self) -> datetime.date | None:
        """The date of the text as it stands: when it was last changed, published or signed."""
        publication, signed = self.declaration.publication or _UNPUBLISHED, self.declaration.signed
        return publication.updated or publication.published or (signed.date if signed else None)

    def organisation(self, organisation: model.Organisation) -> Words:
        """Who publishes, as a link where there is an address."""
        words = self.line(organisation.name)
        if not organisation.url:
            return words
        runs = tuple(run for run in words.inlines if isinstance(run, Run))
        return Words((view_inlines.Link(runs, organisation.url),), words.language, words.direction)

    def standing(self) -> Iterator[Words]:
        """How far the text has come, where it is not published yet, and until when nothing may be said of it."""
        it = self.declaration
        published = it.publication and it.publication.published
        if it.status in ("draft", "agreed") or (it.status == "signed" and not published):
            date = it.signed.date if it.signed and it.status == "signed" else None
            yield self.date_line("signed_on", date) if date else self.own_words(self.labels[it.status])
        yield from self.embargo()

    def embargo(self) -> Iterator[Words]:
        """Until when nothing may be said of the text."""
        it = self.declaration
        if it.embargo:
            day, time = date_words(it.embargo.date(), self.labels), it.embargo.isoformat(" ", "minutes").split()[1]
            yield self.own_words(self.labels["embargo"].format(date=day, time=f"{time[:5]} UTC{time[5:]}"))

    def date_line(self, name: str, date: datetime.date) -> Words:
        """A date in a phrase of ours."""
        return self.own_words(self.labels[name].format(date=date_words(date, self.labels)))

    def entries(self, nodes: Sequence[model.Node], level: int = 1) -> Iterable[view.ContentsEntry]:
        """The contents: a line for each heading."""
        for node in nodes:
            if isinstance(node, model.Titled) and (self.extract is None or self.extract.shows(node)):
                yield self.entry(node, level)
                yield from self.entries(node.body, level + 1)

    def entry(self, node: model.Titled, level: int) -> view.ContentsEntry:
        """A line of the contents: plain words, since the line is a link itself, and without note marks."""
        anchor = _anchor(node)
        title = self.unnoted(node.title) if node.title else None
        words = replace(title, inlines=tuple(runs(title.inlines))) if title and title.inlines else None
        return view.ContentsEntry(anchor, self.numbers[anchor].label, words, level)

    # Body

    def body(self, nodes: Sequence[model.Node], level: int = 1) -> Iterable[Block]:
        """The blocks of nodes; headings among them are of `level`."""
        for node in nodes:
            if self.extract and not self.extract.shows(node):
                yield self.omission
            elif isinstance(node, model.Titled):
                yield from self.titled(node, level)
            else:
                yield from self.block(node, 0)

    def titled(self, node: model.Titled, level: int) -> Iterable[Block]:
        """A heading and what is under it."""
        anchor = _anchor(node)
        number = self.numbers[anchor]
        title = self.maybe(node.title, node.notes)
        yield view.Heading(anchor, number.label, title, min(level, MAX_HEADING), number.count)
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
            case model.Box():
                title = self.maybe(node.title, node.notes)
                paragraphs = tuple(self.words(pieces, node.notes) for pieces in node.box.paragraphs(self.language))
                yield view.Box(title, paragraphs, level)
            case model.Image():
                alternative = None if node.decorative else self.maybe(node.alternative)
                yield view.Image(_picture(node.image), alternative, self.maybe(node.caption, node.notes), level)
            case model.Section() | model.Article() | model.Annex():
                raise AssertionError(f"{type(node).__name__} is a heading")
            case _:
                assert_never(node)

    def paragraph(
        self, node: model.Paragraph | model.Recital, anchor: str, number: Number, level: int
    ) -> view.Paragraph:
        """A paragraph with its sub-paragraphs and its closing words."""
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
        """The items of a list."""
        return tuple(view.BulletItem(self.line(item.text, notes), self.items(item.list, notes)) for item in items)

    def table(self, node: model.Table, level: int) -> view.Table:
        """A table."""
        caption = self.maybe(node.caption, node.notes)
        header = tuple(self.line(cell, node.notes) for cell in node.header)
        rows = tuple(tuple(self.line(cell, node.notes) for cell in row) for row in node.rows)
        return view.Table(node.table, caption, header, rows, level)

    # End

    def signatures(self) -> view.Signatures:
        """Place, date, and the parties' columns."""
        columns = tuple(map(self.signature_column, _columns(self.declaration.signatories)))
        return view.Signatures(self.place_and_date(self.declaration.signed), columns)

    def signature_column(self, members: Sequence[model.Signatory]) -> view.SignatureColumn:
        """Those who sign for one party."""
        signatories = tuple(view.Signatory(self.line(it.name), self.maybe(it.title)) for it in members)
        first = members[0]
        return view.SignatureColumn(self.maybe(first.on_behalf), self.place_and_date(first.signed), signatories)

    def place_and_date(self, signed: model.Signed | None) -> Words | None:
        """The words of place and date."""
        return self.line(signed.text) if signed else None

    def imprint(self) -> Iterable[Words]:
        """The notices."""
        rights = self.declaration.rights
        if rights:
            for notice in (rights.copyright, rights.notice, rights.third_party, rights.availability):
                yield from map(self.words, notice.paragraphs(self.language) if notice else ())


def _picture(file: PictureFile) -> Picture:
    """A picture as a page shows it."""
    return Picture(file.name, file.data, file.media_type, file.pixels, file.millimetres)


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


def _once(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with one sign for what is left out where several would touch."""
    last: Block | None = None
    for block in blocks:
        if block is not last:
            yield block
        last = block


def _anchor(node: model.Titled) -> str:
    match node:
        case model.Section():
            return node.section
        case model.Article():
            return node.article
        case model.Annex():
            return node.annex
