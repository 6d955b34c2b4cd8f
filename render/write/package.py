"""The package of a Word copy: our parts, or a house style's in their places, opened by python-docx; and its bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import docx
from docx.opc.oxml import CT_Types, serialize_part_xml
from docx.opc.package import OpcPackage
from docx.opc.packuri import PACKAGE_URI
from docx.opc.part import Part
from docx.opc.spec import default_content_types
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from render.labels import direction, labels
from render.problem import UsageError
from render.resources import TEMPLATES
from render.view import View, Words
from render.write import Look
from render.write.counting import sequences
from render.write.draft import TOOLS, locale
from render.write.house.dress import HouseStyle, make_ready
from render.write.house.page import DOCUMENT, text_width
from render.write.house.parts import TYPES
from render.write.house.reading import DAMAGED, read_house
from render.write.templating import fill

PACKAGE = "docx/package"
TEMPLATE_SUFFIX = ".dotx"

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every entry: the earliest that a zip file can bear."""
_TWIPS_PER_POINT = 20
_EMU_PER_TWIP = 635
_LINE = 300
"""Twentieths of a point that a line of a header takes, with what is between it and the next."""
_GAP = 120
"""Twentieths of a point between a header and the text."""
_DOCUMENT_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TEMPLATE_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"


def open_package(view: View, look: Look) -> Any:
    """A document without a body, with all around it as a view has it. Raises TemplateError, and UsageError."""
    document = _opened(view, house_style(look), look.templates)
    if view.marking or view.status == "draft":
        _mark(document, view, look)
    return document


def _opened(view: View, house: HouseStyle | None, templates: Path | None) -> Any:
    ours = _filled(view, templates)
    document = docx.Document(BytesIO(_zipped({**ours, **(house.parts if house else {})})))
    if house:
        house.put_on(document, ours, locale(view.language), view.direction)
    return document


