"""The hint to a user who meant another word."""

from __future__ import annotations

import difflib

import pytest

from render.errors import MAX_COMPARED, MAX_LISTED, KnownWords, did_you_mean

MANY = [f"{first}-{second}" for first in ("trade", "travel", "vision", "defence") for second in range(MAX_COMPARED)]


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("singed", ["draft", "signed"], "did you mean 'signed'?"),
        ("x", ["b", "a"], "choose from a, b"),
        ("x", [], "nothing is defined to choose from"),
        ("visoin-77", MANY, "did you mean 'vision-77'?"),
        ("vision_77", MANY, "did you mean 'vision-77'?"),
        ("fision-77", MANY, "did you mean 'vision-77'?"),
        ("defence-7l", MANY, "did you mean 'defence-7"),
        ("zzz", MANY, "choose from defence-0, defence-1, defence-10, "),
    ],
)
def test_the_nearest_word_is_meant_or_else_all_are_named(word: str, known: list[str], hint: str) -> None:
    assert did_you_mean(word, known).startswith(hint)


def test_of_many_words_not_all_are_named() -> None:
    assert did_you_mean("zzz", MANY).endswith(f" and {len(MANY) - MAX_LISTED} more")


def test_an_unknown_word_is_compared_with_few_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    get_close_matches = difflib.get_close_matches

    def count(word: str, possibilities: list[str], n: int, cutoff: float) -> list[str]:
        compared.append(len(possibilities))
        return get_close_matches(word, possibilities, n, cutoff)

    monkeypatch.setattr(difflib, "get_close_matches", count)
    known = KnownWords(f"paragraph-{number:04}" for number in range(8000))
    hints = [known.hint(f"paragarph-{number:04}") for number in range(0, 8000, 20)]
    assert hints == [f"did you mean 'paragraph-{number:04}'?" for number in range(0, 8000, 20)]
    assert len(compared) == 400
    assert max(compared) <= MAX_COMPARED
