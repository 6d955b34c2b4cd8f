"""A second opinion on PDF files: a small reader that knows nothing of `render` or of the libraries that write PDF.

`read` gives the objects of a file (ISO 32000-1, 7), and `Pdf.structure` its structure tree (14.7) with the text that is
drawn in each element, taken from the glyphs by way of the fonts' ToUnicode CMaps (9.10.3).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import lxml.etree

from tests.write.pdf.syntax import Operator, Parser, Reference, Stream


@dataclass
class Element:
    """A structure element."""

    tag: str
    entries: Mapping[str, Any]
    parent: Element | None
    reference: Reference
    children: list[Element] = field(default_factory=list)
    content: list[Content] = field(default_factory=list)
    """The marked content that belongs to the element itself."""
    annotations: list[Annotation] = field(default_factory=list)
    parts: list[Element | Content] = field(default_factory=list)
    """Children and content, in order."""

    @property
    def text(self) -> str:
        """The text of the element and of those in it, in order."""
        return "".join(part.text for part in self.parts)

    def all(self, *tags: str) -> list[Element]:
        """The element and those in it, in order, that have one of these tags; without tags, all."""
        own = [self] if self.tag in tags or not tags else []
        return own + [found for child in self.children for found in child.all(*tags)]

    @property
    def outline(self) -> str:
        """The tags of the element and of those in it, like "P(Link Reference)"."""
        inner = " ".join(child.outline for child in self.children)
        return f"{self.tag}({inner})" if inner else self.tag


@dataclass(frozen=True)
class Annotation:
    """An annotation that belongs to a structure element."""

    reference: Reference
    entries: Mapping[str, Any]


@dataclass
class Content:
    """A marked-content sequence, or what is drawn between two of them."""

    page: int
    tag: str = ""
    """Empty if the content is not marked."""
    number: int | None = None
    """Its MCID."""
    text: str = ""
    glyphs: list[tuple[str, int]] = field(default_factory=list)
    """The glyphs drawn: the name of the font in the page's resources, and the number of the glyph."""
    painted: bool = False
    """Whether it holds anything visible."""


