"""View to Word copy: the body that the templates write, in a package of parts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from render.view.blocks import Remark, View
from render.write.docx.context import WordContext
from render.write.docx.numbering import NumberingInstance
from render.write.docx.opc import COMMENTS, DOCUMENT, FOOTNOTES, NUMBERING, STYLES, Package
from render.write.docx.template_package import (
    BLANK,
    TEMPLATE_SUFFIX,
    fill_xml,
    load_house_style,
    open_package,
    pack,
    text_width_of,
)
from render.write.seal import sealed
from render.write.theme import DEFAULT_THEME, Theme

_TABLE = qn("w:tbl")
MACROS = ("docx/inlines.xml.j2", "docx/blocks.xml.j2")


def write_word(view: View, theme: Theme = DEFAULT_THEME) -> bytes:
    """The Word copy. Raises TemplateError, and UsageError for a house style that can't be used."""
    package = open_package(view, theme)
    word = WordContext(package, view, text_width_of(package))
    document = fill_xml("docx/body.xml.j2", MACROS, view, theme.templates, word=word)
    _separate_tables(document)
    word.add_links(DOCUMENT)
    if word.restarts:
        _add_restarts(package, word.restarts, view, theme.templates)
    if word.remarks:
        _add_comments(package, word.remarks, view, theme.templates)
    if view.notes:
        _add_notes(package, word.text_width, view, theme.templates)
    return sealed(pack(package, document))


def write_house_style(suffix: str) -> bytes:
    """Engross's styles as a Word file to edit, with a sample of each. The suffix ".dotx" makes it a template."""
    package = open_package(BLANK, DEFAULT_THEME)
    visible = [style for style in package.root(STYLES).style_lst if style.find(qn("w:semiHidden")) is None]
    styles = [(style.get(qn("w:type")), style.styleId, style.name_val) for style in visible]
    document = fill_xml("docx/sample.xml.j2", (), BLANK, None, styles=styles, text_width=text_width_of(package))
    _separate_tables(document)
    return pack(package, document, as_template=suffix == TEMPLATE_SUFFIX)


def house_style_notes(theme: Theme) -> tuple[str, ...]:
    """What a user should know about the theme's house style. Raises UsageError if it can't be used."""
    house = load_house_style(theme)
    return house.notes if house else ()


def _separate_tables(document: Any) -> None:
    """Add an empty paragraph between a table and a table or the end after it: Word joins tables that touch."""
    for table in document[0].findall(_TABLE):
        after = table.getnext()
        if after is None or after.tag == _TABLE:
            table.addnext(parse_xml(f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="TableSeparator"/></w:pPr></w:p>'))


def _add_restarts(package: Package, restarts: Sequence[NumberingInstance], view: View, templates: Path | None) -> None:
    instances = fill_xml("docx/restarts.xml.j2", (), view, templates, restarts=restarts)
    package.root(NUMBERING).extend(list(instances))


def _add_comments(package: Package, remarks: Sequence[Remark], view: View, templates: Path | None) -> None:
    word = WordContext(package, view, 0)
    comments = fill_xml("docx/comments.xml.j2", MACROS, view, templates, word=word, remarks=remarks)
    package.add_comments(comments)
    word.add_links(COMMENTS)


def _add_notes(package: Package, text_width: int, view: View, templates: Path | None) -> None:
    """Add the view's footnotes to the part for them, which holds the separators already."""
    word = WordContext(package, view, text_width)
    notes = fill_xml("docx/notes.xml.j2", MACROS, view, templates, word=word)
    package.root(FOOTNOTES).extend(list(notes))
    word.add_links(FOOTNOTES)
