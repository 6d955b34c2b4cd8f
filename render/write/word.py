"""View → Word copy: a body that Jinja wrote, laid into a package that python-docx opens, completes and saves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.document import DocumentPart

from render.view import Remark, View
from render.write import OURS, Look
from render.write.counting import Restart
from render.write.draft import Draft
from render.write.package import BLANK, TEMPLATE_SUFFIX, filled_page, house_style, open_package, saved, width
from render.write.seal import sealed

_COMMENTS = PackURI("/word/comments.xml")
_TABLE = qn("w:tbl")
MACROS = ("docx/inlines.xml.j2", "docx/blocks.xml.j2")


def write_word(view: View, look: Look = OURS) -> bytes:
    """The Word copy. Raises TemplateError, and UsageError for a house style that can't be used."""
    document = open_package(view, look)
    draft = Draft(document.part, view, width(document))
    page = filled_page("docx/body.xml.j2", MACROS, view, look.templates, draft=draft)
    _separate_tables(page)
    draft.relate(document.part)
    _add_restarts(document.part, draft.restarts, view, look.templates)
    if draft.remarks:
        _add_comments(document.part, draft.remarks, view, look.templates)
    if view.notes:
        _add_notes(document.part, Draft(document.part, view, draft.text_width), view, look.templates)
    return sealed(saved(document, page))


def write_house_style(suffix: str) -> bytes:
    """Our own styles as a Word file to edit, each shown once in its own name; a template where the suffix says so."""
    document = open_package(BLANK, OURS)
    shown = [style for style in document.styles.element.style_lst if style.find(qn("w:semiHidden")) is None]
    styles = [(style.get(qn("w:type")), style.styleId, style.name_val) for style in shown]
    page = filled_page("docx/sample.xml.j2", (), BLANK, None, styles=styles, text_width=width(document))
    _separate_tables(page)
    return saved(document, page, as_template=suffix == TEMPLATE_SUFFIX)


def notes_on(look: Look) -> tuple[str, ...]:
    """What a user should know of a house style before it is used. Raises UsageError for one that can't be."""
    house = house_style(look)
    return house.notes if house else ()


def _separate_tables(page: Any) -> None:
    """Put a paragraph after each table of a body that has none: Word joins tables that touch."""
    for table in page[0].findall(_TABLE):
        after = table.getnext()
        if after is None or after.tag == _TABLE:
            table.addnext(parse_xml(f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="TableSeparator"/></w:pPr></w:p>'))


def _add_restarts(part: DocumentPart, restarts: list[Restart], view: View, templates: Path | None) -> None:
    numbering = part.numbering_part.element
    for number in filled_page("docx/restarts.xml.j2", (), view, templates, restarts=restarts):
        numbering.append(number)


def _add_comments(part: DocumentPart, remarks: Sequence[Remark], view: View, templates: Path | None) -> None:
    """Put a part with the remarks beside the document; a package without any has none."""
    draft = Draft(part, view, 0)
    page = filled_page("docx/comments.xml.j2", MACROS, view, templates, draft=draft, remarks=remarks)
    comments = Part(_COMMENTS, CONTENT_TYPE.WML_COMMENTS, serialize_part_xml(page), part.package)
    draft.relate(comments)
    part.relate_to(comments, RELATIONSHIP_TYPE.COMMENTS)


def _add_notes(part: DocumentPart, draft: Draft, view: View, templates: Path | None) -> None:
    """Put a footnotes part with the view's notes in the place of the package's, which has the separators alone."""
    relation = next(it for it in part.rels.values() if it.reltype == RELATIONSHIP_TYPE.FOOTNOTES)
    empty = relation.target_part
    footnotes = parse_xml(empty.blob)
    for note in filled_page("docx/notes.xml.j2", MACROS, view, templates, draft=draft):
        footnotes.append(note)
    filled = Part(empty.partname, empty.content_type, serialize_part_xml(footnotes), empty.package)
    draft.relate(filled)
    del part.rels[relation.rId]
    part.relate_to(filled, RELATIONSHIP_TYPE.FOOTNOTES)
