"""Where words of a printed page may be hyphenated: Pyphen's dictionaries, but never in a name.

printer.py gives `Hyphenation` to WeasyPrint in place of the module pyphen.
"""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import normalize

import pyphen

PREFERRED = {"en": "en_GB"}
"""The dictionary for a language tag without a country."""


class Dictionary(pyphen.Pyphen):  # type: ignore[misc]  # Pyphen has no types
    """A dictionary that hyphenates no name or acronym: no word with a capital letter or an underscore.

    It hyphenates no word with combining marks either, because the patterns know only composed letters.
    """

    def iterate(self, word: str) -> Iterator[tuple[str, str]]:
        """The two halves of a word at each place where it may be hyphenated, the last place first."""
        if word != word.lower() or "_" in word or word != normalize("NFC", word):
            return iter(())
        halves: Iterator[tuple[str, str]] = super().iterate(word)
        return halves


class Hyphenation:
    """The names of the module pyphen that WeasyPrint uses."""

    Pyphen = Dictionary

    @staticmethod
    def language_fallback(language: str) -> str | None:
        """The name of the dictionary for a language tag, or None."""
        name: str | None = pyphen.language_fallback(PREFERRED.get(language, language))
        return name
