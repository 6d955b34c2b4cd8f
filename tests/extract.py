"""Views to write; and the text of an output, by tools that this project did not write: poppler, LibreOffice, lxml.

Each function gives the words as they stand in the file, in reading order; line ends are the tool's own. Only what no
format could do without is taken away, and the docstrings say so.
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
    """The view of a sound source, given as text or as a file; its pictures are in tests/data."""
    data = source.encode() if isinstance(source, str) else source.read_bytes()
    declaration = read_bytes(data, "it.yaml", DATA).declaration
    assert not [finding for finding in check(declaration) if finding.severity == "error"]
    return compose(declaration, declaration.languages[0])


# HTML

_HTML_BLOCKS = frozenset(
    "address article aside blockquote body br caption dd details div dl dt fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 header hr li main nav ol p section summary table tbody td tfoot th thead tr ul".split()
)
_HTML_UNSAID = frozenset("head script style template".split())


def html_text(data: bytes) -> str:
    """What a page says, a line for each block."""
    page = lxml.html.document_fromstring(data, parser=lxml.html.HTMLParser(encoding="utf-8"))
    return _lines_of(page)


def _lines_of(page: Any) -> str:
    return re.sub(r" *\n[ \n]*", "\n", "".join(_said(page))).strip(" \n")


def _said(element: Any) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in _HTML_UNSAID:
        return
    around = "\n" if element.tag in _HTML_BLOCKS else ""
    yield around
    yield re.sub(r"[ \n]+", " ", element.text or "")
    for child in element:
        yield from _said(child)
        yield re.sub(r"[ \n]+", " ", child.tail or "")
    yield around


# Plain text

_COLUMN_RULE = re.compile(r" *-+(?:  -+)+")
_BAR = re.compile(r"^( *)│(?: |$)")


def plain_text(data: bytes) -> str:
    """What a text file says: without lines that underline or frame, and with the cells of a table column by column."""
    lines = [_BAR.sub(r"\1", line) for line in data.decode().split("\n")]
    return "\n".join(line for group in _groups(lines) for line in _unruled(group))


def _groups(lines: Iterable[str]) -> Iterator[list[str]]:
    """The lines that stand together, between empty ones."""
    group: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            group.append(line)
        elif group:
            yield group
            group = []


def _unruled(group: list[str]) -> Iterator[str]:
    rule = next((line for line in group if _COLUMN_RULE.fullmatch(line)), None)
    if rule:
        yield from _by_columns([line for line in group if line != rule], rule)
    else:
        yield from (line for line in group if set(line.strip()) not in ({"-"}, {"="}))


def _by_columns(lines: Sequence[str], rule: str) -> Iterator[str]:
    for found in re.finditer("-+", rule):
        for line in lines:
            if cell := _cut(line, found.start(), found.end()).strip():
                yield cell


def _cut(line: str, start: int, end: int) -> str:
    """The letters of a line in these columns of a terminal."""
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
"""Points at the top and bottom of the page that headers and footers have to themselves, in our PDF and Word copy."""


def pdf_pages(data: bytes) -> list[str]:
    """What each page says between its header and its footer, in the order of the file; without marks of direction."""
    return _pdf_band(data, MARGIN, PAGE[1] - 2 * MARGIN)


def pdf_headers(data: bytes) -> list[str]:
    """What stands over each page."""
    return _pdf_band(data, 0, MARGIN)


def pdf_footers(data: bytes) -> list[str]:
    """What stands under each page."""
    return _pdf_band(data, PAGE[1] - MARGIN, MARGIN)


def _pdf_band(data: bytes, top: int, height: int) -> list[str]:
    band = ["-x", "0", "-y", str(top), "-W", str(PAGE[0]), "-H", str(height)]
    text = run(["pdftotext", "-raw", "-enc", "UTF-8", *band, "-", "-"], data).decode()
    pages = _BIDI.sub("", text).split("\f")
    return [page.strip("\n") for page in pages[:-1]]


def run(command: Sequence[str | Path], data: bytes | None = None) -> bytes:
    """What a tool prints; it must neither fail nor complain."""
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stderr.decode()}"
    return done.stdout


# Word, as LibreOffice lays it out


def office_pdfs(copies: Sequence[bytes], folder: Path) -> list[bytes]:
    """The Word copies as LibreOffice prints them: with the numbers that it counts, and the fields that it computes."""
    sources = [folder / f"{index}.docx" for index in range(len(copies))]
    for source, copy in zip(sources, copies, strict=True):
        source.write_bytes(copy)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    run(["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *sources])
    return [source.with_suffix(".pdf").read_bytes() for source in sources]


# Word, as its XML says

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NO_NUMBER = "0"
"""The instance of those that have none (17.9.18)."""


def word_part(copy: bytes, name: str) -> Any:
    """A part of a Word copy, parsed."""
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        return lxml.etree.fromstring(archive.read(name))


def custom_properties(copy: bytes) -> dict[str, str]:
    """What a Word copy says of itself beyond what Word knows: for each name its text."""
    return {it.get("name"): it[0].text for it in word_part(copy, "docProps/custom.xml")}


def word_text(copy: bytes) -> str:
    """What the body of a Word copy says, a line for each paragraph, its number before it as Word counts."""
    counting = WordCounting(word_part(copy, "word/styles.xml"), word_part(copy, "word/numbering.xml"))
    body = word_part(copy, "word/document.xml")[0]
    return "\n".join(counting.label(it) + word_said(it) for it in body.iter(f"{W}p"))


def word_notes(copy: bytes) -> list[str]:
    """What the footnotes say, in the order of the part; without the two that only hold separators."""
    root = word_part(copy, "word/footnotes.xml")
    notes = [note for note in root if f"{W}type" not in note.attrib]
    return ["\n".join(map(word_said, note.iter(f"{W}p"))) for note in notes]


def word_said(paragraph: Any) -> str:
    """The words of a paragraph, and the results of its fields."""
    said = ""
    for element in paragraph.iter(f"{W}t", f"{W}tab", f"{W}footnoteReference"):
        if element.tag == f"{W}t":
            said += element.text or ""
        elif element.tag == f"{W}footnoteReference":
            said += element.get(f"{W}id", "")
        elif element.getparent().tag == f"{W}r":
            said += "\t"
    return said


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
    begun: set[int] = field(default_factory=set)


class WordCounting:
    """Numbers the paragraphs of a Word copy as Word does (ISO/IEC 29500-1, 17.9).

    Instances of one abstract numbering count on together. A start that an instance overrides holds where the level is
    first used in it, and again whenever a higher level has counted on. Programs differ in one thing: for some a level
    whose start is overridden counts `apart` from that level of other instances.
    """

    def __init__(self, styles: Any, numbering: Any, apart: bool = False) -> None:
        self._apart = apart
        self._styles = {it.get(f"{W}styleId"): it for it in styles.iter(f"{W}style")}
        self._abstracts = {it.get(f"{W}abstractNumId"): _levels(it) for it in numbering.iter(f"{W}abstractNum")}
        self._instances = {it.get(f"{W}numId"): _instance(it) for it in numbering.iter(f"{W}num")}
        self._counts: dict[str, dict[tuple[str, int], int]] = {it: {} for it in self._abstracts}

    def label(self, paragraph: Any) -> str:
        """The number before a paragraph and what is after it; "" where it has none. Ask for each once, in order."""
        number = self.place(paragraph)
        if number is None:
            return ""
        instance, level = number
        return self.take(instance, level)

    def place(self, paragraph: Any) -> tuple[str, int] | None:
        """The numbering instance of a paragraph, and its level: its own, or its style's."""
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

    def take(self, number: str, level: int) -> str:
        """Count one more at a level of an instance, and give what is printed of it."""
        instance = self._instances[number]
        levels, counts = self._abstracts[instance.abstract], self._counts[instance.abstract]
        own = (number if self._apart and level in instance.starts else "", level)
        afresh = own not in counts or (level in instance.starts and level not in instance.begun)
        counts[own] = instance.starts.get(level, levels[level].start) if afresh else counts[own] + 1
        instance.begun.add(level)
        for deeper in [it for it in counts if it[1] > level]:
            del counts[deeper]
        shown = _written(levels[level].style, counts[own])
        return levels[level].text.replace(f"%{level + 1}", shown) + levels[level].suffix


