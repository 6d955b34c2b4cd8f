"""A house style laid over our package: done once for each file, then put on every copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from docx.opc.constants import CONTENT_TYPE, NAMESPACE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import OxmlElement

from render.write.house import KINDS, PICTURES, House, HousePart
from render.write.numbers import Numbers, say_alike
from render.write.styles import Styles, rename

Parts = Mapping[str, bytes]

DOCUMENT = "word/document.xml"
RELATIONS = "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"
_STATIC = {"word/theme/theme1.xml": "theme", "word/fontTable.xml": "fonts"}
_PAGE = tuple(map(qn, ("w:pgSz", "w:pgMar", "w:pgBorders", "w:titlePg", "w:docGrid")))
"""What is taken of a section; the rest of it is the text's, or a printer's."""
_SETTINGS_ORDER = tuple(
    map(
        qn,
        "w:zoom w:mirrorMargins w:gutterAtTop w:trackRevisions w:documentProtection w:defaultTabStop w:autoHyphenation "
        "w:consecutiveHyphenLimit w:hyphenationZone w:doNotHyphenateCaps w:evenAndOddHeaders "
        "w:characterSpacingControl w:footnotePr w:compat w:themeFontLang w:clrSchemeMapping w:decimalSymbol "
        "w:listSeparator".split(),
    )
)
"""The order of settings (17.15.1.78), as far as a copy has them."""
_SETTINGS = tuple(
    map(
        qn,
        "w:mirrorMargins w:gutterAtTop w:defaultTabStop w:autoHyphenation w:consecutiveHyphenLimit w:hyphenationZone "
        "w:doNotHyphenateCaps w:evenAndOddHeaders w:clrSchemeMapping".split(),
    )
)
"""The settings that are the house's."""
_SAID = (qn("w:t"), qn("w:drawing"), qn("w:pict"), qn("w:fldChar"), qn("w:fldSimple"), qn("w:object"))
"""What makes a header one that says or shows something."""


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """A house style made ready: parts that stand in the place of ours or beside them, and what is said of it.

    `section` and `settings` hold what is the house's there; `notes` is what a user should know.
    """

    parts: Parts
    section: Any
    settings: tuple[Any, ...]
    notes: tuple[str, ...]

    def put_on(self, document: Any, ours: Parts, language: str, direction: str) -> None:
        """Dress a document of these parts for a text, the words of whose furniture are in our own parts."""
        _set_language(document.styles.element, language)
        say_alike(document.part.numbering_part.element, parse_xml(ours["word/numbering.xml"]))
        _set_settings(document.settings.element, self.settings)
        section = deepcopy(self.section)
        if direction == "rtl":
            _insert_bidi(section)
        old = document.element.body[-1]
        old.getparent().replace(old, section)
        words = {style: parse_xml(ours[name]) for style, name in _FURNITURE.items()}
        for part in document.part.related_parts.values():
            if part.partname.startswith("/word/house"):
                _furnish(part.element, words)


_FURNITURE = {"RunningTitle": "word/header1.xml", "PageNumbers": "word/footer1.xml"}
"""The styles of paragraphs whose words are ours wherever they stand, and the part of ours that has such a one."""


def make_ready(house: House, ours: Parts) -> HouseStyle:
    """A house style made ready to be put on our parts."""
    section = _section(house.section, ours)
    language = _language(house.styles.root)
    styles = Styles(house.styles.root, parse_xml(ours["word/styles.xml"]))
    styles.complete(text_width(section), text_width(_our_section(ours)))
    sheets = [*house.headers.values(), *house.footers.values()]
    our_numbering = parse_xml(ours["word/numbering.xml"])
    numbering = house.numbering.root if house.numbering else _emptied(our_numbering)
    rename(numbering, styles.ids)
    used = (it.get(qn("w:val")) for sheet in sheets for it in sheet.root.iter(qn("w:numId")))
    numbers = Numbers(numbering, our_numbering, styles, used)
    numbers.fit()
    builder = _Builder(ours)
    builder.put("word/styles.xml", house.styles)
    builder.put("word/numbering.xml", HousePart(numbering, house.numbering.pictures if house.numbering else {}, {}))
    for name, field in _STATIC.items():
        if part := getattr(house, field):
            builder.put(name, part)
    settings = _settings(house.settings)
    for number, sheet in enumerate(sheets, 1):
        _clean(sheet.root, styles.ids, 1000 * number)
        _name_language(sheet.root, language)
    _refer(section, house, settings, builder)
    return HouseStyle(builder.parts(), section, settings, tuple(_notes(styles, numbers)))


