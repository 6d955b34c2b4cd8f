"""The file that a declaration was read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Replacement(NamedTuple):
    """The text to put between two places, each a line and a column."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The bytes of a source, and their SHA-256 hash in hexadecimal digits. Both are empty if there was no file.

    `comments` gives the column of the `#` in every line that has a comment. Lines and columns count from 0, in the text
    that `decode` returns. `replacements` remove what is never printed, in the file's order.
    """

    data: bytes = b""
    sha256: str = ""
    comments: Mapping[int, int] = field(default_factory=dict)
    replacements: tuple[Replacement, ...] = ()

    def for_publication(self) -> bytes:
        """The source as UTF-8 without comments, and with the `replacements` for what is never printed.

        Lines that hold nothing else are left out. Every other line stays as it is, but ends with a line feed.
        """
        lines = decode(self.data).split("\n")
        changed = set(self.comments)
        for number, column in self.comments.items():
            lines[number] = lines[number][:column].rstrip()
        for (line, column), (end_line, end_column), text in reversed(self.replacements):
            last = end_line if end_column else max(end_line - 1, line)  # a block of text ends before its last line
            rest = lines[end_line][end_column:] if last == end_line else ""
            lines[line] = lines[line][:column] + text + rest
            for number in range(line + 1, last + 1):
                lines[number] = ""
            changed.update(range(line, last + 1))
        return "\n".join(line for number, line in enumerate(lines) if line or number not in changed).encode()


def decode(data: bytes) -> str:
    """The text of a file, without a byte order mark, with a line feed at the end of each line.

    Raises UnicodeDecodeError for bytes that aren't UTF-8.
    """
    return line_feeds(data.decode("utf-8-sig"))


def line_feeds(text: str) -> str:
    """A text with a line feed at the end of each line, whatever it had there."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
