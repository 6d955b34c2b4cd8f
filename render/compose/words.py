"""Texts of a source to words of a page, with their references and footnotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import assert_never

from render.compose.references import References
from render.model.inline import CrossReference, FootnoteReference, Link, Piece, Text
from render.model.localized_text import LocalizedText
from render.view import inlines as view
from render.view.inlines import Inline, NoteMark, Run, Words
from render.view.labels import direction

Notes = Mapping[str, LocalizedText]
"""The footnotes that a node's texts can mark, by name."""
NO_NOTES: Notes = MappingProxyType({})


class WordsComposer:
    """Composes texts in one language. It numbers their footnotes in the order in which it composes the texts.

    `notes` are the footnotes so far.
    """

    def __init__(self, language: str, references: References) -> None:
        self.language, self.references = language, references
        self.direction = direction(language)
        self.notes: list[NoteMark] = []

    def words(self, pieces: Iterable[Piece], notes: Notes = NO_NOTES) -> Words:
        """The words of one paragraph of a text."""
        return self.of(inline for piece in pieces for inline in self.inlines(piece, notes))

    def line(self, wording: LocalizedText, notes: Notes = NO_NOTES) -> Words:
        """The words of a text of one paragraph."""
        return self.words(wording.line(self.language), notes)

    def optional_line(self, wording: LocalizedText | None, notes: Notes = NO_NOTES) -> Words | None:
        """The words of a text of one paragraph; None if there is no text."""
        return self.line(wording, notes) if wording else None

    def line_without_notes(self, wording: LocalizedText) -> Words:
        """The words of a text of one paragraph without its note marks."""
        return self.words(piece for piece in wording.line(self.language) if not isinstance(piece, FootnoteReference))

    def paragraphs(self, wording: LocalizedText | None, notes: Notes = NO_NOTES) -> tuple[Words, ...]:
        """The words of each paragraph of a text; none if there is no text."""
        return tuple(self.words(pieces, notes) for pieces in wording.paragraphs(self.language)) if wording else ()

    def plain(self, wording: LocalizedText | None) -> str:
        """The plain words of a text; "" if there is no text."""
        return wording.plain(self.language) if wording else ""

    def reference(self, target: str) -> Words:
        """The reference to an id, as words."""
        return self.of((self.references.refer_to(target),))

    def join(self, separator: str, texts: Iterable[Words]) -> Words:
        """Several texts as one, with a separator between them."""
        inlines: list[Inline] = []
        for words in texts:
            inlines += [Run(separator), *words.inlines] if inlines else words.inlines
        return self.of(inlines)

    def of(self, inlines: Iterable[Inline]) -> Words:
        """Inlines as words in the language."""
        return Words(tuple(inlines), self.language, self.direction)

    def inlines(self, piece: Piece, notes: Notes) -> Iterator[Inline]:
        """The inlines that a piece of a text becomes."""
        match piece:
            case Text():
                yield self._run(piece)
            case Link(_, href) if href.startswith("#") and not self.references.is_shown(href[1:]):
                yield from map(self._run, piece.pieces)
            case Link():
                yield view.Link(tuple(map(self._run, piece.pieces)), piece.href)
            case CrossReference():
                yield self.references.refer_to(piece.target)
            case FootnoteReference():
                yield self._note_mark(notes[piece.note])
            case _:
                assert_never(piece)

    def _run(self, text: Text) -> Run:
        if text.language is None or text.language == self.language:
            return Run(text.text, text.emphasis, text.strong)
        return Run(text.text, text.emphasis, text.strong, text.language, direction(text.language))

    def _note_mark(self, wording: LocalizedText) -> NoteMark:
        number = len(self.notes) + 1
        mark = NoteMark(f"note_{number}", number, self.paragraphs(wording))
        self.notes.append(mark)
        return mark
