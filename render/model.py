"""The Declaration: what the paper says. Frozen, typed, strictly validated; every human text is kept by language.

Fields bear the names of the keys of the source. Numbers are not in the model: they are computed, unless the source gives
one as published ("5 bis").
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    PlainValidator,
    StringConstraints,
    Tag,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from render.inline import IDENTIFIER, LANGUAGE, Doubt, Piece, parse, plain
from render.problem import Trail, did_you_mean
from render.view import Picture

STATUSES = ("draft", "agreed", "signed", "published")
UNSPACED = ("zh", "ja", "th", "lo", "km", "my")
"""Languages written without spaces between words."""
LONGEST_ID = 80
"""Characters. An id is part of a file name, and file systems end names at 255 bytes."""
MOST_CELLS = 20_000
"""Cells of one table."""


class Part(BaseModel):
    """A part of a declaration. Unknown keys are errors, and nothing changes once it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, hide_input_in_errors=True)


# Human text


@dataclass(frozen=True, slots=True)
class Wording:
    """A text by language: for each, its paragraphs as inline pieces; and what is doubtful in its markup."""

    versions: Mapping[str, tuple[tuple[Piece, ...], ...]]
    keyed: bool = False
    """Whether the source gives a mapping by language, or one plain string."""
    doubts: tuple[tuple[str, Doubt], ...] = ()
    """The language of a version, and what is doubtful in it."""

    def paragraphs(self, language: str) -> tuple[tuple[Piece, ...], ...]:
        return self.versions[language]

    def line(self, language: str) -> tuple[Piece, ...]:
        """The text's one paragraph."""
        return self.versions[language][0]

    def plain(self, language: str) -> str:
        return "\n\n".join(plain(pieces) for pieces in self.versions[language])

    def path(self, language: str) -> Trail:
        """The way from the text to its version in the source."""
        return (language,) if self.keyed else ()


@dataclass(frozen=True, slots=True)
class Context:
    """What validation must know beside the values: the declaration's languages, and how to get a picture by its name."""

    languages: tuple[str, ...]
    picture: Any = None
    """Callable[[str], Picture]; raises ValueError("what; mend")."""


def _fault(what: str, mend: str, offset: int = 0, key: str | None = None) -> PydanticCustomError:
    return PydanticCustomError("engross", "{what}; {mend}", {"what": what, "mend": mend, "offset": offset, "key": key})


def _faults(doubts: list[tuple[str | None, Doubt]]) -> PydanticCustomError:
    return PydanticCustomError("markup", "markup", {"doubts": doubts})


def _versions(value: object, languages: tuple[str, ...], shared: bool) -> dict[str, str]:
    """The raw text by language. A plain string is the one language's, or, where `shared`, the same in all."""
    if isinstance(value, str):
        if len(languages) > 1 and not shared:
            raise _fault("one text for several languages", f"give one for each: {', '.join(languages)}")
        return dict.fromkeys(languages, value)
    if not isinstance(value, dict):
        raise _fault("a list where text is wanted", "write text")
    for key, text in value.items():
        if key not in languages:
            raise _fault(f"unknown language {key!r}", did_you_mean(key, languages), key=key)
        if not isinstance(text, str):
            raise _fault(f"the text in {key!r} is no text", "write text", key=key)
    if missing := [language for language in languages if language not in value]:
        raise _fault(f"no text in {', '.join(missing)}", f"every text is wanted in {', '.join(languages)}")
    return value


def _wording(value: object, info: ValidationInfo[Context], most: int | None, shared: bool) -> Wording:
    keyed = isinstance(value, dict)
    doubts: list[tuple[str, Doubt]] = []
    versions = {}
    for language, source in _versions(value, info.context.languages, shared).items():
        versions[language], found = _parse(source, language)
        doubts += [(language, doubt) for doubt in found]
        if not versions[language]:
            raise _fault("an empty text", "write it, or take the key away", key=language if keyed else None)
        if most and len(versions[language]) > most:
            raise _fault("an empty line in a text of one paragraph", "join the lines", key=language if keyed else None)
    if grave := [(language if keyed else None, doubt) for language, doubt in doubts if doubt.severity == "error"]:
        raise _faults(grave)
    return Wording(versions, keyed, tuple(doubts))


def _parse(source: str, language: str) -> tuple[tuple[tuple[Piece, ...], ...], list[Doubt]]:
    """A text's paragraphs, and the doubts about its markup at their places in the whole text."""
    spaced = language.split("-")[0] not in UNSPACED
    paragraphs, doubts = [], []
    for start, paragraph in _paragraphs(source):
        pieces, found = parse(paragraph, spaced, start)
        paragraphs.append(pieces)
        doubts += found
    return tuple(paragraphs), doubts


_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")


