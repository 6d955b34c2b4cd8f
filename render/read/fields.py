"""The shape of a source: for every part of a declaration its keys, how each is read, and which it must have.

A reader takes a value of the tree, its path and the reading, and gives what the model keeps. `must` and `may` make it a
key that is needed or not.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from render.errors import Trail, did_you_mean
from render.model import declaration as model
from render.model.declaration import STATUSES
from render.model.patterns import IDENTIFIER, LANGUAGE
from render.model.picture import PictureFile
from render.read.context import MAX_LANGUAGES, Reading, quote, what_it_is
from render.read.localized_text import line, name, prose

MAX_ID = 80
"""Characters. An id is part of a file name, and file systems end names at 255 bytes."""
MAX_NUMBER = 40
"""Characters of a number as published."""

Reader = Callable[[Any, Trail, Reading], Any]


@dataclass(frozen=True, slots=True)
class Key:
    """How the value of a key is read, and whether the key must be there."""

    read: Reader
    needed: bool


def required(read: Reader) -> Key:
    """A key that must be there."""
    return Key(read, True)


def optional(read: Reader) -> Key:
    """A key that may be there."""
    return Key(read, False)


class Shape:
    """Reads a mapping as a part of the model, of which each key is a field."""

    def __init__(self, part: type, **keys: Key) -> None:
        self.part, self.keys = part, keys

    def __call__(self, value: Any, path: Trail, reading: Reading) -> Any:
        """The part; None where it lacks a key or is no mapping."""
        if not isinstance(value, dict):
            reading.fault(path, f"{what_it_is(value)} where keys are wanted", f"its keys are {', '.join(self.keys)}")
            return None
        for key in value:
            if key not in self.keys:
                reading.fault((*path, key), f"unknown key {quote(key)}", did_you_mean(key, self.keys), at_key=True)
        missing = [key for key, it in self.keys.items() if it.needed and key not in value]
        for key in missing:
            called = _CALLED.get(self.part, self.part.__name__.lower())
            reading.fault(path, f"no {key!r}", f"{_with_article(called)} needs one")
        fields = {key: it.read(value[key], (*path, key), reading) for key, it in self.keys.items() if key in value}
        return None if missing else self.part(**fields)


# Plain values


def text(value: Any, path: Trail, reading: Reading) -> str:
    """Words that are never printed."""
    if not isinstance(value, str) or not value.strip():
        reading.fault(path, f"{what_it_is(value)} where text is wanted", "write text")
    return str(value).strip()


class Matching:
    """Reads text that a pattern matches whole."""

    def __init__(self, pattern: str, called: str, hint: str, most: int = 10_000) -> None:
        self.pattern, self.called, self.hint, self.most = re.compile(pattern), called, hint, most

    def __call__(self, value: Any, path: Trail, reading: Reading) -> str:
        """The text as it stands."""
        if not isinstance(value, str) or not value:
            reading.fault(path, f"{what_it_is(value)} where {self.called} is wanted", self.hint)
        elif not self.pattern.fullmatch(value):
            reading.fault(path, f"{quote(value)} is not {self.called}", self.hint)
        elif len(value) > self.most:
            reading.fault(path, f"{self.called} of {len(value)} characters", f"the longest has {self.most}")
        return str(value)


class OneOf:
    """Reads one of a few words."""

    def __init__(self, words: tuple[str, ...], called: str) -> None:
        self.words, self.called = words, called

    def __call__(self, value: Any, path: Trail, reading: Reading) -> str:
        """The word."""
        if value not in self.words:
            what = unlike(value, f"is no {self.called}", f"a {self.called}")
            reading.fault(path, what, did_you_mean(str(value), self.words))
        return str(value)


_ID_MEND = "use lower-case letters a to z, then digits too, with single hyphens between"

identifier = Matching(IDENTIFIER, "an id", _ID_MEND, MAX_ID)
language = Matching(LANGUAGE, "a language tag", "write it as en, lt or zh-Hans (BCP 47)")
address = Matching(r"https?://\S+", "an address", "write it as https://…")
number = Matching(r"\S(?:[^\n]*\S)?", "a number", "write it as published", MAX_NUMBER)


def date(value: Any, path: Trail, reading: Reading) -> datetime.date | None:
    """A day of the calendar (ISO 8601, extended)."""
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            return datetime.date.fromisoformat(value)
    except ValueError:
        pass
    reading.fault(path, unlike(value, "is no date", "a date"), "write it as 2022-05-30")
    return None


def moment(value: Any, path: Trail, reading: Reading) -> datetime.datetime | None:
    """A moment, with its distance from universal time (ISO 8601, extended)."""
    try:
        if isinstance(value, str) and "T" in value and (found := datetime.datetime.fromisoformat(value)).tzinfo:
            return found
    except ValueError:
        pass
    reading.fault(path, unlike(value, "is no moment", "a moment"), "write it as 2022-05-23T12:00:00+01:00")
    return None


def truth(value: Any, path: Trail, reading: Reading) -> bool:
    """Yes or no, as `true` or `false`."""
    if value not in ("true", "false"):
        what = unlike(value, "is neither true nor false", "true or false")
        reading.fault(path, what, "write true or false")
    return bool(value == "true")


status = OneOf(STATUSES, "status")


def picture(value: Any, path: Trail, reading: Reading) -> PictureFile | None:
    """The picture in a file beside the source."""
    name = text(value, path, reading)
    try:
        return reading.picture(name) if isinstance(value, str) and name else None
    except ValueError as error:
        what, _, hint = str(error).rpartition("; ")
        reading.fault(path, what, hint)
    return None


def unlike(value: Any, what: str, wanted: str) -> str:
    """What is wrong with a value that is not what is wanted: text says itself what it is."""
    return (
        f"{quote(value)} {what}"
        if isinstance(value, str) and value
        else f"{what_it_is(value)} where {wanted} is wanted"
    )


# What holds others


class ListOf:
    """Reads a list, every item by one reader."""

    def __init__(self, read: Reader, least: int = 0, most: int | None = None) -> None:
        self.read, self.least, self.most = read, least, most

    def __call__(self, value: Any, path: Trail, reading: Reading) -> tuple[Any, ...]:
        """What each item is read as."""
        if not isinstance(value, list):
            reading.fault(path, f"{what_it_is(value)} where a list is wanted", "begin each item with '- '")
            return ()
        if len(value) < self.least:
            reading.fault(path, "an empty list", f"write at least {self.least}")
        if self.most is not None and len(value) > self.most:
            reading.fault(path, f"a list of {len(value):,}", f"the most is {self.most:,}")
        return tuple(self.read(item, (*path, index), reading) for index, item in enumerate(value))


class MapOf:
    """Reads a mapping by ids, every value by one reader."""

    def __init__(self, read: Reader, called: str, entry: str = "id: …") -> None:
        self.read, self.called, self.entry = read, called, entry

    def __call__(self, value: Any, path: Trail, reading: Reading) -> Mapping[str, Any]:
        """What each value is read as, by its id."""
        if not isinstance(value, dict):
            what = f"{what_it_is(value)} where {self.called} are wanted"
            reading.fault(path, what, f"write each as {self.entry!r}")
            return {}
        for key in value:
            if not re.fullmatch(IDENTIFIER, key):
                reading.fault((*path, key), f"{quote(key)} is not an id", _ID_MEND, at_key=True)
        return {key: self.read(it, (*path, key), reading) for key, it in value.items()}


notes = MapOf(prose, "notes", "name: text")
"""The bodies of footnotes, by the name that marks them."""


class NodeField:
    """Reads a node of the body, of one of the kinds that may stand there. The key that it has says its kind."""

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds

    def __call__(self, value: Any, path: Trail, reading: Reading) -> Any:
        """The node; None where it is none, or can't stand here."""
        kinds = self.kinds
        if not isinstance(value, dict):
            reading.fault(path, f"{what_it_is(value)} where a node is wanted", f"a node has one of {_listed(kinds)}")
            return None
        kind = next((kind for kind in NODES if kind in value), None)
        if kind is None:
            mends = [did_you_mean(key, kinds) for key in value]
            near = next((hint for hint in mends if hint.startswith("did")), f"a node has one of {_listed(kinds)}")
            reading.fault(path, f"a node of no kind (it has {_listed(list(value)[:8]) or 'no keys'})", near)
            return None
        if kind not in kinds:
            reading.fault(path, f"a node with {kind!r} can't stand here", f"here may stand one with {_listed(kinds)}")
            return None
        return NODES[kind](value, path, reading)


