"""Bytes to text: decodes a file, and finds the characters and words in it that no source may have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from render.errors import Place, Problem
from render.model.source_file import decode, line_feeds
from render.regular_files import MAX_SOURCE

MAX_FILE = MAX_SOURCE
MAX_WORD = 1000
"""Characters without a place to break the line."""

FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ufeff\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
    + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# Scripts that break lines between letters: Thai to Myanmar, Khmer, CJK, Hangul, full-width forms.
_UNBROKEN = re.compile(
    r"[^\s\u0e00-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+"
)
_LINE_ENDS = dict.fromkeys(map(ord, "\x85\u2028\u2029"), " ")


class UnreadableFile(Exception):
    """A file that isn't text, or whose text isn't YAML, with the problems in it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def decode_file(data: bytes, file: str) -> str:
    """The text of a file, with a line feed at the end of each line.

    Raises UnreadableFile if the file is too large or isn't UTF-8.
    """
    if len(data) > MAX_FILE:
        raise UnreadableFile([too_large(file, len(data))])
    try:
        return decode(data)
    except UnicodeDecodeError as error:
        # The error counts from the end of a byte order mark.
        before = line_feeds(error.object[: error.start].decode("utf-8"))
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        what = f"invalid UTF-8 (byte 0x{error.object[error.start]:02X})"
        raise UnreadableFile([Problem(place, what, "save the file as UTF-8")]) from None


def too_large(file: str, size: int) -> Problem:
    """The problem of a file with more than MAX_FILE bytes."""
    return Problem(Place(file), f"{size:,} bytes", f"the maximum is {MAX_FILE:,}: split it")


def text_problems(lines: Sequence[str], file: str) -> Iterator[Problem]:
    """The forbidden characters and the long words in the lines of a file."""
    # Forbidden characters aren't printable, and few lines have a character that isn't.
    suspicious = [number for number, line in enumerate(lines) if not line.isprintable()]
    for number in suspicious:
        for found in FORBIDDEN.finditer(lines[number]):
            yield Problem(Place(file, number + 1, found.start() + 1), *describe_forbidden(found[0]))
    yield from _long_words(lines, file)


def find_directive(text: str) -> int | None:
    """The number, from 0, of the first line with a YAML directive (YAML 1.2, 6.8); None if there is none.

    A directive is before the first document, or after a line that ends one. The parser compares each `%TAG` with all
    others, so this must be known before it starts.
    """
    if not text.startswith("%") and "\n%" not in text:
        return None
    is_between_documents = True
    for number, line in enumerate(text.split("\n")):
        if is_between_documents and line.startswith("%"):
            return number
        is_blank = not line.strip() or line.lstrip().startswith("#")
        is_between_documents = line.startswith("...") or (is_between_documents and is_blank)
    return None


def describe_forbidden(character: str) -> tuple[str, str]:
    """What is wrong with a forbidden character, and how to fix it."""
    name = f"U+{ord(character):04X}"
    if character == "\t":
        return "a tab", "use spaces"
    if "\u202a" <= character <= "\u202e":
        return (
            f"a bidirectional override or embedding ({name}), which can change the order in which a text is shown",
            "remove it, or use the isolates U+2066 to U+2069",
        )
    if character in "\x85\u2028\u2029":
        return f"a line separator that not all tools recognise ({name})", "use an ordinary line end"
    return f"a control character or a code that isn't a character ({name})", "remove it"


def without_line_separators(text: str) -> str:
    """A text with spaces for the line separators because of which YAML would count lines differently."""
    return text.translate(_LINE_ENDS)


def _long_words(lines: Sequence[str], file: str) -> Iterator[Problem]:
    long = [(number, line) for number, line in enumerate(lines, 1) if len(line) > MAX_WORD]
    for number, line in long:
        for found in _UNBROKEN.finditer(line):
            if len(found[0]) > MAX_WORD:
                place = Place(file, number, found.start() + 1)
                hint = f"the maximum that can be printed is {MAX_WORD:,}: divide it"
                yield Problem(place, f"a word of {len(found[0]):,} characters", hint)
