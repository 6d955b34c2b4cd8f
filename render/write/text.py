"""View to plain text in lines of 72 columns, counted as a terminal counts them."""

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
"""At the left of a framed text."""
INDENT = 5
"""Columns of the margin for each level: the width of "  5. "."""

# Characters that are one column wide: Latin letters and common punctuation.
_NARROW = re.compile("[\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027]*")
# Scripts in which a line may break between any two letters: CJK, Yi, full-width forms.
_CJK_LETTERS = "\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_CJK = re.compile(f"[{_CJK_LETTERS}]")
# Also scripts that write no spaces, and in which only a dictionary finds the words: Thai, Lao, Burmese, Khmer, Tai Tham
# (class SA of Unicode Standard Annex 14). A phrase in one of them is kept whole if it fits on a line.
_UNSPACED = re.compile(
    f"[{_CJK_LETTERS}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaa7f]"
)
# A line may break after a zero-width space or a Tibetan tsheg, but not before a Tibetan full stop.
_BREAK = re.compile("(?<=[\u200b\u0f0b])(?![\u0f0d-\u0f14])")
_NO_LINE_START = frozenset("、。，．・：；？！）」』】〕〉》”’…ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々),.:;?!]}")
_MIN_COLUMN = 8
"""The least width of a table's column if cells need several lines. A table without room for it becomes a list."""


def write_text(view: View, theme: Theme = DEFAULT_THEME) -> bytes:
    """The text in UTF-8; each line ends with a line feed. Raises TemplateError."""
    tools = {"wrap": wrap, "hanging": hanging, "table_lines": table_lines, "longest": longest, "framed": framed}
    text = fill("text/page.txt.j2", MACROS, view, theme.templates, links=Links(), columns=COLUMNS, **tools)
    return tidy_lines(text).encode()


def tidy_lines(text: str) -> str:
    """The lines without spaces at their ends, with one empty line between blocks, and a line feed after the last."""
    text = "\n".join(line.rstrip(" ") for line in text.split("\n"))
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip("\n") + "\n"


class Links:
    """The addresses that the text links to, numbered from 1 in order of appearance, each once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, href: str) -> int:
        """The number of an address, a new one if it is new."""
        return self._numbers.setdefault(href, len(self._numbers) + 1)

    def all(self) -> Sequence[tuple[str, int]]:
        """Each address and its number."""
        return tuple(self._numbers.items())

    @staticmethod
    def is_visible(href: str, words: str) -> bool:
        """Whether the link's words are its address."""
        return words in (href, re.sub("^(https?://|mailto:)", "", href))


def width(text: str) -> int:
    """The number of columns that a text takes in a terminal."""
    if _NARROW.fullmatch(text):
        return len(text)
    import wcwidth

    return max(0, wcwidth.width(text))


def longest(lines: str) -> int:
    """The width of the longest line, in columns."""
    return max(map(width, lines.split("\n")))


def wrap(text: str, level: int = 0, first: str = "", columns: int = COLUMNS) -> str:
    """The text in lines of at most `columns`, in the margin of `level`; `first` hangs in the margin of the first line.

    Lines break at spaces, and between letters of scripts that write no spaces. A word wider than a line gets a line of
    its own and is not divided.
    """
    margin = " " * (INDENT * level)
    first_margin = margin[: max(0, len(margin) - width(first))] + first if first else margin
    return "\n".join(_lines(text, first_margin, margin, columns))


def hanging(label: str) -> str:
    """A number for the margin: "(a)" at the left of its level's margin, any other number at the right, or ""."""
    return f"{label:<4} " if label.startswith("(") else f"{label:>4} " if label else ""


def _lines(text: str, first_margin: str, margin: str, columns: int) -> Iterator[str]:
    """The lines of a text. Both algorithms give the same lines for a narrow text, but the first is much faster.

    With the second alone, source/uk-lithuania-2022.yaml takes 3.5 times as long, and tests/data/kitchen-sink.yaml 1.3.
    """
    if _NARROW.fullmatch(text) and "  " not in text and text == text.strip(" "):
        return _narrow_lines(text, first_margin, margin, columns)
    return _measured_lines(text, first_margin, margin, columns)


