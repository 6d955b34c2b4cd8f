"""The package of a Word copy without its body: Engross's parts, of which a house style replaces some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from render.errors import TemplateError, UsageError
from render.resources import TEMPLATES
from render.view.blocks import View
from render.view.inlines import Words
from render.view.labels import direction, labels
from render.write.docx.context import TOOLS, locale
from render.write.docx.house_style.apply import HouseStyle, prepare_house_style
from render.write.docx.house_style.page import text_width
from render.write.docx.house_style.reader import DAMAGED, read_house_file
from render.write.docx.numbering import word_counts
from render.write.docx.opc import DOCUMENT, STYLES, TYPES, Package, Parts, depends_on_text
from render.write.docx.visibility import is_marking_hidden, keep_marking_visible
from render.write.templating import fill
from render.write.theme import Theme

PACKAGE = "docx/package"
TEMPLATE_SUFFIX = ".dotx"

_TWIPS_PER_POINT = 20
_EMU_PER_TWIP = 635
_LINE = 300
"""The height of a line in a header or footer, with the space around it, in twips."""
_GAP = 120
"""The space between a header or footer and the text, in twips."""
_HIDDEN_MARKING = "style 'Protective Marking' can't be seen in this file; Engross shows the marking in its own style"
_TEMPLATE_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"


def open_package(view: View, theme: Theme) -> Package:
    """The package for a view, with everything but the body.

    Raises TemplateError, and UsageError for a house style that can't be used.
    """
    package = _package(view, load_house_style(theme), theme.templates)
    if view.marking or view.draft:
        _mark(package, view, theme)
    return package


def _package(view: View, house: HouseStyle | None, templates: Path | None) -> Package:
    ours = _our_parts(view, templates)
    if not house:
        return Package(ours)
    package = Package({**ours, **house.parts})
    house.apply_to(package, ours, locale(view.language), view.direction)
    return package


def load_house_style(theme: Theme) -> HouseStyle | None:
    """The theme's house style, read again only if its file has changed. Raises UsageError if it can't be used."""
    if theme.house_style is None:
        return None
    try:
        status = theme.house_style.stat()
    except OSError as error:
        raise UsageError(f"{theme.house_style}: {error.strerror}; name a .docx or .dotx file") from None
    return _load_house_style(theme.house_style, theme.templates, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _load_house_style(path: Path, templates: Path | None, changed: int, size: int) -> HouseStyle:
    """The house style in a file. Trying it on a blank declaration shows that it can be used."""
    file = read_house_file(path)
    try:
        style = prepare_house_style(file, _our_parts(BLANK, templates))
        package = _package(BLANK, style, templates)
        word_counts(package)
        if is_marking_hidden(package.root(STYLES), text_width_of(package)):
            style = replace(style, notes=(*style.notes, _HIDDEN_MARKING))
        _mark(package, replace(BLANK, draft=BLANK.labels["draft"], marking=Words((), "en")), Theme(templates))
    # A damaged file may hold anything, so any of these can happen.
    except (AttributeError, LookupError, StopIteration, TypeError, ValueError):
        raise UsageError(f"{path}: {DAMAGED}") from None
    return style


def fill_xml(page: str, macros: tuple[str, ...], view: View, templates: Path | None, **tools: object) -> Any:
    """The root element of a filled template. Raises TemplateError."""
    return _parse(fill(page, macros, view, templates, **TOOLS, **tools), page)


def _parse(text: str | bytes, page: str) -> Any:
    try:
        return parse_xml(text)
    except SyntaxError as error:
        raise TemplateError(f"{page}: its output isn't well-formed XML ({error.msg}); fix the template") from None


def section_of(package: Package) -> Any:
    """The properties of the document's only section (w:sectPr): the page, headers and footers."""
    return package.root(DOCUMENT)[0][-1]


def text_width_of(package: Package) -> int:
    """Twips between the margins of a package's page."""
    return text_width(section_of(package))


def pack(package: Package, document: Any, as_template: bool = False) -> bytes:
    """The file's bytes, with the body of `document`."""
    document[0].append(section_of(package))  # moving the long body into the package's document would take longer
    package.put(DOCUMENT, document)
    if as_template:
        types = package.root(TYPES)
        override = next(element for element in types if element.get("PartName") == f"/{DOCUMENT}")
        override.set("ContentType", _TEMPLATE_TYPE)
    return package.to_bytes()


# Engross's own parts


def _our_parts(view: View, templates: Path | None) -> Parts:
    """The parts in templates/docx/package, filled."""
    if templates:
        return {name: _checked(name, data) for name, data in _fill_all(_template_names(), view, templates).items()}
    names = [name for name in _template_names() if depends_on_text(_part_name(name))]
    shared = _shared_parts(
        view.language,
        view.direction,
        view.labels_language,
        view.labels_direction,
        view.paper,
        view.track_changes,
    )
    return {**shared, **_fill_all(names, view, None)}


