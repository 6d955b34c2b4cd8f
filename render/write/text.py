"""View → plain text in 72 columns, measured as a terminal measures them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from render.view.blocks import View
from render.view.inlines import Words
from render.write.templating import fill
from render.write.theme import DEFAULT_THEME, Theme

MACROS = ("text/inlines.txt.j2", "text/blocks.txt.j2")
COLUMNS = 72
BAR = "│ "
"""At the left of what is in a frame."""
INDENT = 5
"""Columns of a level's margin: the width of "  5. "."""

# Letters of one column each: Latin, and the usual punctuation.
_NARROW = re.compile("[\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027]*")
# Scripts whose lines break between letters: CJK, Yi, full-width forms.
_LETTERS = "\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_BY_LETTERS = re.compile(f"[{_LETTERS}]")
# Those too whose lines break between words that only a dictionary tells apart: Thai, Lao, Burmese, Khmer, Tai Tham (SA
# of Unicode Standard Annex 14). A phrase of theirs stays whole where a line has room for it.
_UNSPACED = re.compile(f"[{_LETTERS}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaa7f]")
# A line may end after a zero-width space and a Tibetan tsheg, but not before a Tibetan stop.
_PLACE = re.compile("(?<=[\u200b\u0f0b])(?![\u0f0d-\u0f14])")
_NO_LINE_START = frozenset("、。，．・：；？！）」』】〕〉》”’…ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々),.:;?!]}")
_MIN_COLUMN = 8
"""Columns that each column of a table must have, if not all cells fit on one line; else it is set as a list."""


def write_text(view: View, theme: Theme = DEFAULT_THEME) -> bytes:
    """The text, UTF-8, with a line feed at each line's end. Raises TemplateError."""
    tools = {"wrap": wrap, "hanging": hanging, "table_lines": table_lines, "longest": longest, "framed": framed}
    text = fill("text/page.txt.j2", MACROS, view, theme.templates, links=Links(), columns=COLUMNS, **tools)
    text = "\n".join(line.rstrip(" ") for line in text.split("\n"))
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return (text.strip("\n") + "\n").encode()


