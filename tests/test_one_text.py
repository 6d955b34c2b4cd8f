"""One text: the words, their order and the numbers are the source's, and the same in every format.

The text of an output is got out of it by other tools (`tests/extract.py`) and compared with what a second reader finds
in the source (`tests/declarations.py`), letter by letter. What a format may do otherwise stands in `MANNERS`.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from render.view.blocks import View
from render.write.docx.writer import write_word
from render.write.email import write_mail
from render.write.html import write_html, write_print
from render.write.markdown import write_markdown
from render.write.pdf.process import PdfProcess
from render.write.text import write_text
from tests.declarations import Address, Grid, Line, Mark, Reading, Sample, Words, declarations, own, read_aloud
from tests.extract import (
    DECLARATION,
    KITCHEN_SINK,
    html_text,
    mail_parts,
    markdown_text,
    office_pdfs,
    pdf_pages,
    plain_text,
    viewed,
    word_notes,
    word_text,
)

# What a format may do otherwise


@dataclass(frozen=True)
class Manner:
    """How a format furnishes the text, and why."""

    bullet: str = ""
    """Before an item of a list."""
    picture: str = ""
    """How the words for a picture stand; "" where they are told to those alone who can't see it."""
    mark: str = "{}"
    """A footnote's mark in the text."""
    note: str = "{}. "
    """A footnote's number before the note."""
    back: str = ""
    """The way back at the end of a note."""
    at_foot: bool = False
    """Notes stand at the foot of a page; else after the text, under a heading."""
    links: bool = False
    """Links are numbered in the text, and listed after it."""
    tabulated: bool = False
    """Tables are read column by column, or, where they have too many columns, as a list of their cells."""
    before: str = ""
    """Words of ours at the beginning, by their name; ..."""
    after: str = ""
    """... and after the text."""
    marking: bool = True
    """The protective marking stands at the beginning and end of the text; else at the head and foot of each page."""
    leader: bool = False
    """Dots and a page number follow each line of the contents."""
    laid_out: bool = False
    """Read off pages: a raised mark may be set apart, what runs from right to left comes in no certain order, and a
    table that goes on on the next page has its header there again."""
    apart: str = ""
    """Signs that a page is painted with apart from its text; they are counted."""
    unread: str = ""
    """Scripts from right to left whose letters are not even counted."""
    divided: bool = False
    """A hyphen may divide a word at the end of a line: one of seven small letters or more, three from either end."""
    alike: str = ""
    """Signs that are drawn with another's letter form, each with those that it may be drawn as."""


