"""The words of a text of a source, read in a simple way that doesn't use `render`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.reading import Address, Mark


class Name(NamedTuple):
    """The label of a part, and how references name it."""

    label: str
    reference: str


_ESCAPED = re.compile(r"\\([\\*\[\]{}])")
_STARRED = re.compile(r"(?<!\w)(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1(?!\w)")
_BRACKET = re.compile(
    r"\[\^(?P<note>[a-z0-9-]+)\]|\[\]\(#(?P<cite>[a-z0-9-]+)\)"
    r"|\[(?P<words>[^\[\]]+)\](?:\((?P<href>(?:https?://|mailto:|#)(?:[^\s()]|\([^\s()]*\))+)\)|\{[a-zA-Z-]+\})"
)
_HIDE = {ord(sign): 0xE000 + ord(sign) for sign in r"\*[]{}"}
_UNHIDE = {hidden: shown for shown, hidden in _HIDE.items()}


def joined(text: str) -> str:
    """A paragraph's lines, joined by a space."""
    return re.sub(r" *\n *", " ", text.strip(" \n"))


def paragraphs_of(text: str) -> list[str]:
    return [joined(paragraph) for paragraph in re.split(r"\n *\n", text.strip(" \n"))]


def parts(
    text: str, names: Mapping[str, Name] | None = None, marks: Iterator[int] | None = None
) -> Iterator[str | Mark | Address]:
    """The words of one paragraph of markup; without `names` no references, and without `marks` no note marks."""
    text = _ESCAPED.sub(lambda found: found[1].translate(_HIDE), text)
    before = None
    while text != before:
        before, text = text, _STARRED.sub(r"\2", text)
    here = 0
    for found in _BRACKET.finditer(text):
        yield text[here : found.start()].translate(_UNHIDE)
        here = found.end()
        if found["note"] and marks is not None:
            yield Mark(next(marks))
        if found["cite"] and names is not None:
            yield names[found["cite"]].reference
        if found["words"]:
            yield found["words"].translate(_UNHIDE)
        if found["href"] and not found["href"].startswith("#"):
            yield Address(found["href"], found["words"].translate(_UNHIDE))
    yield text[here:].translate(_UNHIDE)


def plain(text: str) -> str:
    """The words alone: no references, no note marks."""
    return "".join(part for part in parts(joined(text)) if isinstance(part, str))