@lru_cache(maxsize=64)
def _shared_parts(
    language: str, direction: str, labels_language: str, labels_direction: str, paper: str, track_changes: bool
) -> Parts:
    """The parts that depend on nothing else in a view."""
    view = replace(BLANK, language=language, direction=direction, paper=paper, track_changes=track_changes)
    view = replace(
        view,
        labels=labels(labels_language)[1],
        labels_language=labels_language,
        labels_direction=labels_direction,
    )
    return _fill_all([name for name in _template_names() if not depends_on_text(_part_name(name))], view, None)


def _fill_all(names: Iterable[str], view: View, templates: Path | None) -> Parts:
    filled = {_part_name(name): fill(f"{PACKAGE}/{name}", (), view, templates, **TOOLS) for name in names}
    return {name: text.lstrip().encode() for name, text in filled.items()}


def _part_name(template: str) -> str:
    return template.removesuffix(".j2")


def _checked(name: str, data: bytes) -> bytes:
    """The part, if it is XML: its template may be the user's."""
    _parse(data, f"{PACKAGE}/{name}")
    return data


@cache
def _template_names() -> Sequence[str]:
    folder = TEMPLATES / PACKAGE
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# Headers and footers


def _mark(package: Package, view: View, theme: Theme) -> None:
    """Add the protective marking, and that the text is a draft, to the header and footer of every page."""
    points = text_width_of(package) // _TWIPS_PER_POINT
    headers, footers = _referenced(package, "w:headerReference"), _referenced(package, "w:footerReference")
    for number, header in enumerate(headers, 1):
        marks = list(fill_xml("docx/above.xml.j2", (), view, theme.templates, sheet=number, width=points))
        header[:] = marks if _is_blank(header) else [*marks, *header]
    for footer in footers if view.marking else ():
        marks = list(fill_xml("docx/below.xml.j2", (), view, theme.templates))
        footer[:] = marks if _is_blank(footer) else [*footer, *marks]
    margins = section_of(package).find(qn("w:pgMar"))
    _make_room(margins, "w:top", "w:header", headers)
    if view.marking:
        _make_room(margins, "w:bottom", "w:footer", footers)
        _keep_text_off(margins, "w:top", "w:header")
        _keep_text_off(margins, "w:bottom", "w:footer")
        keep_marking_visible(package.root(STYLES), [*headers, *footers], section_of(package))


def _make_room(margins: Any, side: str, distance: str, blocks: Iterable[Any]) -> None:
    """Widen a margin so that the highest header or footer doesn't touch the text.

    A negative margin stays: it means that the text may overlap (ISO/IEC 29500-1, 17.6.11).
    """
    needed = int(margins.get(qn(distance), 0)) + max(map(_height, blocks), default=0) + _GAP
    margin = int(margins.get(qn(side), 0))
    if 0 < margin < needed:
        margins.set(qn(side), str(needed))


def _keep_text_off(margins: Any, side: str, distance: str) -> None:
    """Widen a negative margin, over which the text may extend, so that the text stays off the line of the marking."""
    needed = int(margins.get(qn(distance), 0)) + _LINE + _GAP
    if -needed < int(margins.get(qn(side), 0)) < 0:
        margins.set(qn(side), str(-needed))


def _height(block: Any) -> int:
    """The approximate height of a header or footer in twips, from its lines, rows and pictures."""
    lines = sum(1 if child.tag == qn("w:p") else len(child.findall(qn("w:tr"))) for child in block)
    extents = block.iterfind(f".//{qn('wp:inline')}/{qn('wp:extent')}")
    heights = (int(extent.get("cy")) // _EMU_PER_TWIP for extent in extents)
    return lines * _LINE + sum(max(0, height - _LINE) for height in heights)


def _referenced(package: Package, tag: str) -> list[Any]:
    """The headers or footers of the package's pages, each once."""
    ids = (reference.get(qn("r:id")) for reference in section_of(package).iter(qn(tag)))
    names = dict.fromkeys(package.target(DOCUMENT, id_) for id_ in ids)
    return [package.root(name) for name in names]


def _is_blank(block: Any) -> bool:
    """Whether a header or footer is a single paragraph without words."""
    return len(block) == 1 and all(child.tag == qn("w:pPr") for child in block[0])


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
    draft="",
    marking=None,
    keywords=(),
    date=None,
    published=None,
    url="",
    rights="",
    labels=labels("en")[1],
    labels_language="en",
    labels_direction=direction("en"),
    paper="a4",
    track_changes=False,
    blocks=(),
    notes=(),
)
"""A declaration without words, for parts that don't depend on them."""
