"""Where words may be divided: never in a name, and by the patterns of their own language."""

from __future__ import annotations

from unicodedata import normalize

import pyphen
import pytest

from render.write.pdf.hyphenation import Dictionary, Hyphenation
from tests.write.pdf.reader import Printer


def places(word: str, language: str = "en") -> list[str]:
    """The words with a hyphen at each place where WeasyPrint may divide it."""
    name = Hyphenation.language_fallback(language)
    assert name
    return [f"{first}-{second}" for first, second in Hyphenation.Pyphen(lang=name).iterate(word)]


# Words


@pytest.mark.parametrize("word", ["cooperation", "internationalisation", "administration", "considerations"])
def test_a_word_may_be_divided_and_keeps_its_letters(word: str) -> None:
    divided = places(word)
    assert divided
    assert all(place.replace("-", "") == word for place in divided)


def test_the_last_place_comes_first() -> None:
    ends = [place.index("-") for place in places("internationalisation")]
    assert len(ends) > 2
    assert ends == sorted(ends, reverse=True)


@pytest.mark.parametrize("word", ["Parliamentarians", "Germany", "OPERATIONAL", "eGovernment", "McDonaldson"])
def test_a_name_is_not_divided(word: str) -> None:
    assert places(word.lower())
    assert places(word) == []


@pytest.mark.parametrize("word", ["Élaboration", "Überwachungen", "Ąžuolynas", "ĮSIPAREIGOJIMAS"])
def test_a_name_that_begins_with_a_marked_letter_is_not_divided(word: str) -> None:
    assert places(word, "lt") == []


def test_a_name_of_a_program_is_not_divided() -> None:
    assert places("environment_variable") == []


@pytest.mark.parametrize(("language", "word"), [("fr", "reconsidération"), ("lt", "bendradarbiavimų")])
def test_a_word_is_divided_if_its_letters_are_composed(language: str, word: str) -> None:
    apart = normalize("NFD", word)
    assert apart != word
    assert places(word, language)
    assert places(apart, language) == []


@pytest.mark.parametrize("word", ["", "a", "the", "1648", "5(2)", "…"])
def test_what_is_too_short_or_has_no_letters_is_not_divided(word: str) -> None:
    assert places(word) == []


# Languages


@pytest.mark.parametrize(
    ("language", "dictionary"),
    [
        ("en", "en_GB"),
        ("en-GB", "en_GB"),
        ("en-US", "en_US"),
        ("de", "de"),
        ("de-AT", "de_AT"),
        ("de-CH-1996", "de_CH"),
        ("fr", "fr"),
        ("fr-CA", "fr"),
        ("lt", "lt"),
        ("lt-LT", "lt"),
        ("sr-Latn", "sr_Latn"),
    ],
)
def test_a_language_has_its_dictionary(language: str, dictionary: str) -> None:
    assert Hyphenation.language_fallback(language) == dictionary
    assert dictionary in pyphen.LANGUAGES


@pytest.mark.parametrize("language", ["zh", "ar", "he", "ja-JP", "x-unknown", "qaa", ""])
def test_a_language_without_a_dictionary_has_none(language: str) -> None:
    assert Hyphenation.language_fallback(language) is None


def test_english_is_divided_as_in_britain() -> None:
    word = "knowledge"
    british, american = (list(Dictionary(lang=name).iterate(word)) for name in ("en_GB", "en_US"))
    assert british != american
    assert places(word) == [f"{first}-{second}" for first, second in british]
    assert places(word, "en-US") == [f"{first}-{second}" for first, second in american]


# Print


def lines(printed: Printer, word: str, language: str) -> list[str]:
    """The lines of a narrow column that has a word after a short one."""
    page = (
        f'<!DOCTYPE html><html lang="{language}"><title>T</title><style>p {{ width: 45mm; hyphens: auto; '
        f"hyphenate-character: '-'; font: 11pt 'Source Serif 4' }}</style><p>{'m' * 4} {word}</p></html>"
    )
    return [content.text for content in printed(page).contents if content.number is not None]


@pytest.mark.parametrize(
    ("language", "word", "divided"),
    [
        ("en", "internationalisation", True),
        ("en", "Internationalisation", False),
        ("de", "zusammenarbeitsvertrag", True),
        ("de", "Zusammenarbeitsvertrag", False),
        ("tlh", "internationalisation", False),
    ],
)
def test_the_line_ends_where_the_word_may_be_divided(printed: Printer, language: str, word: str, divided: bool) -> None:
    drawn = lines(printed, word, language)
    assert "".join(drawn).replace("-", "").replace(" ", "") == "m" * 4 + word
    assert drawn[0].endswith("-") == divided
