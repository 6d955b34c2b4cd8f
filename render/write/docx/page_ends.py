"""What is visible in the headers and footers of a finished Word copy, for each kind of page that it has."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from posixpath import join, normpath
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from render.write.docx.house_style.page import text_width
from render.write.docx.opc import DOCUMENT, SETTINGS, STYLES, relationships_path
from render.write.docx.visibility import Visibility
from render.write.page_ends import PageEnds

_SHARE = 4
"""The head of a page, and its foot, is at most this part of the page."""
_NAMES = {"default": "its pages", "first": "its first page", "even": "its even pages"}


def read_word(data: bytes) -> Iterator[PageEnds]:
    """The ends of each kind of page, in every section of the document."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = _Parts(archive)
        for section in parts.root(DOCUMENT).iter(qn("w:sectPr")):
            for kind in parts.kinds(section):
                head, foot = (parts.visible_text(section, end, kind) for end in ("header", "footer"))
                yield PageEnds(head, foot, _NAMES[kind])


class _Parts:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._targets = {found.get("Id"): found.get("Target") for found in self.root(relationships_path(DOCUMENT))}
        self._visibility = Visibility(self.root(STYLES))

    def root(self, name: str) -> Any:
        return parse_xml(self._archive.read(name))

    def kinds(self, section: Any) -> Iterator[str]:
        """The kinds of page that have their own header and footer (ISO/IEC 29500-1, 17.10.1 and 17.10.6)."""
        yield "default"
        if _is_on(section.find(qn("w:titlePg"))):
            yield "first"
        if _is_on(self.root(SETTINGS).find(qn("w:evenAndOddHeaders"))):
            yield "even"

    def visible_text(self, section: Any, end: str, kind: str) -> str:
        """The visible text of a header or footer; "" if it is off the page, or there is none."""
        size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
        height = int(size.get(qn("w:h"))) // _SHARE
        references = section.findall(qn(f"w:{end}Reference"))
        id_ = next((found.get(qn("r:id")) for found in references if found.get(qn("w:type")) == kind), None)
        if id_ is None or not 0 <= int(margins.get(qn(f"w:{end}"), 0)) <= height:
            return ""
        root = self.root(normpath(join("word", self._targets[id_])).lstrip("/"))
        return self._visibility.visible_text(root, text_width(section), height)


def _is_on(element: Any) -> bool:
    return element is not None and element.get(qn("w:val")) not in ("0", "false", "off")
