"""What each glyph of a PDF says to whoever copies, searches or listens to it.

A letter with marks may be drawn by several glyphs. WeasyPrint has the last of them say it all and the first one say
nothing, and then nothing wherever that letter is drawn again: every "o" of a page would be lost by one "ó̱" before it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, MutableMapping
from functools import cache
from io import BytesIO
from typing import Any

import weasyprint.pdf.fonts

_WHOLE = {"ı": "i", "ȷ": "j"}
"""Letters that lose their dot under a mark, and the letters that they say."""


def build_fonts_dictionary(pdf: Any, fonts: Mapping[Any, Any], *options: Any) -> Any:
    """WeasyPrint's dictionary of fonts, in which every glyph of a letter says that letter."""
    for font in fonts.values():
        _mend(font.to_unicode, font)
    return weasyprint.pdf.fonts.build_fonts_dictionary(pdf, fonts, *options)


def _mend(said: MutableMapping[int, str], font: Any) -> None:
    doubtful = [glyph for glyph, text in said.items() if not text or _has_mark(text)]
    letters = _letters(font.file_content, font.index) if doubtful else {}
    for glyph in doubtful:
        if (letter := letters.get(glyph)) and not _runs_leftwards(said[glyph] + letter):
            # One glyph that draws a letter with all its marks says them as they were written.
            if letter in unicodedata.normalize("NFD", said[glyph]):
                said[glyph] = letter
            elif not said[glyph]:
                said[glyph] = _WHOLE.get(letter, letter)


@cache
def _letters(file: bytes, index: int) -> Mapping[int, str]:
    """The letter that each glyph of a font file draws, where it draws one alone."""
    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(file), fontNumber=index, lazy=True)
    letters = {name: chr(letter) for letter, name in reversed(font.getBestCmap().items())}
    # Another form of a glyph, as of a mark over capitals, has its name with a suffix.
    names = ((glyph, name.partition(".")[0]) for glyph, name in enumerate(font.getGlyphOrder()))
    return {glyph: letters[name] for glyph, name in names if name in letters}


def _has_mark(text: str) -> bool:
    """Whether a text is letters with marks, together or apart."""
    return not text.isascii() and any(map(unicodedata.combining, unicodedata.normalize("NFD", text)))


def _runs_leftwards(text: Iterable[str]) -> bool:
    """Whether a letter is of a script from right to left: their fonts draw dots and letters apart."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
