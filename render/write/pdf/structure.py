"""The tags of a PDF: its structure tree (ISO 32000-1, 14.7 and 14.8; ISO 14289-1, 7).

WeasyPrint's own tree has a structure element for every box: a paragraph on two pages becomes two paragraphs, a running
header counts as content, and a footnote has no tag. So this module builds the tree again from WeasyPrint's boxes:

- An HTML element becomes one structure element, even if it is printed on several pages.
- Its tag is its attribute `data-tag`, or the one in `TAGS`. The content of an element without a tag belongs to the
  structure element around it.
- Running headers, page numbers, leaders and repeated table heads are artifacts.
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
"""The structure type for an HTML element or a CSS pseudo-element."""
_GROUPS = frozenset(
    ("Document", "Sect", "BlockQuote", "Div", "L", "LI", "Table", "THead", "TBody", "TR", "TOC", "TOCI")
)
"""Structure types that hold other elements and no text of their own (ISO 32000-1, 14.8.4.2)."""
_POINTS_PER_PIXEL = 0.75

Key = tuple[int, str]
"""An HTML element or pseudo-element: the id() of the element, and WeasyPrint's name for it ("li", "li::marker")."""


def add_tags(pdf: pydyf.PDF, document: Any, pdf_version: object, page_streams: Iterable[Any]) -> None:
    """Add the structure tree of a document to its PDF. Replaces WeasyPrint's function of the same name.

    Raises PrintError if part of a footnote is on no page.
    """
    tree = _Tree(pdf)
    for page, stream in zip(document.pages, page_streams, strict=True):
        _Page(tree, page, stream).add()
    tree.finish()
    tree.check_notes()
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})


class _Tree:
    """The structure tree of a document, and what its pages have found so far."""

    def __init__(self, pdf: pydyf.PDF) -> None:
        self.pdf = pdf
        self.pages: tuple[bytes, ...] = pdf.page_references
        self.root = self.add_object({"Type": "/StructTreeRoot"})
        self.document = self.add_element("Document", self.root)
        self.elements: dict[Key, pydyf.Dictionary] = {}
        """The structure element that the content of each HTML element belongs to."""
        self.page_parents: list[pydyf.Array] = []
        """For each page, the structure element of each piece of marked content, by its MCID."""
        self.annotations: list[tuple[pydyf.Dictionary, pydyf.Dictionary]] = []
        """Links: the structure element and the annotation."""
        self.ids: list[tuple[str, bytes]] = []
        self.printed: Counter[int] = Counter()
        """How many characters of each HTML element are on a page, by the id() of the element."""
        self.notes: list[Any] = []
        """The HTML elements of the footnotes."""

    def add_object(self, values: dict[str, Any]) -> pydyf.Dictionary:
        """Add a dictionary to the PDF as an object of its own. Returns it."""
        dictionary = pydyf.Dictionary(values)
        self.pdf.add_object(dictionary)
        return dictionary

    def add_element(self, tag: str, parent: pydyf.Dictionary) -> pydyf.Dictionary:
        """Add a structure element as the last one in its parent. Returns it."""
        values = {"Type": "/StructElem", "S": f"/{tag}", "P": parent.reference, "K": pydyf.Array()}
        element = self.add_object(values)
        parent.setdefault("K", pydyf.Array()).append(element.reference)
        return element

    def add_id(self, element: pydyf.Dictionary) -> None:
        """Give a structure element an ID, as a Note must have (ISO 14289-1, 7.9)."""
        name = f"element-{element.number}"
        element["ID"] = pydyf.String(name)
        self.ids.append((name, element.reference))

    def check_notes(self) -> None:
        """Raise PrintError if part of a footnote is on no page: WeasyPrint drops what doesn't fit."""
        for note in self.notes:
            words = "".join(note.itertext())
            if sum(self.printed[id(element)] for element in note.iter()) < _count_characters(words):
                raise PrintError(f"PDF: the note {words[:60].strip()!r}… doesn't fit on its page; shorten or divide it")

    def finish(self) -> None:
        """Add the ways back from content and annotations to structure elements (ISO 32000-1, 14.7.4.4), and the IDs."""
        numbers = pydyf.Array()
        for number, parents in enumerate(self.page_parents):
            numbers.extend((number, parents))
        for number, (element, annotation) in enumerate(self.annotations, len(self.page_parents)):
            annotation["StructParent"] = number
            numbers.extend((number, element.reference))
        self.root["ParentTree"] = self.add_object({"Nums": numbers}).reference
        if self.ids:
            names = pydyf.Array(
                item for name, reference in sorted(self.ids) for item in (pydyf.String(name), reference)
            )
            self.root["IDTree"] = self.add_object({"Names": names}).reference
        self.pdf.catalog["StructTreeRoot"] = self.root.reference


