"""One text: every format has the words and the numbers of the source, in the same order.

Other tools extract the text of an output (`tests/extract.py`). The tests compare it, letter by letter, with what a
second reader finds in the source (`tests/declarations.py`). `TRAITS` lists how the formats may differ.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings

from render.view.blocks import View
from render.write.docx.writer import write_word
from render.write.email import write_mail
from render.write.html import write_html
from render.write.markdown import write_markdown
from render.write.text import write_text
from tests.declarations import Address, Grid, Line, Mark, Reading, Sample, Words, declarations, own, read_aloud
from tests.extract import (
    DECLARATION,
    KITCHEN_SINK,
    html_text,
    mail_parts,
    markdown_text,
    pdf_pages,
    plain_text,
    viewed,
    word_notes,
    word_text,
)
from tests.office import convert
from tests.printer import printed
from tests.sampled import PLAIN, SIZE, corpus, drawn

# How the formats may differ


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

# A line may end inside a word beside a sign, but never before one of these (Unicode Standard Annex 14, LB13). Between
# two letters it ends only if the word may be longer than the line.
_NEVER_FIRST = ".,、。，：；！？）」』"
_BY_LETTERS = re.compile("[\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
"""Scripts in which a line may end between any two letters."""
_LONG, _LONG_IN_CELL = 40, 8
"""Letters."""
_DIVISION = re.compile(r"[^\W_]{3}[-‐\u00ad][\n\f][^\W_]{3}")
_MIN_DIVIDED = 7
"""Letters."""


# The expected text

_MAYBE_SPACE = "\ue100"
_LEADER = "\ue101"
_RIGHT_TO_LEFT = "\ue102"
_WILD = {
    _LEADER: re.compile(r"(?:\s?\.)*\s?\d+"),
    _RIGHT_TO_LEFT: re.compile("[\u0590-\u08ff\ufb1d-\ufeff\\s]*[\u0590-\u08ff\ufb1d-\ufeff]"),
}
_WIDE_NUMBER = re.compile(r"\d+ bis\. ")
_RTL_LETTER = re.compile("[\u0590-\u08ff]")
_RTL_RUN = re.compile("[\u0590-\u08ff]+(?: [\u0590-\u08ff]+)*")


class Text(NamedTuple):
    """An expected text: one of the choices. After the end of a page, `repeated` may appear once more."""

    choices: tuple[str, ...]
    repeated: str = ""
    in_cells: bool = False


_PLAIN = Text(())


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
        shown = re.sub(rf"{_MAYBE_SPACE}(?=\s|$)", "", "".join(map(self.part, words)))
        return _RTL_RUN.sub(_RIGHT_TO_LEFT, _page_text(shown).strip(" ")) if self.traits.laid_out else shown

    def part(self, part: str | Mark | Address) -> str:
        if isinstance(part, Mark):
            space = _MAYBE_SPACE if self.traits.laid_out else ""
            return space + self.traits.mark.format(part.number) + space
        if isinstance(part, Address):
            is_address = part.words in (part.href, re.sub("^(https?://|mailto:)", "", part.href))
            if is_address or not self.traits.links:
                return ""
            return f" <{self.addresses.setdefault(part.href, len(self.addresses) + 1)}>"
        if self.traits.tabbed and _WIDE_NUMBER.fullmatch(part):
            return part.rstrip() + _MAYBE_SPACE
        return part


# Comparing


def difference(reading: Reading, pages: Sequence[str], traits: FormatTraits) -> str:
    """The first difference between an output and the expected text; "" if there is none."""
    expected_text = ExpectedText(reading, traits)
    expected = expected_text.text()
    pages = [_with_single_spaces(_page_text(page) if traits.laid_out else page) for page in pages]
    bullets = sum(isinstance(line, Line) and line.kind == "bullet" for line in reading.body)
    for sign in traits.apart:
        if bullets != sum(page.count(sign) for page in pages):
            return f"{bullets} {sign} expected"
        pages = [_with_single_spaces(page.replace(sign, "")) for page in pages]
    if traits.laid_out and _rtl_letters(_all_words(reading), traits) != _rtl_letters("".join(pages), traits):
        return "other right-to-left letters"
    notes = expected_text.notes() if traits.at_foot else []
    message = "the notes at the foot of the pages differ"
    for bodies in islice(_without_notes(pages, notes, traits), _MAX_WAYS):
        message = _first_difference(expected, "\f".join(body for body in bodies if body), traits)
        if not message:
            return ""
    return message


_MAX_WAYS = 20
"""Ways to split a page into text and notes that are tried, if both could be either."""


@lru_cache(maxsize=100)
def _page_text(page: str) -> str:
    """The text of a page, with every space as one space and every letter composed with its marks."""
    page = re.sub(r"[^\S\n\f]+", " ", page)
    composed = unicodedata.normalize("NFC", re.sub(rf"\s(?=[{_MARKS}])", "", page))
    return re.sub(rf"(?<=[{_MARKS}])[ \n]", "", composed)


_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff"
"""Combining marks. Poppler may put spaces before and after them."""


@lru_cache(maxsize=100)
def _with_single_spaces(text: str) -> str:
    """Every run of spaces as one space, or as a line end if it has one."""
    return re.sub(r"[ \t\n\r\f]+", lambda found: "\n" if "\n" in found[0] else " ", text.strip(" \t\n\r\f"))


def _all_words(reading: Reading) -> str:
    lines = [*reading.masthead, *reading.entries, *reading.body, *reading.imprint]
    words = [line.words for line in lines if isinstance(line, Line)]
    words += [cell for grid in lines if isinstance(grid, Grid) for row in grid.rows for cell in row]
    return "".join(part for line_words in words for part in line_words if isinstance(part, str))


def _rtl_letters(text: str, traits: FormatTraits) -> Counter[str]:
    read = re.sub(f"[{traits.unread}]", "", text) if traits.unread else text
    return Counter(_RTL_LETTER.findall(read))


def _first_difference(expected: Expected, found: str, traits: FormatTraits) -> str:
    place = 0
    for number, wanted in enumerate(expected):
        start = place + (found[place : place + 1].isspace() if number else 0)
        after_a_mark = traits.laid_out and re.match(f"[{_MARKS}]", found[place - 1 : place])
        if number and start == place < len(found) and not after_a_mark:
            return _description(str(wanted), found, place)
        place = max(_end(choice, found, start, traits, wanted) for choice in wanted.choices)
        if place < 0:
            return _description(str(wanted), found, start)
    return "" if place == len(found) else _description("the end", found, place)


def _description(expected: str, found: str, place: int) -> str:
    after, here = found[max(0, place - 80) : place], found[place : place + 500]
    return f"expected {expected[:500]!r}\nfound {here!r}\nafter {after!r}"


def _end(expected: str, found: str, start: int, traits: FormatTraits, wanted: Text = _PLAIN) -> int:
    """Where the expected text that begins at `start` in `found` ends; -1 if it isn't there whole."""
    if re.sub(r"[\n\f]", " ", found[start : start + len(expected)]) == expected:
        return start + len(expected)
    place = start
    for index, sign in enumerate(expected):
        here = found[place : place + 1]
        if here == "\f" and wanted.repeated:
            place = max(place, _end(wanted.repeated, found, place + 1, traits, wanted._replace(repeated="")))
            here = found[place : place + 1]
        if wild := _WILD.get(sign):
            match = wild.match(found, place)
            if not match:
                return -1
            place = match.end()
        elif sign == _MAYBE_SPACE:
            place += here.isspace()
        elif sign == here or _is_alike(sign, here, traits):
            place += 1
        elif traits.divided and _DIVISION.match(found, place - 3) and _is_divisible(expected, index):
            place += 2
            if found[place] != sign:
                return -1
            place += 1
        elif (
            here in ("\n", "\f")
            and _may_break(expected, index, wanted.in_cells)
            and found[place + 1 : place + 2] == sign
        ):
            place += 2
        else:
            return -1
    return place


