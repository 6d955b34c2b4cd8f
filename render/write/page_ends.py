"""What is at the head and at the foot of the pages of a finished file: there the protective marking must be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from typing import NamedTuple
from unicodedata import bidirectional, category

from render.errors import MarkingError

_REACH = 2000
"""Letters from either end of a file without pages that can hold its marking, besides those of the marking itself."""
_MIN_SHARE = 0.6
"""The least part of a shaped marking that must be read back: several letters may be one glyph."""
_HIDDEN = re.compile(r"<(script|style|template|head)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_ADDED = re.compile(r"[\s\\*\u00ad\u200b-\u200f\u2060\u2066-\u2069]|<\d+>")
"""What a format may add to the words of a marking: spaces, signs of emphasis and escapes, and the numbers of links."""


class PageEnds(NamedTuple):
    """The visible text at the head and at the foot of a page, and the page's name in messages ("page 2").

    `is_shaped` means that the text is read back from glyphs: those of some scripts have no letters, or another order.
    """

    head: str
    foot: str
    name: str
    is_shaped: bool = False


ReadPageEnds = Callable[[bytes], Iterable[PageEnds]]
"""Reads a finished file of one format."""


def check_marking(format_: str, marking: str, pages: Iterable[PageEnds], is_rtl: bool = False) -> None:
    """Raise MarkingError unless the whole marking is visible at the head and at the foot of every page.

    `is_rtl` means that the page is written from right to left, which changes the order of signs.
    """
    wanted = _letters(marking)
    for page in pages:
        for end, text in (("head", page.head), ("foot", page.foot)):
            if not (wanted in _letters(text) or (page.is_shaped and _holds_shaped(_letters(text), wanted, is_rtl))):
                what = f"{format_}: the marking {marking!r} isn't whole and visible at the {end} of {page.name}"
                raise MarkingError(f"{what}; shorten its 'handling', or fix the templates or the house style")


def read_text(data: bytes) -> Iterator[PageEnds]:
    """The ends of a plain text or of Markdown."""
    yield _ends(data.decode(), "the text")


def read_html(data: bytes) -> Iterator[PageEnds]:
    """The ends of a web page."""
    yield _ends(_words_of(data.decode()), "the page")


def read_mail(data: bytes) -> Iterator[PageEnds]:
    """The ends of the plain text and of the HTML of a mail."""
    from email import message_from_bytes
    from email.policy import default

    mail = message_from_bytes(data, policy=default)
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    yield _ends(text.get_content() if text else "", "its text")
    yield _ends(_words_of(page.get_content()) if page else "", "its page")


def _holds_shaped(text: str, wanted: str, is_rtl: bool) -> bool:
    """Whether glyphs can be those of a marking that isn't in the order of its letters."""
    simple = [letter for letter in wanted if not _is_shaped(letter)]
    may_differ = is_rtl or len(simple) < len(wanted)
    return may_differ and Counter(simple) <= Counter(text) and len(text) >= len(wanted) * _MIN_SHARE


def _is_shaped(letter: str) -> bool:
    """Whether a letter is written from right to left, or has a form or a place that depends on others."""
    is_brahmic = "\u0900" <= letter <= "\u109f" or "\u1780" <= letter <= "\u17ff"
    return is_brahmic or bidirectional(letter) in ("R", "AL", "AN") or category(letter) in ("Mn", "Mc", "Cf")


def _words_of(html: str) -> str:
    return unescape(re.sub("<[^>]*>", "", _HIDDEN.sub("", html)))


def _ends(text: str, name: str) -> PageEnds:
    half = len(text) // 2
    return PageEnds(text[: min(half, _REACH)], text[max(half, len(text) - _REACH) :], name)


def _letters(text: str) -> str:
    return _ADDED.sub("", text)