def marking(value: Any, path: Trail, reading: Reading) -> Any:
    """A protective marking: its level, or a mapping with more."""
    is_mapped = isinstance(value, dict) and not MARKING.keys.keys().isdisjoint(value)
    if is_mapped:
        return MARKING(value, path, reading)
    level = name(value, path, reading)
    return model.Marking(level=level) if level else None


def item(value: Any, path: Trail, reading: Reading) -> Any:
    """An item of a list: text, or text with a list under it."""
    is_mapped = isinstance(value, dict) and ("text" in value or "list" in value)
    return ITEM(value if is_mapped else {"text": value}, path, reading)


def _listed(names: Any) -> str:
    return ", ".join(map(quote, names))


def _with_article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


_CALLED: Mapping[type, str] = {model.Bullets: "list", model.Signed: "signature"}
"""Parts that are not called in a problem as they are in the model."""

# The shapes

_INNER = ("text", "recital", "list", "table", "quotation", "box", "image")
_OUTER = (*_INNER, "section", "article")

_NOTED = {"notes": optional(notes)}
_PROSE = {
    "lead": optional(line),
    "text": required(prose),
    "body": optional(ListOf(NodeField(*_INNER))),
    "closing": optional(prose),
} | _NOTED

NODES = {
    "section": Shape(
        model.Section,
        section=required(identifier),
        number=optional(number),
        title=required(line),
        body=optional(ListOf(NodeField(*_OUTER))),
        **_NOTED,
    ),
    "article": Shape(
        model.Article,
        article=required(identifier),
        number=optional(number),
        title=optional(line),
        body=optional(ListOf(NodeField(*_INNER))),
        **_NOTED,
    ),
    "annex": Shape(
        model.Annex,
        annex=required(identifier),
        number=optional(number),
        title=optional(line),
        body=optional(ListOf(NodeField(*_OUTER))),
        **_NOTED,
    ),
    "recital": Shape(model.Recital, recital=required(identifier), **_PROSE),
    "list": Shape(model.Bullets, list=required(ListOf(item, least=1)), **_NOTED),
    "table": Shape(
        model.Table,
        table=required(identifier),
        caption=optional(line),
        header=required(ListOf(name, least=1)),
        rows=required(ListOf(ListOf(name))),
        **_NOTED,
    ),
    "quotation": Shape(model.Quotation, quotation=required(prose), attribution=optional(line), **_NOTED),
    "box": Shape(model.Box, title=optional(line), box=required(prose), **_NOTED),
    "image": Shape(
        model.Image,
        image=required(picture),
        alternative=optional(line),
        decorative=optional(truth),
        caption=optional(line),
        **_NOTED,
    ),
    "text": Shape(model.Paragraph, id=required(identifier), number=optional(number), **_PROSE),
}
"""The kinds of node, by the key that says the kind; of several such keys in one node the first here counts."""

