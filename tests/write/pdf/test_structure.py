"""The structure tree of a PDF: what ISO 32000-1, 14.7 and 14.8, and PDF/UA-1 (ISO 14289-1) require of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

import pytest

from render.write.html import write_print
from tests.extract import viewed
from tests.write.pdf.documents import DOCUMENTS, only, page
from tests.write.pdf.reader import Content, Pdf, Printer, text_string

# Content and its elements


def test_all_that_is_drawn_is_content_or_artifact(document: Pdf) -> None:
    """ISO 14289-1, 7.1."""
    for content in document.contents:
        assert content.number is not None or content.tag == "Artifact" or not content.painted, content
        assert content.tag != "Artifact" or content.number is None


def test_every_piece_of_content_belongs_to_one_element(document: Pdf) -> None:
    owned = Counter(id(content) for element in document.structure.all() for content in element.content)
    marked = [content for content in document.contents if content.number is not None]
    assert [content for content in marked if owned[id(content)] != 1] == []
    assert len(owned) == len(marked) > 0


def test_content_leads_back_to_its_element(document: Pdf) -> None:
    """By the parent tree: for each page an array of its pieces of content (14.7.4.4)."""
    parents = document.parent_tree()
    for element in document.structure.all():
        for content in element.content:
            number = document.pages[content.page]["StructParents"]
            assert parents[number][content.number] == element.reference
    keys = [parents_of["StructParents"] for parents_of in document.pages]
    assert len(set(keys)) == len(keys)


def test_the_pieces_of_a_page_have_different_numbers(document: Pdf) -> None:
    numbers = Counter((content.page, content.number) for content in document.contents if content.number is not None)
    assert set(numbers.values()) == {1}


def test_annotations_lead_back_to_their_elements(document: Pdf) -> None:
    """14.7.4.4; and no annotation is outside the tree (ISO 14289-1, 7.18.1)."""
    parents = document.parent_tree()
    owners = {
        annotation.reference: element for element in document.structure.all() for annotation in element.annotations
    }
    on_pages = [reference for sheet in document.pages for reference in document.get(sheet, "Annots") or ()]
    assert set(on_pages) == owners.keys()
    for reference, element in owners.items():
        assert parents[document.get(reference)["StructParent"]] == element.reference
    keys = [document.get(reference)["StructParent"] for reference in on_pages]
    assert len({*keys, *(sheet["StructParents"] for sheet in document.pages)}) == len(keys) + len(document.pages)


def test_the_number_tree_is_in_order(document: Pdf) -> None:
    """ISO 32000-1, 7.9.7."""
    keys = list(document.parent_tree())
    assert keys == sorted(keys)


def test_every_element_names_its_parent(document: Pdf) -> None:
    root = document.catalog["StructTreeRoot"]
    for element in document.structure.all():
        assert element.entries["Type"] == "StructElem"
        assert element.entries["P"] == (element.parent.reference if element.parent else root)


def test_the_file_is_marked_as_tagged_and_shows_its_title(document: Pdf) -> None:
    """ISO 14289-1, 7.1."""
    assert document.catalog["MarkInfo"] == {"Marked": True}
    assert document.catalog["ViewerPreferences"] == {"DisplayDocTitle": True}
    assert document.structure.tag == "Document"


def test_the_tab_order_is_that_of_the_tree(document: Pdf) -> None:
    """ISO 14289-1, 7.18.3."""
    assert {sheet.get("Tabs") for sheet in document.pages if "Annots" in sheet} <= {"S"}


# Which elements may be in which (ISO 32000-1, 14.8.4)


GROUPING = {"Document", "Sect", "BlockQuote", "Div"}
BLOCKS = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "L", "Table", "TOC", "Figure"}
INLINE = {"Span", "Link", "Reference", "Note", "Figure", "Lbl"}
ALLOWED: Mapping[str, set[str]] = {
    **dict.fromkeys(GROUPING, {*GROUPING, *BLOCKS} - {"Document"}),
    **dict.fromkeys(
        ("P", "H1", "H2", "H3", "H4", "H5", "H6", "Span", "Link", "Reference", "Caption"), INLINE - {"Lbl"}
    ),
    "Note": INLINE | {"P"},
    "Lbl": set(),
    "Figure": set(),
    "L": {"LI"},
    "LI": {"Lbl", "LBody"},
    "LBody": (INLINE | BLOCKS) - {"Lbl"},
    "TOC": {"TOCI", "TOC"},
    "TOCI": {"Reference", "TOC"},
    "Table": {"Caption", "THead", "TBody"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TR": {"TH", "TD"},
    **dict.fromkeys(("TH", "TD"), (INLINE | BLOCKS) - {"Lbl"}),
}
WITHOUT_CONTENT = {*GROUPING, "L", "LI", "TOC", "TOCI", "Table", "THead", "TBody", "TR"}


def test_every_element_is_where_its_type_may_be(document: Pdf) -> None:
    wrong = [
        (element.tag, child.tag)
        for element in document.structure.all()
        for child in element.children
        if child.tag not in ALLOWED[element.tag]
    ]
    assert wrong == []


def test_no_content_is_directly_in_an_element_that_holds_elements(document: Pdf) -> None:
    assert [element.tag for element in document.structure.all(*WITHOUT_CONTENT) if element.content] == []


def test_no_element_is_empty_but_cells(document: Pdf) -> None:
    for element in document.structure.all():
        assert element.parts or element.annotations or element.tag in ("TD", "TH"), element.tag


# Headings


def test_the_first_heading_is_the_title_and_no_level_is_left_out(document: Pdf) -> None:
    """ISO 14289-1, 7.4.2."""
    levels = [int(element.tag[1]) for element in document.structure.all(*(f"H{level}" for level in range(1, 7)))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


@pytest.mark.parametrize("level", range(1, 7))
def test_a_heading_has_the_level_that_it_has_in_the_page(printed: Printer, level: int) -> None:
    structure = printed(page(f"<h{level}>words</h{level}>")).structure
    assert (structure.outline, structure.text) == (f"Document(H{level})", "words")


# Text


def test_the_tree_has_the_text_in_reading_order(printed: Printer) -> None:
    body = (
        "<h1>one</h1><p>two <b>three</b>, <i>four</i></p><section><h2>five</h2><p>six</p></section>"
        "<ul><li>seven</li></ul><blockquote><p>eight</p></blockquote><p>nine</p>"
    )
    structure = printed(page(body)).structure
    assert structure.outline == "Document(H1 P Sect(H2 P) L(LI(Lbl LBody)) BlockQuote(P) P)"
    assert structure.text == "onetwo three, fourfivesix• seveneightnine"


def test_a_paragraph_on_several_pages_is_one_paragraph(printed: Printer) -> None:
    pdf = printed(DOCUMENTS["long paragraph"]())
    paragraph = only(pdf.structure, "P")
    pages = {content.page for content in paragraph.content}
    assert pages == set(range(len(pdf.pages)))
    assert len(pages) > 2
    assert paragraph.text.startswith("begin word") and paragraph.text.endswith("a link end")
    assert paragraph.text.count("word") == 2500


def test_content_on_another_page_names_its_page(printed: Printer) -> None:
    """The first page is the element's own; content of others is in marked-content references (14.7.4.2)."""
    pdf = printed(DOCUMENTS["long paragraph"]())
    paragraph = only(pdf.structure, "P")
    assert paragraph.entries["Pg"] == pdf.page_references[0]
    for kid in paragraph.entries["K"]:
        found = pdf.get(kid)
        if isinstance(found, Mapping) and found["Type"] == "MCR":
            assert found["Pg"] in pdf.page_references[1:]


