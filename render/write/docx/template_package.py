"""The package of a Word copy: our parts, or a house style's in their places; all but its body."""

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
from render.write.docx.house_style.apply import HouseStyle, make_ready
from render.write.docx.house_style.page import text_width
from render.write.docx.house_style.reader import DAMAGED, read_house
from render.write.docx.numbering import numbers
from render.write.docx.opc import DOCUMENT, TYPES, Package, Parts, is_own
from render.write.templating import fill
from render.write.theme import Theme

PACKAGE = "docx/package"
TEMPLATE_SUFFIX = ".dotx"

_TWIPS_PER_POINT = 20
_EMU_PER_TWIP = 635
_LINE = 300
"""Twentieths of a point that a line of a header takes, with what is between it and the next."""
_GAP = 120
"""Twentieths of a point between a header and the text."""
_TEMPLATE_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"


def open_package(view: View, theme: Theme) -> Package:
    """All that is around the body of a view. Raises TemplateError, and UsageError."""
    package = _opened(view, house_style(theme), theme.templates)
    if view.marking or view.draft:
        _mark(package, view, theme)
    return package


def _opened(view: View, house: HouseStyle | None, templates: Path | None) -> Package:
    ours = _filled(view, templates)
    if not house:
        return Package(ours)
    package = Package({**ours, **house.parts})
    house.put_on(package, ours, locale(view.language), view.direction)
    return package


def house_style(theme: Theme) -> HouseStyle | None:
    """The house style of a look, made ready once for each state of its file. Raises UsageError."""
    if theme.house_style is None:
        return None
    try:
        status = theme.house_style.stat()
    except OSError as error:
        raise UsageError(f"{theme.house_style}: {error.strerror}; name a .docx or .dotx file") from None
    return _house_style(theme.house_style, theme.templates, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _house_style(path: Path, templates: Path | None, changed: int, size: int) -> HouseStyle:
    house = read_house(path)
    try:
        style = make_ready(house, _filled(BLANK, templates))
        package = _opened(BLANK, style, templates)
        numbers(package)
        _mark(package, replace(BLANK, draft=BLANK.labels["draft"], marking=Words((), "en")), Theme(templates))
    # Nothing is known of what a file holds that was not written by Word.
    except (AttributeError, LookupError, StopIteration, TypeError, ValueError):
        raise UsageError(f"{path}: {DAMAGED}") from None
    return style


def filled_page(page: str, macros: tuple[str, ...], view: View, templates: Path | None, **tools: object) -> Any:
    """A filled page, parsed. Raises TemplateError."""
    return _parsed(fill(page, macros, view, templates, **TOOLS, **tools), page)


def _parsed(text: str | bytes, page: str) -> Any:
    try:
        return parse_xml(text)
    except SyntaxError as error:
        raise TemplateError(f"{page}: what it makes is no XML ({error.msg}); mend the template") from None


def section(package: Package) -> Any:
    """How the pages of a package are set up."""
    return package.root(DOCUMENT)[0][-1]


def width(package: Package) -> int:
    """Twentieths of a point between the margins of a package's page."""
    return text_width(section(package))


def saved(package: Package, page: Any, as_template: bool = False) -> bytes:
    """A package's bytes with the body of a page."""
    page[0].append(section(package))  # which is short; a long text is moved nowhere
    package.put(DOCUMENT, page)
    if as_template:
        types = package.root(TYPES)
        document = next(it for it in types if it.get("PartName") == f"/{DOCUMENT}")
        document.set("ContentType", _TEMPLATE_TYPE)
    return package.packed()


def _filled(view: View, templates: Path | None) -> Parts:
    """The parts under templates/docx/package, those with expressions filled."""
    if templates:
        return {name: _checked(name, data) for name, data in _fill_all(_part_names(), view, templates).items()}
    own = [it for it in _part_names() if is_own(_filled_name(it))]
    common = _common(
        view.language,
        view.direction,
        view.labels_language,
        view.labels_direction,
        view.paper,
        view.track_changes,
    )
    return {**common, **_fill_all(own, view, None)}


@lru_cache(maxsize=64)
def _common(
    language: str, direction: str, labels_language: str, labels_direction: str, paper: str, track_changes: bool
) -> Parts:
    """Our parts that hang on nothing else in a view."""
    view = replace(BLANK, language=language, direction=direction, paper=paper, track_changes=track_changes)
    view = replace(
        view,
        labels=labels(labels_language)[1],
        labels_language=labels_language,
        labels_direction=labels_direction,
    )
    return _fill_all([it for it in _part_names() if not is_own(_filled_name(it))], view, None)


def _fill_all(names: Iterable[str], view: View, templates: Path | None) -> Parts:
    filled = {_filled_name(it): fill(f"{PACKAGE}/{it}", (), view, templates, **TOOLS) for it in names}
    return {name: text.lstrip().encode() for name, text in filled.items()}


def _filled_name(template: str) -> str:
    return template.removesuffix(".j2")


def _checked(name: str, data: bytes) -> bytes:
    """A part that a user may have written."""
    _parsed(data, f"{PACKAGE}/{name}")
    return data


@cache
def _part_names() -> Sequence[str]:
    folder = TEMPLATES / PACKAGE
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _mark(package: Package, view: View, theme: Theme) -> None:
    """Say on every page, in its header and footer, how it is to be guarded, and that it is a draft."""
    points = width(package) // _TWIPS_PER_POINT
    headers, footers = _sheets(package, "w:headerReference"), _sheets(package, "w:footerReference")
    for sheet, header in enumerate(headers, 1):
        marks = list(filled_page("docx/above.xml.j2", (), view, theme.templates, sheet=sheet, width=points))
        header[:] = marks if _is_blank(header) else [*marks, *header]
    for footer in footers if view.marking else ():
        marks = list(filled_page("docx/below.xml.j2", (), view, theme.templates))
        footer[:] = marks if _is_blank(footer) else [*footer, *marks]
    margins = section(package).find(qn("w:pgMar"))
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


def _sheets(package: Package, tag: str) -> list[Any]:
    """The headers or footers that a package's pages have, each once."""
    references = (it.get(qn("r:id")) for it in section(package).iter(qn(tag)))
    names = dict.fromkeys(package.target(DOCUMENT, it) for it in references)
    return [package.root(name) for name in names]


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
"""A text without words, for what does not hang on any."""
