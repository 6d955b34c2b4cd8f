"""The inlines of the View: runs of words, links, references and footnote marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one style. Language and direction are set if they differ from those of the surrounding words."""

    text: str
    emphasis: bool = False
    strong: bool = False
    language: str | None = None
    direction: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address, or to an anchor (`#id`)."""

    runs: tuple[Run, ...]
    href: str


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a reference: the target's anchor, and how `text` names it.

    `kind` says what `text` is: a computed count ("2"), a label as published ("5 bis"), or a title.
    """

    anchor: str
    text: str
    kind: Literal["count", "label", "title"] = "count"
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A computed reference: "paragraph 2(b)(i)" has "paragraph " as `before`, and the steps "2", "(b)", "(i)"."""

    before: str
    steps: tuple[Step, ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class NoteMark:
    """The mark of a footnote, with the note's paragraphs. `anchor` is the note's; the mark's own is `<anchor>_mark`."""

    anchor: str
    number: int
    note: tuple[Words, ...]


Inline = Run | Link | Reference | NoteMark


@dataclass(frozen=True, slots=True)
class Words:
    """A text: one paragraph of inlines in a language ("en") and direction ("ltr", "rtl")."""

    inlines: tuple[Inline, ...]
    language: str
    direction: str = "ltr"


@dataclass(frozen=True, slots=True)
class Count:
    """A computed number: the `ordinal` (from 1) at a level (from 0) of a sequence.

    The sequences are "paragraphs", "articles" (whose headings are level 0), and "loose". A "loose" sequence counts the
    sub-paragraphs of a paragraph without a computed number, and starts again at each such paragraph.
    """

    sequence: str
    level: int
    ordinal: int