def test_words_outside_a_paragraph_become_one(printed: Printer) -> None:
    body = "<section>loose <h2>heading</h2> more</section><blockquote>quoted</blockquote><div>apart</div>"
    structure = printed(page(body)).structure
    assert structure.outline == "Document(Sect(P H2 P) BlockQuote(P) P)"
    assert [element.text.strip() for element in structure.all("P")] == ["loose", "more", "quoted", "apart"]


def test_space_outside_a_paragraph_is_not_content(printed: Printer) -> None:
    body = '<div><p style="display: inline-block">one</p>&nbsp;<p style="display: inline-block">two</p></div>'
    pdf = printed(page(body))
    assert pdf.structure.outline == "Document(P P)"
    assert [content.text for content in pdf.contents if content.number is not None] == ["one", "two"]


def test_a_block_that_is_placed_apart_is_in_the_tree(printed: Printer) -> None:
    body = '<p>first</p><div style="position: absolute; top: 0"><p>placed</p></div><p style="float: right">floated</p>'
    structure = printed(page(body)).structure
    assert sorted(element.text for element in structure.all("P")) == ["first", "floated", "placed"]


def test_the_page_can_name_the_tag(printed: Printer) -> None:
    body = '<h1>one</h1><h2 data-tag="P">two</h2><div data-tag="Sect"><p>three</p></div>'
    assert printed(page(body)).structure.outline == "Document(H1 P Sect(P))"


