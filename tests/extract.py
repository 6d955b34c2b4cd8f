"""Views to write, and the text of an output, extracted by tools from outside this project: poppler, LibreOffice, lxml.

Each function returns the words exactly as they are in the file, in reading order, with the line ends of the tool. What
a function leaves out is named in its docstring.
"""

from __future__ import annotations

import email.message
import email.policy
import re
import subprocess
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import lxml.etree
import lxml.html
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from wcwidth import wcswidth

from render.check.declaration import check
from render.compose.edition import compose
from render.read.reader import read_bytes
from render.view.blocks import View

DATA = Path(__file__).parent / "data"
DECLARATION = Path(__file__).parents[1] / "source" / "uk-lithuania-2022.yaml"
KITCHEN_SINK = DATA / "kitchen-sink.yaml"


def viewed(source: str | Path) -> View:
    """The view of a valid source, given as text or as a file; its pictures are in tests/data."""
    data = source.encode() if isinstance(source, str) else source.read_bytes()
    declaration = read_bytes(data, "it.yaml", DATA).declaration
    assert not [finding for finding in check(declaration) if finding.severity == "error"]
    return compose(declaration, declaration.languages[0])


# HTML


_HTML_BLOCKS = frozenset(
    "address article aside blockquote body br caption dd details div dl dt fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 header hr li main nav ol p section summary table tbody td tfoot th thead tr ul".split()
)
_HTML_HIDDEN = frozenset("head script style template".split())


def html_text(data: bytes) -> str:
    """The text of a page, a line for each block."""
    page = lxml.html.document_fromstring(data, parser=lxml.html.HTMLParser(encoding="utf-8"))
    return _lines_of(page)


def _lines_of(page: Any) -> str:
    return re.sub(r" *\n[ \n]*", "\n", "".join(_html_pieces(page))).strip(" \n")


def _html_pieces(element: Any) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in _HTML_HIDDEN:
        return
    around = "\n" if element.tag in _HTML_BLOCKS else ""
    yield around
    yield re.sub(r"[ \n]+", " ", element.text or "")
    for child in element:
        yield from _html_pieces(child)
        yield re.sub(r"[ \n]+", " ", child.tail or "")
    yield around


# Plain text


_COLUMN_RULE = re.compile(r" *-+(?:  -+)+")
_BAR = re.compile(r"^( *)│(?: |$)")


def plain_text(data: bytes) -> str:
    """The text of a text file, without underlines and bars, and with the cells of a table column by column."""
    lines = [_BAR.sub(r"\1", line) for line in data.decode().split("\n")]
    return "\n".join(line for group in _groups(lines) for line in _without_rules(group))


def _groups(lines: Iterable[str]) -> Iterator[list[str]]:
    """Groups of lines between empty lines."""
    group: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            group.append(line)
        elif group:
            yield group
            group = []


def _without_rules(group: list[str]) -> Iterator[str]:
    rule = next((line for line in group if _COLUMN_RULE.fullmatch(line)), None)
    if rule:
        yield from _column_cells([line for line in group if line != rule], rule)
    else:
        yield from (line for line in group if set(line.strip()) not in ({"-"}, {"="}))


def _column_cells(lines: Sequence[str], rule: str) -> Iterator[str]:
    for found in re.finditer("-+", rule):
        for line in lines:
            if cell := _terminal_columns(line, found.start(), found.end()).strip():
                yield cell


def _terminal_columns(line: str, start: int, end: int) -> str:
    """The letters of a line in the given columns of a terminal."""
    taken, cut = 0, ""
    for letter in line:
        if start <= taken < end:
            cut += letter
        taken += max(0, wcswidth(letter))
    return cut


# Markdown, as markdown-it reads it


def markdown_page(data: bytes) -> Any:
    """What a Markdown file is as a page, parsed."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin)
    return lxml.html.fragment_fromstring(reader.render(data.decode()), create_parent="div")


def markdown_text(data: bytes) -> str:
    """What a Markdown file says, a line for each block; the notes at its end with the numbers that the page has."""
    page = markdown_page(data)
    for element in page.xpath("//a[@class='footnote-backref'] | //hr"):
        element.drop_tree()
    for number, note in enumerate(page.xpath("//li[@class='footnote-item']"), 1):
        note[0].text = f"{number}. {note[0].text or ''}"
    return _lines_of(page)


# PDF


_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
PAGE = (595, 842)
"""Points of an A4 page."""
MARGIN = 76
"""Points at the top and bottom of a page of the PDF and the Word copy, in which only headers and footers are."""


def pdf_pages(data: bytes) -> list[str]:
    """The text of each page between its header and its footer, in the order of the file, without directional marks."""
    return _pdf_band(data, MARGIN, PAGE[1] - 2 * MARGIN)


def pdf_headers(data: bytes) -> list[str]:
    """The header of each page."""
    return _pdf_band(data, 0, MARGIN)


def pdf_footers(data: bytes) -> list[str]:
    """The footer of each page."""
    return _pdf_band(data, PAGE[1] - MARGIN, MARGIN)


def _pdf_band(data: bytes, top: int, height: int) -> list[str]:
    band = ["-x", "0", "-y", str(top), "-W", str(PAGE[0]), "-H", str(height)]
    text = run(["pdftotext", "-raw", "-enc", "UTF-8", *band, "-", "-"], data).decode()
    pages = _BIDI.sub("", text).split("\f")
    return [page.strip("\n") for page in pages[:-1]]


def run(command: Sequence[str | Path], data: bytes | None = None, env: Mapping[str, str] | None = None) -> bytes:
    """The output of a tool, which must not fail."""
    done = subprocess.run(command, input=data, capture_output=True, check=False, env=env)
    assert done.returncode == 0, f"{command[0]}: {done.stderr.decode()}"
    return done.stdout


def unpacked(pdf: bytes) -> bytes:
    """The bytes of a PDF with its streams decompressed, which hold most of its objects."""

    def inflated(found: re.Match[bytes]) -> bytes:
        try:
            return zlib.decompressobj().decompress(found[1])
        except zlib.error:
            return found[0]

    return re.sub(rb"stream\r?\n(.*?)endstream", inflated, pdf, flags=re.DOTALL)


# Mail


def mail_parts(data: bytes) -> tuple[bytes, bytes]:
    """The text and the page of a mail, with line feeds as line ends."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, email.message.EmailMessage)
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    text, page = (body.get_content().replace("\r\n", "\n").encode() for body in bodies if body)
    return text, page
