"""View → Markdown: CommonMark, with the tables and footnotes that GitHub, pandoc and markdown-it share.

A paragraph is one line. Templates escape what is in it (`render/write/escape.py`), and `line` its beginning, which
Markdown might read as a heading, a list or the like. Numbers are words: nothing here counts.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import PurePosixPath
from typing import assert_never
from urllib.parse import quote

from markupsafe import Markup

from render.view.blocks import View
from render.view.inlines import Inline, Link, NoteMark, Reference, Run
from render.view.media import Picture
from render.view.plain import plain
from render.write.templating import fill
from render.write.text import tidy_lines
from render.write.theme import DEFAULT_THEME, Theme

MACROS = ("md/inlines.md.j2", "md/blocks.md.j2")

# The beginning of a line: what CommonMark reads as a block, and what pandoc reads as a list or a division.
_NUMBER = re.compile(r"(\(?(?:\d{1,9}|[a-z]|[ivxlcdm]{1,15}|#|\\?@\w{0,40}))([.)])(?=\s|$)", re.IGNORECASE)
_BLOCK = re.compile(r"#{1,6}(?=\s|$)|>|[+%](?=\s|$)|-(?=[\s-]|$)|:(?=[\s:])|=+(?=\s*$)")
_INDENT = re.compile(r"[ \t]+")
_CLOSING_SEQUENCE = re.compile(r"(?<!\S)#+$")


def write_markdown(view: View, theme: Theme = DEFAULT_THEME) -> bytes:
    """The text, UTF-8, with a line feed at the end of each line. Raises TemplateError."""
    return tidy_lines(fill("md/page.md.j2", MACROS, view, theme.templates, **_TOOLS)).encode()


# Blocks


def line(text: str) -> Markup:
    r"""A paragraph whose beginning is escaped where Markdown would read a block: `1\. Words`."""
    text = _INDENT.sub(_entities, text, count=1) if text[:1] in (" ", "\t") else text
    if _BLOCK.match(text):
        return Markup("\\" + text)
    return Markup(_NUMBER.sub(r"\1\\\2", text, count=1) if _NUMBER.match(text) else text)


def _entities(spaces: re.Match[str]) -> str:
    return "".join(f"&#{ord(space)};" for space in spaces[0])


def heading(text: str) -> Markup:
    """The text of a heading, which number signs at its end would close."""
    return Markup(_CLOSING_SEQUENCE.sub(r"\\\g<0>", text))


def quoted(text: str) -> Markup:
    """Blocks as a block quotation."""
    return Markup("\n".join(f"> {line}" if line else ">" for line in text.strip("\n").split("\n")))


def indented(text: str, columns: int) -> Markup:
    """Blocks as the content of a list item or a footnote."""
    return Markup("\n".join(" " * columns + line if line else "" for line in text.split("\n")))


# Links


def address(href: str) -> Markup:
    """The destination of a link (CommonMark 0.31, 6.3), where brackets stay as they are if they come in pairs."""
    signs = _IN_ADDRESSES if set("()").isdisjoint(_PAIR.sub("", href)) else rf"{_IN_ADDRESSES}|[()]"
    return Markup(re.sub(signs, r"\\\g<0>", href))


_IN_ADDRESSES = r"[\\<>|`]|&(?=#?\w{1,40};)"
_PAIR = re.compile(r"\([^()]*\)")


def picture_address(picture: Picture) -> Markup:
    """The file of a picture, from the source's folder: Markdown holds no pictures."""
    path = PurePosixPath(picture.name)
    return Markup(quote(path.name if path.is_absolute() else picture.name))


# Emphasis

_DELIMITERS = (("*", "em"), ("**", "strong"))
"""The inner one first. The element takes the place of a delimiter that readers could take for something else."""
_Look = tuple[bool, bool]
"""Whether words are emphasised, and whether they are strong."""
_PLAIN: _Look = (False, False)


def marked(inlines: Sequence[Inline], strong: bool = False) -> Iterator[tuple[Markup, Inline, Markup]]:
    """Each inline with the Markdown before and after it. With `strong`, all of them are strong, as in a lead."""
    looks = [_PLAIN, *(_look(inline, strong) for inline in inlines), _PLAIN]
    ends = [("", ""), *map(_ends, inlines), ("", "")]
    before = [_guard(*pair) for pair in zip((None, *inlines[:-1]), inlines, strict=True)]
    after = [""] * len(inlines)
    for part, (delimiter, element) in enumerate(_DELIMITERS):
        for first, last in _spans(looks, part):
            is_clear = _is_apart(looks, first, last) and _is_flanked(ends, first, last)
            opening, closing = (delimiter, delimiter) if is_clear else (f"<{element}>", f"</{element}>")
            before[first - 1], after[last - 1] = opening + before[first - 1], after[last - 1] + closing
    yield from zip(map(Markup, before), inlines, map(Markup, after), strict=True)


def _look(inline: Inline, strong: bool) -> _Look:
    return (inline.emphasis, strong or inline.strong) if isinstance(inline, Run) else (False, strong)


def _ends(inline: Inline) -> tuple[str, str]:
    """The first and the last sign of what is written for an inline."""
    match inline:
        case Run():
            return ("<", ">") if inline.language else (inline.text[:1], inline.text[-1:])
        case Link() | Reference():
            return "[", ")"
        case NoteMark():
            return "[", "]"
        case _:
            assert_never(inline)


def _guard(previous: Inline | None, inline: Inline) -> str:
    """A backslash before a bracket that would make a link of the mark of a footnote before it."""
    is_guarded = isinstance(previous, NoteMark) and isinstance(inline, Run) and inline.text.startswith("(")
    return "\\" if is_guarded else ""


def _spans(looks: Sequence[_Look], part: int) -> Iterator[tuple[int, int]]:
    """The first and the last of the inlines that share a part of their look; emphasis ends where `strong` does."""
    for look, group in groupby(range(len(looks)), lambda index: looks[index][part:] if looks[index][part] else None):
        if look:
            first, *others = group
            yield first, (others or [first])[-1]


def _is_apart(looks: Sequence[_Look], first: int, last: int) -> bool:
    """Whether no other delimiter touches one of the two around a span, unless it does so at both."""
    return looks[first - 1] == looks[last + 1] in (_PLAIN, (False, looks[first][1]))


def _is_flanked(ends: Sequence[tuple[str, str]], first: int, last: int) -> bool:
    """Whether every reader sees that delimiters around a span open and close (CommonMark 0.31, 6.2, and stricter)."""
    sides = ((ends[first - 1][1], ends[first][0]), (ends[last + 1][0], ends[last][1]))
    return all(
        not _is_space(inside) and (not outside or _is_space(outside) or (_is_punctuation(outside) and inside.isalnum()))
        for outside, inside in sides
    )


def _is_space(sign: str) -> bool:
    return sign.isspace() and (sign in "\t\n\f\r" or unicodedata.category(sign) == "Zs")


def _is_punctuation(sign: str) -> bool:
    return sign in string.punctuation or unicodedata.category(sign).startswith("P")


_TOOLS = {
    "address": address,
    "heading_line": heading,
    "indented": indented,
    "line": line,
    "marked": marked,
    "picture_address": picture_address,
    "plain": plain,
    "quoted": quoted,
}
