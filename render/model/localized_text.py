"""A human text in every language of its document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from render.errors import NodePath
from render.model.inline import MarkupIssue, Piece, plain

ParsedText = tuple[tuple[Piece, ...], ...]
"""A text in one language: its paragraphs, each as inline pieces."""


class SharedVersions(Mapping[str, ParsedText]):
    """The versions of a text that all languages share, such as a name. Its size doesn't grow with their number.

    `unspaced_text` is the version in the languages of `unspaced`, in which no space joins two lines.
    """

    __slots__ = ("languages", "text", "unspaced", "unspaced_text")

    def __init__(
        self, languages: tuple[str, ...], text: ParsedText, unspaced: frozenset[str], unspaced_text: ParsedText
    ) -> None:
        self.languages, self.text, self.unspaced, self.unspaced_text = languages, text, unspaced, unspaced_text

    def __getitem__(self, language: str) -> ParsedText:
        if language not in self.languages:
            raise KeyError(language)
        return self.unspaced_text if language in self.unspaced else self.text

    def __iter__(self) -> Iterator[str]:
        return iter(self.languages)

    def __len__(self) -> int:
        return len(self.languages)

    def distinct(self) -> Iterator[tuple[ParsedText, tuple[str, ...]]]:
        """Each text that is different from the others, with its languages."""
        if self.text is self.unspaced_text:
            yield self.text, self.languages
            return
        yield self.text, tuple(language for language in self.languages if language not in self.unspaced)
        yield self.unspaced_text, tuple(language for language in self.languages if language in self.unspaced)


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text by language tag. `is_keyed` is whether the source has a mapping by language or one plain string.

    `markup_issues` are the ambiguous places in the markup, each with the language of its version: the first one, if all
    languages share a text.
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

    def distinct(self) -> Iterator[tuple[ParsedText, tuple[str, ...]]]:
        """The versions, each with its languages. A text that several languages share comes once."""
        if isinstance(self.versions, SharedVersions):
            yield from self.versions.distinct()
        else:
            for language, text in self.versions.items():
                yield text, (language,)

    def plain(self, language: str) -> str:
        """The words alone, with an empty line between paragraphs."""
        return "\n\n".join(plain(pieces) for pieces in self.versions[language])

    def path(self, language: str) -> NodePath:
        """The path from the text to its version in the source."""
        return (language,) if self.is_keyed else ()
