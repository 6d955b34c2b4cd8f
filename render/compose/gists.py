"""The gists of a briefing, under the headings of the declaration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from render.compose.contents import ContentsComposer
from render.compose.version import LanguageVersion
from render.compose.words import WordsComposer
from render.model import briefing as model
from render.model.briefing import Annotation
from render.model.declaration import Node, Paragraph, Recital, Titled
from render.model.localized_text import LocalizedText
from render.numbering import Number
from render.view import blocks as view
from render.view.blocks import MAX_HEADING, Block
from render.view.inlines import Inline, Link, Words
from render.view.plain import runs

_NO_ANNOTATION = Annotation()
_UNNUMBERED = Number()


def briefing_anchor(name: str) -> str:
    """An anchor in a briefing that no part of the declaration can have, because no id has an underscore."""
    return f"briefing_{name}"


class GistsComposer:
    """Composes the gists of `annotations`, which are by the id of a paragraph or recital."""

    def __init__(
        self,
        annotations: Mapping[str, Annotation],
        version: LanguageVersion,
        words: WordsComposer,
        contents: ContentsComposer,
        with_text: bool,
    ) -> None:
        self.annotations, self.version, self.words = annotations, version, words
        self.contents, self.with_text = contents, with_text

    def blocks(self, nodes: Iterable[Node], heading_level: int = 2, level: int = 0) -> Iterator[Block]:
        """The gists of nodes and of the nodes in them; a heading only if there is a gist under it."""
        for node in nodes:
            if isinstance(node, Titled):
                if under_heading := tuple(self.blocks(node.body, heading_level + 1)):
                    yield self._heading(node, heading_level)
                    yield from under_heading
            elif isinstance(node, Paragraph | Recital):
                id_ = node.id if isinstance(node, Paragraph) else node.recital
                if gist := self.annotations.get(id_, _NO_ANNOTATION).gist:
                    yield self._gist(node, id_, gist, level)
                yield from self.blocks(node.body, heading_level, level + 1)

    def _heading(self, node: Titled, level: int) -> view.Heading:
        """The heading of a part of the declaration, with the words that the contents have for it."""
        entry = self.contents.entry(node, level)
        return view.Heading(briefing_anchor(entry.anchor), entry.label, entry.words, min(level, MAX_HEADING))

    def _gist(self, node: Paragraph | Recital, id_: str, gist: LocalizedText, level: int) -> view.Paragraph:
        """A gist, with the number and the lead of its paragraph."""
        anchor = briefing_anchor(id_) if self.with_text else id_
        label = self.version.numbers.get(id_, _UNNUMBERED).label
        lead = self.words.line_without_notes(node.lead) if node.lead else None
        remarks = tuple(map(self._remark, self.annotations[id_].notes))
        return view.Paragraph(anchor, label, self.words.line(gist), level, lead=lead, remarks=remarks)

    def _remark(self, remark: model.Remark) -> view.Remark:
        paragraphs = tuple(map(_without_inner_links, self.words.paragraphs(remark.text)))
        return view.Remark(remark.author, remark.date, paragraphs)


def _without_inner_links(words: Words) -> Words:
    """The words without references and links inside the page: a comment in Word has none of them."""
    inlines: list[Inline] = []
    for inline in words.inlines:
        is_outer_link = isinstance(inline, Link) and not inline.href.startswith("#")
        inlines += [inline] if is_outer_link else runs([inline])
    return replace(words, inlines=tuple(inlines))
