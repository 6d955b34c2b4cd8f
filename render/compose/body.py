"""The nodes of a declaration's body to blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from render.compose.contents import anchor_of
from render.compose.version import LanguageVersion
from render.compose.words import NO_NOTES, Notes, WordsComposer
from render.model import declaration as model
from render.model.localized_text import LocalizedText
from render.model.picture import PictureFile
from render.numbering import Number
from render.view import blocks as view
from render.view.blocks import MAX_HEADING, Block
from render.view.media import Picture

OMISSION = "[…]"
"""What is printed in place of the parts that an extract leaves out."""

_UNNUMBERED = Number()


class BodyComposer:
    """Composes nodes in reading order."""

    def __init__(self, version: LanguageVersion, words: WordsComposer) -> None:
        self.version, self.words = version, words
        self.omission = view.Paragraph(None, "", version.labels.words(OMISSION))

    def blocks(self, nodes: Iterable[model.Node], heading_level: int) -> Iterator[Block]:
        """The blocks of nodes, with the omission sign for each node that an extract leaves out."""
        for node in nodes:
            if not self.version.shows(node):
                yield self.omission
            elif isinstance(node, model.Titled):
                yield self._heading(node, heading_level)
                yield from self.blocks(node.body, heading_level + 1)
            else:
                yield self.block(node, 0)

    def block(self, node: model.Inner, level: int) -> Block:
        """The block of a node without a heading, in the margin of `level`."""
        match node:
            case model.Paragraph():
                return self._paragraph(node, node.id, self.version.numbers[node.id], level)
            case model.Recital():
                return self._paragraph(node, node.recital, _UNNUMBERED, level)
            case model.Bullets():
                return view.Bullets(self._items(node.list, node.notes), level)
            case model.Table():
                return self._table(node, level)
            case model.Quotation():
                return self._quotation(node, level)
            case model.Box():
                return self._box(node, level)
            case model.Image():
                return self._image(node, level)
            case _:
                assert_never(node)

    def prose(self, wording: LocalizedText | None, notes: Notes = NO_NOTES, level: int = 0) -> Iterator[view.Paragraph]:
        """The paragraphs of a text, without numbers and anchors; none if there is no text."""
        for words in self.words.paragraphs(wording, notes):
            yield view.Paragraph(None, "", words, level)

    def _heading(self, node: model.Titled, level: int) -> view.Heading:
        anchor = anchor_of(node)
        number = self.version.numbers[anchor]
        title = self.words.optional_line(node.title, node.notes)
        return view.Heading(anchor, number.label, title, min(level, MAX_HEADING), number.count)

    def _paragraph(
        self, node: model.Paragraph | model.Recital, anchor: str, number: Number, level: int
    ) -> view.Paragraph:
        """A paragraph with its sub-paragraphs and its closing words.

        The texts are composed in reading order, because that is the order of the footnotes.
        """
        lead = self.words.optional_line(node.lead, node.notes)
        first, *further = self.words.paragraphs(node.text, node.notes)
        inner = level + 1 if number.label else level
        children: list[Block] = [view.Paragraph(None, "", words, inner) for words in further]
        for child in node.body:
            children.append(self.block(child, level + 1 if isinstance(child, model.Paragraph) else inner))
        children += self.prose(node.closing, node.notes, inner)
        return view.Paragraph(anchor, number.label, first, level, number.count, lead, tuple(children), number.address)

    def _items(self, items: Sequence[model.Item], notes: Notes) -> tuple[view.BulletItem, ...]:
        return tuple(
            view.BulletItem(self.words.line(item.text, notes), self._items(item.list, notes)) for item in items
        )

    def _table(self, node: model.Table, level: int) -> view.Table:
        caption = self.words.optional_line(node.caption, node.notes)
        header = tuple(self.words.line(cell, node.notes) for cell in node.header)
        rows = tuple(tuple(self.words.line(cell, node.notes) for cell in row) for row in node.rows)
        return view.Table(node.table, caption, header, rows, level)

    def _quotation(self, node: model.Quotation, level: int) -> view.Quotation:
        paragraphs = self.words.paragraphs(node.quotation, node.notes)
        return view.Quotation(paragraphs, self.words.optional_line(node.attribution, node.notes), level)

    def _box(self, node: model.Box, level: int) -> view.Box:
        title = self.words.optional_line(node.title, node.notes)
        return view.Box(title, self.words.paragraphs(node.box, node.notes), level)

    def _image(self, node: model.Image, level: int) -> view.Image:
        alternative = None if node.decorative else self.words.optional_line(node.alternative)
        return view.Image(_picture(node.image), alternative, self.words.optional_line(node.caption, node.notes), level)


def _picture(file: PictureFile) -> Picture:
    return Picture(file.name, file.data, file.media_type, file.pixels, file.millimetres)
