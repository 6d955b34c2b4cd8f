"""Numbers: what `cases/numbers.md` does not show: the counts behind the labels, and addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from render.numbering import DeclarationNumbers, Number, letters, numbers, roman
from render.read.reader import read_bytes
from render.view.inlines import Count
from render.view.labels import labels

HEAD = "id: draft\ntitle: A declaration\nlanguages: [en]\n"


def found(body: str) -> dict[str, Number]:
    declaration = read_bytes(f"{HEAD}body:\n{body}".encode(), "x.yaml", Path()).declaration
    return numbers(declaration, "en", labels("en")[1])


def counts(body: str) -> dict[str, Count | None]:
    return {name: number.count for name, number in found(body).items()}


@pytest.mark.parametrize(
    ("ordinal", "expected"),
    [(1, "a"), (2, "b"), (26, "z"), (27, "aa"), (28, "bb"), (52, "zz"), (53, "aaa"), (78, "zzz"), (79, "aaaa")],
)
def test_letters_double_after_z_as_word_processors_count_them(ordinal: int, expected: str) -> None:
    assert letters(ordinal) == expected


@pytest.mark.parametrize(
    ("ordinal", "expected"),
    [
        (1, "i"),
        (3, "iii"),
        (4, "iv"),
        (5, "v"),
        (8, "viii"),
        (9, "ix"),
        (14, "xiv"),
        (19, "xix"),
        (40, "xl"),
        (49, "xlix"),
        (50, "l"),
        (90, "xc"),
        (99, "xcix"),
        (400, "cd"),
        (500, "d"),
        (949, "cmxlix"),
        (1994, "mcmxciv"),
        (3999, "mmmcmxcix"),
    ],
)
def test_roman_numerals_are_the_shortest_that_subtract_one_sign(ordinal: int, expected: str) -> None:
    assert roman(ordinal) == expected


def test_letters_and_numerals_are_never_the_same_for_two_ordinals() -> None:
    assert len({letters(ordinal) for ordinal in range(1, 1000)}) == 999
    assert len({roman(ordinal) for ordinal in range(1, 1000)}) == 999


def test_the_numbers_of_a_language_are_computed_once() -> None:
    text = "id: draft\ntitle: {en: A, lt: B}\nlanguages: [en, lt]\nbody: [{article: a, title: {en: A, lt: B}}]\n"
    all_numbers = DeclarationNumbers(read_bytes(text.encode(), "x.yaml", Path()).declaration)
    first = all_numbers.numbers_in("en")
    assert first["a"].label == "Article 1"
    assert all_numbers.numbers_in("lt")["a"].label == labels("lt")[1]["article"].format(number=1)
    assert all_numbers.numbers_in("en") is first


@pytest.mark.parametrize(("label", "bare"), [("2.", "2"), ("2 bis.", "2 bis"), ("(a)", "(a)"), ("", ""), (".", ".")])
def test_a_bare_number_has_no_full_stop_after_it(label: str, bare: str) -> None:
    assert Number(label).bare == bare


SUB = "      - {{id: {0}-a, text: a}}\n      - {{id: {0}-b, text: a}}\n"


def paragraph(name: str, *keys: str) -> str:
    return "".join(["  - id: ", name, "\n", *(f"    {key}\n" for key in keys), "    text: a\n"])


def with_subs(name: str, *keys: str) -> str:
    return paragraph(name, *keys) + "    body:\n" + SUB.format(name)


def test_paragraphs_and_their_sub_paragraphs_are_one_count_of_levels() -> None:
    assert counts(with_subs("one") + with_subs("two")) == {
        "one": Count("paragraphs", 0, 1),
        "one-a": Count("paragraphs", 1, 1),
        "one-b": Count("paragraphs", 1, 2),
        "two": Count("paragraphs", 0, 2),
        "two-a": Count("paragraphs", 1, 1),
        "two-b": Count("paragraphs", 1, 2),
    }


def test_a_number_as_published_is_counted_only_where_a_count_gives_it() -> None:
    body = paragraph("one", "number: 1") + paragraph("bis", "number: 1 bis") + paragraph("stop", "number: 2.")
    body += paragraph("ten", "number: 10") + paragraph("zero", "number: '011'") + paragraph("next")
    assert counts(body) == {
        "one": Count("paragraphs", 0, 1),
        "bis": None,
        "stop": Count("paragraphs", 0, 2),
        "ten": Count("paragraphs", 0, 10),
        "zero": None,
        "next": Count("paragraphs", 0, 12),
    }


def test_a_number_that_no_word_processor_counts_to_is_kept_as_published() -> None:
    body = paragraph("most", "number: 32767") + paragraph("year", "number: 99999999999") + paragraph("next")
    assert counts(body) == {
        "most": Count("paragraphs", 0, 32_767),
        "year": None,
        "next": Count("paragraphs", 0, 32_768),
    }


def test_sub_paragraphs_of_what_is_not_counted_have_a_count_of_their_own() -> None:
    body = with_subs("bis", "number: 1 bis") + "  - recital: r\n    text: a\n    body:\n" + SUB.format("r")
    body += "  - article: art\n    body:\n      - id: sole\n        text: a\n        body:\n"
    body += SUB.format("sole").replace("      -", "          -")
    assert {name: count for name, count in counts(body).items() if name.endswith(("-a", "-b"))} == {
        f"{name}-{letter}": Count("loose", 0, ordinal)
        for name in ("bis", "r", "sole")
        for ordinal, letter in enumerate("ab", 1)
    }


def test_the_level_of_a_loose_count_is_that_of_its_label() -> None:
    body = """  - id: one
    text: a
    body:
      - {id: one-a, text: a}
      - id: bis
        number: (a bis)
        text: a
        body:
          - id: i
            text: a
            body: [{id: deep, text: a}]
      - recital: between
        text: a
        body: [{id: under, text: a}]
      - {id: one-b, text: a}