class Links:
    """The addresses that the text leads to, numbered in its order, each once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, href: str) -> int:
        """The number of an address, a new one where it has none yet."""
        return self._numbers.setdefault(href, len(self._numbers) + 1)

    def all(self) -> Sequence[tuple[str, int]]:
        """Each address and its number."""
        return tuple(self._numbers.items())

    @staticmethod
    def is_said(href: str, words: str) -> bool:
        """Whether the words are the address already."""
        return words in (href, re.sub("^(https?://|mailto:)", "", href))


def width(text: str) -> int:
    """The columns that a text takes in a terminal."""
    if _NARROW.fullmatch(text):
        return len(text)
    import wcwidth

    return max(0, wcwidth.width(text))


def longest(lines: str) -> int:
    """The columns of the longest line."""
    return max(map(width, lines.split("\n")))


def wrap(text: str, level: int = 0, first: str = "", columns: int = COLUMNS) -> str:
    """The text in lines of at most `columns`, in the margin of `level`; `first` hangs in it before the first line.

    Lines break at spaces, and between the letters of scripts without spaces; a longer word stands alone and whole.
    """
    rest = " " * (INDENT * level)
    start = rest[: max(0, len(rest) - width(first))] + first if first else rest
    return "\n".join(_lines(text, start, rest, columns))


def hanging(label: str) -> str:
    """A number as it hangs in a margin: right before the text, or at its left where it is in brackets."""
    return f"{label:<4} " if label.startswith("(") else f"{label:>4} " if label else ""


def framed(paragraphs: Sequence[Words], level: int, show: Callable[[Words], str]) -> str:
    """Paragraphs in the margin of `level`, with a bar at their left."""
    margin = " " * (INDENT * level) + BAR
    texts = (wrap(show(words), columns=COLUMNS - len(margin)).split("\n") for words in paragraphs)
    return f"\n{margin}\n".join("\n".join(margin + line for line in text) for text in texts)


def _lines(text: str, start: str, rest: str, columns: int) -> Iterator[str]:
    if _NARROW.fullmatch(text) and "  " not in text and text == text.strip(" "):
        return _narrow_lines(text, start, rest, columns)
    return _measured_lines(text, start, rest, columns)


def _narrow_lines(text: str, start: str, rest: str, columns: int) -> Iterator[str]:
    """The lines of a text whose letters take a column each, with one space between words: as nearly all are."""
    margin, begin = start, 0
    room, rooms_after = (max(0, columns - width(it)) for it in (start, rest))
    while len(text) - begin > room:
        end = text.rfind(" ", begin, begin + room + 1)
        if end < 0:  # a word that is longer than a line
            end = text.find(" ", begin)
        if end < 0:
            break
        yield margin + text[begin:end]
        margin, begin, room = rest, end + 1, rooms_after
    yield margin + text[begin:]


def _measured_lines(text: str, start: str, rest: str, columns: int) -> Iterator[str]:
    line, taken, empty = start, width(start), True
    for space, word, size in _words(text, columns - width(rest)):
        if empty:
            line, taken, empty = line + word, taken + size, False
        elif taken + len(space) + size <= columns:
            line, taken = line + space + word, taken + len(space) + size
        else:
            yield line
            line, taken = rest + word, width(rest) + size
    yield line


def _words(text: str, columns: int) -> Iterator[tuple[str, str, int]]:
    """What stands together on a line of so many columns, each with the space before it and its width."""
    for word in filter(None, text.split(" ")):
        space = " "
        for part in filter(None, _PLACE.split(word)):
            for piece in _breakable(part, columns) if _UNSPACED.search(part) else (part,):
                yield space, piece, width(piece)
                space = ""


def _breakable(word: str, columns: int) -> Iterator[str]:
    """The letters of an unspaced script, and the words of others between them; no sign that closes begins a piece."""
    import wcwidth

    divided = _UNSPACED if width(word) > columns else _BY_LETTERS
    piece = ""
    for letter in wcwidth.iter_graphemes(word):
        joins = letter in _NO_LINE_START or not (divided.search(letter) or divided.search(piece[-1:]))
        if piece and not joins:
            yield piece
            piece = ""
        piece += letter
    yield piece


def table_lines(
    header: Sequence[Words], rows: Sequence[Sequence[Words]], level: int, show: Callable[[Words], str]
) -> str:
    """A table in aligned columns; as a list of its cells under their headers where it is too wide for that."""
    names, *cells = [[show(cell) for cell in row] for row in (header, *rows)]
    return _table(names, cells, level)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], level: int) -> str:
    available = COLUMNS - INDENT * level - 2 * (len(header) - 1)
    widths = _column_widths([header, *rows], available)
    if not widths:
        listed = "\n\n".join(_as_list(header, row, level) for row in rows)
        return listed or "\n".join(wrap(name, level) for name in header)
    margin = " " * (INDENT * level)
    parts = [
        _row_lines(header, widths, margin),
        [margin + "  ".join("-" * size for size in widths)],
        *(_row_lines(row, widths, margin) for row in rows),
    ]
    return "\n".join(line for part in parts for line in part)


def _as_list(header: Sequence[str], row: Sequence[str], level: int) -> str:
    return "\n".join(wrap(f"{name}: {cell}", level) for name, cell in zip(header, row, strict=True))


def _column_widths(rows: Sequence[Sequence[str]], available: int) -> list[int]:
    """Widths that sum to at most `available`: as the cells want, the widest column giving way first.

    None is narrower than its longest word; empty where that, or the least width of a column, leaves no room.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(1, *map(width, column)) for column in columns]
    if sum(widths) <= available:
        return widths
    least = [max(_longest_word(cell) for cell in column) for column in columns]
    if sum(least) > available or _MIN_COLUMN * len(columns) > available:
        return []
    while (surplus := sum(widths) - available) > 0:
        wide = [index for index, size in enumerate(widths) if size > least[index]]
        widest = max(wide, key=lambda index: widths[index])
        next_widest = sorted((widths[index] for index in wide), reverse=True)[1:2] or [0]
        widths[widest] = max(widths[widest] - surplus, min(next_widest[0], widths[widest] - 1), least[widest])
    return widths


def _longest_word(text: str) -> int:
    return max((size for _, _, size in _words(text, _MIN_COLUMN)), default=0)


def _row_lines(row: Sequence[str], widths: Sequence[int], margin: str) -> list[str]:
    cells = [list(_lines(cell, "", "", size)) for cell, size in zip(row, widths, strict=True)]
    height = max(len(cell) for cell in cells)
    lines = []
    for index in range(height):
        texts = [cell[index] if index < len(cell) else "" for cell in cells]
        padded = [text + " " * (size - width(text)) for text, size in zip(texts, widths, strict=True)]
        lines.append(margin + "  ".join(padded))
    return lines
