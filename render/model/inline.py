r"""The inline markup of a source, as pieces. `render/read/markup.py` parses it.

`*emphasis*`, `**strong**`, `[words](https://…)`, `[](#id)` for a numbered reference, `[words](#id)` for a link inside
the declaration, `[^note]`, `[de jure]{la}` for words in another language, and a backslash before any of `\*[]{}` for
the sign itself. Everything else is literal, square brackets included: "[Annex](I)", "5*5" and "__x__" stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from render.errors import Severity


@dataclass(frozen=True, slots=True)
class Text:
    """Words in one style. `language` is set where it differs from the language of the text around them."""

    text: str
    emphasis: bool = False
    strong: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address (`https://…`) or to a part of the declaration (`#id`).

    As in the other pieces, `offset` counts characters from 0, from the beginning of the text.
    """

    pieces: tuple[Text, ...]
    href: str
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CrossReference:
    """A reference to the part with the id `target`. Engross computes its words."""

    target: str
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class FootnoteReference:
    """The mark of the footnote with the name `note`."""

    note: str
    offset: int = field(default=0, compare=False)


Piece = Text | Link | CrossReference | FootnoteReference


@dataclass(frozen=True, slots=True)
class MarkupIssue:
    """Markup whose author probably meant something else, `offset` characters into the text."""

    offset: int
    what: str
    hint: str
    severity: Severity = "warning"


def plain(pieces: tuple[Piece, ...]) -> str:
    """The words alone, without references and footnote marks."""
    return "".join(
        piece.text if isinstance(piece, Text) else plain(piece.pieces) if isinstance(piece, Link) else ""
        for piece in pieces
    )
