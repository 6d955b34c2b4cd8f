"""Readers of plain values: text that is never printed, ids, language tags, addresses, words from a list, pictures.

A reader takes a value of the tree, its path and the context, and returns what the model keeps. It reports what is wrong
to the context, and returns something in any case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from render.errors import NodePath
from render.model.declaration import STATUSES
from render.model.patterns import IDENTIFIER, LANGUAGE
from render.model.picture import PictureFile
from render.read.context import ReadContext, quote
from render.read.pictures import InvalidPicture

MAX_ID = 80
"""Characters. An id is part of a file name, and file systems limit names to 255 bytes."""
MAX_NUMBER = 40
"""Characters of a number as published."""
MAX_SHORT_TEXT = 200
"""Characters of the name of a party. Every commitment of the party repeats it."""

Reader = Callable[[Any, NodePath, ReadContext], Any]
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "y", "on", "1"), "true"),
    **dict.fromkeys(("false", "no", "n", "off", "0"), "false"),
}


def text(value: Any, path: NodePath, context: ReadContext) -> str:
    """Words that are never printed."""
    if not isinstance(value, str) or not value.strip():
        context.report_kind(path, value, "text", "write the text itself")
    return str(value).strip()


def short_text(value: Any, path: NodePath, context: ReadContext) -> str:
    """Words of at most MAX_SHORT_TEXT characters that are printed in lists."""
    found = text(value, path, context)
    if len(found) > MAX_SHORT_TEXT:
        context.report(path, f"{len(found):,} characters", f"the maximum here is {MAX_SHORT_TEXT}: shorten it")
    return found


class Matching:
    """Reads text that matches a pattern as a whole. `hint` says how to fix a value that doesn't match."""

    def __init__(self, name: str, pattern: str, hint: Callable[[str], str], max_length: int = 10_000) -> None:
        self.name, self.pattern, self.hint, self.max_length = name, re.compile(pattern), hint, max_length

    def __call__(self, value: Any, path: NodePath, context: ReadContext) -> str:
        """The text as it is."""
        if not isinstance(value, str) or not value:
            context.report_kind(path, value, with_article(self.name), self.hint(""))
        elif not self.pattern.fullmatch(value):
            context.report(path, f"invalid {self.name} {quote(value)}", self.hint(value))
        elif len(value) > self.max_length:
            what = f"{with_article(self.name)} of {len(value)} characters"
            context.report(path, what, f"use at most {self.max_length}")
        return str(value)


class OneOf:
    """Reads one of a few words."""

    def __init__(self, name: str, words: tuple[str, ...]) -> None:
        self.name, self.words = name, words

    def __call__(self, value: Any, path: NodePath, context: ReadContext) -> str:
        """The word."""
        if not isinstance(value, str) or not value:
            context.report_kind(path, value, with_article(self.name), f"choose from {', '.join(sorted(self.words))}")
        elif value not in self.words:
            context.report(path, f"invalid {self.name} {quote(value)}", context.did_you_mean(value, self.words))
        return str(value)


def id_hint(value: str) -> str:
    """How to write an id: the one that is most like the value, if one is."""
    similar = re.sub("[^a-z0-9]+", "-", value.lower()).strip("-")
    if value.isascii() and re.fullmatch(IDENTIFIER, similar) and len(similar) <= MAX_ID:
        return f"write {similar}"
    return "begin with a letter a to z, then use letters a to z, digits and single hyphens"


def _language_hint(value: str) -> str:
    language, *subtags = value.replace("_", "-").split("-")
    tag = "-".join((language.lower(), *map(_subtag, subtags)))
    return f"write {tag}" if re.fullmatch(LANGUAGE, tag) else "write a BCP 47 tag such as en, lt or zh-Hans"


def _subtag(subtag: str) -> str:
    """A subtag of a language tag in its usual case (RFC 5646, section 2.1.1)."""
    if len(subtag) == 4 and subtag.isalpha():
        return subtag.title()
    return subtag.upper() if len(subtag) == 2 else subtag.lower()


def _address_hint(value: str) -> str:
    if " " in value.strip():
        return "write %20 for a space"
    return f"write https://{value}" if _DOMAIN.fullmatch(value) else "begin with https://"


identifier = Matching("id", IDENTIFIER, id_hint, MAX_ID)
language = Matching("language tag", LANGUAGE, _language_hint)
address = Matching("web address", r"https?://\S+", _address_hint)
number = Matching("number", r"\S(?:[^\n]*\S)?", lambda _: "write it as published, in one line", MAX_NUMBER)
status = OneOf("status", STATUSES)


def boolean(value: Any, path: NodePath, context: ReadContext) -> bool:
    """True or False, written `true` or `false`."""
    if not isinstance(value, str) or not value:
        context.report_kind(path, value, "true or false", "write true or false")
    elif value not in ("true", "false"):
        meant = _BOOLEANS.get(value.lower(), "true or false")
        context.report(path, f"{quote(value)} isn't true or false", f"write {meant}")
    return bool(value == "true")


def picture(value: Any, path: NodePath, context: ReadContext) -> PictureFile | None:
    """The picture in a file beside the source."""
    name = text(value, path, context)
    try:
        return context.picture(name) if isinstance(value, str) and name else None
    except InvalidPicture as invalid:
        context.report(path, invalid.what, invalid.hint)
    return None


def with_article(name: str) -> str:
    """A name after its indefinite article."""
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
