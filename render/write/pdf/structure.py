"""The tags of a PDF: its structure tree (ISO 32000-1, 14.7 and 14.8; ISO 14289-1, 7).

Built anew from the boxes that WeasyPrint laid out, because its own tree has an element for every box: a paragraph that
is printed on two pages would be two paragraphs, a running header content, and a footnote nothing in particular.
Here an element of the page is one element of the tree, on however many pages it is printed; what a template marks with
`data-tag` bears that tag; an element without a tag of its own hands its content to the one around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from render.errors import PrintError

TAGS = {
    "section": "Sect",
    "blockquote": "BlockQuote",
    "aside": "Div",
    "p": "P",
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    "ul": "L",
    "li": "LI",
    "li::marker": "Lbl",
    "table": "Table",
    "caption": "Caption",
    "thead": "THead",
    "tbody": "TBody",
    "tr": "TR",
    "th": "TH",
    "td": "TD",
    "img": "Figure",
    "figcaption": "P",
    "a": "Link",
    "span::footnote-call": "Reference",
    "span::footnote-marker": "Lbl",
}
"""The tag of an HTML element, or of a part that CSS makes of it; all others have none."""
_GROUPS = frozenset(
    ("Document", "Sect", "BlockQuote", "Div", "L", "LI", "Table", "THead", "TBody", "TR", "TOC", "TOCI")
)
"""Tags of what holds others and no words of its own (ISO 32000-1, 14.8.4.2)."""
_POINTS = 0.75
"""Points a CSS pixel."""

Key = tuple[int, str]


def add_tags(pdf: pydyf.PDF, document: Any, pdf_version: object, page_streams: Iterable[Any]) -> None:
    """Put the structure tree of a document into its PDF; stands in the place of WeasyPrint's function of this name."""
    tree = _Tree(pdf)
    for page, stream in zip(document.pages, page_streams, strict=True):
        _Page(tree, page, stream).add()
    tree.finish()
    tree.check_notes()
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})


class _Tree:
    """The structure elements, by the element of the page that each stands for."""

    def __init__(self, pdf: pydyf.PDF) -> None:
        self.pdf = pdf
        self.pages: tuple[bytes, ...] = pdf.page_references
        self.root = self.added({"Type": "/StructTreeRoot"})
        self.document = self.new("Document", self.root)
        self.elements: dict[Key, pydyf.Dictionary] = {}
        self.page_parents: list[pydyf.Array] = []
        self.annotations: list[tuple[pydyf.Dictionary, pydyf.Dictionary]] = []
        self.ids: list[tuple[str, bytes]] = []
        self.laid: Counter[int] = Counter()
        """The letters that were laid out of each element of the page."""
        self.notes: list[Any] = []

    def added(self, values: dict[str, Any]) -> pydyf.Dictionary:
        """A dictionary that the PDF holds as an object."""
        dictionary = pydyf.Dictionary(values)
        self.pdf.add_object(dictionary)
        return dictionary

    def new(self, tag: str, parent: pydyf.Dictionary) -> pydyf.Dictionary:
        """A structure element, the last one in its parent."""
        values = {"Type": "/StructElem", "S": f"/{tag}", "P": parent.reference, "K": pydyf.Array()}
        element = self.added(values)
        parent.setdefault("K", pydyf.Array()).append(element.reference)
        return element

    def name(self, element: pydyf.Dictionary) -> None:
        """Give a structure element an identifier (needed by Note: ISO 14289-1, 7.9)."""
        name = f"element-{element.number}"
        element["ID"] = pydyf.String(name)
        self.ids.append((name, element.reference))

    def check_notes(self) -> None:
        """Raises PrintError for a note of which not every letter is on a page: WeasyPrint drops what finds no room."""
        for note in self.notes:
            words = "".join(note.itertext())
            if sum(self.laid[id(element)] for element in note.iter()) < _letters(words):
                raise PrintError(
                    f"PDF: the note {words[:60].strip()!r}… finds no room on its page; shorten it or divide it"
                )

    def finish(self) -> None:
        """Lead from pages and annotations back to their structure elements (ISO 32000-1, 14.7.4.4)."""
        numbers = pydyf.Array()
        for number, parents in enumerate(self.page_parents):
            numbers.extend((number, parents))
        for number, (element, annotation) in enumerate(self.annotations, len(self.page_parents)):
            annotation["StructParent"] = number
            numbers.extend((number, element.reference))
        self.root["ParentTree"] = self.added({"Nums": numbers}).reference
        if self.ids:
            names = pydyf.Array(item for name, leaf in sorted(self.ids) for item in (pydyf.String(name), leaf))
            self.root["IDTree"] = self.added({"Names": names}).reference
        self.pdf.catalog["StructTreeRoot"] = self.root.reference


