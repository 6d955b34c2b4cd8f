"""Our own words, by language."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from render.compose.edition import compose
from render.read.reader import read_bytes
from render.view.blocks import View
from render.view.labels import date_words, direction, labels
from render.write.docx.writer import write_word
from render.write.email import write_mail
from render.write.html import write_html, write_print
from tests.extract import mail_parts
from tests.extract_word import word_part

ROOT = Path(__file__).parents[2]
LOCALES = sorted((ROOT / "templates" / "locale").glob("*.json"))
ENGLISH = json.loads((LOCALES[0].parent / "en.json").read_text("utf-8"))

every_locale = pytest.mark.parametrize("path", LOCALES, ids=lambda path: path.stem)


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^{}]*\}", text))


@every_locale
def test_every_language_has_the_same_labels_as_english_in_the_same_order(path: Path) -> None:
    assert list(json.loads(path.read_text("utf-8"))) == list(ENGLISH)


@every_locale
def test_every_label_has_the_same_placeholders_as_in_english(path: Path) -> None:
    own = json.loads(path.read_text("utf-8"))
    assert {key: placeholders(text) for key, text in own.items()} == {
        key: placeholders(text) for key, text in ENGLISH.items()
    }


@every_locale
def test_no_label_is_empty_or_has_spaces_around_it(path: Path) -> None:
    assert [key for key, text in json.loads(path.read_text("utf-8")).items() if not text or text != text.strip()] == []


@every_locale
def test_no_key_is_twice_in_a_file(path: Path) -> None:
    pairs = json.loads(path.read_text("utf-8"), object_pairs_hook=list)
    assert len(dict(pairs)) == len(pairs)


@every_locale
def test_a_year_has_twelve_months(path: Path) -> None:
    names = json.loads(path.read_text("utf-8"))["months"].split()
    assert len(set(names)) == len(names) == 12


def test_every_label_is_used() -> None:
    templates = "".join(path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.j2"))
    modules = [
        *(ROOT / "render" / "compose").glob("*.py"),
        ROOT / "render" / "numbering.py",
        ROOT / "render" / "view" / "labels.py",
        *(ROOT / "render" / "model").glob("*.py"),  # a status is the name of its label
        ROOT / "render" / "write" / "email.py",
    ]
    code = "".join(path.read_text("utf-8") for path in modules)
    used = {*re.findall(r"\blabels\.(\w+)", templates), *re.findall(r"""["'](\w+)["']""", code)}
    assert [name for name in ENGLISH if name not in used] == []


@pytest.mark.parametrize(
    ("language", "found"),
    [
        ("en", "en"),
        ("lt", "lt"),
        ("en-GB", "en"),
        ("de-AT", "de"),
        ("de-1901", "de"),
        ("sr-Latn-RS", "en"),
        ("ar", "en"),
        ("eng", "en"),
    ],
)
def test_a_language_without_labels_has_those_of_its_primary_language_or_english(language: str, found: str) -> None:
    language_of_labels, own = labels(language)
    assert language_of_labels == found
    assert own == json.loads((LOCALES[0].parent / f"{found}.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("language", "first", "expected"),
    [
        ("en", "1 May 2022", "30 May 2022"),
        ("lt", "2022 m. gegužės 1 d.", "2022 m. gegužės 30 d."),
        ("de", "1. Mai 2022", "30. Mai 2022"),
        ("fr", "1er mai 2022", "30 mai 2022"),
    ],
)
def test_a_date_is_written_as_in_its_language(language: str, first: str, expected: str) -> None:
    assert date_words(datetime.date(2022, 5, 1), labels(language)[1]) == first
    assert date_words(datetime.date(2022, 5, 30), labels(language)[1]) == expected


def test_every_month_has_its_name() -> None:
    said = [date_words(datetime.date(2022, month, 1), labels("en")[1]) for month in range(1, 13)]
    assert said == [f"{datetime.date(2022, month, 1):1 %B %Y}" for month in range(1, 13)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "ltr"),
        ("lt", "ltr"),
        ("zh-Hant", "ltr"),
        ("ar", "rtl"),
        ("he", "rtl"),
        ("fa-AF", "rtl"),
        ("ur", "rtl"),
        ("yi", "rtl"),
        ("ar-Latn", "ltr"),
        ("az-Arab", "rtl"),
        ("az-Arab-IR", "rtl"),
        ("ku-Latn-TR", "ltr"),
        ("ar-001", "rtl"),
        ("arn", "ltr"),
        ("aii", "rtl"),
        ("lah", "rtl"),
        ("pnb", "rtl"),
        ("skr", "rtl"),
        ("ckb-Latn", "ltr"),
        ("de-1996", "ltr"),
    ],
)
def test_the_direction_is_that_of_the_script_and_else_of_the_language(language: str, expected: str) -> None:
    assert direction(language) == expected


# Labels in a language that is written from right to left

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def egyptian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[View]:
    """The view of a draft in Egyptian Arabic, with labels in Arabic."""
    locale = tmp_path / "locale"
    locale.mkdir()
    arabic = {**ENGLISH, "contents": "المحتويات", "draft": "مسودة", "page": "صفحة {page} من {pages}"}
    (locale / "ar.json").write_text(json.dumps(arabic), "utf-8")
    monkeypatch.setattr("render.view.labels.TEMPLATES", tmp_path)
    labels.cache_clear()
    source = (
        "id: a\nlanguages: [ar-EG]\nstatus: draft\ntitle: إعلان\n"
        "body: [{section: b, title: ب, body: [{id: c, text: نص}]}, {section: d, title: د}]\n"
    )
    yield compose(read_bytes(source.encode(), "a.yaml", ROOT).declaration, "ar-EG")
    labels.cache_clear()


def test_a_view_has_the_direction_of_its_labels_and_the_label_of_a_draft(egyptian: View) -> None:
    assert (egyptian.labels_language, egyptian.labels_direction, egyptian.draft) == ("ar", "rtl", "مسودة")
    assert (egyptian.language, egyptian.direction) == ("ar-EG", "rtl")


def test_labels_on_a_page_have_their_own_direction(egyptian: View) -> None:
    for page in (write_html(egyptian).decode(), write_print(egyptian), mail_parts(write_mail(egyptian))[1].decode()):
        assert re.search(r'<h2[^>]* lang="ar" dir="rtl">المحتويات</h2>', page)
        assert not re.search('<[^>]* dir="ltr"', page)


def test_labels_in_a_word_copy_have_their_own_direction(egyptian: View) -> None:
    copy = write_word(egyptian)
    contents = next(
        element for element in word_part(copy, "word/document.xml").iter(f"{W}p") if "المحتويات" in element.itertext()
    )
    notice = next(
        element
        for header in ("word/header1.xml", "word/header2.xml")
        for element in word_part(copy, header).iter(f"{W}p")
        if "مسودة" in element.itertext()
    )
    (page_numbers,) = word_part(copy, "word/footer1.xml").iter(f"{W}p")
    for paragraph in (contents, notice, page_numbers):
        assert paragraph.find(f"{W}pPr/{W}bidi") is not None
        runs = [run for run in paragraph.iter(f"{W}r") if run.find(f"{W}t") is not None]
        assert all(run.find(f"{W}rPr/{W}rtl") is not None for run in runs)
        assert {run.find(f"{W}rPr/{W}lang").get(f"{W}bidi") for run in runs} == {"ar-SA"}