def _is_alike(sign: str, here: str, traits: FormatTraits) -> bool:
    """Whether a sign may be found as another. On a page every space equals every other, elsewhere only some do."""
    if sign.isspace() and here.isspace():
        return traits.laid_out or (sign in " \t" and here in " \n\f")
    return sign in traits.alike and here in traits.alike


def _is_divisible(text: str, index: int) -> bool:
    """Whether a hyphen may divide the word, before its letter at `index`."""
    before, after = re.search(r"[^\W_]*$", text[:index]), re.match(r"[^\W_]*", text[index:])
    word = (before[0] if before else "") + (after[0] if after else "")
    return len(word) >= _MIN_DIVIDED and word == word.lower()


def _may_break(text: str, index: int, in_cells: bool) -> bool:
    """Whether a line may end inside a word, before its letter at `index`."""
    if not index:
        return False
    word = text[text.rfind(" ", 0, index) + 1 :].split(" ", 1)[0]
    beside_a_sign = not (text[index - 1].isalnum() and text[index].isalnum()) and text[index] not in _NEVER_FIRST
    by_letters = _BY_LETTERS.search(text[index - 1 : index + 1]) and text[index] not in _NEVER_FIRST
    return bool(beside_a_sign or by_letters) or len(word) > (_LONG_IN_CELL if in_cells else _LONG)