# Languages


def test_words_in_another_language_have_that_language(printed: Printer) -> None:
    body = '<p lang="lt">a <span lang="de">b</span>, <i lang="fr">c</i>, <i>d</i></p><p>e</p>'
    pdf = printed(page(body))
    assert text_string(pdf.catalog["Lang"]) == "en"
    assert pdf.structure.outline == "Document(P(Span Span) P)"
    assert {
        element.text: text_string(element.entries["Lang"])
        for element in pdf.structure.all()
        if "Lang" in element.entries
    } == {"a b, c, d": "lt", "b": "de", "c": "fr"}


def test_the_label_of_an_item_does_not_repeat_the_language(printed: Printer) -> None:
    structure = printed(page('<ul><li lang="lt">a</li></ul>')).structure
    assert [text_string(item.entries["Lang"]) for item in structure.all("LI")] == ["lt"]
    assert "Lang" not in only(structure, "Lbl").entries


@pytest.mark.parametrize(("words", "language"), [("de jure", "la"), ("ex aequo et bono", "la")])
def test_words_in_another_language_of_a_declaration_have_that_language(
    printed: Printer, words: str, language: str
) -> None:
    spans = printed(DOCUMENTS["kitchen-sink"]()).structure.all("Span")
    found = {element.text: text_string(element.entries["Lang"]) for element in spans}
    assert found[words] == language


# What isn't content


def artifacts(pdf: Pdf) -> list[Content]:
    return [content for content in pdf.contents if content.tag == "Artifact"]


def test_headers_and_page_numbers_are_not_content(printed: Printer) -> None:
    """ISO 14289-1, 7.8."""
    pdf = printed(DOCUMENTS["long table"]())
    assert "running" not in pdf.structure.text
    headers = [content.page for content in artifacts(pdf) if content.text == "running header"]
    numbers = [content.page for content in artifacts(pdf) if content.text == str(content.page + 1)]
    assert headers == numbers == list(range(len(pdf.pages)))


def test_the_leaders_of_the_contents_are_not_content(printed: Printer) -> None:
    body = (
        '<h1>T</h1><ul data-tag="TOC"><li data-tag="TOCI"><span data-tag="Reference"><a href="#there">Title</a></span>'
        '</li></ul><h2 id="there">Title</h2>'
    )
    style = 'ul { list-style: none } a::after { content: leader(". ") target-counter(attr(href), page) }'
    pdf = printed(page(body, style))
    assert pdf.structure.outline == "Document(H1 TOC(TOCI(Reference(Link))) H2)"
    assert only(pdf.structure, "TOC").text == "Title1"
    assert [content.text for content in artifacts(pdf) if content.text.strip(". ") == ""] != []


def test_the_contents_of_a_declaration_refer_to_its_headings(printed: Printer) -> None:
    structure = printed(DOCUMENTS["declaration"]()).structure
    headings = [element.text for element in structure.all("H2")]
    assert headings[0] == "Contents"
    assert [entry.text.rstrip("0123456789") for entry in structure.all("TOCI")] == headings[1:]


def test_the_draft_label_in_the_margin_is_not_content(printed: Printer) -> None:
    source = "id: a\nlanguages: [en]\ntitle: T\nstatus: draft\nbody:\n  - {id: p, text: words}\n"
    pdf = printed(write_print(viewed(source)))
    assert pdf.structure.text.count("Draft") == 1  # in the masthead
    assert [content.text for content in artifacts(pdf) if content.text == "Draft"] == ["Draft"]
