"""The briefing edition: a first page that stands alone, then gists, commitments, background, questions and answers."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from render.compose.declaration import Composer
from render.compose.extract import Extract
from render.model import declaration as model
from render.model.briefing import Annotation, Briefing, Commitment, Remark
from render.model.declaration import Declaration
from render.model.localized_text import LocalizedText
from render.numbering import Number
from render.view import blocks as view
from render.view.blocks import MAX_HEADING, Block, Heading, Paragraph
from render.view.inlines import Inline, Link, Reference, Run, Words
from render.view.labels import date_words, direction
from render.view.plain import plain, referred, runs

_ANCHOR = "briefing_{}"
"""Of a heading of ours: no id has an underscore."""
_NOTHING = Annotation()


class BriefingComposer(Composer):
    """Composes an overlay, and under it the declaration, if it is to be there.

    Internal notes stand beside the gists, for the one format that people edit; internal lines never do.
    """

    def __init__(
        self, briefing: Briefing, declaration: Declaration, language: str, extract: Extract | None, with_text: bool
    ) -> None:
        super().__init__(declaration, language, extract)
        self.briefing, self.with_text = briefing, with_text

    def blocks(self) -> Iterator[Block]:
        """The blocks in reading order."""
        yield self.masthead()
        yield from self.facts()
        yield from self.part("summary", self.prose(self.briefing.summary, {}))
        yield from self.part("points", self.points())
        yield from self.part("gists", self.gists(self.declaration.body), new_page=True)
        yield from self.part("commitments", self.commitments())
        yield from self.part("background", self.prose(self.briefing.background, {}))
        yield from self.part("questions", self.questions())
        if self.with_text:
            yield from self.part("full_text", self.text(level=2), new_page=True)
            yield from self.ending()

    def part(self, name: str, blocks: Iterable[Block], new_page: bool = False) -> Iterator[Block]:
        """Blocks under a heading of ours, if there are any."""
        if inside := tuple(blocks):
            words = self.own_words(self.labels[name])
            yield Heading(_ANCHOR.format(name), "", words, 1, new_page=new_page)
            yield from inside

    # References lead to the text where it is there, and else to the gists

    def reference(self, target: str) -> Inline:
        """The reference to a part of the declaration by its number."""
        if self.with_text:
            return super().reference(target)
        reference = self.numbers[target].reference or Reference("", ())
        words = Run(referred(reference))
        if not self.is_shown(target):
            return words
        if len(reference.steps) > 1:  # the gist bears the last step alone
            return Link((words,), f"#{target}")
        return replace(reference, steps=tuple(replace(step, kind="label") for step in reference.steps))

    def is_shown(self, name: str) -> bool:
        """Whether there is something here that bears the name."""
        return super().is_shown(name) if self.with_text else self.annotation(name).gist is not None

    def annotation(self, name: str) -> Annotation:
        """What is said of a paragraph that is not left out."""
        return self.briefing.paragraphs.get(name, _NOTHING) if super().is_shown(name) else _NOTHING

    # The first page

    def marking(self) -> Words | None:
        """The higher of the two markings, or both."""
        return self.marked_as(filter(None, (self.declaration.marking, self.briefing.marking)))

    def date(self) -> datetime.date | None:
        """The date of the briefing, or that of the text."""
        return self.briefing.date or super().date()

    def masthead(self) -> view.Masthead:
        """What it is: a briefing, and of when."""
        dates = (self.own_words(date_words(self.briefing.date, self.labels)),) if self.briefing.date else ()
        title = self.marked(self.line(self.briefing.title))
        return view.Masthead(None, self.own_words(self.labels["briefing"]), title, dates)

    def facts(self) -> Iterator[Paragraph]:
        """What the text is and how far it has come, who signed it and when, and for and by whom this was prepared."""
        it = self.declaration
        yield self.fact("text_of", self.joined(": ", map(self.unnoted, filter(None, (it.type, it.title)))))
        if standing := tuple(self.standing() if it.status in ("draft", "agreed") else self.embargo()):
            yield self.fact("progress", self.own_words("; ".join(map(plain, standing))))
        if it.signed:
            yield self.fact("signed", self.line(it.signed.text))
        if it.signatories:
            yield self.fact("signed_by", self.joined("; ", map(self.signer, it.signatories)))
        for name in ("prepared_for", "prepared_by"):
            if wording := getattr(self.briefing, name):
                yield self.fact(name, self.line(wording))

    def fact(self, name: str, words: Words) -> Paragraph:
        """A line that says one thing."""
        return Paragraph(None, "", words, lead=self.own_words(f"{self.labels[name]}:"))

    def signer(self, it: model.Signatory) -> Words:
        """A name and an office."""
        return self.joined(", ", map(self.line, filter(None, (it.name, it.title))))

    def points(self) -> Iterator[Block]:
        """The points to make."""
        if self.briefing.points:
            yield view.Bullets(tuple(view.BulletItem(self.line(it)) for it in self.briefing.points))

    # The pages after it

    def gists(self, nodes: Sequence[model.Node], level: int = 2, depth: int = 0) -> Iterator[Block]:
        """The gists under the headings of the declaration, each with the number and the lead of its paragraph."""
        for node in nodes:
            if isinstance(node, model.Titled):
                if inside := tuple(self.gists(node.body, level + 1)):
                    yield self.gist_heading(node, level)
                    yield from inside
            elif isinstance(node, model.Paragraph | model.Recital):
                name = node.id if isinstance(node, model.Paragraph) else node.recital
                if gist := self.annotation(name).gist:
                    yield self.gist(node, name, gist, depth)
                yield from self.gists(node.body, level, depth + 1)

    def gist_heading(self, node: model.Titled, level: int) -> Heading:
        """The heading of a section, as it is called in the text."""
        entry = self.entry(node, level)
        return Heading(_ANCHOR.format(entry.anchor), entry.label, entry.words, min(level, MAX_HEADING))

    def gist(self, node: model.Paragraph | model.Recital, name: str, gist: LocalizedText, depth: int) -> Paragraph:
        """The gist of a paragraph."""
        number = self.numbers.get(name, Number())
        anchor = f"briefing_{name}" if self.with_text else name
        lead = self.unnoted(node.lead) if node.lead else None
        remarks = tuple(map(self.remark, self.annotation(name).notes))
        return Paragraph(anchor, number.label, self.line(gist), depth, lead=lead, remarks=remarks)

    def remark(self, it: Remark) -> view.Remark:
        """An internal note. Its references are words: it stands beside the text, and leads nowhere in it."""
        paragraphs = (self.words(pieces) for pieces in it.text.paragraphs(self.language))
        return view.Remark(it.author, it.date, tuple(map(self.unled, paragraphs)))

    def unled(self, words: Words) -> Words:
        """Words that lead out of the text alone."""
        inlines: list[Inline] = []
        for inline in words.inlines:
            inlines += [inline] if isinstance(inline, Link) and not inline.href.startswith("#") else runs([inline])
        return replace(words, inlines=tuple(inlines))

    def commitments(self) -> Iterator[view.Table]:
        """The table of commitments: who, what, by when, and where in the text."""
        found = [(name, it) for name in self.briefing.paragraphs for it in self.annotation(name).commitments]
        columns = {"who": self.who, "what": self.what, "by_when": self.by_when, "progress": self.progress}
        if all(it.due is None for _, it in found):
            del columns["by_when"]
        if all(it.status == "open" for _, it in found):
            del columns["progress"]
        rows = tuple((*(column(it) for column in columns.values()), self.where(name)) for name, it in found)
        header = tuple(self.own_words(self.labels[name]) for name in (*columns, "where"))
        if rows:
            yield view.Table(_ANCHOR.format("commitments-table"), None, header, rows)

    def who(self, it: Commitment) -> Words:
        """The parties, or that it is all of them."""
        names = {party.id: party.name for party in self.declaration.parties}
        if len(names) > 1 and names.keys() <= set(it.actors):
            return self.own_words(self.labels["both" if len(names) == 2 else "all"])
        words = (Run(", ".join(names[actor] for actor in it.actors)),)
        return Words(words, self.language, direction(self.language))

    def what(self, it: Commitment) -> Words:
        """What is to be done."""
        return self.line(it.action)

    def by_when(self, it: Commitment) -> Words:
        """The day by which, or a dash."""
        return self.own_words(date_words(it.due, self.labels) if it.due else "–")

    def progress(self, it: Commitment) -> Words:
        """How far it has come."""
        return self.own_words(self.labels[it.status])

    def where(self, name: str) -> Words:
        """The reference to the paragraph."""
        return Words((self.reference(name),), self.language, direction(self.language))

    def questions(self) -> Iterator[Paragraph]:
        """Each question with its answer."""
        for it in self.briefing.questions:
            first, *others = (self.words(pieces) for pieces in it.answer.paragraphs(self.language))
            further = tuple(Paragraph(None, "", words) for words in others)
            yield Paragraph(None, "", first, lead=self.line(it.question), children=further)
