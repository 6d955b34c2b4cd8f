"""Where the words of a printed page may be divided: by the dictionaries of pyphen, names excepted."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import normalize

import pyphen

PREFERRED = {"en": "en_GB"}
"""The dictionary for a language whose tag names no country."""


class Dictionary(pyphen.Pyphen):  # type: ignore[misc]  # Pyphen has no types
    """A dictionary that divides no word with a capital letter or an underscore: no name, no acronym.

    Nor one whose letters are written apart from their marks: it knows them together only.
    """

    def iterate(self, word: str) -> Iterator[tuple[str, str]]:
        """The divisions of a word, the last one first."""
        if word != word.lower() or "_" in word or word != normalize("NFC", word):
            return iter(())
        divisions: Iterator[tuple[str, str]] = super().iterate(word)
        return divisions


class Hyphenation:
    """What WeasyPrint asks of the module pyphen."""

    Pyphen = Dictionary

    @staticmethod
    def language_fallback(language: str) -> str | None:
        """The name of the dictionary for a language tag, if there is one."""
        name: str | None = pyphen.language_fallback(PREFERRED.get(language, language))
        return name