@dataclass(frozen=True)
class Pdf:
    """The objects of a file, by number, and its trailer."""

    objects: Mapping[int, Any]
    trailer: Mapping[str, Any]

    def get(self, value: Any, *keys: str | int) -> Any:
        """The object behind a value, or what is in it at these keys; references are followed; None if it is absent."""
        for key in (None, *keys):
            value = value if key is None else value[key] if isinstance(key, int) else value.get(key)
            while isinstance(value, Reference):
                value = self.objects.get(value.number)
            if value is None:
                return None
        return value

    @cached_property
    def catalog(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.get(self.trailer, "Root")
        return found

    @cached_property
    def info(self) -> Mapping[str, str]:
        """The document information dictionary (14.3.3)."""
        return {key: text_string(value) for key, value in self.get(self.trailer, "Info").items()}

    @cached_property
    def xmp(self) -> Any:
        """The metadata stream (14.3.2), parsed."""
        return lxml.etree.fromstring(self.get(self.catalog, "Metadata").data)

    @cached_property
    def page_references(self) -> Sequence[Reference]:
        return tuple(self._leaves(self.catalog["Pages"]))

    def _leaves(self, node: Reference) -> Iterator[Reference]:
        if self.get(node, "Type") == "Page":
            yield node
        for kid in self.get(node, "Kids") or ():
            yield from self._leaves(kid)

    @cached_property
    def pages(self) -> Sequence[Mapping[str, Any]]:
        return tuple(map(self.get, self.page_references))

    @cached_property
    def contents(self) -> Sequence[Content]:
        """All that is drawn, in the order of the pages' streams."""
        return tuple(
            content for number, page in enumerate(self.pages) for content in _Interpreter(self, page, number).run()
        )

    def to_unicode(self, font: Mapping[str, Any]) -> Mapping[int, str]:
        """The text of each glyph of a font."""
        cmap = self.get(font, "ToUnicode").data.decode("ascii")
        pairs = re.findall(r"^<([0-9a-f]{4})> <([0-9a-f]*)>$", cmap, re.MULTILINE | re.IGNORECASE)
        return {int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}

    @cached_property
    def structure(self) -> Element:
        """The structure element at the top of the tree, of the type Document."""
        root = self.get(self.catalog, "StructTreeRoot")
        marked = {(content.page, content.number): content for content in self.contents if content.number is not None}
        (top,) = root["K"]
        return self._element(top, None, marked)

    def _element(self, reference: Any, parent: Element | None, marked: Mapping[Any, Content]) -> Element:
        entries = self.get(reference)
        element = Element(entries["S"], entries, parent, reference)
        for kid in entries.get("K", ()):
            found = self.get(kid)
            if isinstance(found, int):
                self._add_content(element, entries["Pg"], found, marked)
            elif found.get("Type") == "MCR":
                self._add_content(element, found["Pg"], found["MCID"], marked)
            elif found.get("Type") == "OBJR":
                element.annotations.append(Annotation(found["Obj"], self.get(found, "Obj")))
            else:
                child = self._element(kid, element, marked)
                element.children.append(child)
                element.parts.append(child)
        return element

    def _add_content(self, element: Element, page: Reference, number: int, marked: Mapping[Any, Content]) -> None:
        content = marked[self.page_references.index(page), number]
        element.content.append(content)
        element.parts.append(content)

    def parent_tree(self) -> Mapping[int, Any]:
        """What the structure's number tree (7.9.7) has for each StructParent and StructParents, in its order."""
        numbers = self.get(self.catalog, "StructTreeRoot", "ParentTree", "Nums")
        return dict(zip(numbers[::2], numbers[1::2], strict=True))


Printer = Callable[[str], Pdf]
"""Prints a page (HTML)."""


class _Interpreter:
    """Follows the operators of a page's content that show text or mark content."""

    def __init__(self, pdf: Pdf, page: Mapping[str, Any], number: int) -> None:
        self.pdf, self.page = pdf, number
        self.resources = pdf.get(page, "Resources")
        self.data: bytes = pdf.get(page, "Contents").data
        self.font = ""
        self.maps: dict[str, Mapping[int, str]] = {}
        self.open = [Content(number)]
        self.done: list[Content] = [self.open[0]]

    def run(self) -> list[Content]:
        operands: list[Any] = []
        for token in Parser(self.data).values():
            if isinstance(token, Operator):
                self.apply(token, operands)
                operands = []
            else:
                operands.append(token)
        assert len(self.open) == 1, "marked content that isn't ended"
        return self.done

    def apply(self, operator: str, operands: Sequence[Any]) -> None:
        match operator:
            case "BDC" | "BMC":
                properties = operands[1] if len(operands) > 1 else {}
                self.open.append(Content(self.page, operands[0], properties.get("MCID")))
                self.done.append(self.open[-1])
            case "EMC":
                self.open.pop()
            case "Tf":
                self.font = operands[0]
            case "TJ":
                self.show(b"".join(part for part in operands[0] if isinstance(part, bytes)))
            case "Tj" | "'" | '"':
                self.show(operands[-1])
            case "f" | "f*" | "F" | "S" | "s" | "B" | "B*" | "b" | "b*" | "sh" | "Do" | "BI":
                self.open[-1].painted = True

    def show(self, glyphs: bytes) -> None:
        content = self.open[-1]
        content.painted = True
        if self.font not in self.maps:
            self.maps[self.font] = self.pdf.to_unicode(self.pdf.get(self.resources, "Font", self.font))
        for high, low in zip(glyphs[::2], glyphs[1::2], strict=True):
            content.glyphs.append((self.font, glyph := high << 8 | low))
            content.text += self.maps[self.font][glyph]


def text_string(value: bytes) -> str:
    """A text string (7.9.2.2), in UTF-16 or else in ASCII."""
    return value[2:].decode("utf-16-be") if value.startswith(b"\xfe\xff") else value.decode("ascii")


def read(data: bytes) -> Pdf:
    """The objects of a file that is written with object streams and a cross-reference stream (7.5.7 and 7.5.8)."""
    start = int(data.rsplit(b"startxref", 1)[1].split()[0])
    trailer = parse_object(data, start)
    objects: dict[int, Any] = {}
    packed: dict[int, int] = {}
    for number, (kind, first, _) in zip(_numbers(trailer), _entries(trailer), strict=True):
        if kind == 1:
            objects[number] = parse_object(data, first)
        elif kind == 2:
            packed[number] = first
    for holder in set(packed.values()):
        objects |= _packed(objects[holder])
    assert packed.keys() <= objects.keys()
    return Pdf(objects, trailer.entries)


def parse_object(data: bytes, start: int) -> Any:
    """The indirect object at a place in a file."""
    head = re.compile(rb"\s*\d+ 0 obj\b").match(data, start)
    assert head, f"no object at {start}"
    parser = Parser(data, head.end())
    value = parser.next()
    if not (body := re.compile(rb"\s*stream\r?\n").match(data, parser.position)):
        return value
    content = data[body.end() : body.end() + value["Length"]]
    assert re.compile(rb"\s*endstream\b").match(data, body.end() + value["Length"])
    return Stream(value, zlib.decompress(content) if value.get("Filter") == "FlateDecode" else content)


def _numbers(trailer: Stream) -> Iterator[int]:
    index = trailer.entries.get("Index", [0, trailer.entries["Size"]])
    for first, count in zip(index[::2], index[1::2], strict=True):
        yield from range(first, first + count)


def _entries(trailer: Stream) -> Iterator[tuple[int, int, int]]:
    widths = trailer.entries["W"]
    for start in range(0, len(trailer.data), sum(widths)):
        ends = [start + sum(widths[:place]) for place in range(4)]
        kind, first, second = (int.from_bytes(trailer.data[left:right], "big") for left, right in pairwise(ends))
        yield kind, first, second


def _packed(stream: Stream) -> dict[int, Any]:
    """The objects of an object stream."""
    first = stream.entries["First"]
    heads = list(map(int, stream.data[:first].split()))
    return {
        number: Parser(stream.data, first + offset).next()
        for number, offset in zip(heads[::2], heads[1::2], strict=True)
    }
