"""What is copied, searched or read aloud from a PDF is what was written, glyph by glyph (ISO 32000-1, 9.10.3)."""

from __future__ import annotations

import base64
import string
import zlib
from collections.abc import Iterable
from io import BytesIO
from unicodedata import normalize

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from tests.write.pdf.reader import Pdf, Printer

MARKS = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0323\u0327\u0328\u0331"
"""Grave to macron below: the marks of European languages, and of those written in Latin letters elsewhere."""
FACES = {"regular": "{}", "bold": "<b>{}</b>", "italic": "<i>{}</i>", "bold italic": "<b><i>{}</i></b>"}

MARK_LOST = pytest.mark.xfail(
    strict=True, reason="the form of a mark for capital letters, if it is drawn before another mark, has no text"
)
DOTS_SHARED = pytest.mark.xfail(strict=True, reason="ت, ف and ق share glyphs for their dots, and a glyph has one text")


def page(text: str, style: str = "", direction: str = "ltr") -> str:
    style = f'html {{ font-family: "Source Serif 4" }} {style}'
    return (
        f'<!DOCTYPE html><html lang="en"><title>T</title><style>{style}</style><p dir="{direction}">{text}</p></html>'
    )


def glyphs(pdf: Pdf) -> list[str]:
    """The text of each glyph, in the order in which they are drawn."""
    return [
        pdf.to_unicode(pdf.get(pdf.pages[content.page], "Resources", "Font", font))[glyph]
        for content in pdf.contents
        for font, glyph in content.glyphs
    ]


def words(pdf: Pdf) -> list[str]:
    """The words drawn, in composed letters."""
    lines = [normalize("NFC", content.text) for content in pdf.contents]
    return " ".join(lines).split()


# The fonts of Engross


@pytest.mark.parametrize("face", FACES.values(), ids=FACES)
@pytest.mark.parametrize(
    "text",
    [
        "office fi ffl fj ff f i l",
        "Ąžuolas, šešėlis; Größe, Œuvre, Łódź, Þórr, naïve",
        "Σίσυφος και ἀγάπη",
        "Київ, їжак, йод",
        "„A“ ‘B’ – C — D… § 5 № 6 ½ 10 € 1⁄2",
        "A\N{NO-BREAK SPACE}B",
        "ﬁ",
    ],
)
def test_a_line_reads_as_it_was_written(printed: Printer, text: str, face: str) -> None:
    assert "".join(glyphs(printed(page(face.format(text))))) == text


@pytest.mark.parametrize("text", ["𐞀𐞁 𐞂", "🄯 🅪 A"])
def test_a_character_outside_the_basic_plane_is_one_character(printed: Printer, text: str) -> None:
    assert min(map(ord, text.replace(" ", "").removesuffix("A"))) > 0xFFFF
    assert glyphs(printed(page(text))) == list(text)


def test_a_ligature_gives_each_of_its_letters(printed: Printer) -> None:
    drawn = glyphs(printed(page("office")))
    assert drawn == ["o", "ffi", "c", "e"]


@pytest.mark.parametrize("face", FACES.values(), ids=FACES)
@pytest.mark.parametrize("marked_first", [True, False])
def test_every_letter_with_every_mark_reads_as_it_was_written(printed: Printer, face: str, marked_first: bool) -> None:
    """A glyph has one text in a file, so the first letter that uses it must not spoil those that follow."""
    marked = [letter + mark for letter in string.ascii_letters for mark in MARKS]
    text = [*marked, *string.ascii_letters] if marked_first else [*string.ascii_letters, *marked]
    assert words(printed(page(face.format(" ".join(text))))) == normalize("NFC", " ".join(text)).split()


@pytest.mark.parametrize("above", "\u0300\u0301\u0304\u0308")
@pytest.mark.parametrize(
    ("letters", "below"),
    [
        ("aeiounw", "\u0323"),
        ("aeiounw", "\u0331"),
        ("aeiounw", "\u0328"),
        ("AEIOUNW", "\u0323"),
        ("AEIOUNW", "\u0328"),
        pytest.param("AEIOUNW", "\u0331", marks=MARK_LOST),
    ],
)
def test_letters_with_two_marks_read_as_they_were_written(
    printed: Printer, letters: str, below: str, above: str
) -> None:
    text = [letter + below + above for letter in letters]
    assert words(printed(page(" ".join([*text, *letters])))) == [*_composed(text), *letters]


@pytest.mark.parametrize(
    "word",
    [
        "O\u0328",
        "O\u0323\u0301",
        "o\u0328\u0301",
        pytest.param("O\u0328\u0301", marks=MARK_LOST),
        pytest.param("A\u0331\u0300", marks=MARK_LOST),
    ],
)
def test_a_letter_keeps_its_marks_without_the_help_of_others(printed: Printer, word: str) -> None:
    assert words(printed(page(word))) == _composed([word])


def _composed(text: Iterable[str]) -> list[str]:
    return [normalize("NFC", word) for word in text]


@pytest.mark.parametrize(("marked", "letter"), [("i\u0331\u0308", "i"), ("j\u0323\u030c", "j"), ("i\u0307\u0300", "i")])
def test_a_letter_that_loses_its_dot_under_a_mark_is_still_that_letter(
    printed: Printer, marked: str, letter: str
) -> None:
    assert words(printed(page(f"{marked} {letter}"))) == [*_composed([marked]), letter]


