r"""The inline markup of a source, and its parser.

`*emphasis*`, `**strong**`, `[words](https://…)`, `[](#id)` for a numbered reference, `[words](#id)` for a link inside
the declaration, `[^note]`, `[de jure]{la}` for words in another language, and a backslash before any of `\*[]{}` for
the sign itself. Everything else, square brackets first, is literal: "[Annex](I)", "5*5" and "__x__" stand as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from render.errors import Severity


@dataclass(frozen=True, slots=True)
class Text:
    """Words. `language` is set where it differs from that of the words around them."""

    text: str
    emphasis: bool = False
    strong: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address, outside (`https://…`) or inside (`#id`), `offset` characters into their text."""

    pieces: tuple[Text, ...]
    href: str
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CrossReference:
    """A reference to what bears the id `target`; its words are computed."""

    target: str
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class FootnoteReference:
    """The mark of a footnote."""

    note: str
    offset: int = field(default=0, compare=False)


Piece = Text | Link | CrossReference | FootnoteReference


@dataclass(frozen=True, slots=True)
class MarkupIssue:
    """Markup that was probably meant otherwise, `offset` characters into the text."""

    offset: int
    what: str
    hint: str
    severity: Severity = "warning"


def plain(pieces: tuple[Piece, ...]) -> str:
    """The words alone: no references, no note marks."""
    return "".join(
        piece.text if isinstance(piece, Text) else plain(piece.pieces) if isinstance(piece, Link) else ""
        for piece in pieces
    )