def _without_notes(pages: Sequence[str], notes: Sequence[str], traits: FormatTraits) -> Iterator[list[str]]:
    """The pages without the notes at their feet, which are in order; every possible way to split them."""
    if not pages:
        yield from [] if notes else [[]]
        return
    for cut, taken in _note_areas(pages[0], notes, traits):
        for others in _without_notes(pages[1:], notes[taken:], traits):
            yield [pages[0][:cut].rstrip(), *others]


def _note_areas(page: str, notes: Sequence[str], traits: FormatTraits) -> Iterator[tuple[int, int]]:
    """Where the notes of a page may begin, and how many there are; most notes first."""
    for start in [0, *(found.end() for found in re.finditer("\n", page))] if notes else []:
        place = start
        for taken, note in enumerate(notes, 1):
            place = _end(note, page, place, traits)
            if place < 0:
                break
            if place == len(page):
                yield start, taken
                break
            place += page[place] == "\n"
    yield len(page), 0


# The real declaration, and the kitchen sink


one_process = pytest.mark.xdist_group("extracted")
"""For tests that use this fixture, so that the outputs are made once."""


@pytest.fixture(scope="module")
def extracted() -> dict[tuple[str, Path], list[str]]:
    """The text of each format of the two declarations, page by page."""
    views = {path: viewed(path) for path in (DECLARATION, KITCHEN_SINK)}
    copies = {path: write_word(view) for path, view in views.items()}
    pdfs = convert(list(copies.values()))
    found = {}
    for (path, view), pdf in zip(views.items(), pdfs, strict=True):
        found["html", path] = [html_text(write_html(view))]
        found["txt", path] = [plain_text(write_text(view))]
        found["md", path] = [markdown_text(write_markdown(view))]
        found["eml", path] = [mail_text(view)]
        found["docx", path] = word_pages(copies[path])
        found["pdf", path] = pdf_pages(printed(view))
        found["office", path] = pdf_pages(pdf)
    return found


def mail_text(view: View) -> str:
    """The text of the page in a mail. Its plain text must equal the text format."""
    text, page = mail_parts(write_mail(view))
    assert text == write_text(view)
    return html_text(page)


def word_pages(copy: bytes) -> list[str]:
    """The Word copy as one page, its notes at the foot."""
    notes = word_notes(copy)
    numbered = [f"{number}{note.lstrip()}" for number, note in enumerate(notes, 1)]
    return ["\n".join([word_text(copy), *numbered])]


@one_process
@pytest.mark.parametrize("format_name", TRAITS)
@pytest.mark.parametrize("path", [DECLARATION, KITCHEN_SINK], ids=lambda path: path.stem)
def test_every_format_has_the_text_of_the_source(
    extracted: dict[tuple[str, Path], list[str]], path: Path, format_name: str
) -> None:
    reading = read_aloud(path.read_text("utf-8"))
    assert difference(reading, extracted[format_name, path], TRAITS[format_name]) == ""


# The comparison must detect every mistake


WORDS = 3
"""Words of a page that are changed."""


def mutants(pages: Sequence[str], chance: random.Random) -> Iterator[tuple[str, list[str]]]:
    """The pages with one mistake, and its name."""
    for number, page in enumerate(pages):
        words = [found for found in re.finditer(r"\S+", page) if not _is_unchecked(page, found)]
        for found in chance.sample(words, min(WORDS, len(words))):
            for what, changed in _mistakes(found[0]):
                if changed != found[0]:
                    mutant = page[: found.start()] + changed + page[found.end() :]
                    yield f"{what}: {found[0]!r}", [*pages[:number], mutant, *pages[number + 1 :]]


def _is_unchecked(page: str, found: re.Match[str]) -> bool:
    """Whether a word is a leader or page number of the contents, or right-to-left, whose letters are only counted."""
    numbered = found[0].isdigit() and page[: found.start()].endswith((". ", ".\n", ".\n "))
    return found[0] == "." or numbered or bool(re.search("[\u0590-\u08ff]", found[0]))


def _mistakes(word: str) -> Iterator[tuple[str, str]]:
    yield "lost", ""
    yield "doubled", f"{word} {word}"
    yield "doubled without a space", word + word
    yield "added", f"{word} A"
    yield "added on a line of its own", f"{word}\nnot"
    yield "split", f"{word[:1]} {word[1:]}" if len(word) > 1 else ""
    yield "a letter lost", word[:-1]
    yield "a hyphen added", f"{word}-"
    yield "a hyphen lost", word.replace("-", "", 1)
    yield "a hyphen made a space", word.replace("-", " ", 1)
    yield "a hyphen made a dash", word.replace("-", "–", 1)
    yield "another number", re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), word, count=1)
    yield "another quotation mark", word.replace("'", "’").replace('"', "“")
    yield "another case", word.swapcase()
    yield "a no-break space made a space", word.replace("\u00a0", " ", 1)


