"""The Declaration: what the paper says. Frozen and typed; every human text is kept by language.

Fields bear the names of the keys of the source, and `read/shapes.py` says how each is read. Numbers are not in it:
they are computed, unless the source gives one as published ("5 bis").
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from render.errors import Trail
from render.model.inline import MarkupIssue, Piece, plain
from render.model.picture import PictureFile

STATUSES = ("draft", "agreed", "signed", "published")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text by language: for each, its paragraphs as inline pieces; and what is doubtful in its markup."""

    versions: Mapping[str, tuple[tuple[Piece, ...], ...]]
    keyed: bool = False
    """Whether the source gives a mapping by language, or one plain string."""
    markup_issues: tuple[tuple[str, MarkupIssue], ...] = ()
    """The language of a version, and what is doubtful in it."""

    def paragraphs(self, language: str) -> tuple[tuple[Piece, ...], ...]:
        """The text's paragraphs in a language."""
        return self.versions[language]

    def line(self, language: str) -> tuple[Piece, ...]:
        """The text's one paragraph."""
        return self.versions[language][0]

    def plain(self, language: str) -> str:
        """The words alone."""
        return "\n\n".join(plain(pieces) for pieces in self.versions[language])

    def path(self, language: str) -> Trail:
        """The way from the text to its version in the source."""
        return (language,) if self.keyed else ()


# The body's nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A numbered paragraph or sub-paragraph; `closing` are words after its sub-paragraphs, in its own margin."""

    id: str
    number: str | None = None
    lead: Wording | None = None
    text: Wording
    body: tuple[Inner, ...] = ()
    closing: Wording | None = None
    notes: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recital:
    """An unnumbered paragraph, such as those of a preamble."""

    recital: str
    lead: Wording | None = None
    text: Wording
    body: tuple[Inner, ...] = ()
    closing: Wording | None = None
    notes: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled part. Paragraphs count on through it."""

    section: str
    number: str | None = None
    title: Wording
    body: tuple[Outer, ...] = ()
    notes: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A numbered part, whose paragraphs count anew."""

    article: str
    number: str | None = None
    title: Wording | None = None
    body: tuple[Inner, ...] = ()
    notes: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """What stands after the signatures; its paragraphs and articles count anew."""

    annex: str
    number: str | None = None
    title: Wording | None = None
    body: tuple[Outer, ...] = ()
    notes: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of a list, and the list under it."""

    text: Wording
    list: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """An unnumbered list."""

    list: tuple[Item, ...]
    notes: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a header row."""

    table: str
    caption: Wording | None = None
    header: tuple[Wording, ...]
    rows: tuple[tuple[Wording, ...], ...]
    notes: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The words of another text."""

    quotation: Wording
    attribution: Wording | None = None
    notes: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Prose in a frame, set apart from the text around it."""

    title: Wording | None = None
    box: Wording
    notes: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture beside the source, with words that say what it shows, or marked as decorative."""

    image: PictureFile
    alternative: Wording | None = None
    decorative: bool = False
    caption: Wording | None = None
    notes: Mapping[str, Wording] = field(default_factory=dict)


Inner = Paragraph | Recital | Bullets | Table | Quotation | Box | Image
"""What may stand in a paragraph or an article."""
Outer = Inner | Section | Article
"""What may stand in a section or an annex."""
Node = Outer | Annex
"""What may stand in a declaration's own body. `notes` are the footnotes that a node's own texts mark."""
Titled = Section | Article | Annex
"""What has a heading and a body under it."""


# The declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A state or organisation that declares: for checks and order, never printed."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """A protective marking, and how what bears it is to be handled.

    `scheme` are the levels that there are, from low to high, where none that is known (release.py) has this level.
    """

    level: Wording
    handling: Wording | None = None
    scheme: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who publishes."""

    name: Wording
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a published text."""

    date: datetime.date
    note: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Where and when the text was published."""

    organisation: Organisation | None = None
    published: datetime.date | None = None
    updated: datetime.date | None = None
    changes: tuple[Change, ...] = ()
    url: str | None = None
    landing_page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Notices, word for word as published."""

    copyright: Wording | None = None
    notice: Wording | None = None
    third_party: Wording | None = None
    availability: Wording | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The words of place and date, and what they mean."""

    text: Wording
    place: str | None = None
    date: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """Who signs.

    `on_behalf` is printed over the names of a party ("For the Government of …"); `signed` is where it signs at a
    place and date of its own, in counterparts.
    """

    name: Wording
    party: str | None = None
    title: Wording | None = None
    on_behalf: Wording | None = None
    signed: Signed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What the paper says, in every language it is held in. `notes` are those of the title and the testimonium."""

    id: str
    type: Wording | None = None
    title: Wording
    short_title: Wording | None = None
    status: str | None = None
    marking: Marking | None = None
    embargo: datetime.datetime | None = None
    languages: tuple[str, ...]
    authentic_languages: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    publication: Publication | None = None
    rights: Rights | None = None
    body: tuple[Node, ...]
    testimonium: Wording | None = None
    signed: Signed | None = None
    signatories: tuple[Signatory, ...] = ()
    notes: Mapping[str, Wording] = field(default_factory=dict)
    source: bytes = field(default=b"", repr=False, compare=False)
    """The file that it was read from."""

    @property
    def state(self) -> str:
        """What the names of its files say of how far it has come: "draft", or "" where it has left that behind."""
        return self.status if self.status == "draft" else ""

    @property
    def main(self) -> tuple[Node, ...]:
        """The body up to the signatures."""
        return tuple(node for node in self.body if not isinstance(node, Annex))

    @property
    def annexes(self) -> tuple[Annex, ...]:
        """What stands after the signatures."""
        return tuple(node for node in self.body if isinstance(node, Annex))


Part = Node | Item | Party | Marking | Organisation | Change | Publication | Rights | Signed | Signatory | Declaration
"""Whatever has fields that are keys of the source."""


def walk(part: object, path: Trail = (), parts: Any = Part) -> Iterator[tuple[Trail, Any]]:
    """Every part and every text, depth first in the order of the fields, with its path in the source.

    `parts` are the classes whose fields are keys.
    """
    if isinstance(part, Wording):
        yield path, part
    elif isinstance(part, parts):
        yield path, part
        for name in part.__slots__:
            held = getattr(part, name)
            if held and not isinstance(held, str):  # most hold nothing, or a name
                yield from walk(held, (*path, name), parts)
    elif isinstance(part, tuple):
        for index, item in enumerate(part):
            yield from walk(item, (*path, index), parts)
    elif isinstance(part, Mapping):
        for key, item in part.items():
            yield from walk(item, (*path, key), parts)
