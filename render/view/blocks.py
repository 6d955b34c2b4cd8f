"""The View: what a page shows, for one edition in one language. Everything is decided; templates decide how it looks.

A view is blocks in order. Every text is `Words`: flat, resolved inlines with their language and direction. Templates
and writers see these classes and no others; the name of a class names its macro (`NoteMark` is shown by `note_mark`).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from render.view.inlines import Count, NoteMark, Words
from render.view.media import Attachment, Picture

# Inlines


# Blocks


@dataclass(frozen=True, slots=True)
class Masthead:
    """What the first page begins with. `dates` are whole phrases ("Published 30 May 2022")."""

    organisation: Words | None
    type: Words | None
    title: Words
    dates: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the contents: a heading's anchor, label ("Article 1"), words without note marks, and level from 1."""

    anchor: str
    label: str
    words: Words | None
    level: int


@dataclass(frozen=True, slots=True)
class Contents:
    """The headings."""

    title: str
    entries: tuple[ContentsEntry, ...]


MAX_HEADING = 5
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
class Box:
    """Paragraphs in a frame, under a title if there is one."""

    title: Words | None
    paragraphs: tuple[Words, ...]
    level: int = 0


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


Block = (
    Masthead | Contents | Heading | Paragraph | Bullets | Table | Quotation | Box | Image | Signatures | Notes | Imprint
)


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