def _paragraphs(source: str) -> Iterator[tuple[int, str]]:
    """The paragraphs of a text, which empty lines divide, and where each begins."""
    for found in _PARAGRAPH.finditer(source):
        text = found[0]
        start = len(text) - len(text.lstrip(" \n"))
        yield found.start() + start, text.strip(" \n")


def _text(value: object, info: ValidationInfo[Context]) -> Wording:
    return _wording(value, info, most=None, shared=False)


def _line(value: object, info: ValidationInfo[Context]) -> Wording:
    return _wording(value, info, most=1, shared=False)


def _name(value: object, info: ValidationInfo[Context]) -> Wording:
    return _wording(value, info, most=1, shared=True)


Prose = Annotated[Wording, PlainValidator(_text)]
"""One paragraph or more, by language."""
Line = Annotated[Wording, PlainValidator(_line)]
"""One paragraph, by language."""
Name = Annotated[Wording, PlainValidator(_name)]
"""One paragraph that may be the same in all languages."""


# Plain values


def _date(value: object) -> datetime.date:
    try:
        if isinstance(value, str) and len(value) == 10:
            return datetime.date.fromisoformat(value)
    except ValueError:
        pass
    raise _fault(f"{value!r} is no date" if isinstance(value, str) else "no date", "write it as 2022-05-30")


def _truth(value: object) -> bool:
    if value not in ("true", "false"):
        raise _fault(f"{value!r} is neither true nor false", "write true or false")
    return value == "true"


def _pattern(pattern: str, name: str, mend: str) -> PlainValidator:
    compiled = re.compile(pattern)

    def matched(value: object) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise _fault(f"{value!r} is no {name}" if isinstance(value, str) else f"no {name}", mend)
        return value

    return PlainValidator(matched)