def _written(style: str, ordinal: int) -> str:
    match style:
        case "lowerLetter":
            return chr(ord("a") + (ordinal - 1) % 26) * ((ordinal + 25) // 26)
        case "upperLetter":
            return _written("lowerLetter", ordinal).upper()
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
        int(it.get(f"{W}ilvl")): int(it.find(f"{W}startOverride").get(f"{W}val"))
        for it in number.iter(f"{W}lvlOverride")
        if it.find(f"{W}startOverride") is not None
    }
    return _Instance(number.find(f"{W}abstractNumId").get(f"{W}val"), starts)


def _roman(ordinal: int) -> str:
    signs = [(10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]
    for value, sign in signs:
        if ordinal >= value:
            return sign + _roman(ordinal - value)
    return ""


def unpacked(pdf: bytes) -> bytes:
    """The bytes of a PDF, its streams inflated: most of its objects are in them."""

    def inflated(found: re.Match[bytes]) -> bytes:
        try:
            return zlib.decompressobj().decompress(found[1])
        except zlib.error:
            return found[0]

    return re.sub(rb"stream\r?\n(.*?)endstream", inflated, pdf, flags=re.DOTALL)


# Mail


def mail_parts(data: bytes) -> tuple[bytes, bytes]:
    """A mail's text and its page, with a line feed at each line's end."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, email.message.EmailMessage)
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    text, page = (body.get_content().replace("\r\n", "\n").encode() for body in bodies if body)
    return text, page
