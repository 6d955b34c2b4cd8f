"""What is said to a user who meant another word."""

from __future__ import annotations

import pytest

from render.errors import MAX_COMPARED, did_you_mean

MANY = [f"{first}-{second}" for first in ("trade", "travel", "vision", "defence") for second in range(MAX_COMPARED)]


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("singed", ["draft", "signed"], "did you mean 'signed'?"),
        ("x", ["b", "a"], "known: a, b"),
        ("x", [], "there is none that could stand here"),
        ("visoin-77", MANY, "did you mean 'vision-77'?"),
        ("zzz", MANY, "known are defence-0, defence-1, defence-10, "),
    ],
)
def test_the_nearest_word_is_meant_or_else_all_are_named(word: str, known: list[str], said: str) -> None:
    assert did_you_mean(word, known).startswith(said)


def test_of_many_words_not_all_are_named() -> None:
    assert did_you_mean("zzz", MANY).endswith(f" and {len(MANY) - 12} more")