def house_style(look: Look) -> HouseStyle | None:
    """The house style of a look, made ready once for each state of its file. Raises UsageError."""
    if look.house_style is None:
        return None
    try:
        status = look.house_style.stat()
    except OSError as error:
        raise UsageError(f"{look.house_style}: {error.strerror}; name a .docx or .dotx file") from None
    return _house_style(look.house_style, look.templates, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _house_style(path: Path, templates: Path | None, changed: int, size: int) -> HouseStyle:
    house = read_house(path)
    try:
        style = make_ready(house, _filled(BLANK, templates))
        document = _opened(BLANK, style, templates)
        sequences(document.styles.element, document.part.numbering_part.element)
        _mark(document, replace(BLANK, status="draft", marking=Words((), "en")), Look(templates))
    # Nothing is known of what a file holds that was not written by Word.
    except (AttributeError, LookupError, StopIteration, TypeError, ValueError):
        raise UsageError(f"{path}: {DAMAGED}") from None
    return style


def filled_page(page: str, macros: tuple[str, ...], view: View, templates: Path | None, **tools: object) -> Any:
    """A filled page, parsed."""
    return parse_xml(fill(page, macros, view, templates, **TOOLS, **tools))


def width(document: Any) -> int:
    """Twentieths of a point between the margins of a document's page."""
    return text_width(document.element.body[-1])


def saved(document: Any, page: Any, as_template: bool = False) -> bytes:
    """A document's bytes with the body of a page, and nothing of the clock or the machine in them.

    The content types come first.
    """
    parts = dict(_parts(document.part.package))
    # The page takes the document's place only now: a long text is packed once, and moved nowhere.
    page[0].append(document.element.body[-1])
    parts[DOCUMENT] = serialize_part_xml(page)
    if as_template:
        parts[TYPES] = parts[TYPES].replace(_DOCUMENT_TYPE, _TEMPLATE_TYPE)
    return _stamped(parts)


def _parts(package: OpcPackage) -> Iterator[tuple[str, bytes]]:
    """The files of a package by their names. What saves a package packs them too, which takes longer than all else."""
    parts = package.parts
    yield TYPES, _content_types(parts)
    yield PACKAGE_URI.rels_uri.membername, package.rels.xml
    for part in parts:
        yield part.partname.membername, part.blob
        if part.rels:
            yield part.partname.rels_uri.membername, part.rels.xml


def _content_types(parts: Iterable[Part]) -> bytes:
    """The file that says of what kind each part is: by its suffix, or by its name (ISO/IEC 29500-2, 10.1.2.2)."""
    types = {it: kind for it, kind in default_content_types if it in ("rels", "xml")}
    of_one_kind = {(it.partname.ext, it.content_type) for it in parts if _is_by_suffix(it)}
    element: Any = cast(Any, CT_Types).new()
    for suffix, kind in sorted({*types.items(), *of_one_kind}):
        element.add_default(suffix, kind)
    for name, kind in sorted((it.partname, it.content_type) for it in parts if not _is_by_suffix(it)):
        element.add_override(name, kind)
    return serialize_part_xml(element)


def _is_by_suffix(part: Part) -> bool:
    return (part.partname.ext.lower(), part.content_type) in default_content_types


def _stamped(parts: Mapping[str, bytes]) -> bytes:
    stamped = BytesIO()
    with zipfile.ZipFile(stamped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: (name != TYPES, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, parts[name])
    return stamped.getvalue()


def _filled(view: View, templates: Path | None) -> Mapping[str, bytes]:
    """The parts under templates/docx/package, those with expressions filled."""
    return {
        name.removesuffix(".j2"): fill(f"{PACKAGE}/{name}", (), view, templates, **TOOLS).lstrip().encode()
        for name in _part_names()
    }


@cache
def _part_names() -> Sequence[str]:
    folder = TEMPLATES / PACKAGE
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    package = BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return package.getvalue()


def _mark(document: Any, view: View, look: Look) -> None:
    """Say on every page, in its header and footer, how it is to be guarded, and that it is a draft."""
    points = width(document) // _TWIPS_PER_POINT
    headers, footers = _sheets(document, "w:headerReference"), _sheets(document, "w:footerReference")
    for sheet, header in enumerate(headers, 1):
        marks = list(filled_page("docx/above.xml.j2", (), view, look.templates, sheet=sheet, width=points))
        header[:] = marks if _is_blank(header) else [*marks, *header]
    for footer in footers if view.marking else ():
        marks = list(filled_page("docx/below.xml.j2", (), view, look.templates))
        footer[:] = marks if _is_blank(footer) else [*footer, *marks]
    margins = document.element.body[-1].find(qn("w:pgMar"))
    _make_room(margins, "w:top", "w:header", headers)
    if view.marking:
        _make_room(margins, "w:bottom", "w:footer", footers)


def _make_room(margins: Any, side: str, distance: str, sheets: Iterable[Any]) -> None:
    """Keep the text a little away from the highest header or footer; from a negative margin nothing is kept away."""
    needed = int(margins.get(qn(distance), 0)) + max(map(_height, sheets), default=0) + _GAP
    margin = int(margins.get(qn(side), 0))
    if 0 < margin < needed:
        margins.set(qn(side), str(needed))


def _height(sheet: Any) -> int:
    """About how high a header or footer is, in twentieths of a point: its lines, rows and pictures."""
    lines = sum(1 if it.tag == qn("w:p") else len(it.findall(qn("w:tr"))) for it in sheet)
    pictures = (int(it.get("cy")) // _EMU_PER_TWIP for it in sheet.iterfind(f".//{qn('wp:inline')}/{qn('wp:extent')}"))
    return lines * _LINE + sum(max(0, height - _LINE) for height in pictures)


def _sheets(document: Any, tag: str) -> list[Any]:
    """The headers or footers that a document's pages have, each once."""
    references = document.element.body[-1].iter(qn(tag))
    identifiers = {it.get(qn("r:id")): None for it in references}
    sheets = {document.part.related_parts[it].partname: document.part.related_parts[it].element for it in identifiers}
    return list(sheets.values())


def _is_blank(sheet: Any) -> bool:
    """Whether there is but a paragraph without words."""
    return len(sheet) == 1 and all(it.tag == qn("w:pPr") for it in sheet[0])


BLANK = View(
    id="house-style",
    name="house-style",
    edition="full",
    source_hash="",
    source=None,
    language="en",
    direction=direction("en"),
    title="House style",
    short_title="House style",
    publisher="",
    publisher_url="",
    status="",
    marking=None,
    keywords=(),
    date=None,
    published=None,
    url="",
    rights="",
    labels=labels("en")[1],
    labels_language="en",
    paper="a4",
    track_changes=False,
    blocks=(),
    notes=(),
)
"""A text without words, for what does not hang on any."""
