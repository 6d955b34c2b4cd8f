"""The page of a copy in a house style: size and margins, headers and footers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import OxmlElement

from render.write.docx.house_style.package_builder import PackageBuilder
from render.write.docx.house_style.reader import HouseFile, HousePart
from render.write.docx.house_style.styles import Styles, remove_unknown, replace_ids
from render.write.docx.opc import DOCUMENT, Parts

_PAGE = tuple(map(qn, ("w:pgSz", "w:pgMar", "w:pgBorders", "w:titlePg", "w:docGrid")))
"""What a copy takes from the house's section; the rest belongs to the house's text or printer."""
_VISIBLE = tuple(map(qn, ("w:t", "w:drawing", "w:pict", "w:fldChar", "w:fldSimple", "w:object")))
"""Elements of a header or footer that a reader sees, if w:t isn't blank."""


def text_width(section: Any) -> int:
    """Twips between the margins of a section's page."""
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    taken = sum(abs(int(margins.get(qn(f"w:{side}"), 0))) for side in ("left", "right", "gutter"))
    return int(size.get(qn("w:w"))) - taken


def our_section(ours: Parts) -> Any:
    """The section properties of our package."""
    return next(parse_xml(ours[DOCUMENT]).iter(qn("w:sectPr")))


def page_setup(house: Any, ours: Parts) -> Any:
    """Section properties with the house's page; with our size and margins if the house has none."""
    section = OxmlElement("w:sectPr")
    page = {child.tag: child for child in our_section(ours) if child.tag in _PAGE[:2]}
    page |= {child.tag: child for child in (house if house is not None else ()) if child.tag in _PAGE}
    section.extend(deepcopy(page[tag]) for tag in _PAGE if tag in page)
    return section


def add_references(section: Any, house: HouseFile, settings: Iterable[Any], builder: PackageBuilder) -> None:
    """Let a section refer to the house's headers and footers, or to ours if nothing is visible in the house's."""
    has_even = any(setting.tag == qn("w:evenAndOddHeaders") and _is_on(setting) for setting in settings)
    has_first = any(child.tag == qn("w:titlePg") and _is_on(child) for child in section)
    uses_our_headers = not _has_visible(house.headers.values())
    uses_our_footers = not _has_visible(house.footers.values())
    # Only our headers have a first page of their own. The house's default footer appears there too.
    kinds = {"default": "default"}
    if has_first or uses_our_headers:
        kinds["first"] = "first" if has_first else "default"
    if has_even:
        kinds["even"] = "even"
    _set_title_page(section, "first" in kinds)
    headers = _our_headers(kinds, builder) if uses_our_headers else _house_headers(kinds, house, builder)
    footers = _our_footers(kinds, builder) if uses_our_footers else _house_footers(kinds, house, builder)
    section[:0] = [
        *(_reference("headerReference", kind, id_) for kind, id_ in headers.items()),
        *(_reference("footerReference", kind, id_) for kind, id_ in footers.items()),
    ]


# The id of the document's relationship to a header or footer, for each kind of page. `kinds` gives, for each kind of
# page, the kind of the house's header or footer that appears there.


def _our_headers(kinds: Iterable[str], builder: PackageBuilder) -> Mapping[str, str]:
    return {kind: builder.id_of_ours("header2.xml" if kind == "first" else "header1.xml") for kind in kinds}


def _our_footers(kinds: Iterable[str], builder: PackageBuilder) -> Mapping[str, str]:
    return {kind: builder.id_of_ours("footer1.xml") for kind in kinds}


def _house_headers(kinds: Mapping[str, str], house: HouseFile, builder: PackageBuilder) -> Mapping[str, str]:
    builder.remove_ours(RELATIONSHIP_TYPE.HEADER)
    blank = _blank("hdr", "Header")
    return {kind: builder.add_header(house.headers.get(source, blank)) for kind, source in kinds.items()}


def _house_footers(kinds: Mapping[str, str], house: HouseFile, builder: PackageBuilder) -> Mapping[str, str]:
    builder.remove_ours(RELATIONSHIP_TYPE.FOOTER)
    blank = _blank("ftr", "Footer")
    return {kind: builder.add_footer(house.footers.get(source, blank)) for kind, source in kinds.items()}


def _set_title_page(section: Any, wanted: bool) -> None:
    """Set whether the first page has a header and footer of its own (ISO/IEC 29500-1, 17.10.6)."""
    for old in section.findall(qn("w:titlePg")):
        section.remove(old)
    if wanted:
        section.insert_element_before(OxmlElement("w:titlePg"), "w:docGrid")


def _reference(tag: str, kind: str, id_: str) -> Any:
    return OxmlElement(f"w:{tag}", {qn("w:type"): kind, qn("r:id"): id_})


def _blank(tag: str, style: str) -> HousePart:
    """A header or footer with an empty paragraph."""
    root = parse_xml(f'<w:{tag} {nsdecls("w")}><w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr></w:p></w:{tag}>')
    return HousePart(root, {}, {})


def _has_visible(parts: Iterable[HousePart]) -> bool:
    elements = (element for part in parts for element in part.root.iter(*_VISIBLE))
    return any(element.tag != qn("w:t") or (element.text or "").strip() for element in elements)


def _is_on(element: Any) -> bool:
    return element.get(qn("w:val")) not in ("0", "false", "off")


# The content of a header or footer


def clean(root: Any, styles: Styles, first: int) -> None:
    """Fit a header or footer to our package: our style ids, no bookmarks, and drawings with ids from `first`."""
    replace_ids(root, styles.ids)
    remove_unknown(root, styles.own)
    for element in list(root.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"))):
        element.getparent().remove(element)
    for number, drawing in enumerate(root.iter(qn("wp:docPr")), first):
        drawing.set("id", str(number))


def default_language(styles: Any) -> str | None:
    """The language of the house's words that name none."""
    defaults = styles.find(qn("w:docDefaults"))
    language = None if defaults is None else next(defaults.iter(qn("w:lang")), None)
    return None if language is None else language.get(qn("w:val"))


def set_language(root: Any, language: str | None) -> None:
    """Name the house's language on its own words, which would otherwise have the language of the declaration."""
    if not language:
        return
    for run in root.iter(qn("w:r")):
        properties = run.get_or_add_rPr()
        if properties.find(qn("w:lang")) is None:
            element = OxmlElement("w:lang", {qn("w:val"): language})
            properties.insert_element_before(element, "w:eastAsianLayout", "w:specVanish", "w:oMath")
