"""View → Word copy: a body that Jinja wrote, laid into a package of parts that python-docx's elements complete."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from render.view.blocks import Remark, View
from render.write.docx.context import WordContext
from render.write.docx.numbering import Restart
from render.write.docx.opc import COMMENTS, DOCUMENT, FOOTNOTES, NUMBERING, STYLES, Package
from render.write.docx.template_package import (
    BLANK,
    TEMPLATE_SUFFIX,
    filled_page,
    house_style,
    open_package,
    saved,
    width,
)
from render.write.seal import sealed
from render.write.theme import DEFAULT_THEME, Theme

_TABLE = qn("w:tbl")
MACROS = ("docx/inlines.xml.j2", "docx/blocks.xml.j2")


def write_word(view: View, theme: Theme = DEFAULT_THEME) -> bytes:
    """The Word copy. Raises TemplateError, and UsageError for a house style that can't be used."""
    package = open_package(view, theme)
    draft = WordContext(package, view, width(package))
    page = filled_page("docx/body.xml.j2", MACROS, view, theme.templates, draft=draft)
    _separate_tables(page)
    draft.relate(DOCUMENT)
    if draft.restarts:
        _add_restarts(package, draft.restarts, view, theme.templates)
    if draft.remarks:
        _add_comments(package, draft.remarks, view, theme.templates)
    if view.notes:
        _add_notes(package, draft.text_width, view, theme.templates)
    return sealed(saved(package, page))


def write_house_style(suffix: str) -> bytes:
    """Our own styles as a Word file to edit, each shown once in its own name; a template where the suffix says so."""
    package = open_package(BLANK, DEFAULT_THEME)
    shown = [style for style in package.root(STYLES).style_lst if style.find(qn("w:semiHidden")) is None]
    styles = [(style.get(qn("w:type")), style.styleId, style.name_val) for style in shown]
    page = filled_page("docx/sample.xml.j2", (), BLANK, None, styles=styles, text_width=width(package))
    _separate_tables(page)
    return saved(package, page, as_template=suffix == TEMPLATE_SUFFIX)


def notes_on(theme: Theme) -> tuple[str, ...]:
    """What a user should know of a house style before it is used. Raises UsageError for one that can't be."""
    house = house_style(theme)
    return house.notes if house else ()


def _separate_tables(page: Any) -> None:
    """Put a paragraph after each table of a body that has none: Word joins tables that touch."""
    for table in page[0].findall(_TABLE):
        after = table.getnext()
        if after is None or after.tag == _TABLE:
            table.addnext(parse_xml(f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="TableSeparator"/></w:pPr></w:p>'))


def _add_restarts(package: Package, restarts: Sequence[Restart], view: View, templates: Path | None) -> None:
    numbers = filled_page("docx/restarts.xml.j2", (), view, templates, restarts=restarts)
    package.root(NUMBERING).extend(list(numbers))


def _add_comments(package: Package, remarks: Sequence[Remark], view: View, templates: Path | None) -> None:
    draft = WordContext(package, view, 0)
    comments = filled_page("docx/comments.xml.j2", MACROS, view, templates, draft=draft, remarks=remarks)
    package.add_comments(comments)
    draft.relate(COMMENTS)


def _add_notes(package: Package, text_width: int, view: View, templates: Path | None) -> None:
    """Put the view's notes beside the separators, which every package has."""
    draft = WordContext(package, view, text_width)
    notes = filled_page("docx/notes.xml.j2", MACROS, view, templates, draft=draft)
    package.root(FOOTNOTES).extend(list(notes))
    draft.relate(FOOTNOTES)