class _Page:
    """Adds the content of one page to the tree."""

    def __init__(self, tree: _Tree, page: Any, stream: Any) -> None:
        self.tree, self.stream, self.height = tree, stream, page.height
        self.box = page._page_box
        self.number = len(tree.page_parents)
        self.marked_content: dict[Any, dict[str, Any]] = stream._tags
        """What WeasyPrint marked in the page's stream: by box, a mapping with the MCID."""
        self.parents = pydyf.Array(["null"] * len(self.marked_content))
        self.artifacts: set[int] = set()
        """The MCIDs of what isn't content."""
        self.repeated_heads = {key for key in tree.elements if key[1] == "thead"}
        """Heads of tables that began on an earlier page: on this page they are artifacts."""
        tree.page_parents.append(self.parents)

    def add(self) -> None:
        self.add_box(self.box, self.tree.document)
        self.mark_artifacts()

    def add_box(self, box: Any, parent: pydyf.Dictionary) -> None:
        """Add a box and the boxes in it to the structure element `parent`."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.TextBox):
            self.add_content(box, parent)
            return
        if isinstance(box, boxes.MarginBox) or _key(box) in self.repeated_heads:
            self.add_artifact(box)
            return
        element = self.element_of(box, parent)
        if box.link_annotation:
            self.add_link(box, element)
        if box.is_leader:
            self.add_artifact(box)
            return
        if isinstance(box, boxes.ReplacedBox):
            self.add_content(box, element)
        for child in getattr(box, "children", ()):
            self.add_box(child, element)

    def element_of(self, box: Any, parent: pydyf.Dictionary) -> pydyf.Dictionary:
        """The structure element for a box's content: the box's own, or `parent` if the box has no tag."""
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
        """A new structure element for a box, with the attributes that its type requires."""
        element = (
            self.add_label(box) if parent["S"] == "/LBody" and tag == "Lbl" else self.tree.add_element(tag, parent)
        )
        if (language := box.element.get("lang")) and "::" not in box.element_tag:
            element["Lang"] = pydyf.String(language)
        match tag:
            case "L":
                element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": "/Disc"})
            case "TH":
                scope = "/Row" if box.element.get("scope") == "row" else "/Column"
                element["A"] = pydyf.Dictionary({"O": "/Table", "Scope": scope})
                self.tree.add_id(element)
            case "Figure":
                element["Alt"] = pydyf.String(box.element.get("alt", ""))
                element["A"] = pydyf.Dictionary({"O": "/Layout", "BBox": self.bounding_box(box)})
            case "Reference" if box.element_tag.endswith("::footnote-call"):
                self.add_note(box, parent)
        return element

    def add_label(self, box: Any) -> pydyf.Dictionary:
        """Add the label of a list item, before the item's body."""
        item = self.tree.elements[id(box.element), "li"]
        label = self.tree.add_element("Lbl", item)
        item["K"].insert(0, item["K"].pop())
        return label

    def add_note(self, box: Any, parent: pydyf.Dictionary) -> None:
        """Add an element for a footnote, right after the reference to it."""
        note = self.tree.add_element("Note", parent)
        self.tree.notes.append(box.element)
        self.tree.add_id(note)
        self.tree.elements[id(box.element), "span"] = note

    def list_body(self, box: Any, item: pydyf.Dictionary) -> pydyf.Dictionary:
        """The element for the content of a list item beside its label."""
        key = (id(box.element), "LBody")
        if key not in self.tree.elements:
            self.tree.elements[key] = self.tree.add_element("LBody", item)
        return self.tree.elements[key]

    def bounding_box(self, box: Any) -> pydyf.Array:
        """The rectangle of a box, in points from the lower left corner of the page: left, bottom, right, top."""
        left, top = box.content_box_x(), box.content_box_y()
        edges = (left, self.height - top - box.height, left + box.width, self.height - top)
        return pydyf.Array(round(edge * _POINTS_PER_PIXEL, 3) for edge in edges)

    def add_content(self, box: Any, element: pydyf.Dictionary) -> None:
        """Add the marked content of a box to a structure element."""
        mark = self.marked_content.get(box)
        if mark is None:
            return
        self.count_printed(box)
        if element["S"].removeprefix("/") in _GROUPS:
            if isinstance(box, boxes.TextBox) and not box.text.strip():
                self.artifacts.add(mark["mcid"])
                return
            element = self.tree.add_element("P", element)
        page = self.tree.pages[self.number]
        number = mark["mcid"]
        if element.setdefault("Pg", page) == page:
            element["K"].append(number)
        else:
            element["K"].append(self.tree.add_object({"Type": "/MCR", "Pg": page, "MCID": number}).reference)
        self.parents[number] = element.reference

    def count_printed(self, box: Any) -> None:
        """Count the characters of a box that lies within the page."""
        is_on_page = box.position_y >= 0 and box.position_y + box.height <= self.height
        if isinstance(box, boxes.TextBox) and "::" not in box.element_tag and is_on_page:
            self.tree.printed[id(box.element)] += _count_characters(box.text)

    def add_link(self, box: Any, element: pydyf.Dictionary) -> None:
        """Add the annotation of a link to its structure element, described by its words (ISO 14289-1, 7.18.5)."""
        annotation = box.link_annotation
        annotation["Contents"] = pydyf.String("".join(box.element.itertext()) or annotation["Contents"].string)
        values = {"Type": "/OBJR", "Obj": annotation.reference, "Pg": self.tree.pages[self.number]}
        element["K"].append(self.tree.add_object(values).reference)
        self.tree.annotations.append((element, annotation))

    def add_artifact(self, box: Any) -> None:
        """Note that a box and the boxes in it aren't content."""
        if box in self.marked_content:
            self.artifacts.add(self.marked_content[box]["mcid"])
        for child in getattr(box, "children", ()):
            self.add_artifact(child)

    def mark_artifacts(self) -> None:
        """Mark artifacts as such in the page's stream (ISO 32000-1, 14.8.2.2)."""
        operations = self.stream.stream
        for index, operation in enumerate(operations):
            if operation == b"BDC" and operations[index - 1].get("MCID") in self.artifacts:
                operations[index - 2 : index] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]


def _count_characters(text: str) -> int:
    """The number of characters, without white space."""
    return sum(not character.isspace() for character in text)


def _key(box: Any) -> Key:
    return id(box.element), box.element_tag or ""


def _tag(box: Any) -> str | None:
    """The structure type for a box's element; "Span" for words in another language, which needs an element for it."""
    is_generated = "::" in box.element_tag
    if not is_generated and (own := box.element.get("data-tag")):
        return str(own)
    return TAGS.get(box.element_tag) or ("Span" if not is_generated and box.element.get("lang") else None)