MANNERS = {
    # A page in a browser has links at hand to leap by; style draws its bullets.
    "html": Manner(before="skip", after="top", back=" ↩"),
    # Plain text can't link, raise or draw; it says in signs what other formats show.
    "txt": Manner(bullet="• ", picture="[{}]", mark="[{}]", note="[{}] ", links=True, tabulated=True),
    # Readers of Markdown number the notes, mark them so, and put them at the end without a heading of ours.
    "md": Manner(mark="[{}]", at_foot=True),
    # A mail leads nowhere in itself; its other part is plain text, the same as the format's.
    "eml": Manner(),
    # Paper has page numbers; WeasyPrint paints the bullets of a page after its text. The Arabic font draws a letter and
    # its dots as glyphs of their own, of which poppler makes letters of their own. The serif draws U+2010 as "-".
    "pdf": Manner(
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
    "docx": Manner(bullet="•\t", note="{}", at_foot=True, marking=False),
    # The same as LibreOffice sets it, with a letter form for U+2011 from a font that has one.
    "office": Manner(bullet="• ", note="{} ", at_foot=True, marking=False, laid_out=True, alike="‑-"),
}

# A line ends inside a word beside a sign, but before none of these (Unicode Standard Annex 14, LB13); between two
# letters only if the word is longer than a line may have room for.
_NEVER_FIRST = ".,、。，：；！？）」』"
_BY_LETTERS = re.compile("[\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
"""Scripts in which a line may end between any two letters."""
_LONG, _LONG_IN_CELL = 40, 8
"""Letters."""
_DIVISION = re.compile(r"[^\W_]{3}[-‐\u00ad][\n\f][^\W_]{3}")
_MIN_DIVIDED = 7
"""Letters."""


# What must be found

_MAYBE_SPACE = "\ue100"
_LEADER = "\ue101"
_RIGHT_TO_LEFT = "\ue102"
_WILD = {
    _LEADER: re.compile(r"(?:\s?\.)*\s?\d+"),
    _RIGHT_TO_LEFT: re.compile("[\u0590-\u08ff\ufb1d-\ufeff\\s]*[\u0590-\u08ff\ufb1d-\ufeff]"),
}
_RTL_RUN = re.compile("[\u0590-\u08ff]+(?: [\u0590-\u08ff]+)*")


class Text(NamedTuple):
    """What must be found: one of the choices. After each page's end, `repeated` may stand once more."""

    choices: tuple[str, ...]
    repeated: str = ""
    in_cells: bool = False


_PLAIN = Text(())


def text(words: str) -> Text:
    return Text((words,))


Expected = list[Text]


class Furnisher:
    """Writes out what a reader finds in the manner of a format."""

    def __init__(self, reading: Reading, manner: Manner) -> None:
        self.reading, self.manner, self.own = reading, manner, own(reading.language)
        self.addresses: dict[str, int] = {}

    def text(self) -> Expected:
        """All but the notes at the foot of a page."""
        it, manner, own = self.reading, self.manner, self.own
        marking = [it.marking] if it.marking and manner.marking else []
        expected = self.ours(manner.before) + self.lines([*marking, *it.masthead])
        expected += self.ours("contents" if it.entries else "") + self.lines([*it.entries, *it.body])
        if it.notes and not manner.at_foot:
            expected += [text(own.notes), *map(text, self.notes())]
        imprint = self.lines(it.imprint)
        if self.addresses:
            expected.append(text(own.links))
            expected += [text(f"<{number}> {href}") for href, number in self.addresses.items()]
        return [*expected, *imprint, *self.ours(manner.after), *self.lines(marking)]

    def ours(self, name: str) -> Expected:
        """A word of ours by its name, if there is one."""
        return [text(getattr(self.own, name))] if name else []

    def notes(self) -> list[str]:
        manner = self.manner
        return [
            manner.note.format(number) + " ".join(self.words(line.words) for line in note) + manner.back
            for number, note in enumerate(self.reading.notes, 1)
        ]

    def lines(self, lines: Iterable[Line | Grid]) -> Expected:
        return [it for line in lines for it in self.line(line)]

    def line(self, line: Line | Grid) -> Iterator[Text]:
        if isinstance(line, Grid):
            yield self.grid(line)
        elif line.kind == "picture":
            if self.manner.picture:
                yield text(self.manner.picture.format(self.words(line.words)))
        elif line.kind == "bullet":
            yield text(self.manner.bullet + self.words(line.words))
        elif line.kind == "entry" and self.manner.leader:
            yield text(self.words(line.words) + _LEADER)
        else:
            yield Text((self.words(line.words),), in_cells=line.kind == "signature")

    def grid(self, grid: Grid) -> Text:
        """Row by row; in plain text column by column, or with the header before every cell."""
        rows = [[self.words(cell) for cell in row] for row in grid.rows]
        by_rows = " ".join(cell for row in rows for cell in row)
        if not self.manner.tabulated:
            return Text((by_rows,), " ".join(rows[0]) if self.manner.laid_out else "", in_cells=True)
        listed = [f"{name}: {cell}" for row in rows[1:] for name, cell in zip(rows[0], row, strict=True)]
        columns = [cell for column in zip(*rows, strict=True) for cell in column]
        return Text((" ".join(columns), " ".join(listed) or by_rows))

    def words(self, words: Words) -> str:
        said = re.sub(rf"{_MAYBE_SPACE}(?=\s|$)", "", "".join(map(self.part, words)))
        return _RTL_RUN.sub(_RIGHT_TO_LEFT, _read_off(said).strip(" ")) if self.manner.laid_out else said

    def part(self, part: str | Mark | Address) -> str:
        if isinstance(part, Mark):
            space = _MAYBE_SPACE if self.manner.laid_out else ""
            return space + self.manner.mark.format(part.number) + space
        if isinstance(part, Address):
            said = part.words in (part.href, re.sub("^(https?://|mailto:)", "", part.href))
            if said or not self.manner.links:
                return ""
            return f" <{self.addresses.setdefault(part.href, len(self.addresses) + 1)}>"
        return part


# Comparing


def difference(reading: Reading, pages: Sequence[str], manner: Manner) -> str:
    """The first place where an output does not say what it must; "" where it says all that, and nothing more."""
    furnisher = Furnisher(reading, manner)
    expected = furnisher.text()
    pages = [_spaced(_read_off(page) if manner.laid_out else page) for page in pages]
    bullets = sum(isinstance(line, Line) and line.kind == "bullet" for line in reading.body)
    for sign in manner.apart:
        if bullets != sum(page.count(sign) for page in pages):
            return f"{bullets} {sign} expected"
        pages = [_spaced(page.replace(sign, "")) for page in pages]
    if manner.laid_out and _rtl_letters(_said(reading), manner) != _rtl_letters("".join(pages), manner):
        return "other letters from right to left"
    notes = furnisher.notes() if manner.at_foot else []
    unlike = "no such notes at the feet of pages"
    for bodies in islice(_without_notes(pages, notes, manner), _MAX_WAYS):
        unlike = _first_difference(expected, "\f".join(body for body in bodies if body), manner)
        if not unlike:
            return ""
    return unlike


_MAX_WAYS = 20
"""How often it is tried to tell the end of a page from the notes at its foot, where they look alike."""


def _read_off(page: str) -> str:
    """What is read off a page, whatever wide its spaces are, and whatever glyphs draw a letter and its marks."""
    page = re.sub(r"[^\S\n\f]+", " ", page)
    composed = unicodedata.normalize("NFC", re.sub(rf"\s(?=[{_MARKS}])", "", page))
    return re.sub(rf"(?<=[{_MARKS}])[ \n]", "", composed)


_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff"
"""Poppler may set them apart from what they stand on, and from what follows."""


def _spaced(text: str) -> str:
    """Every run of spaces as one, or as a line end where it holds one."""
    return re.sub(r"[ \t\n\r\f]+", lambda found: "\n" if "\n" in found[0] else " ", text.strip(" \t\n\r\f"))


def _said(reading: Reading) -> str:
    lines = [*reading.masthead, *reading.entries, *reading.body, *reading.imprint]
    words = [line.words for line in lines if isinstance(line, Line)]
    words += [cell for grid in lines if isinstance(grid, Grid) for row in grid.rows for cell in row]
    return "".join(part for it in words for part in it if isinstance(part, str))


def _rtl_letters(text: str, manner: Manner) -> Counter[str]:
    read = re.sub(f"[{manner.unread}]", "", text) if manner.unread else text
    return Counter(letter for letter in read if re.match("[\u0590-\u08ff]", letter))


def _first_difference(expected: Expected, found: str, manner: Manner) -> str:
    place = 0
    for number, it in enumerate(expected):
        start = place + (found[place : place + 1].isspace() if number else 0)
        after_a_mark = manner.laid_out and re.match(f"[{_MARKS}]", found[place - 1 : place])
        if number and start == place < len(found) and not after_a_mark:
            return _shown(str(it), found, place)
        place = max(_end(choice, found, start, manner, it) for choice in it.choices)
        if place < 0:
            return _shown(str(it), found, start)
    return "" if place == len(found) else _shown("the end", found, place)


def _shown(expected: str, found: str, place: int) -> str:
    after, here = found[max(0, place - 80) : place], found[place : place + 500]
    return f"expected {expected[:500]!r}\nfound {here!r}\nafter {after!r}"


def _end(expected: str, found: str, start: int, manner: Manner, it: Text = _PLAIN) -> int:
    """Where an expected text ends that stands in `found` from `start`; -1 where it does not stand there whole."""
    if re.sub(r"[\n\f]", " ", found[start : start + len(expected)]) == expected:
        return start + len(expected)
    place = start
    for index, sign in enumerate(expected):
        here = found[place : place + 1]
        if here == "\f" and it.repeated:
            place = max(place, _end(it.repeated, found, place + 1, manner, it._replace(repeated="")))
            here = found[place : place + 1]
        if wild := _WILD.get(sign):
            match = wild.match(found, place)
            if not match:
                return -1
            place = match.end()
        elif sign == _MAYBE_SPACE:
            place += here.isspace()
        elif sign == here or _is_alike(sign, here, manner):
            place += 1
        elif manner.divided and _DIVISION.match(found, place - 3) and _is_divisible(expected, index):
            place += 2
            if found[place] != sign:
                return -1
            place += 1
        elif here in ("\n", "\f") and _may_break(expected, index, it.in_cells) and found[place + 1 : place + 2] == sign:
            place += 2
        else:
            return -1
    return place


def _is_alike(sign: str, here: str, manner: Manner) -> bool:
    """Whether a sign may be found as another. A page may show any space as any; else they are not all the same."""
    if sign.isspace() and here.isspace():
        return manner.laid_out or (sign in " \t" and here in " \n\f")
    return sign in manner.alike and here in manner.alike


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


def _without_notes(pages: Sequence[str], notes: Sequence[str], manner: Manner) -> Iterator[list[str]]:
    """The pages without the notes at their feet, all in their turn; each way in which that can be."""
    if not pages:
        yield from [] if notes else [[]]
        return
    for cut, taken in _feet(pages[0], notes, manner):
        for others in _without_notes(pages[1:], notes[taken:], manner):
            yield [pages[0][:cut].rstrip(), *others]


def _feet(page: str, notes: Sequence[str], manner: Manner) -> Iterator[tuple[int, int]]:
    """Where the foot of a page may begin, and how many of the notes stand there; the largest first."""
    for start in [0, *(found.end() for found in re.finditer("\n", page))] if notes else []:
        place = start
        for taken, note in enumerate(notes, 1):
            place = _end(note, page, place, manner)
            if place < 0:
                break
            if place == len(page):
                yield start, taken
                break
            place += page[place] == "\n"
    yield len(page), 0


# The real declaration, and the kitchen sink


@pytest.fixture(scope="module")
def printer() -> Iterator[PdfProcess]:
    printer = PdfProcess()
    yield printer
    printer.close()


def printed(view: View, printer: PdfProcess) -> bytes:
    printer.send(write_print(view))
    return printer.receive()


@pytest.fixture(scope="module")
def extracted(printer: PdfProcess, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, Path], list[str]]:
    """What each format of the two declarations says, page by page."""
    views = {path: viewed(path) for path in (DECLARATION, KITCHEN_SINK)}
    copies = {path: write_word(view) for path, view in views.items()}
    pdfs = office_pdfs(list(copies.values()), tmp_path_factory.mktemp("office"))
    found = {}
    for (path, view), pdf in zip(views.items(), pdfs, strict=True):
        found["html", path] = [html_text(write_html(view))]
        found["txt", path] = [plain_text(write_text(view))]
        found["md", path] = [markdown_text(write_markdown(view))]
        found["eml", path] = [mail_text(view)]
        found["docx", path] = word_pages(copies[path])
        found["pdf", path] = pdf_pages(printed(view, printer))
        found["office", path] = pdf_pages(pdf)
    return found


def mail_text(view: View) -> str:
    """What the page in a mail says; its plain text is the text format's to the letter."""
    text, page = mail_parts(write_mail(view))
    assert text == write_text(view)
    return html_text(page)


def word_pages(copy: bytes) -> list[str]:
    """The Word copy as one page, its notes at the foot."""
    notes = word_notes(copy)
    numbered = [f"{number}{note.lstrip()}" for number, note in enumerate(notes, 1)]
    return ["\n".join([word_text(copy), *numbered])]


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("path", [DECLARATION, KITCHEN_SINK], ids=lambda path: path.stem)
def test_every_format_says_what_the_source_says(
    extracted: dict[tuple[str, Path], list[str]], path: Path, manner: str
) -> None:
    reading = read_aloud(path.read_text("utf-8"))
    assert difference(reading, extracted[manner, path], MANNERS[manner]) == ""


# A comparison that found nothing amiss is worth what it would have found


WORDS = 3
"""How many of a page."""


def mutants(pages: Sequence[str], chance: random.Random) -> Iterator[tuple[str, list[str]]]:
    """The pages with one thing amiss, and what it is."""
    for number, page in enumerate(pages):
        words = [found for found in re.finditer(r"\S+", page) if not _is_furniture(page, found)]
        for found in chance.sample(words, min(WORDS, len(words))):
            for what, changed in _amiss(found[0]):
                if changed != found[0]:
                    mutant = page[: found.start()] + changed + page[found.end() :]
                    yield f"{what}: {found[0]!r}", [*pages[:number], mutant, *pages[number + 1 :]]


def _is_furniture(page: str, found: re.Match[str]) -> bool:
    """The leaders and page numbers of the contents, and letters from right to left, which are only counted."""
    numbered = found[0].isdigit() and page[: found.start()].endswith((". ", ".\n", ".\n "))
    return found[0] == "." or numbered or bool(re.search("[\u0590-\u08ff]", found[0]))


def _amiss(word: str) -> Iterator[tuple[str, str]]:
    yield "lost", ""
    yield "doubled", f"{word} {word}"
    yield "doubled without a space", word + word
    yield "added", f"{word} A"
    yield "added on a line of its own", f"{word}\nnot"
    yield "parted", f"{word[:1]} {word[1:]}" if len(word) > 1 else ""
    yield "a letter lost", word[:-1]
    yield "a hyphen added", f"{word}-"
    yield "a hyphen lost", word.replace("-", "", 1)
    yield "a hyphen made a space", word.replace("-", " ", 1)
    yield "a hyphen made a dash", word.replace("-", "–", 1)
    yield "another number", re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), word, count=1)
    yield "a quotation mark turned", word.replace("'", "’").replace('"', "“")
    yield "the case turned", word.swapcase()
    yield "a space that holds no words together", word.replace("\u00a0", " ", 1)


