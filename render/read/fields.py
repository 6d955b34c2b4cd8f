"""The keys of a source: for every part of a declaration its keys, the reader of each, and which the part must have.

`required` and `optional` make a key of a reader (see `values.py`). A `Shape` is the reader of a part with its keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from render.errors import NodePath
from render.model import declaration as model
from render.read.containers import ListOf, MapOf
from render.read.context import MAX_LANGUAGES, ReadContext, quote
from render.read.dates import date, moment
from render.read.localized_text import column_name, line, name, prose, title
from render.read.values import Reader, address, boolean, identifier, language, number, picture, short_text, status, text


@dataclass(frozen=True, slots=True)
class Key:
    """The reader of a key's value, and whether the key must be there."""

    read: Reader
    is_required: bool


def required(read: Reader) -> Key:
    """A key that must be there."""
    return Key(read, True)


def optional(read: Reader) -> Key:
    """A key that need not be there."""
    return Key(read, False)


class Shape:
    """Reads a mapping as a part of the model. Each key is a field of the part."""

    def __init__(self, part: type, **keys: Key) -> None:
        self.part, self.keys = part, keys

    def __call__(self, value: Any, path: NodePath, context: ReadContext) -> Any:
        """The part; None if the value isn't a mapping or lacks a required key."""
        if not isinstance(value, dict):
            context.report_kind(path, value, "a mapping", f"use the keys {', '.join(self.keys)}")
            return None
        for key in value:
            if key not in self.keys:
                hint = context.did_you_mean(key, self.keys)
                context.report((*path, key), f"unknown key {quote(key)}", hint, at_key=True)
        missing = [key for key, field in self.keys.items() if field.is_required and key not in value]
        for key in missing:
            context.report(path, f"missing key {key!r}", f"add it to this {self.name}")
        fields = {
            key: field.read(value[key], (*path, key), context) for key, field in self.keys.items() if key in value
        }
        return None if missing else self.part(**fields)

    @property
    def name(self) -> str:
        """What messages call the part."""
        return _NAMES.get(self.part, self.part.__name__.lower())


_NAMES: Mapping[type, str] = {model.Bullets: "list", model.Signed: "signature"}
"""Parts that messages call by another name than the model does."""


# Readers of nodes, markings and items

_MAX_LISTED_KEYS = 8
"""Keys that a problem lists."""


class NodeField:
    """Reads a node of the body, of one of the given kinds. A key of the node says its kind."""

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds

    def __call__(self, value: Any, path: NodePath, context: ReadContext) -> Any:
        """The node; None if the value isn't a node of one of these kinds."""
        if not isinstance(value, dict):
            context.report_kind(path, value, "a node", self._kinds_hint())
            return None
        kind = next((kind for kind in NODES if kind in value), None)
        if kind in self.kinds:
            return NODES[kind](value, path, context)
        if kind:
            context.report(path, f"a node with {kind!r} isn't allowed here", f"use {_one_of(self.kinds)}")
        else:
            first_keys = list(islice(value, _MAX_LISTED_KEYS))
            keys = f"only {_listed(first_keys)}" if value else "no keys"
            hint = self._similar_kind(first_keys, context)
            context.report(path, f"unknown kind of node: it has {keys}", hint)
        return None

    def _similar_kind(self, keys: Iterable[str], context: ReadContext) -> str:
        """The hint to a kind that is similar to one of the keys of a node."""
        hints = (context.did_you_mean(key, self.kinds) for key in keys)
        return next((hint for hint in hints if hint.startswith("did you mean")), self._kinds_hint())

    def _kinds_hint(self) -> str:
        return f"give it {_one_of(self.kinds)}"


def marking(value: Any, path: NodePath, context: ReadContext) -> Any:
    """A protective marking: its level alone, or a mapping."""
    is_mapping = isinstance(value, dict) and not MARKING.keys.keys().isdisjoint(value)
    if is_mapping:
        return MARKING(value, path, context)
    level = name(value, path, context)
    return model.Marking(level=level) if level else None


def item(value: Any, path: NodePath, context: ReadContext) -> Any:
    """An item of a list: its text alone, or a mapping."""
    is_mapping = isinstance(value, dict) and ("text" in value or "list" in value)
    return ITEM(value if is_mapping else {"text": value}, path, context)


notes = MapOf(prose, "notes", "name: text")
"""The texts of footnotes, by the name in their marks."""


def _one_of(kinds: Iterable[str]) -> str:
    return f"one of the keys {_listed(kinds)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(quote, names))


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
        title=required(title),
        body=optional(ListOf(NodeField(*_OUTER))),
        **_NOTED,
    ),
    "article": Shape(
        model.Article,
        article=required(identifier),
        number=optional(number),
        title=optional(title),
        body=optional(ListOf(NodeField(*_INNER))),
        **_NOTED,
    ),
    "annex": Shape(
        model.Annex,
        annex=required(identifier),
        number=optional(number),
        title=optional(title),
        body=optional(ListOf(NodeField(*_OUTER))),
        **_NOTED,
    ),
    "recital": Shape(model.Recital, recital=required(identifier), **_PROSE),
    "list": Shape(model.Bullets, list=required(ListOf(item, min_length=1)), **_NOTED),
    "table": Shape(
        model.Table,
        table=required(identifier),
        caption=optional(line),
        header=required(ListOf(column_name, min_length=1)),
        rows=required(ListOf(ListOf(name))),
        **_NOTED,
    ),
    "quotation": Shape(model.Quotation, quotation=required(prose), attribution=optional(line), **_NOTED),
    "box": Shape(model.Box, title=optional(line), box=required(prose), **_NOTED),
    "image": Shape(
        model.Image,
        image=required(picture),
        alternative=optional(line),
        decorative=optional(boolean),
        caption=optional(line),
        **_NOTED,
    ),
    "text": Shape(model.Paragraph, id=required(identifier), number=optional(number), **_PROSE),
}
"""The kinds of node, by the key that says the kind. If a node has several of these keys, the first one here counts."""

ITEM = Shape(model.Item, text=required(line), list=optional(ListOf(item)))
MARKING = Shape(
    model.Marking, level=required(name), handling=optional(name), scheme=optional(ListOf(text, min_length=1))
)
_SIGNED = Shape(model.Signed, text=required(name), place=optional(text), date=optional(date))

DECLARATION = Shape(
    model.Declaration,
    id=required(identifier),
    type=optional(line),
    title=required(title),
    short_title=optional(title),
    status=optional(status),
    marking=optional(marking),
    embargo=optional(moment),
    languages=required(ListOf(language, min_length=1, max_length=MAX_LANGUAGES)),
    authentic_languages=optional(ListOf(language)),
    parties=optional(ListOf(Shape(model.Party, id=required(identifier), name=required(short_text)))),
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
