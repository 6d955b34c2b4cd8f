"""A human text in every language of its document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from render.errors import NodePath
from render.model.inline import MarkupIssue, Piece, plain

ParsedText = tuple[tuple[Piece, ...], ...]
"""A text in one language: its paragraphs, each as inline pieces."""


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text by language tag. `is_keyed` is whether the source has a mapping by language or one plain string.

    `markup_issues` are the doubtful places in the markup, each with the language of its version.
    """

    versions: Mapping[str, ParsedText]
    is_keyed: bool = False
    markup_issues: tuple[tuple[str, MarkupIssue], ...] = ()

    def paragraphs(self, language: str) -> ParsedText:
        """The paragraphs in a language."""
        return self.versions[language]

    def line(self, language: str) -> tuple[Piece, ...]:
        """The only paragraph in a language."""
        return self.versions[language][0]

    def plain(self, language: str) -> str:
        """The words alone, with an empty line between paragraphs."""
        return "\n\n".join(plain(pieces) for pieces in self.versions[language])

    def path(self, language: str) -> NodePath:
        """The path from the text to its version in the source."""
        return (language,) if self.is_keyed else ()