def _id(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(IDENTIFIER, value):
        raise _fault(
            f"{value!r} is no id" if isinstance(value, str) else "no id",
            "use lower-case letters a to z and digits, with single hyphens between",
        )
    if len(value) > LONGEST_ID:
        raise _fault(f"an id of {len(value)} characters", f"the longest has {LONGEST_ID}")
    return value


def _status(value: object) -> str:
    if value not in STATUSES:
        raise _fault(f"unknown status {value!r}", did_you_mean(str(value), STATUSES))
    return str(value)


Id = Annotated[str, PlainValidator(_id)]
Language = Annotated[str, _pattern(LANGUAGE, "language tag", "write it as en, lt or zh-Hans (BCP 47)")]
Address = Annotated[str, _pattern(r"https?://[^\s]+", "address", "write it as https://…")]
Date = Annotated[datetime.date, PlainValidator(_date)]
Truth = Annotated[bool, PlainValidator(_truth)]
Status = Annotated[Literal["draft", "agreed", "signed", "published"], PlainValidator(_status)]
Label = Annotated[str, _pattern(r"\S(?:[^\n]{0,38}\S)?", "number", "write at most 40 characters, as published")]
Word = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def _picture(value: object, info: ValidationInfo[Context]) -> Picture:
    if not isinstance(value, str):
        raise _fault("no file name", "write the name of a PNG or JPEG file beside the source")
    try:
        picture: Picture = info.context.picture(value)
    except ValueError as error:
        what, _, mend = str(error).partition("; ")
        raise _fault(what, mend) from None
    return picture


# The body's nodes


class Node(Part):
    """A node of the body. The key that it has says its kind."""

    notes: Mapping[Id, Prose] = {}
    """The bodies of the footnotes that the node's own texts mark."""


class Paragraph(Node):
    """A numbered paragraph or sub-paragraph."""

    id: Id
    number: Label | None = None
    lead: Line | None = None
    text: Prose
    body: tuple[Inner, ...] = ()
    closing: Prose | None = None
    """Words after the sub-paragraphs, in the paragraph's own margin."""


class Recital(Node):
    """An unnumbered paragraph, such as those of a preamble."""

    recital: Id
    lead: Line | None = None
    text: Prose
    body: tuple[Inner, ...] = ()
    closing: Prose | None = None


class Section(Node):
    """A titled part. Paragraphs count on through it."""

    section: Id
    number: Label | None = None
    title: Line
    body: tuple[Outer, ...] = ()


class Article(Node):
    """A numbered part, whose paragraphs count anew."""

    article: Id
    number: Label | None = None
    title: Line | None = None
    body: tuple[Inner, ...] = ()


class Annex(Node):
    """What stands after the signatures; its paragraphs and articles count anew."""

    annex: Id
    number: Label | None = None
    title: Line | None = None
    body: tuple[Outer, ...] = ()


class Item(Part):
    """An item of a list, and the list under it."""

    text: Line
    list: tuple[Item, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, value: object) -> object:
        return value if isinstance(value, dict) and "text" in value else {"text": value}


class Bullets(Node):
    """An unnumbered list."""

    list: tuple[Item, ...]


class Table(Node):
    """A table with a header row; every row is as long as the header."""

    table: Id
    caption: Line | None = None
    header: tuple[Name, ...]
    rows: tuple[tuple[Name, ...], ...]


class Quotation(Node):
    """The words of another text."""

    quotation: Prose
    attribution: Line | None = None


class Image(Node):
    """A picture beside the source, with words that say what it shows, or marked as decorative."""

    image: Annotated[Picture, PlainValidator(_picture)]
    alternative: Line | None = None
    decorative: Truth = False
    caption: Line | None = None


KINDS: dict[str, type[Node]] = {
    "section": Section,
    "article": Article,
    "annex": Annex,
    "recital": Recital,
    "list": Bullets,
    "table": Table,
    "quotation": Quotation,
    "image": Image,
    "text": Paragraph,
}
"""The key that says a node's kind. The first that a node has counts."""


def _kind(value: object) -> str | None:
    keys = value if isinstance(value, dict) else ()
    return next((f"<{kind}>" for kind in KINDS if kind in keys), None)


_Paragraph = Annotated[Paragraph, Tag("<text>")]
_Recital = Annotated[Recital, Tag("<recital>")]
_Section = Annotated[Section, Tag("<section>")]
_Article = Annotated[Article, Tag("<article>")]
_Annex = Annotated[Annex, Tag("<annex>")]
_Bullets = Annotated[Bullets, Tag("<list>")]
_Table = Annotated[Table, Tag("<table>")]
_Quotation = Annotated[Quotation, Tag("<quotation>")]
_Image = Annotated[Image, Tag("<image>")]

Inner = Annotated[_Paragraph | _Recital | _Bullets | _Table | _Quotation | _Image, Discriminator(_kind)]
"""What may stand in a paragraph or an article."""
Outer = Annotated[
    _Paragraph | _Recital | _Bullets | _Table | _Quotation | _Image | _Section | _Article, Discriminator(_kind)
]
"""What may stand in a section or an annex."""
Top = Annotated[
    _Paragraph | _Recital | _Bullets | _Table | _Quotation | _Image | _Section | _Article | _Annex,
    Discriminator(_kind),
]
"""What may stand in a declaration's own body."""


# The declaration


class Party(Part):
    """A state or organisation that declares: for checks and order, never printed."""

    id: Id
    name: Word


class Organisation(Part):
    """Who publishes."""

    name: Name
    url: Address | None = None


class Change(Part):
    """A change of a published text."""

    date: Date
    note: Line


class Publication(Part):
    """Where and when the text was published."""

    organisation: Organisation
    published: Date | None = None
    updated: Date | None = None
    changes: tuple[Change, ...] = ()
    url: Address | None = None
    landing_page: Address | None = None


class Rights(Part):
    """Notices, word for word as published."""

    copyright: Name | None = None
    notice: Prose | None = None
    third_party: Prose | None = None
    availability: Prose | None = None


class Signed(Part):
    """The words of place and date, and what they mean."""

    text: Name
    place: Word | None = None
    date: Date | None = None


class Signatory(Part):
    """Who signs. `on_behalf` is printed over the names of a party ("For the Government of …")."""

    name: Name
    party: Id | None = None
    title: Name | None = None
    on_behalf: Name | None = None
    signed: Signed | None = None
    """Where this party signs at a place and date of its own, in counterparts."""


class Declaration(Part):
    """What the paper says, in every language it is held in."""

    id: Id
    type: Line | None = None
    title: Line
    short_title: Line | None = None
    status: Status = "draft"
    marking: Name | None = None
    languages: Annotated[tuple[Language, ...], BeforeValidator(lambda value: value or None)]
    authentic_languages: tuple[Language, ...] = ()
    parties: tuple[Party, ...] = ()
    publication: Publication | None = None
    rights: Rights | None = None
    body: tuple[Top, ...]
    testimonium: Prose | None = None
    signed: Signed | None = None
    signatories: tuple[Signatory, ...] = ()
    notes: Mapping[Id, Prose] = {}
    """The bodies of the footnotes that the title and the testimonium mark."""

    @property
    def main(self) -> tuple[Node, ...]:
        """The body up to the signatures."""
        return tuple(node for node in self.body if not isinstance(node, Annex))

    @property
    def annexes(self) -> tuple[Annex, ...]:
        return tuple(node for node in self.body if isinstance(node, Annex))


def walk(part: object, path: Trail = ()) -> Iterator[tuple[Trail, Part | Wording]]:
    """Every part and every text, depth first in the order of the fields, with its path in the source."""
    if isinstance(part, Wording):
        yield path, part
    elif isinstance(part, Part):
        yield path, part
        for name in type(part).model_fields:
            yield from walk(getattr(part, name), (*path, name))
    elif isinstance(part, tuple):
        for index, item in enumerate(part):
            yield from walk(item, (*path, index))
    elif isinstance(part, Mapping):
        for key, item in part.items():
            yield from walk(item, (*path, key))