@pytest.mark.parametrize("manner", MANNERS)
def test_nothing_can_go_amiss_unnoticed(extracted: dict[tuple[str, Path], list[str]], manner: str) -> None:
    for path in (DECLARATION, KITCHEN_SINK):
        reading = read_aloud(path.read_text("utf-8"))
        unnoticed = [
            what
            for what, pages in mutants(extracted[manner, path], random.Random(1))
            if not difference(reading, pages, MANNERS[manner])
        ]
        assert not unnoticed


def test_words_that_change_their_places_are_noticed() -> None:
    reading = read_aloud(DECLARATION.read_text("utf-8"))
    text = html_text(write_html(viewed(DECLARATION)))
    pairs = [it for it in re.finditer(r"(\S+) (\S+)", text) if it[1] != it[2]]
    for pair in random.Random(2).sample(pairs, 100):
        swapped = f"{text[: pair.start()]}{pair[2]} {pair[1]}{text[pair.end() :]}"
        assert difference(reading, [swapped], MANNERS["html"])


def test_a_lost_page_is_noticed(extracted: dict[tuple[str, Path], list[str]]) -> None:
    reading = read_aloud(DECLARATION.read_text("utf-8"))
    pages = extracted["pdf", DECLARATION]
    assert len(pages) > 5
    for number in range(len(pages)):
        assert difference(reading, pages[:number] + pages[number + 1 :], MANNERS["pdf"])


