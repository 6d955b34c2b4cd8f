"""The declaration: what a source says, frozen and typed, with every human text in all languages.

Each field has the name of its key in the source; `read/fields.py` defines how the key is read. Numbers are computed
(`numbering.py`): only a number as published, such as "5 bis", is in the model.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from render.errors import NodePath
from render.model.localized_text import LocalizedText
from render.model.picture import PictureFile
from render.model.source_file import SourceFile

STATUSES = ("draft", "agreed", "signed", "published")
"""How far a text can have come, from the first status to the last."""

# The nodes of the body: `notes` are the footnotes that the texts of a node mark.


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A numbered paragraph or sub-paragraph. `closing` is the text after its sub-paragraphs, in its own margin."""

    id: str
    number: str | None = None
    lead: LocalizedText | None = None
    text: LocalizedText
    body: tuple[Inner, ...] = ()
    closing: LocalizedText | None = None
    notes: Mapping[str, LocalizedText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recital:
    """An unnumbered paragraph, such as those of a preamble."""

    recital: str
    lead: LocalizedText | None = None
    text: LocalizedText
    body: tuple[Inner, ...] = ()
    closing: LocalizedText | None = None
    notes: Mapping[str, LocalizedText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled part. Paragraph numbers continue through it."""

    section: str
    number: str | None = None
    title: LocalizedText
    body: tuple[Outer, ...] = ()
    notes: Mapping[str, LocalizedText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A numbered part. The numbers of its paragraphs start at 1."""

    article: str
    number: str | None = None
    title: LocalizedText | None = None
    body: tuple[Inner, ...] = ()
    notes: Mapping[str, LocalizedText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """A part after the signatures. The numbers of its paragraphs and articles start at 1."""

    annex: str
    number: str | None = None
    title: LocalizedText | None = None
    body: tuple[Outer, ...] = ()
    notes: Mapping[str, LocalizedText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of a list, and the list below the item."""

    text: LocalizedText
    list: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """An unnumbered list."""

    list: tuple[Item, ...]
    notes: Mapping[str, LocalizedText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a header row."""

    table: str
    caption: LocalizedText | None = None
    header: tuple[LocalizedText, ...]
    rows: tuple[tuple[LocalizedText, ...], ...]
    notes: Mapping[str, LocalizedText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The words of another text."""

    quotation: LocalizedText
    attribution: LocalizedText | None = None
    notes: Mapping[str, LocalizedText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Prose in a frame, set apart from the text around it."""

    title: LocalizedText | None = None
    box: LocalizedText
    notes: Mapping[str, LocalizedText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture beside the source, either with words for what it shows or marked as decorative."""

    image: PictureFile
    alternative: LocalizedText | None = None
    decorative: bool = False
    caption: LocalizedText | None = None
    notes: Mapping[str, LocalizedText] = field(default_factory=dict)


Inner = Paragraph | Recital | Bullets | Table | Quotation | Box | Image
"""The nodes that a paragraph or an article can have."""
Outer = Inner | Section | Article
"""The nodes that a section or an annex can have."""
Node = Outer | Annex
"""The nodes that the body of a declaration can have."""
Titled = Section | Article | Annex
"""The nodes with a heading and a body below it."""


# The declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A state or organisation that declares. The declaration itself never prints it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """A protective marking, and how readers must handle a document with it.

    `scheme` lists all levels from the lowest to the highest. It is needed only if no known scheme (`markings.py`) has
    the level.
    """

    level: LocalizedText
    handling: LocalizedText | None = None
    scheme: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The organisation that publishes the text."""

    name: LocalizedText
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a published text."""

    date: datetime.date
    note: LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Where and when the text was published."""

    organisation: Organisation | None = None
    published: datetime.date | None = None
    updated: datetime.date | None = None
    changes: tuple[Change, ...] = ()
    url: str | None = None
    landing_page: str | None = None


UNPUBLISHED = Publication()
"""For a declaration whose source doesn't say where it was published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Notices about copyright and reuse, word for word as published."""

    copyright: LocalizedText | None = None
    notice: LocalizedText | None = None
    third_party: LocalizedText | None = None
    availability: LocalizedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The place and date of a signature, in words and as data."""

    text: LocalizedText
    place: str | None = None
    date: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """A person who signs.

    `on_behalf` is printed above the names of a party ("For the Government of …"). `signed` is the place and date of
    this signature, if the parties sign separately.
    """

    name: LocalizedText
    party: str | None = None
    title: LocalizedText | None = None
    on_behalf: LocalizedText | None = None
    signed: Signed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A declaration in all its languages. `notes` are the footnotes of its title and testimonium."""

    id: str
    type: LocalizedText | None = None
    title: LocalizedText
    short_title: LocalizedText | None = None
    status: str | None = None
    marking: Marking | None = None
    embargo: datetime.datetime | None = None
    languages: tuple[str, ...]
    authentic_languages: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    publication: Publication | None = None
    rights: Rights | None = None
    body: tuple[Node, ...]
    testimonium: LocalizedText | None = None
    signed: Signed | None = None
    signatories: tuple[Signatory, ...] = ()
    notes: Mapping[str, LocalizedText] = field(default_factory=dict)
    source: SourceFile = field(default_factory=SourceFile, repr=False, compare=False)

    @property
    def state(self) -> str:
        """The status that is part of its file names: "draft", or "" for any later status."""
        return self.status if self.status == "draft" else ""

    @property
    def main(self) -> tuple[Node, ...]:
        """The nodes before the signatures."""
        return tuple(node for node in self.body if not isinstance(node, Annex))

    @property
    def annexes(self) -> tuple[Annex, ...]:
        """The annexes, which follow the signatures."""
        return tuple(node for node in self.body if isinstance(node, Annex))


Part = Node | Item | Party | Marking | Organisation | Change | Publication | Rights | Signed | Signatory | Declaration
"""The classes whose fields are keys of the source."""


def walk(part: object, path: NodePath = (), parts: Any = Part) -> Iterator[tuple[NodePath, Any]]:
    """Every part and every text in `part`, depth first in the order of the fields, each with its path in the source.

    `parts` are the classes to descend into: Part for a declaration, `briefing.Part` for an overlay.
    """
    if isinstance(part, LocalizedText):
        yield path, part
    elif isinstance(part, parts):
        yield path, part
        for name in part.__slots__:
            value = getattr(part, name)
            if value and not isinstance(value, str):  # most are empty, or an id
                yield from walk(value, (*path, name), parts)
    elif isinstance(part, tuple):
        for index, item in enumerate(part):
            yield from walk(item, (*path, index), parts)
    elif isinstance(part, Mapping):
        for key, item in part.items():
            yield from walk(item, (*path, key), parts)