ITEM = Shape(model.Item, text=required(line), list=optional(ListOf(item)))
MARKING = Shape(model.Marking, level=required(name), handling=optional(name), scheme=optional(ListOf(text, least=1)))
_SIGNED = Shape(model.Signed, text=required(name), place=optional(text), date=optional(date))

DECLARATION = Shape(
    model.Declaration,
    id=required(identifier),
    type=optional(line),
    title=required(line),
    short_title=optional(line),
    status=optional(status),
    marking=optional(marking),
    embargo=optional(moment),
    languages=required(ListOf(language, least=1, most=MAX_LANGUAGES)),
    authentic_languages=optional(ListOf(language)),
    parties=optional(ListOf(Shape(model.Party, id=required(identifier), name=required(text)))),
    publication=optional(
        Shape(
            model.Publication,
            organisation=optional(Shape(model.Organisation, name=required(name), url=optional(address))),
            published=optional(date),
            updated=optional(date),
            changes=optional(ListOf(Shape(model.Change, date=required(date), note=required(line)))),
            url=optional(address),
            landing_page=optional(address),
        )
    ),
    rights=optional(
        Shape(
            model.Rights,
            copyright=optional(name),
            notice=optional(prose),
            third_party=optional(prose),
            availability=optional(prose),
        )
    ),
    body=required(ListOf(NodeField(*_OUTER, "annex"))),
    testimonium=optional(prose),
    signed=optional(_SIGNED),
    signatories=optional(
        ListOf(
            Shape(
                model.Signatory,
                name=required(name),
                party=optional(identifier),
                title=optional(name),
                on_behalf=optional(name),
                signed=optional(_SIGNED),
            )
        )
    ),
    **_NOTED,
)