def text_width(section: Any) -> int:
    """Twentieths of a point between the margins of a section's page."""
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    taken = sum(abs(int(margins.get(qn(f"w:{side}"), 0))) for side in ("left", "right", "gutter"))
    return int(size.get(qn("w:w"))) - taken


def _notes(styles: Styles, numbers: Numbers) -> Iterator[str]:
    yield from styles.lacking()
    for name in numbers.unnumbered:
        yield f"{name!r} is numbered there; here it is not, since no number may be added to the text"


# Parts


class _Builder:
    """Puts parts together: what they lead to goes with them, and the package learns of it."""

    def __init__(self, ours: Parts) -> None:
        self._parts: dict[str, bytes] = {}
        self._types = parse_xml(ours[TYPES])
        self._relations = parse_xml(ours[RELATIONS])
        self._pictures = 0
        self._sheets: dict[int, str] = {}

    def put(self, name: str, part: HousePart) -> None:
        """Put a part under a name, with its pictures and links."""
        folder, _, base = name.rpartition("/")
        relations = parse_xml(f'<Relationships xmlns="{NAMESPACE.OPC_RELATIONSHIPS}"/>')
        for identifier, (suffix, data) in part.pictures.items():
            self._pictures += 1
            picture = f"word/media/house{self._pictures}.{suffix}"
            self._parts[picture] = data
            self._default(suffix)
            _relate(relations, identifier, RELATIONSHIP_TYPE.IMAGE, f"/{picture}")
        for identifier, address in part.links.items():
            _relate(relations, identifier, RELATIONSHIP_TYPE.HYPERLINK, address, external=True)
        self._parts[name] = serialize_part_xml(part.root)
        if len(relations):
            self._parts[f"{folder}/_rels/{base}.rels"] = serialize_part_xml(relations)

    def sheet(self, part: HousePart, footer: bool) -> str:
        """The relationship of the document to a header or footer; each is put in once."""
        if id(part) not in self._sheets:
            identifier = f"house{len(self._sheets) + 1}"
            self._sheets[id(part)] = identifier
            self.put(f"word/{identifier}.xml", part)
            kind = CONTENT_TYPE.WML_FOOTER if footer else CONTENT_TYPE.WML_HEADER
            self._types.append(_element(self._types, "Override", PartName=f"/word/{identifier}.xml", ContentType=kind))
            relation = RELATIONSHIP_TYPE.FOOTER if footer else RELATIONSHIP_TYPE.HEADER
            _relate(self._relations, identifier, relation, f"{identifier}.xml")
        return self._sheets[id(part)]

    def leave_out(self, kind: str) -> None:
        """Take our own headers or footers out of the document."""
        for it in list(self._relations):
            if it.get("Type") == kind and not it.get("Id").startswith("house"):
                self._relations.remove(it)

    def ours(self, name: str) -> str:
        """The relationship of the document to a part of ours."""
        return str(next(it.get("Id") for it in self._relations if it.get("Target") == name))

    def parts(self) -> Parts:
        """All parts."""
        return self._parts | {TYPES: serialize_part_xml(self._types), RELATIONS: serialize_part_xml(self._relations)}

    def _default(self, suffix: str) -> None:
        if not any(it.get("Extension") == suffix for it in self._types):
            self._types.insert(0, _element(self._types, "Default", Extension=suffix, ContentType=PICTURES[suffix]))


def _element(parent: Any, tag: str, **attributes: str) -> Any:
    return parent.makeelement(parent.tag.replace(parent.tag.rpartition("}")[2], tag), attributes)


def _relate(relations: Any, identifier: str, kind: str, target: str, external: bool = False) -> None:
    mode = {"TargetMode": "External"} if external else {}
    relations.append(_element(relations, "Relationship", Id=identifier, Type=kind, Target=target, **mode))


def _emptied(numbering: Any) -> Any:
    emptied = deepcopy(numbering)
    emptied[:] = []
    return emptied


