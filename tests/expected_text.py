"""The text that a format must have for what a reader found in a source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from tests.reading import Address, Grid, Line, Mark, Reading, Words, own


@dataclass(frozen=True)
class FormatTraits:
    """How a format presents the text."""

    bullet: str = ""
    """Before an item of a list."""
    picture: str = ""
    """The alternative text of a picture; "" if only screen readers show it."""
    mark: str = "{}"
    """A footnote's mark in the text."""
    note: str = "{}. "
    """A footnote's number before the note."""
    back: str = ""
    """The link back at the end of a note."""
    at_foot: bool = False
    """Notes are at the foot of a page; else after the text, under a heading."""
    links: bool = False
    """Links are numbered in the text, and listed after it."""
    tabulated: bool = False
    """Tables are read column by column, or, where they have too many columns, as a list of their cells."""
    before: str = ""
    """The label at the beginning, by its name in `Own`; ..."""
    after: str = ""
    """... and after the text."""
    marking: bool = True
    """The protective marking is at the beginning and end of the text; else at the head and foot of each page."""
    leader: bool = False
    """Dots and a page number follow each line of the contents."""
    laid_out: bool = False
    """Extracted from pages: spaces may surround a raised mark, right-to-left text has no reliable order, and a table
    that continues on the next page repeats its header there."""
    apart: str = ""
    """Signs that are drawn apart from the text; they are only counted."""
    unread: str = ""
    """Right-to-left scripts whose letters are not even counted."""
    divided: bool = False
    """A hyphen may divide a word at the end of a line: a word of seven small letters or more, three from either end."""
    tabbed: bool = False
    """A tab follows a number. If the number nearly fills its margin, the tab is too narrow to be read as a space."""
    alike: str = ""
    """Signs that may be drawn with the same letter form."""


TRAITS = {
    # A page in a browser has links for navigation; its style draws the bullets.
    "html": FormatTraits(before="skip", after="top", back=" ↩"),
    # Plain text has no links, raised marks or pictures; it uses signs instead.
    "txt": FormatTraits(bullet="• ", picture="[{}]", mark="[{}]", note="[{}] ", links=True, tabulated=True),
    # Readers of Markdown number the notes, mark them like this, and put them at the end without a heading.
    "md": FormatTraits(mark="[{}]", at_foot=True),
    # A mail has no links to its own parts. Its other part is the text format.
    "eml": FormatTraits(),
    # Paper has page numbers; WeasyPrint draws the bullets of a page after its text. The Arabic font draws a letter and
    # its dots as separate glyphs, which poppler reads as separate letters. The serif draws U+2010 as "-".
    "pdf": FormatTraits(
        at_foot=True,
        marking=False,
        leader=True,
        laid_out=True,
        divided=True,
        apart="•",
        unread="\u0600-\u06ff",
        alike="‐-",
    ),
    # Word numbers pages when it opens the file, so the contents have none yet.
    "docx": FormatTraits(bullet="•\t", note="{}", at_foot=True, marking=False),
    # The Word copy as LibreOffice prints it, with a letter form for U+2011 from a font that has one.
    "office": FormatTraits(
        bullet="• ", note="{} ", at_foot=True, marking=False, laid_out=True, tabbed=True, alike="‑-"
    ),
}


# The expected text

MAYBE_SPACE = "\ue100"
_LEADER = "\ue101"
_RIGHT_TO_LEFT = "\ue102"
WILD = {
    _LEADER: re.compile(r"(?:\s?\.)*\s?\d+"),
    _RIGHT_TO_LEFT: re.compile("[\u0590-\u08ff\ufb1d-\ufeff\\s]*[\u0590-\u08ff\ufb1d-\ufeff]"),
}
_WIDE_NUMBER = re.compile(r"\d+ bis\. ")
RTL_LETTER = re.compile("[\u0590-\u08ff]")
_RTL_RUN = re.compile("[\u0590-\u08ff]+(?: [\u0590-\u08ff]+)*")


class Text(NamedTuple):
    """An expected text: one of the choices. After the end of a page, `repeated` may appear once more."""

    choices: tuple[str, ...]
    repeated: str = ""
    in_cells: bool = False


def text(words: str) -> Text:
    return Text((words,))


