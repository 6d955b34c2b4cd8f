"""What an author of sample declarations leaves to chance: by a seed, or by Hypothesis."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

from hypothesis import strategies as st

_LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZąčęėįšųūžĄČĘĖĮŠŲŪŽ"
_OTHER = "αβγδεζηθικλμνξοπρστυφχψωςάήΑΩабвгдежзийклмнопрстуфхцчшщъыьэюяАБЯіїєґё"
_SIGNS = "-–—‑'’‘\"“”„«».,;:!?()/&<>%+=@#§_~|€£…°*[]{}\\"
_COMMON = (
    "the of and shall A B Parties rules-based long-term 2022 10 1,000 a) 3.5 x=y R&D 5/6G it's <b> </p> vis-à-vis —"
    " <script> ]]> {{7*7}} {%raw%} &amp; <!--"
).split()
_MAX_WORD = 24
_CLOSING = ".,:;!?)]}»/%°…’”"
"""Signs that never begin a word: no line ends before them, not even at a space."""
_ALPHABET = _LATIN * 2 + _OTHER + "0123456789" * 2 + _SIGNS
_MAX_PHRASE = 5
"""Words."""
_T = TypeVar("_T")


def _escaped(word: str) -> str:
    return re.sub(r"([\\*\[\]{}])", r"\\\1", word)


def _is_a_word(letters: str) -> bool:
    return any(map(str.isalnum, letters)) and letters[0] not in _CLOSING


class Chance(Protocol):
    """What an author leaves to chance."""

    def integer(self, least: int, most: int) -> int: ...
    def count(self, least: int, most: int) -> int: ...
    def choice(self, options: Sequence[_T]) -> _T: ...
    def word(self) -> str: ...
    def phrase(self) -> str: ...


_MAX_THRIFT = 0.7
"""The part of all numbers that may be as small as they can be."""


class RandomChance:
    """Chance by a seed: quick. Some seeds are thrifty, and make small declarations."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self._thrift = self._random.uniform(0, _MAX_THRIFT)

    def count(self, least: int, most: int) -> int:
        return least if self._random.random() < self._thrift else self.integer(least, most)

    def integer(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def choice(self, options: Sequence[_T]) -> _T:
        return self._random.choice(options)

    def word(self) -> str:
        if self.integer(1, 3) > 1:
            return _escaped(self.choice(_COMMON))
        while True:
            letters = "".join(self._random.choices(_ALPHABET, k=self.integer(1, _MAX_WORD)))
            if _is_a_word(letters):
                return _escaped(letters)

    def phrase(self) -> str:
        return " ".join(self.word() for _ in range(self.integer(1, _MAX_PHRASE)))


class Draw(Protocol):
    def __call__(self, strategy: st.SearchStrategy[_T]) -> _T: ...


_ODD = st.text(st.sampled_from(_ALPHABET), min_size=1, max_size=_MAX_WORD).filter(_is_a_word)
_WORD = st.one_of(st.sampled_from(_COMMON), st.sampled_from(_COMMON), _ODD).map(_escaped)
_PHRASE = st.lists(_WORD, min_size=1, max_size=_MAX_PHRASE).map(" ".join)


class DrawnChance:
    """Chance by Hypothesis, which then finds the smallest declaration that fails: slow."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw

    def integer(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def count(self, least: int, most: int) -> int:
        return self.integer(least, most)

    def choice(self, options: Sequence[_T]) -> _T:
        return self._draw(st.sampled_from(options))

    def word(self) -> str:
        return self._draw(_WORD)

    def phrase(self) -> str:
        return self._draw(_PHRASE)
