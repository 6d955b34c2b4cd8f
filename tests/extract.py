"""Views to write, and the text of an output, extracted by tools from outside this project: poppler, LibreOffice, lxml.

Each function returns the words exactly as they are in the file, in reading order, with the line ends of the tool. What
a function leaves out is named in its docstring.
"""

from __future__ import annotations

import email.message
import email.policy
import re
import subprocess
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
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


# Word, from its XML

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NO_NUMBER = "0"
"""The numbering instance of paragraphs without a number (ISO/IEC 29500-1, 17.9.18)."""


def word_part(copy: bytes, name: str) -> Any:
    """A part of a Word copy, parsed."""
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        return lxml.etree.fromstring(archive.read(name))


def custom_properties(copy: bytes) -> dict[str, str]:
    """The custom properties of a Word copy: name and text."""
    return {entry.get("name"): entry[0].text for entry in word_part(copy, "docProps/custom.xml")}


def word_text(copy: bytes) -> str:
    """The body of a Word copy, a line for each paragraph, with the number that Word computes."""
    counting = WordCounting(word_part(copy, "word/styles.xml"), word_part(copy, "word/numbering.xml"))
    body = word_part(copy, "word/document.xml")[0]
    return "\n".join(counting.label(paragraph) + paragraph_text(paragraph) for paragraph in body.iter(f"{W}p"))


def word_notes(copy: bytes) -> list[str]:
    """The text of the footnotes, in the order of the part, without the two that only hold separators."""
    root = word_part(copy, "word/footnotes.xml")
    notes = [note for note in root if f"{W}type" not in note.attrib]
    return ["\n".join(map(paragraph_text, note.iter(f"{W}p"))) for note in notes]


def paragraph_text(paragraph: Any) -> str:
    """The words of a paragraph, with the results of its fields."""
    text = ""
    for element in paragraph.iter(f"{W}t", f"{W}tab", f"{W}footnoteReference"):
        if element.tag == f"{W}t":
            text += element.text or ""
        elif element.tag == f"{W}footnoteReference":
            text += element.get(f"{W}id", "")
        elif element.getparent().tag == f"{W}r":
            text += "\t"
    return text


@dataclass
class _Level:
    start: int
    style: str
    text: str
    suffix: str


@dataclass
class _Instance:
    abstract: str
    starts: Mapping[int, int]
    used: set[int] = field(default_factory=set)


class WordCounting:
    """Numbers the paragraphs of a Word copy as Word does (ISO/IEC 29500-1, 17.9).

    Instances of one abstract numbering share their counts. An overridden start applies when an instance first uses the
    level, and again after each number of a higher level. Programs differ in one point: in some of them a level with an
    overridden start counts `apart` from the same level of other instances.
    """

    def __init__(self, styles: Any, numbering: Any, apart: bool = False) -> None:
        self._counts_apart = apart
        self._styles = {style.get(f"{W}styleId"): style for style in styles.iter(f"{W}style")}
        self._abstracts = {
            abstract.get(f"{W}abstractNumId"): _levels(abstract) for abstract in numbering.iter(f"{W}abstractNum")
        }
        self._instances = {num.get(f"{W}numId"): _instance(num) for num in numbering.iter(f"{W}num")}
        self._counts: dict[str, dict[tuple[str, int], int]] = {abstract: {} for abstract in self._abstracts}

    def label(self, paragraph: Any) -> str:
        """The number of a paragraph and the space after it, or "". Call it once for each paragraph, in order."""
        number = self.numbering_of(paragraph)
        if number is None:
            return ""
        instance, level = number
        return self.next_label(instance, level)

    def numbering_of(self, paragraph: Any) -> tuple[str, int] | None:
        """The numbering instance and level of a paragraph: its own, or its style's."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        name = None if style is None else style.get(f"{W}val")
        while own is None and name is not None:
            definition = self._styles[name]
            own = definition.find(f"{W}pPr/{W}numPr")
            based = definition.find(f"{W}basedOn")
            name = None if based is None else based.get(f"{W}val")
        number = None if own is None else own.find(f"{W}numId").get(f"{W}val")
        if number in (None, NO_NUMBER):
            return None
        level = own.find(f"{W}ilvl")
        return number, 0 if level is None else int(level.get(f"{W}val"))

    def next_label(self, number: str, level: int) -> str:
        """Count the next number at a level of an instance, and return its label."""
        instance = self._instances[number]
        levels, counts = self._abstracts[instance.abstract], self._counts[instance.abstract]
        own = (number if self._counts_apart and level in instance.starts else "", level)
        restarted = own not in counts or (level in instance.starts and level not in instance.used)
        counts[own] = instance.starts.get(level, levels[level].start) if restarted else counts[own] + 1
        instance.used.add(level)
        for deeper in [key for key in counts if key[1] > level]:
            del counts[deeper]
        number_text = _formatted(levels[level].style, counts[own])
        return levels[level].text.replace(f"%{level + 1}", number_text) + levels[level].suffix


def _formatted(style: str, ordinal: int) -> str:
    match style:
        case "lowerLetter":
            return chr(ord("a") + (ordinal - 1) % 26) * ((ordinal + 25) // 26)
        case "upperLetter":
            return _formatted("lowerLetter", ordinal).upper()
        case "lowerRoman":
            return _roman(ordinal)
        case _:
            return str(ordinal)


def _levels(abstract: Any) -> dict[int, _Level]:
    def value(level: Any, name: str, default: str = "") -> str:
        element = level.find(f"{W}{name}")
        return default if element is None else str(element.get(f"{W}val"))

    suffixes = {"space": " ", "tab": "\t", "nothing": ""}
    return {
        int(level.get(f"{W}ilvl")): _Level(
            int(value(level, "start", "1")),
            value(level, "numFmt"),
            value(level, "lvlText"),
            suffixes[value(level, "suff", "tab")],
        )
        for level in abstract.iter(f"{W}lvl")
    }


def _instance(number: Any) -> _Instance:
    starts = {
        int(override.get(f"{W}ilvl")): int(override.find(f"{W}startOverride").get(f"{W}val"))
        for override in number.iter(f"{W}lvlOverride")
        if override.find(f"{W}startOverride") is not None
    }
    return _Instance(number.find(f"{W}abstractNumId").get(f"{W}val"), starts)


def _roman(ordinal: int) -> str:
    signs = [(10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]
    for value, sign in signs:
        if ordinal >= value:
            return sign + _roman(ordinal - value)
    return ""


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