Expected = list[Text]


class ExpectedText:
    """The text that a format must have for what a reader found in the source."""

    def __init__(self, reading: Reading, traits: FormatTraits) -> None:
        self.reading, self.traits, self.own = reading, traits, own(reading.language)
        self.addresses: dict[str, int] = {}

    def text(self) -> Expected:
        """Everything except the notes at the foot of a page."""
        reading, traits, own = self.reading, self.traits, self.own
        marking = [reading.marking] if reading.marking and traits.marking else []
        expected = self.ours(traits.before) + self.lines([*marking, *reading.masthead])
        expected += self.ours("contents" if reading.entries else "") + self.lines([*reading.entries, *reading.body])
        if reading.notes and not traits.at_foot:
            expected += [text(own.notes), *map(text, self.notes())]
        imprint = self.lines(reading.imprint)
        if self.addresses:
            expected.append(text(own.links))
            expected += [text(f"<{number}> {href}") for href, number in self.addresses.items()]
        return [*expected, *imprint, *self.ours(traits.after), *self.lines(marking)]

    def ours(self, name: str) -> Expected:
        """A label by its name, if there is a name."""
        return [text(getattr(self.own, name))] if name else []

    def notes(self) -> list[str]:
        traits = self.traits
        return [
            traits.note.format(number) + " ".join(self.words(line.words) for line in note) + traits.back
            for number, note in enumerate(self.reading.notes, 1)
        ]

    def lines(self, lines: Iterable[Line | Grid]) -> Expected:
        return [text for line in lines for text in self.line(line)]

    def line(self, line: Line | Grid) -> Iterator[Text]:
        if isinstance(line, Grid):
            yield self.grid(line)
        elif line.kind == "picture":
            if self.traits.picture:
                yield text(self.traits.picture.format(self.words(line.words)))
        elif line.kind == "bullet":
            yield text(self.traits.bullet + self.words(line.words))
        elif line.kind == "entry" and self.traits.leader:
            yield text(self.words(line.words) + _LEADER)
        else:
            yield Text((self.words(line.words),), in_cells=line.kind == "signature")

    def grid(self, grid: Grid) -> Text:
        """Row by row; in plain text column by column, or with the header before every cell."""
        rows = [[self.words(cell) for cell in row] for row in grid.rows]
        by_rows = " ".join(cell for row in rows for cell in row)
        if not self.traits.tabulated:
            return Text((by_rows,), " ".join(rows[0]) if self.traits.laid_out else "", in_cells=True)
        listed = [f"{name}: {cell}" for row in rows[1:] for name, cell in zip(rows[0], row, strict=True)]
        columns = [cell for column in zip(*rows, strict=True) for cell in column]
        return Text((" ".join(columns), " ".join(listed) or by_rows))

    def words(self, words: Words) -> str:
        shown = re.sub(rf"{MAYBE_SPACE}(?=\s|$)", "", "".join(map(self.part, words)))
        return _RTL_RUN.sub(_RIGHT_TO_LEFT, page_text(shown).strip(" ")) if self.traits.laid_out else shown

    def part(self, part: str | Mark | Address) -> str:
        if isinstance(part, Mark):
            space = MAYBE_SPACE if self.traits.laid_out else ""
            return space + self.traits.mark.format(part.number) + space
        if isinstance(part, Address):
            is_address = part.words in (part.href, re.sub("^(https?://|mailto:)", "", part.href))
            if is_address or not self.traits.links:
                return ""
            return f" <{self.addresses.setdefault(part.href, len(self.addresses) + 1)}>"
        if self.traits.tabbed and _WIDE_NUMBER.fullmatch(part):
            return part.rstrip() + MAYBE_SPACE
        return part


@lru_cache(maxsize=100)
def page_text(page: str) -> str:
    """The text of a page, with every space as one space and every letter composed with its marks."""
    page = re.sub(r"[^\S\n\f]+", " ", page)
    composed = unicodedata.normalize("NFC", re.sub(rf"\s(?=[{MARKS}])", "", page))
    return re.sub(rf"(?<=[{MARKS}])[ \n]", "", composed)


MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff"
"""Combining marks. Poppler may put spaces before and after them."""
