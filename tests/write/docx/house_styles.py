"""What the tests of house styles share: copies in one, and what is read out of them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import docx

from render.view.blocks import View
from render.write.docx.template_package import load_house_style
from render.write.docx.writer import write_word
from render.write.theme import Theme
from tests.extract import viewed
from tests.extract_word import W, word_part
from tests.test_one_text import word_pages

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def in_house_style(source: str | Path | View, house: Path) -> bytes:
    return write_word(source if isinstance(source, View) else viewed(source), Theme(house_style=house))


def draft_of(path: Path, status: str = "draft") -> View:
    return viewed(re.sub(r"(?m)^status: .*\n", f"status: {status}\n" if status else "", path.read_text("utf-8")))


def notes(house: Path) -> list[str]:
    found = load_house_style(Theme(house_style=house))
    assert found
    return list(found.notes)


def visible_text(copy: bytes) -> list[str]:
    """The text of a copy. Its bullets may come from a symbol font."""
    return [page.replace("\uf0b7", "•") for page in word_pages(copy)]


def styles_by_name(copy: bytes) -> dict[str, Any]:
    styles = word_part(copy, "word/styles.xml")
    return {style.find(f"{W}name").get(f"{W}val"): style for style in styles.iter(f"{W}style")}


def header_lines(copy: bytes, tag: str) -> list[list[str]]:
    """The paragraphs of each header or footer that a page refers to."""
    document = docx.Document(BytesIO(copy))
    references = document.element.body[-1].iter(f"{W}{tag}")
    parts = [document.part.related_parts[reference.get(f"{R}id")].element for reference in references]
    return [["".join(t.text for t in p.iter(f"{W}t")) for p in part.iter(f"{W}p")] for part in parts]


def zipped_text(copy: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        return archive.read(name).decode()


def names(root: Iterable[Any]) -> list[str]:
    return [child.tag.rpartition("}")[2] for child in root]