# Whatever declaration there may be

PLAIN = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
"""Examples that are the same in every run."""
PROOF = settings(PLAIN, derandomize=False, max_examples=1_000)

Extract = Callable[[View], list[str]]
TEXTUAL: dict[str, Extract] = {
    "html": lambda view: [html_text(write_html(view))],
    "txt": lambda view: [plain_text(write_text(view))],
    "md": lambda view: [markdown_text(write_markdown(view))],
    "eml": lambda view: [mail_text(view)],
    "docx": lambda view: word_pages(write_word(view)),
}


def assert_one_text(sample: Sample, manner: str, pages: Sequence[str]) -> None:
    assert difference(sample.reading, pages, MANNERS[manner]) == "", sample.source


@pytest.mark.parametrize("manner", TEXTUAL)
@settings(PLAIN)
@given(sample=declarations())
def test_any_declaration_is_one_text(sample: Sample, manner: str) -> None:
    assert_one_text(sample, manner, TEXTUAL[manner](viewed(sample.source)))


@settings(PLAIN, max_examples=25)
@given(sample=declarations())
def test_any_declaration_is_one_text_in_print(printer: PdfProcess, sample: Sample) -> None:
    assert_one_text(sample, "pdf", pdf_pages(printed(viewed(sample.source), printer)))


