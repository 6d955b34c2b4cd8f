"""The View: what a page shows, for one edition in one language. Everything is decided; templates decide how it looks.

A view is a sequence of blocks. Every text is `Words`: flat, resolved inlines with their language and direction.
Templates and writers see only the classes of this package. A macro has the name of the class that it shows
(`note_mark` shows `NoteMark`).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from render.view.inlines import Count, NoteMark, Words
from render.view.media import Attachment, Picture


@dataclass(frozen=True, slots=True)
class Masthead:
    """The top of the first page. `dates` are whole phrases ("Published 30 May 2022")."""

    organisation: Words | None
    type: Words | None
    title: Words
    dates: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the contents: a heading's anchor, label ("Article 1"), words without note marks, and level (from 1)."""

    anchor: str
    label: str
    words: Words | None
    level: int


@dataclass(frozen=True, slots=True)
class Contents:
    """The list of contents."""

    title: str
    entries: tuple[ContentsEntry, ...]


MAX_HEADING = 5
"""Levels of headings below the title, which HTML shows as `h2` to `h6`."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 5. `label` is its number as printed; `count` is set if that number is computed.

    A heading with `new_page` starts a new page in formats that have pages.
    """

    anchor: str
    label: str
    words: Words | None
    level: int
    count: Count | None = None
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """An internal note on a paragraph, for editors of the text only: a comment in Word, and absent elsewhere."""

    author: str
    date: datetime.date | None
    paragraphs: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `label` is its number as printed ("5.", "(a)"), or "" if it has none.

    `level` is the depth of its margin, from 0. `count` is set if the number is computed, `anchor` if the paragraph has
    an id. Further paragraphs of the same text and its closing words are children without a label.
    """

    anchor: str | None
    label: str
    words: Words
    level: int = 0
    count: Count | None = None
    lead: Words | None = None
    children: tuple[Block, ...] = ()
    address: str | None = None
    """A second anchor, made of the number ("paragraph-5")."""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class BulletItem:
    """An item of a list, and the items under it."""

    words: Words
    items: tuple[BulletItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Bullets:
    """An unnumbered list. `level` is the depth of its margin, from 0."""

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
    """A quotation from another text, in paragraphs."""

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
    """A picture. `alternative` describes it; a decorative picture has none."""

    picture: Picture
    alternative: Words | None
    caption: Words | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Signatory:
    """The name of a person who signs, and the office held."""

    name: Words
    title: Words | None


@dataclass(frozen=True, slots=True)
class SignatureColumn:
    """The signatories of one party, under "For the Government of …".

    `signed` is their own place and date, if the parties sign in counterparts.
    """

    on_behalf: Words | None
    signed: Words | None
    signatories: tuple[Signatory, ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Place and date, and a column for each party."""

    signed: Words | None
    columns: tuple[SignatureColumn, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """The footnotes in reading order, for formats that show them at the end."""

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
    """The content of a page, and the metadata of its files. Strings are plain text, without markup.

    `name` is the name of the files, without suffix. `source_hash` is the SHA-256 of the source, in hexadecimal digits;
    `source` is the source itself, if the file embeds it. `status` is the declaration's status ("draft"), or "" if the
    source gives none. `date` is the text's own date. `rights` is the copyright notice.
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
    draft: str
    """The label that marks a draft on the page ("Draft"), in the labels' language; "" if the text is not a draft."""
    marking: Words | None
    """The protective marking of the page."""
    keywords: tuple[str, ...]
    """The keywords in a file's properties: the protective marking, and the label of a draft."""
    date: datetime.date | None
    published: datetime.date | None
    url: str
    rights: str
    labels: Mapping[str, str]
    """Engross's own words, by name ("contents", "page")."""
    labels_language: str
    """The language of the labels: English if there are none in the view's language."""
    labels_direction: str
    """The direction of the labels' language: "ltr" or "rtl"."""
    paper: str
    """The size of a printed page, one of PAPERS."""
    track_changes: bool
    blocks: tuple[Block, ...]
    notes: tuple[NoteMark, ...]