def test_the_letters_of_two_faces_are_not_confused(printed: Printer) -> None:
    letter, marked = "o", "o\u0331\u0301"
    text = f"{marked} <b>{letter} {marked}</b> <i>{marked} {letter}</i> {letter}"
    assert words(printed(page(text))) == [*_composed([marked, letter, marked, marked, letter]), letter]


@pytest.mark.parametrize("text", ["שָׁלוֹם עולם", "בְּרֵאשִׁית", "السَّلام عليكم", pytest.param("اتفاقية", marks=DOTS_SHARED)])
def test_words_of_a_right_to_left_script_read_backwards(printed: Printer, text: str) -> None:
    """Glyphs are drawn from left to right; programs turn the words of these scripts round."""
    backwards = "".join(reversed(glyphs(printed(page(text, direction="rtl")))))
    assert normalize("NFD", backwards) == normalize("NFD", text)


def test_words_between_those_of_the_other_direction_keep_theirs(printed: Printer) -> None:
    drawn = glyphs(printed(page("A עולם B")))
    assert "".join(drawn) == "A םלוע B"


# Fonts that were made for what the fonts of Engross don't have


def made(characters: str, features: str = "", *others: str) -> str:
    """The style of a page in a font with these characters, OpenType features and other glyphs."""
    names = [".notdef", *(f"u{ord(character):04X}" for character in characters), *others]
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(character): f"u{ord(character):04X}" for character in characters})
    builder.setupGlyf({name: _triangle(height) for height, name in enumerate(names, 500)})
    builder.setupHorizontalMetrics({name: (500, 0) for name in names})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Made", "styleName": "Regular", "psName": "Made"})
    builder.setupOS2(sTypoAscender=800)
    builder.setupPost()
    builder.addOpenTypeFeatures(features)
    file = BytesIO()
    builder.save(file)
    address = f"data:font/ttf;base64,{base64.b64encode(file.getvalue()).decode()}"
    family = f"Made{zlib.crc32(file.getvalue())}"  # a font stays known to all pages that are printed later
    return f"@font-face {{ font-family: {family}; src: url({address}) }} p {{ font-family: {family} }}"


def _triangle(height: int) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((0, height))
    pen.lineTo((300, 0))
    pen.closePath()
    return pen.glyph()


ACUTE = "\u0301"


def test_a_font_without_classes_of_glyphs_reads_as_it_was_written(printed: Printer) -> None:
    assert glyphs(printed(page(f"e{ACUTE} e x{ACUTE}", made(f"ex {ACUTE}")))) == [
        *("e", ACUTE, " ", "e", " ", "x", ACUTE)
    ]


def test_another_form_of_a_mark_has_the_text_of_the_mark(printed: Printer) -> None:
    """As marks over capital letters are: a glyph that no character has, of the class of marks."""
    features = """
        @marks = [u0301 high];
        feature ccmp { sub u0045 u0301' by high; } ccmp;
        table GDEF { GlyphClassDef , , @marks, ; } GDEF;
    """
    assert glyphs(printed(page(f"E{ACUTE} E e{ACUTE}", made(f"Ee {ACUTE}", features, "high")))) == [
        *("E", ACUTE, " ", "E", " ", "e", ACUTE)
    ]


def test_a_glyph_that_draws_a_letter_and_its_mark_has_the_text_of_both(printed: Printer) -> None:
    style = made(f"e {ACUTE}", "feature ccmp { sub u0065 u0301 by both; } ccmp;", "both")
    assert glyphs(printed(page(f"e{ACUTE} e", style))) == [f"e{ACUTE}", " ", "e"]


def test_a_ligature_of_a_made_font_gives_each_of_its_letters(printed: Printer) -> None:
    style = made("ct ", "feature liga { sub u0063 u0074 by both; } liga;", "both")
    assert glyphs(printed(page("ct c t", style))) == ["ct", " ", "c", " ", "t"]


def test_a_letter_outside_the_basic_plane_keeps_its_mark(printed: Printer) -> None:
    assert glyphs(printed(page(f"𝒜{ACUTE} 𝒜", made(f"𝒜 {ACUTE}")))) == ["𝒜", ACUTE, " ", "𝒜"]


DEVANAGARI = """
    languagesystem DFLT dflt;
    languagesystem dev2 dflt;
    feature pres { script dev2; sub u0915 by u0915; } pres;
"""
"""A rule without effect, which makes the font one for Devanagari."""


def test_a_script_in_the_order_of_its_characters_reads_as_it_was_written(printed: Printer) -> None:
    assert glyphs(printed(page("की क", made("कि ी", DEVANAGARI)))) == ["क", "ी", " ", "क"]


@pytest.mark.xfail(strict=True, reason="the vowel, drawn first, has its text twice: alone, and in that of the cluster")
def test_no_character_is_doubled_that_is_drawn_before_the_one_it_follows(printed: Printer) -> None:
    assert sorted("".join(glyphs(printed(page("कि", made("कि ", DEVANAGARI)))))) == sorted("कि")


@pytest.mark.xfail(strict=True, reason="a glyph has one text, and fonts draw the i of ï̱ as ı")
def test_a_dotless_i_is_one_beside_an_i_under_marks(printed: Printer) -> None:
    assert words(printed(page("i\u0331\u0308 ı"))) == [*_composed(["i\u0331\u0308"]), "ı"]
