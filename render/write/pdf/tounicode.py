"""The text of each glyph of a PDF, for copying, searching and reading aloud (ISO 32000-1, 9.10.3, ToUnicode CMaps).

Several glyphs may draw one letter with combining marks. WeasyPrint gives all the text to the last glyph and none to the
first, and this holds for the whole file: after one "ó̱" every other "o" would have no text. Here each glyph gets its own
part of the letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, MutableMapping
from functools import cache
from io import BytesIO
from typing import Any

import weasyprint.pdf.fonts

_DOTTED = {"ı": "i", "ȷ": "j"}
"""Fonts draw "i" and "j" under a mark as these dotless letters."""


def build_fonts_dictionary(pdf: Any, fonts: Mapping[Any, Any], *options: Any) -> Any:
    """WeasyPrint's dictionary of fonts, after the texts of their glyphs were corrected."""
    for font in fonts.values():
        _correct(font.to_unicode, font)
    return weasyprint.pdf.fonts.build_fonts_dictionary(pdf, fonts, *options)


def _correct(texts: MutableMapping[int, str], font: Any) -> None:
    """Correct the texts, by glyph, where a glyph has no text or one with combining marks."""
    doubtful = [glyph for glyph, text in texts.items() if not text or _has_mark(text)]
    letters, marks = _letters_and_marks(font.file_content, font.index) if doubtful else ({}, frozenset())
    for glyph in doubtful:
        letter, decomposed = letters.get(glyph, ""), unicodedata.normalize("NFD", texts[glyph])
        if _is_right_to_left(decomposed + letter):
            continue
        if letter and letter in decomposed:
            texts[glyph] = letter
        elif not decomposed:
            texts[glyph] = _DOTTED.get(letter, letter)
        elif glyph in marks:
            texts[glyph] = "".join(filter(unicodedata.combining, decomposed))
        # Otherwise one glyph draws a letter together with its marks, and its text is right.


@cache
def _letters_and_marks(file: bytes, index: int) -> tuple[Mapping[int, str], frozenset[int]]:
    """From a font file: the letter of each glyph that draws a single letter, and the glyphs that are marks."""
    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(file), fontNumber=index, lazy=True)
    letters = {font.getGlyphID(name): chr(letter) for letter, name in reversed(font.getBestCmap().items())}
    classes = font["GDEF"].table.GlyphClassDef.classDefs if "GDEF" in font else {}
    return letters, frozenset(font.getGlyphID(name) for name, class_ in classes.items() if class_ == _MARK_CLASS)


_MARK_CLASS = 3
"""The class of glyphs for combining marks (OpenType, GDEF, "Glyph Class Definition Table")."""


def _has_mark(text: str) -> bool:
    """Whether a text has letters with marks, composed or not."""
    return not text.isascii() and any(map(unicodedata.combining, unicodedata.normalize("NFD", text)))


def _is_right_to_left(text: Iterable[str]) -> bool:
    """Whether a letter is of a right-to-left script: fonts for these draw dots and letters as separate glyphs."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