"""
    numbered = found(body)
    assert {name: (number.label, number.count) for name, number in numbered.items()} == {
        "one": ("1.", Count("paragraphs", 0, 1)),
        "one-a": ("(a)", Count("paragraphs", 1, 1)),
        "bis": ("(a bis)", None),
        "i": ("(i)", Count("loose", 1, 1)),
        "deep": ("(A)", Count("loose", 2, 1)),
        "under": ("(i)", Count("loose", 1, 1)),
        "one-b": ("(b)", Count("paragraphs", 1, 2)),
    }


def test_articles_and_their_paragraphs_are_one_count_of_levels() -> None:
    article = "  - article: {0}\n    {1}\n    body: [{{id: {0}-a, text: a}}, {{id: {0}-b, text: a}}]\n"
    body = (
        article.format("one", "title: a") + article.format("bis", "number: 1 bis") + article.format("two", "title: a")
    )
    assert counts(body) == {
        "one": Count("articles", 0, 1),
        "one-a": Count("articles", 1, 1),
        "one-b": Count("articles", 1, 2),
        "bis": None,
        "bis-a": Count("articles", 1, 1),
        "bis-b": Count("articles", 1, 2),
        "two": Count("articles", 0, 2),
        "two-a": Count("articles", 1, 1),
        "two-b": Count("articles", 1, 2),
    }


def test_sections_and_annexes_are_not_counted() -> None:
    body = "  - {section: a, title: a, number: I}\n  - {section: b, title: a}\n  - {annex: c}\n  - {annex: d}\n"
    assert set(counts(body).values()) == {None}


def test_every_id_but_a_recitals_and_a_tables_has_a_number() -> None:
    body = "  - {recital: a, text: a}\n  - {table: b, header: [a], rows: []}\n" + paragraph("c") + "  - {article: d}\n"
    assert list(found(body)) == ["c", "d"]


def addresses(body: str) -> dict[str, str | None]:
    return {name: number.address for name, number in found(body).items()}


def test_paragraphs_that_count_through_the_body_have_an_address_by_number() -> None:
    body = with_subs("one") + paragraph("bis", "number: 1 bis") + "  - article: art\n    body: [{id: a, text: a}]\n"
    body += "  - annex: list\n    body: [{id: b, text: a}]\n"
    assert {name: address for name, address in addresses(body).items() if address} == {
        "one": "paragraph-1",
        "bis": "paragraph-1-bis",
    }


def test_no_two_things_have_one_address() -> None:
    body = paragraph("one") + paragraph("again", "number: 1") + paragraph("paragraph-2") + paragraph("paragraph-9")
    assert addresses(body) == {
        "one": "paragraph-1",
        "again": None,
        "paragraph-2": None,
        "paragraph-9": "paragraph-3",
    }


def test_three_thousand_paragraphs_count_in_the_order_of_the_source() -> None:
    body = "".join(paragraph(f"a{number}") for number in range(3000))
    assert [number.label for number in found(body).values()] == [f"{number}." for number in range(1, 3001)]


def test_a_number_without_latin_letters_or_digits_makes_no_address() -> None:
    assert addresses(paragraph("one") + paragraph("two", "number: ט")) == {"one": "paragraph-1", "two": None}
