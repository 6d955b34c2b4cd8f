"""The View: what a page shows, for one edition in one language. Everything is decided; templates decide how it looks.

A view is blocks in order. Every text is `Words`: flat, resolved inlines with their language and direction. Templates
and writers see these classes and no others; the name of a class names its macro (`NoteMark` is shown by `note_mark`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# Inlines


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


# Blocks


@dataclass(frozen=True, slots=True)
class Masthead:
    """What the first page begins with. `dates` are whole phrases ("Published 30 May 2022")."""

    organisation: Words | None
    type: Words | None
    title: Words
    dates: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: a heading's anchor, label ("Article 1"), words without note marks, and level from 1."""

    anchor: str
    label: str
    words: Words | None
    level: int


@dataclass(frozen=True, slots=True)
class Contents:
    """The headings."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """A computed number: the `ordinal`th (from 1) of its level (from 0) in a sequence.

    The sequences are "paragraphs", "articles" (level 0 their headings), and "loose", for the sub-paragraphs of what has
    no computed number itself: they begin anew each time.
    """

    sequence: str
    level: int
    ordinal: int


DEEPEST_HEADING = 5
"""Levels of headings below the title: HTML has six in all."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 5. `label` is its number as printed; `count` is set where that is computed.

    With `new_page` it begins a page, where there are pages.
    """

    anchor: str
    label: str
    words: Words | None
    level: int
    count: Count | None = None
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody notes on a paragraph, for the eyes of those alone who are to edit the text: a comment in Word."""

    author: str
    date: datetime.date | None
    paragraphs: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `label` is its number as printed ("5.", "(a)"), or "" for one without.

    `level` is the depth of its margin from 0; `count` is set where the number is computed; an anchor is set for what
    has an id. Further paragraphs of the same text and its closing words are children without a label.
    """

    anchor: str | None
    label: str
    words: Words
    level: int = 0
    count: Count | None = None
    lead: Words | None = None
    children: tuple[Block, ...] = ()
    address: str | None = None
    """An anchor by the number ("paragraph-5"), beside the stable one."""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class BulletItem:
    """An item, and the items under it."""

    words: Words
    items: tuple[BulletItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Bullets:
    """An unnumbered list in the margin of `level`."""

    items: tuple[BulletItem, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row is as long as the header."""

    anchor: str
    caption: Words | None
    header: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words of another text, in paragraphs."""

    paragraphs: tuple[Words, ...]
    attribution: Words | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG or JPEG file's bytes, and its size in pixels and in millimetres."""

    name: str
    data: bytes
    media_type: str
    pixels: tuple[int, int]
    millimetres: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture. `alternative` says what it shows; a decorative one has none."""

    picture: Picture
    alternative: Words | None
    caption: Words | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Signatory:
    """A name, and the office held."""

    name: Words
    title: Words | None


@dataclass(frozen=True, slots=True)
class SignatureColumn:
    """Those who sign for one party, under "For the Government of …"; at their own place and date if in counterparts."""

    on_behalf: Words | None
    signed: Words | None
    signatories: tuple[Signatory, ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Place and date, and the parties' columns."""

    signed: Words | None
    columns: tuple[SignatureColumn, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """The footnotes in reading order, for formats without pages."""

    title: str
    notes: tuple[NoteMark, ...]


@dataclass(frozen=True, slots=True)
class Imprint:
    """Copyright, licence and address."""

    lines: tuple[Words, ...]


Block = Masthead | Contents | Heading | Paragraph | Bullets | Table | Quotation | Image | Signatures | Notes | Imprint


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that another holds."""

    name: str
    data: bytes
    media_type: str


EDITIONS = ("full", "briefing")
PAPERS = ("a4", "letter")


@dataclass(frozen=True, slots=True)
class Choices:
    """What a user chooses of a view.

    `edition` is one of EDITIONS, and `with_text` is whether a briefing has the declaration as an annex. `paragraphs`
    ("4-8,14") and `topics` make an extract. `date` is the date that files bear whose source has none; `paper` is one of
    PAPERS; `source` is whether a PDF holds the source that it was made from; `track_changes` is whether a Word copy
    notes every change that is made to it.
    """

    edition: str = "full"
    with_text: bool = False
    paragraphs: str = ""
    topics: tuple[str, ...] = ()
    date: datetime.date | None = None
    paper: str = "a4"
    source: bool = False
    track_changes: bool = False

    @property
    def is_extract(self) -> bool:
        """Whether not all paragraphs are shown."""
        return bool(self.paragraphs or self.topics)

    @property
    def needs_overlay(self) -> bool:
        """Whether what officials add is needed, and not the declaration alone."""
        return self.edition != "full" or bool(self.topics)

    @property
    def selection(self) -> str:
        """What an extract is known by in the name of a file: "extract-4-8_14"; "" where all is shown."""
        parts = [it.strip() for it in (*self.paragraphs.split(","), *self.topics) if it.strip()]
        return f"extract-{'_'.join(re.sub('[^A-Za-z0-9-]+', '-', it) for it in parts)}" if parts else ""

    def stem(self, id_: str, language: str, state: str) -> str:
        """`<id>[.<edition>][.<selection>][.<language>][.<state>]`: a file's name without its suffix."""
        edition = "" if self.edition == "full" else self.edition + ("-with-text" if self.with_text else "")
        return ".".join(filter(None, (id_, edition, self.selection, language, state)))


AS_USUAL = Choices()


@dataclass(frozen=True, slots=True)
class View:
    """A page's content, and what a file says about itself. Strings here are plain; `date` is the text's own.

    `name` is that of its files, without their suffix.
    `status` is how far the text has come ("draft"), or "" where that is not said. `rights` is the copyright notice.
    `source_hash` is the SHA-256 of the source, in hexadecimal digits; `source` is the source itself, where a file is to
    hold it.
    """

    id: str
    name: str
    edition: str
    source_hash: str
    source: Attachment | None
    language: str
    direction: str
    title: str
    short_title: str
    publisher: str
    publisher_url: str
    status: str
    marking: Words | None
    keywords: tuple[str, ...]
    """What a file says in its properties beside its title: the protective marking, and that it is a draft."""
    date: datetime.date | None
    published: datetime.date | None
    url: str
    rights: str
    labels: Mapping[str, str]
    """Our own words in the view's language, by name ("contents", "page")."""
    labels_language: str
    paper: str
    """The size of a printed page, one of PAPERS."""
    track_changes: bool
    blocks: tuple[Block, ...]
    notes: tuple[NoteMark, ...]
