"""A house style fitted to Engross's package: prepared once for each file, then applied to every copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from render.write.docx.house_style.numbering import HouseNumbering, copy_number_texts
from render.write.docx.house_style.package_builder import HOUSE_PREFIX, PackageBuilder
from render.write.docx.house_style.page import (
    add_references,
    clean,
    default_language,
    our_section,
    page_setup,
    set_language,
    text_width,
)
from render.write.docx.house_style.reader import HouseFile, HousePart
from render.write.docx.house_style.styles import Styles, remove_unknown, replace_ids
from render.write.docx.opc import DOCUMENT, NUMBERING, SETTINGS, STYLES, Package, Parts

_THEME, _FONTS = "word/theme/theme1.xml", "word/fontTable.xml"
_SETTINGS_ORDER = tuple(
    "w:mirrorMargins w:gutterAtTop w:trackRevisions w:documentProtection w:defaultTabStop w:autoHyphenation "
    "w:consecutiveHyphenLimit w:hyphenationZone w:doNotHyphenateCaps w:evenAndOddHeaders w:characterSpacingControl "
    "w:footnotePr w:compat w:themeFontLang w:clrSchemeMapping w:decimalSymbol w:listSeparator".split()
)
"""The order of the settings that a copy can have (ISO/IEC 29500-1, 17.15.1.78)."""
_HOUSE_SETTINGS = (
    "w:mirrorMargins w:gutterAtTop w:defaultTabStop w:autoHyphenation w:consecutiveHyphenLimit w:hyphenationZone "
    "w:doNotHyphenateCaps w:evenAndOddHeaders w:clrSchemeMapping".split()
)
"""The settings that a copy takes from the house."""
_HOUSE_SETTING_OF_TAG = {qn(name): name for name in _HOUSE_SETTINGS}
_OUR_WORDS = {"RunningTitle": "word/header1.xml", "PageNumbers": "word/footer1.xml"}
"""In a house's header or footer, paragraphs of these styles get the words of the first paragraph in our part."""


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """A house style that is ready to be applied."""

    parts: Parts
    """Parts that replace ours of the same name, or are added to them."""
    section: Any
    """The section properties (w:sectPr)."""
    settings: tuple[Any, ...]
    """The elements of the house's settings that replace ours."""
    notes: tuple[str, ...]
    """What a user should know, one sentence each."""

    def apply_to(self, package: Package, ours: Parts, language: str, direction: str) -> None:
        """Adapt a package with the house's parts to one declaration, whose words are in our parts."""
        _set_default_language(package.root(STYLES), language)
        copy_number_texts(parse_xml(ours[NUMBERING]), package.root(NUMBERING))
        _replace_settings(package.root(SETTINGS), self.settings)
        section = deepcopy(self.section)
        if direction == "rtl":
            _insert_bidi(section)
        body = package.root(DOCUMENT)[0]
        body.replace(body[-1], section)
        words = {style: parse_xml(ours[name]) for style, name in _OUR_WORDS.items()}
        for name in package.names():
            if name.startswith(f"word/{HOUSE_PREFIX}"):
                _fill_in_our_words(package.root(name), words)


def prepare_house_style(house: HouseFile, ours: Parts) -> HouseStyle:
    """The house style of a file, fitted to our parts."""
    section = page_setup(house.section, ours)
    language = default_language(house.styles.root)  # before Styles removes it
    styles = Styles(house.styles.root, parse_xml(ours[STYLES]))
    headers_and_footers = _unique((*house.headers.values(), *house.footers.values()))
    styles.add_missing(text_width(section), text_width(our_section(ours)))
    numbering = _fit_numbering(house, ours, styles, headers_and_footers)
    settings = _house_settings(house)
    for number, part in enumerate(headers_and_footers, 1):
        clean(part.root, styles, 1000 * number)
        set_language(part.root, language)
    builder = PackageBuilder(ours)
    _add_parts(builder, house, numbering.root)
    add_references(section, house, settings, builder)
    return HouseStyle(builder.parts(), section, settings, tuple(_notes(styles, numbering)))