class _Page:
    """One page's way into the tree."""

    def __init__(self, tree: _Tree, page: Any, stream: Any) -> None:
        self.tree, self.stream, self.height = tree, stream, page.height
        self.box = page._page_box
        self.number = len(tree.page_parents)
        self.marks: dict[Any, dict[str, Any]] = stream._tags
        self.parents = pydyf.Array(["null"] * len(self.marks))
        self.artifacts: set[int] = set()
        self.heads = {key for key in tree.elements if key[1] == "thead"}
        """Heads of tables that an earlier page has: what this page repeats of them is no content."""
        tree.page_parents.append(self.parents)

    def add(self) -> None:
        self.walk(self.box, self.tree.document)
        self.rename_artifacts()

    def walk(self, box: Any, parent: pydyf.Dictionary) -> None:
        """Put a box and those in it under a structure element."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.TextBox):
            self.content(box, parent)
            return
        if isinstance(box, boxes.MarginBox) or _key(box) in self.heads:
            self.artifact(box)
            return
        element = self.element(box, parent)
        if box.link_annotation:
            self.link(box, element)
        if box.is_leader:
            self.artifact(box)
            return
        if isinstance(box, boxes.ReplacedBox):
            self.content(box, element)
        for child in getattr(box, "children", ()):
            self.walk(child, element)

    def element(self, box: Any, parent: pydyf.Dictionary) -> pydyf.Dictionary:
        """The structure element of a box: its own, or that of the box around it."""
        if box.element is None or box.element_tag in ("html", "body"):
            return parent
        key = _key(box)
        if key not in self.tree.elements:
            tag = _tag(box)
            self.tree.elements[key] = self.new_element(tag, box, parent) if tag else parent
        element = self.tree.elements[key]
        if element["S"] == "/LI" and box.element_tag == "li":
            return self.list_body(box, element)
        return element

    def new_element(self, tag: str, box: Any, parent: pydyf.Dictionary) -> pydyf.Dictionary:
        if parent["S"] == "/LBody" and tag == "Lbl":
            parent = self.tree.elements[id(box.element), "li"]
            element = self.tree.new(tag, parent)
            parent["K"].insert(0, parent["K"].pop())
        else:
            element = self.tree.new(tag, parent)
        if (language := box.element.get("lang")) and "::" not in box.element_tag:
            element["Lang"] = pydyf.String(language)
        match tag:
            case "L":
                element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": "/Disc"})
            case "TH":
                scope = "/Row" if box.element.get("scope") == "row" else "/Column"
                element["A"] = pydyf.Dictionary({"O": "/Table", "Scope": scope})
                self.tree.name(element)
            case "Figure":
                element["Alt"] = pydyf.String(box.element.get("alt", ""))
                element["A"] = pydyf.Dictionary({"O": "/Layout", "BBox": self.rectangle(box)})
            case "Reference" if box.element_tag.endswith("::footnote-call"):
                note = self.tree.new("Note", parent)
                self.tree.notes.append(box.element)
                self.tree.name(note)
                self.tree.elements[id(box.element), "span"] = note
        return element

    def list_body(self, box: Any, item: pydyf.Dictionary) -> pydyf.Dictionary:
        """What a list item holds beside its label."""
        key = (id(box.element), "LBody")
        if key not in self.tree.elements:
            self.tree.elements[key] = self.tree.new("LBody", item)
        return self.tree.elements[key]

    def rectangle(self, box: Any) -> pydyf.Array:
        """Where a box is on the page, in points from its lower left corner."""
        left, top = box.content_box_x(), box.content_box_y()
        edges = (left, self.height - top - box.height, left + box.width, self.height - top)
        return pydyf.Array(round(edge * _POINTS, 3) for edge in edges)

    def content(self, box: Any, element: pydyf.Dictionary) -> None:
        """Put what is drawn of a box into a structure element."""
        mark = self.marks.get(box)
        if mark is None:
            return
        on_page = box.position_y >= 0 and box.position_y + box.height <= self.height
        if isinstance(box, boxes.TextBox) and "::" not in box.element_tag and on_page:
            self.tree.laid[id(box.element)] += _letters(box.text)
        if element["S"].removeprefix("/") in _GROUPS:
            if isinstance(box, boxes.TextBox) and not box.text.strip():
                self.artifacts.add(mark["mcid"])
                return
            element = self.tree.new("P", element)
        page = self.tree.pages[self.number]
        number = mark["mcid"]
        if element.setdefault("Pg", page) == page:
            element["K"].append(number)
        else:
            element["K"].append(self.tree.added({"Type": "/MCR", "Pg": page, "MCID": number}).reference)
        self.parents[number] = element.reference

    def link(self, box: Any, element: pydyf.Dictionary) -> None:
        """Put the annotation of a link into its structure element, described by its words (ISO 14289-1, 7.18.5)."""
        annotation = box.link_annotation
        annotation["Contents"] = pydyf.String("".join(box.element.itertext()) or annotation["Contents"].string)
        values = {"Type": "/OBJR", "Obj": annotation.reference, "Pg": self.tree.pages[self.number]}
        element["K"].append(self.tree.added(values).reference)
        self.tree.annotations.append((element, annotation))

    def artifact(self, box: Any) -> None:
        """Note that what is drawn of a box is no content: running headers, page numbers, leaders."""
        if box in self.marks:
            self.artifacts.add(self.marks[box]["mcid"])
        for child in getattr(box, "children", ()):
            self.artifact(child)

    def rename_artifacts(self) -> None:
        """Mark artifacts as such in the page's own stream (ISO 32000-1, 14.8.2.2)."""
        operations = self.stream.stream
        for index, operation in enumerate(operations):
            if operation == b"BDC" and operations[index - 1].get("MCID") in self.artifacts:
                operations[index - 2 : index] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]


def _letters(text: str) -> int:
    return sum(not sign.isspace() for sign in text)


def _key(box: Any) -> Key:
    return id(box.element), box.element_tag or ""


def _tag(box: Any) -> str | None:
    """The tag of a box's element; "Span" for words in another language, which must say so somewhere."""
    generated = "::" in box.element_tag
    if not generated and (own := box.element.get("data-tag")):
        return str(own)
    return TAGS.get(box.element_tag) or ("Span" if not generated and box.element.get("lang") else None)
