"""The PDF, read back by poppler: nothing is cut off or lost."""

from __future__ import annotations

import re
import unicodedata

import pytest

from render.errors import PrintError
from tests.extract import pdf_pages, run, unpacked
from tests.write.pdf.printing import filler, pdf_of

FOOT = 841.89 - 27 / 25.4 * 72
"""Points from the top of an A4 page to the end of its text."""


def words_with_ends(pdf: bytes, page: int) -> list[tuple[str, float]]:
    """The words of a page in reading order, and how far down each ends, in points."""
    words = run(["pdftotext", "-bbox", "-f", str(page), "-l", str(page), "-", "-"], pdf).decode()
    return [(word[2], float(word[1])) for word in re.finditer(r'yMax="([\d.]+)">([^<]+)</word>', words)]


def ends(pdf: bytes, page: int) -> dict[str, float]:
    """How far down each word of a page ends, in points; of a word that is there twice, the later."""
    return dict(words_with_ends(pdf, page))


def test_the_imprint_is_at_the_bottom_of_the_last_page() -> None:
    linked = {"copyright": "Copyright", "notice": "See [there](https://example.org/there)."}
    pdf = pdf_of(*filler(2), rights=linked)
    words = ends(pdf, 1)
    assert words["filler"] < 300
    assert words["there."] == pytest.approx(FOOT, abs=8)
    (link,) = re.findall(rb"/Rect \[[\d.]+ ([\d.]+) [\d.]+ ([\d.]+)\]", unpacked(pdf))
    assert min(map(float, link)) == pytest.approx(841.89 - FOOT, abs=8)


def test_the_imprint_is_above_the_notes_of_the_last_page() -> None:
    noted = {"id": "noted", "text": "Words.[^n]", "notes": {"n": "Footnote"}}
    words = ends(pdf_of(noted, rights={"copyright": "Copyright"}), 1)
    assert words["Footnote"] == pytest.approx(FOOT, abs=8)
    assert FOOT - 40 < words["Copyright"] < words["Footnote"]


def test_an_imprint_over_several_pages_continues_at_the_top_of_the_last() -> None:
    pdf = pdf_of(*filler(1), rights={"notice": "\n\n".join(["a long notice"] * 80) + "\n\nlast"})
    pages = len(pdf_pages(pdf))
    assert pages > 2
    assert next(end for word, end in words_with_ends(pdf, pages) if word == "a") < 100


def test_the_closing_clause_stays_with_the_signatures() -> None:
    signed = {"signed": {"text": "C, 1 March 2024"}, "signatories": [{"name": "Anna"}], "testimonium": "Done"}
    apart = [
        count
        for count in range(24, 36)
        for page in pdf_pages(pdf_of(*filler(count), **signed))
        if ("Done" in page) != ("March" in page)
    ]
    assert apart == []


def test_an_address_is_not_hyphenated() -> None:
    address = "https://example.org/declaration-on-cooperation/" + "international-administration-" * 8
    pdf = pdf_of({"id": "one", "text": address})
    assert address in "".join("".join(pdf_pages(pdf)).split())


@pytest.mark.parametrize("word", ["a" * 300, "https://example.org/" + "a/" * 150, "— " * 60 + "end"], ids=len)
def test_words_longer_than_a_line_are_not_cut_off(word: str) -> None:
    nodes: list[object] = [
        {"id": "p", "text": f"before {word} after"},
        {"section": "s", "title": f"before {word} after"},
        {"table": "t", "header": ["One", "Two", "Three"], "rows": [[f"before {word} after", "two", "three"]]},
        {"list": [f"before {word} after"]},
        {"quotation": f"before {word} after"},
    ]
    text = re.sub(r"\s", "", "".join(pdf_pages(pdf_of(*nodes))))
    assert text.count(re.sub(r"\s", "", f"before {word} after")) == len(nodes)
    assert "three" in text


@pytest.mark.parametrize(
    "words", ["*considerations*", "[considerations](https://example.org/)", "*[considerations]{la}*"]
)
def test_no_word_is_split_where_the_line_could_end_before_it(words: str) -> None:
    nodes: list[object] = [
        {
            "recital": f"r{number}",
            "text": "text",
            "lead": f"{'i' * (number % 10)} {'a ' * (25 + number // 8)}{words} end",
        }
        for number in range(160)
    ]
    lines = "\n".join(pdf_pages(pdf_of(*nodes)))
    parted = re.findall(r"(\w+)\n(\w+)", lines)
    assert [pair for pair in parted if "".join(pair) == "considerations"] == []
    assert lines.count("considerations") > len(nodes) / 2


def test_a_note_moved_to_another_page_is_not_lost() -> None:
    note = "begin " + "word " * 100 + "end"
    for number in range(40, 54):
        nodes: list[object] = [
            {"section": "a", "title": "A", "body": filler(number)},
            {"section": "b", "title": "B", "body": [{"id": "last", "text": "marked[^n]", "notes": {"n": note}}]},
        ]
        text = " ".join(" ".join(pdf_pages(pdf_of(*nodes))).split())
        assert f"1. {note}" in text, number


def test_a_note_longer_than_a_page_is_whole_or_an_error() -> None:
    note = "begin " + "word " * 1500 + "end"
    try:
        text = " ".join(" ".join(pdf_pages(pdf_of({"id": "p", "text": "marked[^n]", "notes": {"n": note}}))).split())
    except PrintError as error:
        text = str(error)
    assert note in text or "note" in text.split("begin")[0]


def test_hyphens_stay_hyphens_where_words_are_hyphenated() -> None:
    words = "internationalisation " * 60 + "rules-based vis-à-vis " * 10
    text = "".join(pdf_pages(pdf_of({"id": "p", "text": words})))
    assert re.search(r"internation[alis]*-\n", text)
    assert text.count("rules-based") + text.count("rules-\nbased") == 10
    assert "\u2010" not in text


def test_names_are_not_hyphenated() -> None:
    shifted = [
        {"id": f"p{number}", "text": "x" * number + " Parliamentarians auto_envvar_prefix" * 9}
        for number in range(1, 18)
    ]
    text = "".join(pdf_pages(pdf_of(*shifted)))
    assert (text.count("Parliamentarians"), text.count("auto_envvar_prefix")) == (153, 153)


@pytest.mark.parametrize("word", ["ó̱", "Mo̱ma", "Ẹ̀TỌ́", "r̄", "ï̱", "Ü̃", "rēs", "ffi"])
def test_a_letter_with_marks_does_not_change_other_letters(word: str) -> None:
    others = "Oo Mm Aa Ee Tt Rr Ii Uu ss ff fi"
    text = pdf_pages(pdf_of({"id": "p", "text": f"{word} {others}"}))[0].replace("\n", " ")
    assert text.endswith(others)
    found = text.split("1.", 1)[1].removesuffix(others).replace(" ", "")
    assert sorted(unicodedata.normalize("NFD", found)) == sorted(unicodedata.normalize("NFD", word))


def test_a_word_with_decomposed_letters_is_not_hyphenated() -> None:
    words = " ".join("a" * (number % 9) + " reconsidération" for number in range(90))
    for text, divided in ((words, True), (unicodedata.normalize("NFD", words), False)):
        page = pdf_of({"id": "p", "text": text}, languages=["fr"])
        assert bool(re.search(r"-\n", pdf_pages(page)[0])) == divided