@one_process
@pytest.mark.parametrize("format_name", TRAITS)
def test_every_mistake_is_detected(extracted: dict[tuple[str, Path], list[str]], format_name: str) -> None:
    for path in (DECLARATION, KITCHEN_SINK):
        reading = read_aloud(path.read_text("utf-8"))
        undetected = [
            what
            for what, pages in mutants(extracted[format_name, path], random.Random(1))
            if not difference(reading, pages, TRAITS[format_name])
        ]
        assert not undetected


def test_swapped_words_are_detected() -> None:
    reading = read_aloud(DECLARATION.read_text("utf-8"))
    text = html_text(write_html(viewed(DECLARATION)))
    pairs = [pair for pair in re.finditer(r"(\S+) (\S+)", text) if pair[1] != pair[2]]
    for pair in random.Random(2).sample(pairs, 100):
        swapped = f"{text[: pair.start()]}{pair[2]} {pair[1]}{text[pair.end() :]}"
        assert difference(reading, [swapped], TRAITS["html"])


@one_process
def test_a_lost_page_is_detected(extracted: dict[tuple[str, Path], list[str]]) -> None:
    reading = read_aloud(DECLARATION.read_text("utf-8"))
    pages = extracted["pdf", DECLARATION]
    assert len(pages) > 5
    for number in range(len(pages)):
        assert difference(reading, pages[:number] + pages[number + 1 :], TRAITS["pdf"])


# Any declaration

PROOF = settings(PLAIN, derandomize=False, max_examples=1_000)

Extract = Callable[[View], list[str]]
TEXTUAL: dict[str, Extract] = {
    "html": lambda view: [html_text(write_html(view))],
    "txt": lambda view: [plain_text(write_text(view))],
    "md": lambda view: [markdown_text(write_markdown(view))],
    "eml": lambda view: [mail_text(view)],
    "docx": lambda view: word_pages(write_word(view)),
}


def assert_same_text(sample: Sample, format_name: str, pages: Sequence[str]) -> None:
    assert difference(sample.reading, pages, TRAITS[format_name]) == "", sample.source


@pytest.mark.parametrize("format_name", TEXTUAL)
def test_any_declaration_has_the_same_text_in_every_format(format_name: str) -> None:
    for sample in corpus():
        assert_same_text(sample, format_name, TEXTUAL[format_name](viewed(sample.source)))


def test_any_declaration_has_the_same_text_in_print() -> None:
    for sample in corpus()[:: SIZE // 15]:
        assert_same_text(sample, "pdf", pdf_pages(printed(viewed(sample.source))))


def test_some_declarations_have_the_same_text_in_libreoffice() -> None:
    check_in_libreoffice(that_stay_together(corpus())[-12:])


def that_stay_together(samples: Sequence[Sample]) -> list[Sample]:
    """The samples with short notes and rows: LibreOffice continues long notes and long rows on the next page."""
    return [sample for sample in samples if _has_short_notes(sample) and _has_short_rows(sample)]


def _has_short_notes(sample: Sample) -> bool:
    return all(len(note) <= _SHORT for note in ExpectedText(sample.reading, TRAITS["office"]).notes())


def _has_short_rows(sample: Sample) -> bool:
    tables = [part for part in sample.reading.body if isinstance(part, Grid)]
    return all(len(str(row)) <= _SHORT for table in tables for row in table.rows)


_SHORT = 150
"""Letters of two lines at the foot of a page, which stay together."""


def check_in_libreoffice(some: Sequence[Sample]) -> None:
    pdfs = convert([write_word(viewed(sample.source)) for sample in some])
    for sample, pdf in zip(some, pdfs, strict=True):
        assert_same_text(sample, "office", pdf_pages(pdf))


@pytest.mark.proof
@pytest.mark.parametrize("format_name", TEXTUAL)
@settings(PROOF)
@given(sample=declarations())
def test_very_many_declarations_have_the_same_text_in_every_format(sample: Sample, format_name: str) -> None:
    assert_same_text(sample, format_name, TEXTUAL[format_name](viewed(sample.source)))


@pytest.mark.proof
@settings(PROOF, max_examples=300)
@given(sample=declarations())
def test_very_many_declarations_have_the_same_text_in_print(sample: Sample) -> None:
    assert_same_text(sample, "pdf", pdf_pages(printed(viewed(sample.source))))


@pytest.mark.proof
def test_many_declarations_have_the_same_text_in_libreoffice() -> None:
    check_in_libreoffice(that_stay_together(drawn("office", 600))[-150:])
