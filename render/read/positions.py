"""Where nodes stand in a file, and the characters in them, although YAML takes indentation and escapes away."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple


class Position(NamedTuple):
    """Where a node stands: line and column from 0. A scalar has a style, the sign that it begins with, and a value."""

    line: int
    column: int
    style: str = ""
    value: str = ""

    @property
    def is_block(self) -> bool:
        """Whether it is a scalar under `|` or `>`, whose text begins in a line below."""
        return self.style in ("|", ">")


class ScalarPositions:
    """The ink of a scalar: all its characters but spaces and line ends. The nth of its value is the nth in the file."""

    def __init__(self, mark: Position, lines: Sequence[str]) -> None:
        self.mark = mark
        words = [found.span() for found in _WORD.finditer(mark.value)]
        self.starts = [start for start, _ in words]
        self.before = [0, *accumulate(end - start for start, end in words)]
        pieces = list(_pieces(mark, lines, self.before[-1]))
        self.places = [(line, column) for line, column, _ in pieces]
        self.totals = [0, *accumulate(ink for _, _, ink in pieces)]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column in the file, from 0, of the character at `offset` in the value; the scalar's without ink."""
        if not self.places:
            return self.mark.line, self.mark.column
        word = max(bisect_right(self.starts, offset) - 1, 0)
        ordinal = min(self.before[word] + max(offset - self.starts[word], 0), self.before[-1] - 1)
        piece = bisect_right(self.totals, ordinal) - 1
        line, column = self.places[piece]
        return line, column + ordinal - self.totals[piece]


_WORD = re.compile(r"[^ \n]+")
_PIECES = {
    "'": re.compile(r"''|[^ ']+"),
    '"': re.compile(r'\\(?:x.{2}|u.{4}|U.{8}|.|$)|[^ "\\]+'),
}
_INKLESS = ("\\n", "\\ ", "\\")
"""Escapes for a line end, a space, and nothing: a line end that is passed over."""


def _pieces(mark: Position, lines: Sequence[str], ink: int) -> Iterator[tuple[int, int, int]]:
    """Line, column and ink of the stretches that hold so much ink of a scalar. An escape has that of one character."""
    pattern = _PIECES.get(mark.style, _WORD)
    column = 0 if mark.is_block else mark.column + len(mark.style)
    for line in range(mark.line + mark.is_block, len(lines)):
        for found in pattern.finditer(lines[line], column):
            if ink <= 0:
                return
            here = 0 if found[0] in _INKLESS else 1 if found[0] == "''" or found[0][0] == "\\" else len(found[0])
            yield line, found.start(), here
            ink -= here
        column = 0
