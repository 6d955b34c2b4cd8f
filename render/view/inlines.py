"""The inlines of the View: runs of words, links, references and footnote marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look. Language and direction are set where they differ from those of the words around."""

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
    """One level of a reference: what stands at an anchor, by its computed count, its label as given, or its title."""

    anchor: str
    text: str
    kind: Literal["count", "label", "title"] = "count"
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A computed reference: "paragraph 2(b)(i)" is `before` "paragraph ", and the steps "2", "(b)", "(i)"."""

    before: str
    steps: tuple[Step, ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class NoteMark:
    """The mark of a footnote, which holds its note. `anchor` is the note's; the mark's own is `anchor`-mark."""

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
    """A computed number: the `ordinal`th (from 1) of its level (from 0) in a sequence.

    The sequences are "paragraphs", "articles" (level 0 their headings), and "loose", for the sub-paragraphs of what has
    no computed number itself: they begin anew each time.
    """

    sequence: str
    level: int
    ordinal: int
