"""The page of a copy: its size and margins, and its headers and footers, the house's or ours."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import OxmlElement

from render.write.docx.house_style.package_builder import Builder
from render.write.docx.house_style.reader import House, HousePart
from render.write.docx.house_style.styles import Styles, forget_unknown, rename
from render.write.docx.opc import DOCUMENT, Parts

_PAGE = tuple(map(qn, ("w:pgSz", "w:pgMar", "w:pgBorders", "w:titlePg", "w:docGrid")))
"""What is taken of a section; the rest of it is the text's, or a printer's."""
_SAID = (qn("w:t"), qn("w:drawing"), qn("w:pict"), qn("w:fldChar"), qn("w:fldSimple"), qn("w:object"))
"""What makes a header one that says or shows something."""


def text_width(section: Any) -> int:
    """Twentieths of a point between the margins of a section's page."""
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    taken = sum(abs(int(margins.get(qn(f"w:{side}"), 0))) for side in ("left", "right", "gutter"))
    return int(size.get(qn("w:w"))) - taken


def our_section(ours: Parts) -> Any:
    """The page set-up of our own package."""
    return next(parse_xml(ours[DOCUMENT]).iter(qn("w:sectPr")))


def page_of(house: Any, ours: Parts) -> Any:
    """The page of the house's, or ours where it has none."""
    section = OxmlElement("w:sectPr")
    page = {it.tag: it for it in our_section(ours) if it.tag in _PAGE[:2]}
    page |= {it.tag: it for it in (house if house is not None else ()) if it.tag in _PAGE}
    section.extend(deepcopy(page[tag]) for tag in _PAGE if tag in page)
    return section


def refer(section: Any, house: House, settings: Iterable[Any], builder: Builder) -> None:
    """Let a section refer to the house's headers and footers; to ours where it has none that say anything."""
    is_even = any(it.tag == qn("w:evenAndOddHeaders") and _is_on(it) for it in settings)
    is_first = any(it.tag == qn("w:titlePg") and _is_on(it) for it in section)
    our_headers, our_footers = (not _says_anything(it.values()) for it in (house.headers, house.footers))
    _set_title_page(section, is_first or our_headers)
    kinds = ["default", *["first"] * (is_first or our_headers), *["even"] * is_even]
    # Ours alone have a title page: the house's go on there.
    sheets = {"first": "first" if is_first else "default"}
    header, footer = _blank("hdr", "Header"), _blank("ftr", "Footer")
    references = []
    for kind in kinds:
        ours = "header2.xml" if kind == "first" else "header1.xml"
        theirs = house.headers.get(sheets.get(kind, kind), header)
        name = builder.ours(ours) if our_headers else builder.sheet(theirs, footer=False)
        references.append(_reference("headerReference", kind, name))
    for kind in kinds:
        theirs = house.footers.get(sheets.get(kind, kind), footer)
        name = builder.ours("footer1.xml") if our_footers else builder.sheet(theirs, footer=True)
        references.append(_reference("footerReference", kind, name))
    section[:0] = references
    for kind, is_ours in ((RELATIONSHIP_TYPE.HEADER, our_headers), (RELATIONSHIP_TYPE.FOOTER, our_footers)):
        if not is_ours:
            builder.leave_out(kind)


def _set_title_page(section: Any, wanted: bool) -> None:
    for old in section.findall(qn("w:titlePg")):
        section.remove(old)
    if wanted:
        section.insert_element_before(OxmlElement("w:titlePg"), "w:docGrid")


def _reference(tag: str, kind: str, identifier: str) -> Any:
    return OxmlElement(f"w:{tag}", {qn("w:type"): kind, qn("r:id"): identifier})


def _blank(tag: str, style: str) -> HousePart:
    """A header or footer that says nothing."""
    root = parse_xml(f'<w:{tag} {nsdecls("w")}><w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr></w:p></w:{tag}>')
    return HousePart(root, {}, {})


def _says_anything(sheets: Iterable[HousePart]) -> bool:
    said = (it for sheet in sheets for it in sheet.root.iter(*_SAID))
    return any(it.tag != qn("w:t") or (it.text or "").strip() for it in said)


def _is_on(element: Any) -> bool:
    return element.get(qn("w:val")) not in ("0", "false", "off")


# A header or footer


def clean(root: Any, styles: Styles, first: int) -> None:
    """Make a header or footer fit to stand among our parts: our ids of styles, no bookmarks, drawings from `first`."""
    rename(root, styles.ids)
    forget_unknown(root, styles.own)
    for element in list(root.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"))):
        element.getparent().remove(element)
    for number, drawing in enumerate(root.iter(qn("wp:docPr")), first):
        drawing.set("id", str(number))


def language_of(styles: Any) -> str | None:
    """The language of the house's own words where they name none."""
    defaults = styles.find(qn("w:docDefaults"))
    found = None if defaults is None else next(defaults.iter(qn("w:lang")), None)
    return None if found is None else found.get(qn("w:val"))


def name_language(root: Any, language: str | None) -> None:
    """Let the house's own words stay in the language of the house, whatever that of the text is."""
    if not language:
        return
    for run in root.iter(qn("w:r")):
        properties = run.get_or_add_rPr()
        if properties.find(qn("w:lang")) is None:
            named = OxmlElement("w:lang", {qn("w:val"): language})
            properties.insert_element_before(named, "w:eastAsianLayout", "w:specVanish", "w:oMath")
