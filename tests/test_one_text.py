"""One text: every format has the words and the numbers of the source, in the same order.

Other tools extract the text of an output (`tests/extract.py`). The tests compare it, letter by letter, with what a
second reader finds in the source (`tests/read_aloud.py`). `tests/expected_text.py` lists how the formats may differ.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings

from render.view.blocks import View
from render.write.docx.writer import write_word
from render.write.email import write_mail
from render.write.html import write_html
from render.write.markdown import write_markdown
from render.write.text import write_text
from tests.comparison import difference
from tests.declarations import Sample, declarations
from tests.expected_text import TRAITS, ExpectedText
from tests.extract import DECLARATION, KITCHEN_SINK, html_text, mail_parts, markdown_text, pdf_pages, plain_text, viewed
from tests.extract_word import word_notes, word_text
from tests.office import convert
from tests.printer import printed
from tests.read_aloud import read_aloud
from tests.reading import Grid
from tests.sampled import PLAIN, SIZE, corpus, drawn

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
