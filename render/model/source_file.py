"""The file that a declaration was read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The bytes of a source, and their SHA-256 hash in hexadecimal digits. Both are empty if there was no file.

    `comments` gives the column of the `#` in every line that has a comment. Lines and columns count from 0, in the text
    that `decode` returns.
    """

    data: bytes = b""
    sha256: str = ""
    comments: Mapping[int, int] = field(default_factory=dict)

    def without_comments(self) -> bytes:
        """The source as UTF-8 without its comments, and without the lines that hold only a comment.

        Every other line stays as it is, but ends with a line feed.
        """
        lines = decode(self.data).split("\n")
        for number, column in self.comments.items():
            lines[number] = lines[number][:column].rstrip()
        return "\n".join(line for number, line in enumerate(lines) if line or number not in self.comments).encode()


def decode(data: bytes) -> str:
    """The text of a file, without a byte order mark, with a line feed at the end of each line.

    Raises UnicodeDecodeError for bytes that aren't UTF-8.
    """
    return line_feeds(data.decode("utf-8-sig"))


def line_feeds(text: str) -> str:
    """A text with a line feed at the end of each line, whatever it had there."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
