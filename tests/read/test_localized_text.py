"""Texts in one language and in several."""

from __future__ import annotations

import pytest

from render.model import declaration as model
from render.read.localized_text import UNSPACED
from tests.read.sources import declaration, problems

# Texts


def paragraphs(source: str, language: str = "en") -> list[str]:
    testimonium = declaration(
        f"id: draft\ntitle: words\nlanguages: [{language}]\ntestimonium: {source}\nbody: []\n"
    ).testimonium
    assert testimonium
    return testimonium.plain(language).split("\n\n")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("|\n  one\n  two\n\n  three", ["one two", "three"]),
        ("|\n\n\n  one\n\n   \n\n  two\n\n", ["one", "two"]),
        ("|\n  one\n    two\n   three", ["one two three"]),
        (">\n  one\n  two\n\n  three\n", ["one two three"]),
        ("one\n  two", ["one two"]),
        ('"one\\n\\ntwo\\nthree"', ["one", "two three"]),
        ("'one\n\n  two\n\n\n  three'", ["one two", "three"]),
        ('"one\\n\\u2003\\ntwo"', ["one", "two"]),
    ],
)
def test_empty_lines_divide_paragraphs_and_lines_join(source: str, expected: list[str]) -> None:
    assert paragraphs(source) == expected


@pytest.mark.parametrize("language", ["zh", "zh-Hans", "ja", "th", "lo", "km", "my"])
def test_lines_join_with_nothing_in_languages_without_spaces(language: str) -> None:
    assert paragraphs("|\n  甲方同意。\n  乙方*也*\n  同意。\n\n  完。\n", language) == [
        "甲方同意。乙方也同意。",
        "完。",
    ]


@pytest.mark.parametrize("language", ["en", "lt", "ko", "ar", "vi", "bo"])
def test_lines_join_with_a_space_in_all_others(language: str) -> None:
    assert language not in UNSPACED
    assert paragraphs("|\n  one\n  two\n", language) == ["one two"]


def test_each_version_joins_its_lines_in_its_own_way() -> None:
    found = declaration(
        "id: draft\ntitle:\n  en: |\n    one\n    two\n  zh: |\n    甲\n    乙\nlanguages: [en, zh]\nbody: []\n"
    )
    assert [found.title.plain(language) for language in found.languages] == ["one two", "甲乙"]


# Several languages


def test_names_may_be_one_for_all_languages_or_one_in_each() -> None:
    found = declaration(
        "id: draft\ntitle: {en: A declaration, lt: Deklaracija}\nlanguages: [en, lt]\nmarking: OFFICIAL\n"
        "publication: {organisation: {name: Office}}\nrights: {copyright: {en: A, lt: B}}\n"
        "signed: {text: {en: 'C, 1 May', lt: 'C, gegužės 1 d.'}}\n"
        "signatories:\n  - {name: Anna A, title: {en: Minister, lt: Ministrė}, on_behalf: For A}\n"
        "body:\n  - {table: t, header: [{en: a, lt: b}, '1'], rows: [['2', {en: c, lt: d}]]}\n"
    )
    assert found.marking
    assert [found.marking.level.plain(language) for language in found.languages] == ["OFFICIAL", "OFFICIAL"]
    (signatory,) = found.signatories
    assert [signatory.name.plain(language) for language in found.languages] == ["Anna A", "Anna A"]
    assert signatory.title
    assert [signatory.title.plain(language) for language in found.languages] == ["Minister", "Ministrė"]
    (table,) = found.body
    assert isinstance(table, model.Table)
    assert [cell.plain("lt") for cell in (*table.header, *table.rows[0])] == ["b", "1", "2", "d"]


def test_one_language_may_be_named_with_its_text_or_left_out() -> None:
    assert declaration("id: draft\ntitle: {en: words}\nlanguages: [en]\nbody: []\n").title.plain("en") == "words"


def test_languages_are_in_the_order_of_the_source() -> None:
    source = "id: draft\ntitle: {en: a, lt: b, fr: c}\nlanguages: [lt, fr, en]\nbody: []\n"
    assert declaration(source).languages == ("lt", "fr", "en")


def in_languages(count: int) -> str:
    """A source in as many languages, with a name that all share."""
    tags = [f"{first}{second}" for first in "abcdefghijklmnopqrstuvwxyz" for second in "bcdef"][:count]
    title = ", ".join(f"{tag}: words" for tag in tags)
    return f"id: draft\nlanguages: [{', '.join(tags)}]\ntitle: {{{title}}}\nmarking: OFFICIAL\nbody: []\n"


def test_a_declaration_has_a_hundred_languages_at_the_most() -> None:
    assert len(declaration(in_languages(100)).languages) == 100
    assert problems(in_languages(101))[0] == "x.yaml:2:12: a list of 101 items; write at most 100"


def test_a_name_that_languages_share_is_held_once() -> None:
    marking = declaration(in_languages(100)).marking
    assert marking
    assert len({id(version) for version in marking.level.versions.values()}) == 1


def test_a_language_that_could_be_no_tag_is_not_asked_for() -> None:
    found = problems('id: draft\ntitle: {lt: words}\nlanguages: ["lt\\n", lt]\ntype: words\nbody: []\n')
    assert found == ["x.yaml:3:13: invalid language tag 'lt\\n'; write a BCP 47 tag such as en, lt or zh-Hans"]


def test_a_language_with_a_tag_in_another_form_is_asked_for() -> None:
    found = problems("id: draft\ntitle: {EN: words}\nlanguages: [EN]\nbody: []\n")
    assert found == ["x.yaml:3:13: invalid language tag 'EN'; write en"]


def test_missing_languages_are_reported_and_the_texts_are_still_read() -> None:
    found = problems("id: draft\ntitle: words\ntype: ''\nbody: []\n")
    assert found == [
        "x.yaml:1:1: missing key 'languages'; add it to this declaration",
        "x.yaml:3:7: empty text; write the text, or remove the key",
    ]
