"""The list of contents, and how a heading reads in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from render.compose.version import LanguageVersion
from render.compose.words import WordsComposer
from render.model.declaration import Annex, Article, Node, Section, Titled
from render.view.blocks import Contents, ContentsEntry
from render.view.plain import runs

MIN_CONTENTS_HEADINGS = 2
"""A declaration with fewer headings has no list of contents."""


class ContentsComposer:
    """Composes the list of contents."""

    def __init__(self, version: LanguageVersion, words: WordsComposer) -> None:
        self.version, self.words = version, words

    def contents(self) -> Iterator[Contents]:
        """The list of contents, if the declaration has enough headings."""
        declaration = self.version.declaration
        entries = tuple(self._entries((*declaration.main, *declaration.annexes), 1))
        if len(entries) >= MIN_CONTENTS_HEADINGS:
            yield Contents(self.version.labels["contents"], entries)

    def entry(self, node: Titled, level: int) -> ContentsEntry:
        """The line for a heading: runs only, because the line is a link itself, and no note marks."""
        anchor = anchor_of(node)
        title = self.words.line_without_notes(node.title) if node.title else None
        words = replace(title, inlines=tuple(runs(title.inlines))) if title and title.inlines else None
        return ContentsEntry(anchor, self.version.numbers[anchor].label, words, level)

    def _entries(self, nodes: Iterable[Node], level: int) -> Iterator[ContentsEntry]:
        for node in nodes:
            if isinstance(node, Titled) and self.version.shows(node):
                yield self.entry(node, level)
                yield from self._entries(node.body, level + 1)


def anchor_of(node: Titled) -> str:
    """The anchor of a node with a heading: its id."""
    match node:
        case Section():
            return node.section
        case Article():
            return node.article
        case Annex():
            return node.annex
        case _:
            assert_never(node)
