"""What validators of Open XML don't check in a Word copy: broken references, duplicate names, unclosed ranges."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import Any

import lxml.etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
PACKAGE_R = "{http://schemas.openxmlformats.org/package/2006/relationships}"
CONTENT_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"

MAX_BOOKMARK = 40
"""Characters; Word and LibreOffice cut longer names."""
SEPARATOR = "TableSeparator"
"""The style of the only paragraph that may be empty: Word would join tables that touch."""
_USED_BY_ID = ("hyperlink", "image", "header", "footer")
"""The kinds of relationship that the part must use by their ids."""

Parts = Mapping[str, Any]


def faults(copy: bytes) -> list[str]:
    """Every error in a Word copy; empty for a valid one."""
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        names = archive.namelist()
        parts = {name: lxml.etree.fromstring(archive.read(name)) for name in names if name.endswith((".xml", ".rels"))}
    found = [f"the part {name} twice" for name in _duplicates(names)]
    found += [*_content_types(parts, names), *_relationships(parts, names), *_styles(parts), *_numbering(parts)]
    bookmarks = {str(start.get(f"{W}name")) for part in parts.values() for start in part.iter(f"{W}bookmarkStart")}
    found += [*_bookmarks(parts), *_fields(parts, bookmarks), *_identifiers(parts), *_notes(parts)]
    return [*found, *_comments(parts), *_empty_paragraphs(parts)]


def _duplicates(items: Iterable[Any]) -> list[Any]:
    return [item for item, count in Counter(items).items() if count > 1]


def _values(part: Any, *tags: str) -> Iterator[str]:
    for element in part.iter(*(f"{W}{tag}" for tag in tags)):
        yield element.get(f"{W}val")


def _content_types(parts: Parts, names: Iterable[str]) -> Iterator[str]:
    types = parts["[Content_Types].xml"]
    overridden = [override.get("PartName") for override in types.iter(f"{CONTENT_TYPES}Override")]
    extensions = {default.get("Extension") for default in types.iter(f"{CONTENT_TYPES}Default")}
    yield from (f"two content types for {name}" for name in _duplicates(overridden))
    yield from (f"a content type for {name}, which is not there" for name in overridden if name[1:] not in names)
    for name in names:
        if f"/{name}" not in overridden and name.rpartition(".")[2] not in extensions:
            yield f"no content type for {name}"


def _relationships(parts: Parts, names: Iterable[str]) -> Iterator[str]:
    for name, part in parts.items():
        if name.endswith(".rels"):
            yield from _broken_targets(name, part, names)
            continue
        relations = parts.get(join(dirname(name), "_rels", f"{name.rpartition('/')[2]}.rels"), ())
        defined = {relation.get("Id"): relation.get("Type").rpartition("/")[2] for relation in relations}
        used = set(part.xpath("//@r:*", namespaces={"r": R[1:-1]}))
        yield from (
            f"{name} uses the relationship {identifier}, which it has not"
            for identifier in sorted(used - defined.keys())
        )
        for identifier, kind in defined.items():
            if kind in _USED_BY_ID and identifier not in used:
                yield f"{name} never uses its relationship {identifier} ({kind})"


def _broken_targets(name: str, relations: Any, names: Iterable[str]) -> Iterator[str]:
    yield from (
        f"{name} has {identifier} twice" for identifier in _duplicates(relation.get("Id") for relation in relations)
    )
    folder = dirname(dirname(name))
    for relation in relations.iter(f"{PACKAGE_R}Relationship"):
        target = relation.get("Target")
        inside = target[1:] if target.startswith("/") else normpath(join(folder, target))
        if relation.get("TargetMode") != "External" and inside not in names:
            yield f"{name} leads to {target}, which is not there"


def _styles(parts: Parts) -> Iterator[str]:
    styles = parts["word/styles.xml"]
    kinds = {style.get(f"{W}styleId"): style.get(f"{W}type") for style in styles.iter(f"{W}style")}
    yield from (
        f"the style {name} twice"
        for name in _duplicates(style.get(f"{W}styleId") for style in styles.iter(f"{W}style"))
    )
    called = (style.find(f"{W}name").get(f"{W}val").lower() for style in styles.iter(f"{W}style"))
    yield from (f"two styles are called {name!r}" for name in _duplicates(called))
    for tag, kind in (("pStyle", "paragraph"), ("rStyle", "character"), ("tblStyle", "table")):
        used = {value for part in parts.values() for value in _values(part, tag)}
        yield from (f"no {kind} style {name}" for name in sorted(used) if kinds.get(name) != kind)
    related = set(_values(styles, "basedOn", "next", "link"))
    yield from (f"no style {name}, which another names" for name in sorted(related - kinds.keys()))


def _numbering(parts: Parts) -> Iterator[str]:
    numbering = parts["word/numbering.xml"]
    abstracts = [abstract.get(f"{W}abstractNumId") for abstract in numbering.iter(f"{W}abstractNum")]
    numbers = [num.get(f"{W}numId") for num in numbering.iter(f"{W}num")]
    yield from (f"the numbering {number} twice" for number in _duplicates(numbers))
    yield from (f"the abstract numbering {number} twice" for number in _duplicates(abstracts))
    links = {num.find(f"{W}abstractNumId").get(f"{W}val") for num in numbering.iter(f"{W}num")}
    yield from (f"no abstract numbering {number}" for number in sorted(links - set(abstracts)))
    used = {value for name, part in parts.items() if name.startswith("word/") for value in _values(part, "numId")}
    yield from (f"no numbering {number}" for number in sorted(used - {*numbers, "0"}))


def _bookmarks(parts: Parts) -> Iterator[str]:
    starts = [start for part in parts.values() for start in part.iter(f"{W}bookmarkStart")]
    names = [start.get(f"{W}name") for start in starts]
    yield from (f"the bookmark {name} twice" for name in _duplicates(name.lower() for name in names))
    yield from (f"the bookmark {name} is too long" for name in names if len(name) > MAX_BOOKMARK)
    yield from (f"the bookmark {name} isn't a word" for name in names if not re.fullmatch(r"[A-Za-z_]\w*", name))
    for name, part in parts.items():
        started = [start.get(f"{W}id") for start in part.iter(f"{W}bookmarkStart")]
        ended = [end.get(f"{W}id") for end in part.iter(f"{W}bookmarkEnd")]
        yield from (f"{name} begins two bookmarks with the id {identifier}" for identifier in _duplicates(started))
        if sorted(started) != sorted(ended):
            yield f"{name} begins bookmarks that do not end: {sorted(set(started) ^ set(ended)) or _duplicates(ended)}"


def _fields(parts: Parts, bookmarks: set[str]) -> Iterator[str]:
    for name, part in parts.items():
        open_fields = []
        for element in part.iter(f"{W}fldChar", f"{W}instrText", f"{W}hyperlink"):
            kind = element.get(f"{W}fldCharType")
            if kind == "begin":
                open_fields.append("begin")
            elif kind == "separate":
                if not open_fields or open_fields[-1] != "begin":
                    yield f"{name} separates a field that is not open"
                else:
                    open_fields[-1] = "separate"
            elif kind == "end":
                if not open_fields or open_fields.pop() != "separate":
                    yield f"{name} ends a field that has no result"
            elif element.tag == f"{W}instrText":
                yield from _field_code(name, element.text.split(), bookmarks)
            elif element.get(f"{W}anchor", "") and element.get(f"{W}anchor") not in bookmarks:
                yield f"{name} leads to the bookmark {element.get(f'{W}anchor')}, which is not there"
        if open_fields:
            yield f"{name} has a field that does not end"


def _field_code(name: str, code: list[str], bookmarks: set[str]) -> Iterator[str]:
    if code[0] in ("REF", "PAGEREF") and code[1] not in bookmarks:
        yield f"{name} refers to the bookmark {code[1]}, which is not there"


def _identifiers(parts: Parts) -> Iterator[str]:
    drawings = [drawing.get("id") for part in parts.values() for drawing in part.iter(f"{WP}docPr")]
    yield from (f"two drawings with the id {identifier}" for identifier in _duplicates(drawings))
    controls = [control.get(f"{W}val") for part in parts.values() for control in part.iterfind(f".//{W}sdtPr/{W}id")]
    yield from (f"two content controls with the id {identifier}" for identifier in _duplicates(controls))
    for name, part in parts.items():
        paragraphs = [
            paragraph.get(f"{W14}paraId") for paragraph in part.iter(f"{W}p") if f"{W14}paraId" in paragraph.attrib
        ]
        yield from (f"{name} has two paragraphs with the id {identifier}" for identifier in _duplicates(paragraphs))


def _notes(parts: Parts) -> Iterator[str]:
    notes = parts.get("word/footnotes.xml", ())
    bodies = [note.get(f"{W}id") for note in notes if f"{W}type" not in note.attrib]
    marks = [mark.get(f"{W}id") for mark in parts["word/document.xml"].iter(f"{W}footnoteReference")]
    yield from (
        f"two footnotes with the id {identifier}" for identifier in _duplicates(note.get(f"{W}id") for note in notes)
    )
    if sorted(bodies) != sorted(marks):
        yield f"footnotes {sorted(bodies)} are marked as {sorted(marks)}"


def _comments(parts: Parts) -> Iterator[str]:
    identifiers = [comment.get(f"{W}id") for comment in parts.get("word/comments.xml", ())]
    yield from (f"two comments with the id {identifier}" for identifier in _duplicates(identifiers))
    for tag in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        named = [element.get(f"{W}id") for element in parts["word/document.xml"].iter(f"{W}{tag}")]
        if sorted(named) != sorted(identifiers):
            yield f"the comments are {sorted(identifiers)}, and {tag} names {sorted(named)}"


def _empty_paragraphs(parts: Parts) -> Iterator[str]:
    for name in ("word/document.xml", "word/footnotes.xml"):
        for paragraph in parts[name].iter(f"{W}p"):
            holds = next(paragraph.iter(f"{W}t", f"{W}drawing", f"{W}fldChar", f"{W}separator", *_ENDS), None)
            style = next(_values(paragraph, "pStyle"), "")
            numbered = paragraph.find(f"{W}pPr/{W}numPr") is not None or style.startswith("ArticleHeading")
            if holds is None and style != SEPARATOR and not numbered:
                yield f"{name} has an empty paragraph in the style {style or 'Normal'}"
        for cell in parts[name].iter(f"{W}tc"):
            if cell[-1].tag != f"{W}p":
                yield f"{name} has a cell that does not end with a paragraph"


_ENDS = (f"{W}continuationSeparator", f"{W}footnoteReference")