def _unique(parts: Iterable[HousePart]) -> list[HousePart]:
    return list({id(part): part for part in parts}.values())


def _fit_numbering(house: HouseFile, ours: Parts, styles: Styles, others: Iterable[HousePart]) -> HouseNumbering:
    """The house's numbering, after it was fitted to ours; `others` are parts that may use it too."""
    our_numbering = parse_xml(ours[NUMBERING])
    root = house.numbering.root if house.numbering else _without_children(our_numbering)
    replace_ids(root, styles.ids)
    remove_unknown(root, styles.own)
    used = (num_id.get(qn("w:val")) for part in others for num_id in part.root.iter(qn("w:numId")))
    numbering = HouseNumbering(root, our_numbering, styles, used)
    numbering.fit()
    return numbering


def _without_children(root: Any) -> Any:
    copy = deepcopy(root)
    copy[:] = []
    return copy


def _house_settings(house: HouseFile) -> tuple[Any, ...]:
    return tuple(child for child in house.settings.root if child.tag in _HOUSE_SETTING_OF_TAG) if house.settings else ()


def _add_parts(builder: PackageBuilder, house: HouseFile, numbering: Any) -> None:
    builder.add(STYLES, house.styles)
    builder.add(NUMBERING, HousePart(numbering, house.numbering.pictures if house.numbering else {}, {}))
    for name, part in ((_THEME, house.theme), (_FONTS, house.fonts)):
        if part:
            _remove_embedded_fonts(part.root)
            builder.add(name, part)


def _remove_embedded_fonts(fonts: Any) -> None:
    """Keep the names of fonts alone: their licences may not allow to pass the fonts on."""
    for tag in ("Regular", "Bold", "Italic", "BoldItalic"):
        for element in list(fonts.iter(qn(f"w:embed{tag}"))):
            element.getparent().remove(element)


def _notes(styles: Styles, numbering: HouseNumbering) -> Iterator[str]:
    yield from styles.notes()
    for name in numbering.unnumbered:
        yield f"style {name!r} is numbered in this file; Engross leaves the number out, as it isn't in the declaration"


# For one copy


def _set_default_language(styles: Any, language: str) -> None:
    """Set the language of all words that name none."""
    defaults = styles.find(qn("w:docDefaults"))
    if defaults is None:
        defaults = OxmlElement("w:docDefaults")
        styles.insert(0, defaults)
    parent = defaults
    for tag in ("w:rPrDefault", "w:rPr"):
        child = parent.find(qn(tag))
        if child is None:
            child = OxmlElement(tag)
            parent.insert(0, child)
        parent = child
    parent.append(OxmlElement("w:lang", {qn(f"w:{script}"): language for script in ("val", "eastAsia", "bidi")}))


def _replace_settings(settings: Any, house_settings: Iterable[Any]) -> None:
    for house_setting in house_settings:
        for old in settings.findall(house_setting.tag):
            settings.remove(old)
        index = _SETTINGS_ORDER.index(_HOUSE_SETTING_OF_TAG[house_setting.tag])
        settings.insert_element_before(deepcopy(house_setting), *_SETTINGS_ORDER[index + 1 :])


def _insert_bidi(section: Any) -> None:
    """Lay the section out from right to left (ISO/IEC 29500-1, 17.6.1)."""
    grid = section.find(qn("w:docGrid"))
    section.insert(len(section) if grid is None else section.index(grid), OxmlElement("w:bidi"))


def _fill_in_our_words(part: Any, words: Mapping[str, Any]) -> None:
    """Put the running title and the page numbers into a header or footer, in paragraphs of the styles for them."""
    for paragraph in part.iter(qn("w:p")):
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        source = words.get("" if style is None else style.get(qn("w:val")))
        if source is not None:
            paragraph[:] = [paragraph[0], *deepcopy(source[0])[1:]]
