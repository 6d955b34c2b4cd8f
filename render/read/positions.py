"""Where nodes and the characters in them are in a file, although YAML removes indentation and escapes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Position:
    """Where a node begins: line and column from 0.

    A scalar also has its value and its style, which is the sign that it begins with.
    """

    line: int
    column: int
    style: str = ""
    value: str = ""

    @property
    def is_block(self) -> bool:
        """Whether the node is a scalar under `|` or `>`, whose text begins in the next line."""
        return self.style in ("|", ">")


class ScalarPositions:
    """Finds the characters of a scalar in its file.

    Only visible characters count, because YAML changes spaces and line ends: the nth visible character of the value is
    the nth in the file.
    """

    def __init__(self, position: Position, lines: Sequence[str]) -> None:
        self._position = position
        words = [found.span() for found in _WORD.finditer(position.value)]
        self._word_starts = [start for start, _ in words]
        self._visible_before = [0, *accumulate(end - start for start, end in words)]
        stretches = list(_stretches(position, lines, self._visible_before[-1]))
        self._places = [(stretch.line, stretch.column) for stretch in stretches]
        self._totals = [0, *accumulate(stretch.visible for stretch in stretches)]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 0, of the character at `offset` in the value; those of an empty scalar itself."""
        if not self._places:
            return self._position.line, self._position.column
        word = max(bisect_right(self._word_starts, offset) - 1, 0)
        ordinal = self._visible_before[word] + max(offset - self._word_starts[word], 0)
        ordinal = min(ordinal, self._visible_before[-1] - 1)
        stretch = bisect_right(self._totals, ordinal) - 1
        line, column = self._places[stretch]
        return line, column + ordinal - self._totals[stretch]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of a line, and the number of visible characters of the value that it encodes. An escape encodes one."""

    line: int
    column: int
    visible: int


_WORD = re.compile(r"[^ \n]+")
_QUOTED_PIECES = {
    "'": re.compile(r"''|[^ ']+"),
    '"': re.compile(r'\\(?:x.{2}|u.{4}|U.{8}|.|$)|[^ "\\]+'),
}
_INVISIBLE = ("\\n", "\\ ", "\\")
"""Escapes for a line end, a space and, at the end of a line, nothing."""


def _stretches(position: Position, lines: Sequence[str], visible: int) -> Iterator[_Stretch]:
    """The stretches of a scalar that has visible characters."""
    pattern = _QUOTED_PIECES.get(position.style, _WORD)
    count = _visible_in_quotes if position.style in _QUOTED_PIECES else len
    column = 0 if position.is_block else position.column + len(position.style)
    for line in range(position.line + position.is_block, len(lines)):
        for found in pattern.finditer(lines[line], column):
            if visible <= 0:
                return
            stretch = _Stretch(line, found.start(), count(found[0]))
            yield stretch
            visible -= stretch.visible
        column = 0


def _visible_in_quotes(piece: str) -> int:
    """The number of visible characters that a piece of a quoted scalar encodes."""
    if piece in _INVISIBLE:
        return 0
    is_escape = piece == "''" or piece[0] == "\\"
    return 1 if is_escape else len(piece)
