"""Our own words, by language."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import pytest

from render.view.labels import date_words, direction, labels

LOCALES = sorted((Path(__file__).parents[1] / "templates" / "locale").glob("*.json"))
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
def test_no_key_stands_twice_in_a_file(path: Path) -> None:
    pairs = json.loads(path.read_text("utf-8"), object_pairs_hook=list)
    assert len(dict(pairs)) == len(pairs)


@every_locale
def test_a_year_has_twelve_months(path: Path) -> None:
    names = json.loads(path.read_text("utf-8"))["months"].split()
    assert len(set(names)) == len(names) == 12


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
def test_a_date_is_said_as_its_language_says_it(language: str, first: str, expected: str) -> None:
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