def test_some_declarations_are_one_text_in_libreoffice(tmp_path: Path) -> None:
    check_in_office(samples(80)[-12:], tmp_path)


def samples(number: int) -> list[Sample]:
    """Declarations of many kinds, the longest last, whose notes are short: LibreOffice carries long ones over pages."""
    found: list[Sample] = []

    @settings(PLAIN, max_examples=number, phases=[Phase.generate])
    @given(sample=declarations())
    def collect(sample: Sample) -> None:
        if all(len(it) <= _SHORT for it in Furnisher(sample.reading, MANNERS["office"]).notes()):
            found.append(sample)

    collect()
    return sorted(found, key=lambda sample: len(sample.source))


_SHORT = 150
"""Letters of two lines at the foot of a page, which stay together."""


def check_in_office(some: Sequence[Sample], folder: Path) -> None:
    pdfs = office_pdfs([write_word(viewed(sample.source)) for sample in some], folder)
    for sample, pdf in zip(some, pdfs, strict=True):
        assert_one_text(sample, "office", pdf_pages(pdf))


@pytest.mark.proof
@pytest.mark.parametrize("manner", TEXTUAL)
@settings(PROOF)
@given(sample=declarations())
def test_very_many_declarations_are_one_text(sample: Sample, manner: str) -> None:
    assert_one_text(sample, manner, TEXTUAL[manner](viewed(sample.source)))


@pytest.mark.proof
@settings(PROOF, max_examples=300)
@given(sample=declarations())
def test_very_many_declarations_are_one_text_in_print(printer: PdfProcess, sample: Sample) -> None:
    assert_one_text(sample, "pdf", pdf_pages(printed(viewed(sample.source), printer)))


@pytest.mark.proof
def test_many_declarations_are_one_text_in_libreoffice(tmp_path: Path) -> None:
    check_in_office(samples(600)[-150:], tmp_path)