def _clean(root: Any, ids: Mapping[str, str], first: int) -> None:
    """Make a header or footer fit to stand among our parts: our ids of styles, no bookmarks, drawings from `first`."""
    rename(root, ids)
    for element in list(root.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"))):
        element.getparent().remove(element)
    for number, drawing in enumerate(root.iter(qn("wp:docPr")), first):
        drawing.set("id", str(number))


def _language(styles: Any) -> str | None:
    """The language of the house's own words where they name none."""
    defaults = styles.find(qn("w:docDefaults"))
    found = None if defaults is None else next(defaults.iter(qn("w:lang")), None)
    return None if found is None else found.get(qn("w:val"))


def _name_language(root: Any, language: str | None) -> None:
    """Let the house's own words stay in the language of the house, whatever that of the text is."""
    for run in root.iter(qn("w:r")) if language else ():
        properties = run.get_or_add_rPr()
        if properties.find(qn("w:lang")) is None:
            named = OxmlElement("w:lang", {qn("w:val"): language})
            properties.insert_element_before(named, "w:eastAsianLayout", "w:specVanish", "w:oMath")


# The page


def _our_section(ours: Parts) -> Any:
    return next(parse_xml(ours[DOCUMENT]).iter(qn("w:sectPr")))


def _section(house: Any, ours: Parts) -> Any:
    """The page of the house's, or ours where it has none."""
    section = OxmlElement("w:sectPr")
    page = {it.tag: it for it in _our_section(ours) if it.tag in _PAGE[:2]}
    page |= {it.tag: it for it in (house if house is not None else ()) if it.tag in _PAGE}
    section.extend(deepcopy(page[tag]) for tag in _PAGE if tag in page)
    return section


def _refer(section: Any, house: House, settings: Iterable[Any], builder: _Builder) -> None:
    """Let a section refer to the house's headers and footers; to ours where it has none that say anything."""
    is_even = any(it.tag == qn("w:evenAndOddHeaders") and _is_on(it) for it in settings)
    title_page = section.find(qn("w:titlePg"))
    is_first = title_page is not None and _is_on(title_page)
    our_headers = not _says_anything(house.headers.values())
    if our_headers and title_page is None:
        section.append(OxmlElement("w:titlePg"))
        section[:] = sorted(section, key=lambda it: _PAGE.index(it.tag))
    kinds = [kind for kind in KINDS if kind == "default" or (is_first or our_headers, is_even)[kind == "even"]]
    references = []
    for tag, sheets, footer in (("headerReference", house.headers, False), ("footerReference", house.footers, True)):
        if not _says_anything(sheets.values()):
            for kind in kinds:
                name = "footer1.xml" if footer else f"header{2 if kind == 'first' else 1}.xml"
                references.append(_reference(tag, kind, builder.ours(name)))
            continue
        for kind in kinds:
            sheet = sheets.get(kind if kind != "first" or is_first else "default") or _blank(footer)
            references.append(_reference(tag, kind, builder.sheet(sheet, footer)))
        builder.leave_out(RELATIONSHIP_TYPE.FOOTER if footer else RELATIONSHIP_TYPE.HEADER)
    section[:0] = references


def _reference(tag: str, kind: str, identifier: str) -> Any:
    return OxmlElement(f"w:{tag}", {qn("w:type"): kind, qn("r:id"): identifier})


def _blank(footer: bool) -> HousePart:
    """A header or footer that says nothing."""
    tag, style = ("ftr", "Footer") if footer else ("hdr", "Header")
    root = parse_xml(f'<w:{tag} {nsdecls("w")}><w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr></w:p></w:{tag}>')
    return HousePart(root, {}, {})


def _says_anything(sheets: Iterable[HousePart]) -> bool:
    return any(True for sheet in sheets for _ in sheet.root.iter(*_SAID))


def _is_on(element: Any) -> bool:
    return element.get(qn("w:val")) not in ("0", "false", "off")


def _settings(part: HousePart | None) -> tuple[Any, ...]:
    return tuple(it for it in part.root if it.tag in _SETTINGS) if part else ()


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
    chosen = {it.tag: it for it in settings} | {it.tag: deepcopy(it) for it in house}
    settings[:] = sorted(chosen.values(), key=lambda it: _SETTINGS_ORDER.index(it.tag))


def _insert_bidi(section: Any) -> None:
    grid = section.find(qn("w:docGrid"))
    section.insert(len(section) if grid is None else section.index(grid), OxmlElement("w:bidi"))


def _furnish(sheet: Any, words: Mapping[str, Any]) -> None:
    """Put the running title and the numbers of pages where the house has paragraphs of their styles."""
    for paragraph in sheet.iter(qn("w:p")):
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        source = words.get("" if style is None else style.get(qn("w:val")))
        if source is not None:
            properties, *runs = deepcopy(source[0])
            paragraph[:] = [paragraph[0], *runs]