def _narrow_lines(text: str, first_margin: str, margin: str, columns: int) -> Iterator[str]:
    """The lines of a text of narrow characters with single spaces between words: each line found by one search."""
    before, start = first_margin, 0
    room, room_after_first = max(0, columns - width(first_margin)), max(0, columns - width(margin))
    while len(text) - start > room:
        end = text.rfind(" ", start, start + room + 1)
        if end < 0:  # a word that is longer than a line
            end = text.find(" ", start)
        if end < 0:
            break
        yield before + text[start:end]
        before, start, room = margin, end + 1, room_after_first
    yield before + text[start:]


def _measured_lines(text: str, first_margin: str, margin: str, columns: int) -> Iterator[str]:
    """The lines of any text: each piece is measured."""
    line, taken, is_empty = first_margin, width(first_margin), True
    for space, piece, size in _pieces(text, columns - width(margin)):
        if is_empty:
            line, taken, is_empty = line + piece, taken + size, False
        elif taken + len(space) + size <= columns:
            line, taken = line + space + piece, taken + len(space) + size
        else:
            yield line
            line, taken = margin + piece, width(margin) + size
    yield line


def _pieces(text: str, columns: int) -> Iterator[tuple[str, str, int]]:
    """The pieces between which a line of `columns` columns may break, each with the space before it and its width."""
    for word in filter(None, text.split(" ")):
        space = " "
        for part in filter(None, _BREAK.split(word)):
            for piece in _unspaced_pieces(part, columns) if _UNSPACED.search(part) else (part,):
                yield space, piece, width(piece)
                space = ""


def _unspaced_pieces(word: str, columns: int) -> Iterator[str]:
    """The letters of scripts without spaces, and the words of other scripts between them.

    No piece begins with closing punctuation or a small kana: no line may.
    """
    import wcwidth

    divided = _UNSPACED if width(word) > columns else _CJK
    piece = ""
    for letter in wcwidth.iter_graphemes(word):
        joins = letter in _NO_LINE_START or not (divided.search(letter) or divided.search(piece[-1:]))
        if piece and not joins:
            yield piece
            piece = ""
        piece += letter
    yield piece


def framed(paragraphs: Sequence[Words], level: int, show: Callable[[Words], str]) -> str:
    """Paragraphs in the margin of `level`, with a bar at their left."""
    margin = " " * (INDENT * level) + BAR
    texts = (wrap(show(words), columns=COLUMNS - len(margin)).split("\n") for words in paragraphs)
    return f"\n{margin}\n".join("\n".join(margin + line for line in text) for text in texts)


def table_lines(
    header: Sequence[Words], rows: Sequence[Sequence[Words]], level: int, show: Callable[[Words], str]
) -> str:
    """A table in aligned columns, or, if it is too wide for that, a list of its cells with their headers."""
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
    """Widths that sum to at most `available`. The widest column is narrowed first, none below its longest word.

    Empty if there is no room for the longest words, or for the least width of a column.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(1, *map(width, column)) for column in columns]
    if sum(widths) <= available:
        return widths
    least = [max(_longest_word(cell) for cell in column) for column in columns]
    if sum(least) > available or _MIN_COLUMN * len(columns) > available:
        return []
    widths = [min(size, available) for size in widths]  # no column can keep more
    while (surplus := sum(widths) - available) > 0:
        reducible = [index for index, size in enumerate(widths) if size > least[index]]
        widest = max(reducible, key=lambda index: widths[index])
        next_widest = sorted((widths[index] for index in reducible), reverse=True)[1:2] or [0]
        widths[widest] = max(widths[widest] - surplus, min(next_widest[0], widths[widest] - 1), least[widest])
    return widths


def _longest_word(text: str) -> int:
    return max((size for _, _, size in _pieces(text, _MIN_COLUMN)), default=0)


def _row_lines(row: Sequence[str], widths: Sequence[int], margin: str) -> list[str]:
    cells = [list(_lines(cell, "", "", size)) for cell, size in zip(row, widths, strict=True)]
    height = max(len(cell) for cell in cells)
    lines = []
    for index in range(height):
        texts = [cell[index] if index < len(cell) else "" for cell in cells]
        padded = [text + " " * (size - width(text)) for text, size in zip(texts, widths, strict=True)]
        lines.append(margin + "  ".join(padded))
    return lines
