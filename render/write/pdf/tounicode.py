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
    letters, marks = _drawn(font.file_content, font.index) if doubtful else ({}, frozenset())
    for glyph in doubtful:
        letter, apart = letters.get(glyph, ""), unicodedata.normalize("NFD", said[glyph])
        if _runs_leftwards(apart + letter):
            continue
        if letter and letter in apart:
            said[glyph] = letter
        elif not apart:
            said[glyph] = _WHOLE.get(letter, letter)
        elif glyph in marks:
            said[glyph] = "".join(filter(unicodedata.combining, apart))
        # Else one glyph draws a letter with its marks, and says them as they were written.


@cache
def _drawn(file: bytes, index: int) -> tuple[Mapping[int, str], frozenset[int]]:
    """The letter that each glyph of a font file draws, where it draws one alone; and the glyphs that are marks."""
    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(file), fontNumber=index, lazy=True)
    letters = {font.getGlyphID(name): chr(letter) for letter, name in reversed(font.getBestCmap().items())}
    classes = font["GDEF"].table.GlyphClassDef.classDefs if "GDEF" in font else {}
    return letters, frozenset(font.getGlyphID(name) for name, kind in classes.items() if kind == _MARK)


_MARK = 3
"""The class of marks that combine with a letter (OpenType, GDEF, "Glyph Class Definition Table")."""


def _has_mark(text: str) -> bool:
    """Whether a text is letters with marks, together or apart."""
    return not text.isascii() and any(map(unicodedata.combining, unicodedata.normalize("NFD", text)))


def _runs_leftwards(text: Iterable[str]) -> bool:
    """Whether a letter is of a script from right to left: their fonts draw dots and letters apart."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
