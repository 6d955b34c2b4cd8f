"""A house style laid over our package: done once for each file, then put on every copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from render.write.docx.house_style.numbering import Numbers, say_alike
from render.write.docx.house_style.package_builder import Builder
from render.write.docx.house_style.page import (
    clean,
    language_of,
    name_language,
    our_section,
    page_of,
    refer,
    text_width,
)
from render.write.docx.house_style.reader import House, HousePart
from render.write.docx.house_style.styles import Styles, forget_unknown, rename
from render.write.docx.opc import DOCUMENT, NUMBERING, SETTINGS, STYLES, Package, Parts

_STATIC = {"word/theme/theme1.xml": "theme", "word/fontTable.xml": "fonts"}
_SETTINGS_ORDER = tuple(
    "w:mirrorMargins w:gutterAtTop w:trackRevisions w:documentProtection w:defaultTabStop w:autoHyphenation "
    "w:consecutiveHyphenLimit w:hyphenationZone w:doNotHyphenateCaps w:evenAndOddHeaders w:characterSpacingControl "
    "w:footnotePr w:compat w:themeFontLang w:clrSchemeMapping w:decimalSymbol w:listSeparator".split()
)
"""The order of settings (17.15.1.78), as far as a copy has them."""
_HOUSES_SETTINGS = (
    "w:mirrorMargins w:gutterAtTop w:defaultTabStop w:autoHyphenation w:consecutiveHyphenLimit w:hyphenationZone "
    "w:doNotHyphenateCaps w:evenAndOddHeaders w:clrSchemeMapping".split()
)
_SETTINGS = tuple(map(qn, _HOUSES_SETTINGS))


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """A house style made ready: parts that stand in the place of ours or beside them, and what is said of it.

    `section` and `settings` hold what is the house's there; `notes` is what a user should know.
    """

    parts: Parts
    section: Any
    settings: tuple[Any, ...]
    notes: tuple[str, ...]

    def put_on(self, package: Package, ours: Parts, language: str, direction: str) -> None:
        """Dress a package of these parts for a text, the words of whose furniture are in our own parts."""
        _set_language(package.root(STYLES), language)
        say_alike(package.root(NUMBERING), parse_xml(ours[NUMBERING]))
        _set_settings(package.root(SETTINGS), self.settings)
        section = deepcopy(self.section)
        if direction == "rtl":
            _insert_bidi(section)
        body = package.root(DOCUMENT)[0]
        body.replace(body[-1], section)
        words = {style: parse_xml(ours[name]) for style, name in _FURNITURE.items()}
        for name in package.names():
            if name.startswith("word/house"):
                _furnish(package.root(name), words)


_FURNITURE = {"RunningTitle": "word/header1.xml", "PageNumbers": "word/footer1.xml"}
"""The styles of paragraphs whose words are ours wherever they stand, and the part of ours that has such a one."""


def make_ready(house: House, ours: Parts) -> HouseStyle:
    """A house style made ready to be put on our parts."""
    section = page_of(house.section, ours)
    language = language_of(house.styles.root)
    styles = Styles(house.styles.root, parse_xml(ours[STYLES]))
    styles.complete(text_width(section), text_width(our_section(ours)))
    sheets = list({id(it): it for it in (*house.headers.values(), *house.footers.values())}.values())
    our_numbering = parse_xml(ours[NUMBERING])
    numbering = house.numbering.root if house.numbering else _emptied(our_numbering)
    rename(numbering, styles.ids)
    forget_unknown(numbering, styles.own)
    used = (it.get(qn("w:val")) for sheet in sheets for it in sheet.root.iter(qn("w:numId")))
    numbers = Numbers(numbering, our_numbering, styles, used)
    numbers.fit()
    builder = Builder(ours)
    builder.put(STYLES, house.styles)
    builder.put(NUMBERING, HousePart(numbering, house.numbering.pictures if house.numbering else {}, {}))
    for name, field in _STATIC.items():
        if part := getattr(house, field):
            _unembed(part.root)
            builder.put(name, part)
    settings = tuple(it for it in house.settings.root if it.tag in _SETTINGS) if house.settings else ()
    for number, sheet in enumerate(sheets, 1):
        clean(sheet.root, styles, 1000 * number)
        name_language(sheet.root, language)
    refer(section, house, settings, builder)
    return HouseStyle(builder.parts(), section, settings, tuple(_notes(styles, numbers)))


def _notes(styles: Styles, numbers: Numbers) -> Iterator[str]:
    yield from styles.lacking()
    for name in numbers.unnumbered:
        yield f"{name!r} is numbered there; here it is not, since no number may be added to the text"


def _unembed(fonts: Any) -> None:
    """Name fonts, and hold none: whether they may be passed on is not known."""
    for tag in ("Regular", "Bold", "Italic", "BoldItalic"):
        for element in list(fonts.iter(qn(f"w:embed{tag}"))):
            element.getparent().remove(element)


def _emptied(numbering: Any) -> Any:
    emptied = deepcopy(numbering)
    emptied[:] = []
    return emptied


# A copy


def _set_language(styles: Any, language: str) -> None:
    """Let a text's language be that of all words that name none."""
    defaults = styles.find(qn("w:docDefaults"))
    if defaults is None:
        defaults = OxmlElement("w:docDefaults")
        styles.insert(0, defaults)
    place = defaults
    for tag in ("w:rPrDefault", "w:rPr"):
        inner = place.find(qn(tag))
        if inner is None:
            inner = OxmlElement(tag)
            place.insert(0, inner)
        place = inner
    place.append(OxmlElement("w:lang", {qn(f"w:{it}"): language for it in ("val", "eastAsia", "bidi")}))


def _set_settings(settings: Any, house: Iterable[Any]) -> None:
    for it in house:
        for old in settings.findall(it.tag):
            settings.remove(old)
        place = _SETTINGS.index(it.tag)
        name = _HOUSES_SETTINGS[place]
        settings.insert_element_before(deepcopy(it), *_SETTINGS_ORDER[_SETTINGS_ORDER.index(name) + 1 :])


def _insert_bidi(section: Any) -> None:
    grid = section.find(qn("w:docGrid"))
    section.insert(len(section) if grid is None else section.index(grid), OxmlElement("w:bidi"))


def _furnish(sheet: Any, words: Mapping[str, Any]) -> None:
    """Put the running title and the numbers of pages where the house has paragraphs of their styles."""
    for paragraph in sheet.iter(qn("w:p")):
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        source = words.get("" if style is None else style.get(qn("w:val")))
        if source is not None:
            paragraph[:] = [paragraph[0], *deepcopy(source[0])[1:]]
