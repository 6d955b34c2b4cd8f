"""The structure tree of a PDF: what ISO 32000-1, 14.7 and 14.8, and PDF/UA-1 (ISO 14289-1) require of it."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import pytest

from render.compose.edition import compose
from render.errors import PrintError
from render.pipeline import load
from render.read.reader import read_overlay
from render.view.options import ViewOptions
from render.write.html import write_print
from tests.extract import DATA, DECLARATION, KITCHEN_SINK, viewed
from tests.write.pdf.reader import Content, Element, Pdf, Printer, text_string

PICTURE = "data:image/png;base64," + base64.b64encode((DATA / "rule.png").read_bytes()).decode()
STYLE = """
    html { font: 11pt "Source Serif 4" }
    ul { list-style-type: "• " }
    .note { float: footnote }
    @page { @top-left { content: "running header" } @bottom-right { content: counter(page) } }
"""


def page(body: str, style: str = "", language: str = "en") -> str:
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><title>T</title><style>{STYLE}{style}</style></head>'
        f"<body>{body}</body></html>"
    )


def briefing() -> str:
    declaration = load(KITCHEN_SINK)
    overlay = read_overlay(DATA / "kitchen-sink.briefing.yaml", declaration).briefing
    return write_print(compose(declaration, "en", ViewOptions("briefing", with_text=True), overlay))


LONG_TABLE = (
    '<table><caption>C</caption><thead><tr><th scope="col">head one</th><th scope="col">head two</th></tr></thead>'
    "<tbody>" + "".join(f"<tr><td>row {row}</td><td>cell {row}</td></tr>" for row in range(90)) + "</tbody></table>"
)
LONG_PARAGRAPH = f'<p>begin {"word " * 2500}<a href="https://example.org/">a link</a> end</p>'
DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "declaration": lambda: write_print(viewed(DECLARATION)),
    "kitchen-sink": lambda: write_print(viewed(KITCHEN_SINK)),
    "briefing": briefing,
    "long table": lambda: page(f"<h1>T</h1>{LONG_TABLE}"),
    "long paragraph": lambda: page(f"<h1>T</h1>{LONG_PARAGRAPH}"),
}


@pytest.fixture(params=DOCUMENTS, scope="module")
def document(request: pytest.FixtureRequest, printed: Printer) -> Pdf:
    return printed(DOCUMENTS[request.param]())


def tags(element: Element) -> list[str]:
    return [child.tag for child in element.children]


def only(element: Element, tag: str) -> Element:
    (found,) = element.all(tag)
    return found


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


def test_the_pieces_of_a_page_are_numbered_apart(document: Pdf) -> None:
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


def test_the_order_of_tabs_is_the_trees(document: Pdf) -> None:
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


# Lists


def test_a_list_has_items_with_a_label_before_their_body(document: Pdf) -> None:
    for element in document.structure.all("L"):
        assert set(tags(element)) == {"LI"}
        assert attributes(element) == {"O": "List", "ListNumbering": "Disc"}
    for element in document.structure.all("LI"):
        assert tags(element) == ["Lbl", "LBody"]


def attributes(element: Element) -> Mapping[str, Any]:
    found: Mapping[str, Any] = element.entries.get("A", {})
    return found


def test_a_list_in_a_list_is_in_the_body_of_its_item(printed: Printer) -> None:
    structure = printed(page("<ul><li>one<ul><li>two</li></ul></li><li>three</li></ul>")).structure
    assert structure.outline == "Document(L(LI(Lbl LBody(L(LI(Lbl LBody)))) LI(Lbl LBody)))"
    assert [element.text for element in structure.all("Lbl")] == ["• "] * 3
    assert [element.text for element in structure.all("LBody")] == ["one• two", "two", "three"]


def test_a_list_over_two_pages_is_one_list(printed: Printer) -> None:
    items = "".join(f"<li>item {number}</li>" for number in range(90))
    pdf = printed(page(f"<ul>{items}</ul>"))
    assert len(pdf.pages) > 1
    assert len(pdf.structure.all("L")) == 1
    assert [element.text for element in pdf.structure.all("LBody")] == [f"item {number}" for number in range(90)]


# Tables


def test_every_row_of_a_table_has_a_cell_for_each_column(document: Pdf) -> None:
    """ISO 14289-1, 7.2."""
    for table in document.structure.all("Table"):
        rows = table.all("TR")
        assert len({len(row.children) for row in rows}) == 1
        assert [child.tag for child in table.children if child.tag != "Caption"] == ["THead", "TBody"]
        assert set(tags(table)[1:]) <= {"THead", "TBody"}
        assert {cell.tag for cell in only(table, "THead").all("TH", "TD")} == {"TH"}


def test_every_header_cell_of_a_table_has_its_scope(document: Pdf) -> None:
    """ISO 14289-1, 7.5: a scope; and an ID, which cells may name."""
    for element in document.structure.all("TH"):
        assert attributes(element) == {"O": "Table", "Scope": "Column"}
        assert element.entries["ID"]


def test_a_table_has_its_caption_head_and_cells(printed: Printer) -> None:
    body = (
        '<table><caption>about</caption><thead><tr><th scope="col">a</th><th>b</th></tr></thead>'
        '<tbody><tr><th scope="row">c</th><td>d</td></tr><tr><td><p>e</p></td><td></td></tr></tbody></table>'
    )
    structure = printed(page(body)).structure
    assert structure.outline == "Document(Table(Caption THead(TR(TH TH)) TBody(TR(TH TD) TR(TD(P) TD))))"
    assert [attributes(element)["Scope"] for element in structure.all("TH")] == ["Column", "Column", "Row"]
    assert structure.text == "aboutabcde"


def test_a_repeated_table_header_is_not_content(printed: Printer) -> None:
    pdf = printed(DOCUMENTS["long table"]())
    assert len(pdf.pages) > 1
    assert pdf.structure.outline.count("THead(TR(TH TH))") == 1
    assert pdf.structure.text.count("head one") == 1
    again = [content for content in pdf.contents if content.text == "head one"]
    assert [content.tag == "Artifact" for content in again] == [False] + [True] * (len(pdf.pages) - 1)
    assert [row.text for row in only(pdf.structure, "TBody").children] == [f"row {row}cell {row}" for row in range(90)]


# Notes


def test_every_note_has_an_id_that_the_tree_can_find(document: Pdf) -> None:
    """ISO 14289-1, 7.9; a name tree is in order (ISO 32000-1, 7.9.6)."""
    named = {element.entries["ID"]: element for element in document.structure.all() if "ID" in element.entries}
    assert {id(element) for element in document.structure.all("Note")} <= {id(element) for element in named.values()}
    assert len(named) == sum("ID" in element.entries for element in document.structure.all())
    names = document.get(document.catalog, "StructTreeRoot", "IDTree", "Names") or []
    assert names[::2] == sorted(named)
    assert names[1::2] == [named[name].reference for name in names[::2]]


def test_a_note_follows_its_reference(document: Pdf) -> None:
    for element in document.structure.all():
        for place, child in enumerate(element.children):
            if child.tag == "Note":
                assert element.children[place - 1].tag == "Reference"
                assert child.children[0].tag == "Lbl"
                assert child.children[0].text == f"{element.children[place - 1].text}. "


def test_a_note_is_where_it_is_marked_and_not_at_the_foot(printed: Printer) -> None:
    body = '<p>before<span class="note">the <em>note</em></span> after</p><p>next</p>'
    structure = printed(page(body)).structure
    assert structure.outline == "Document(P(Reference Note(Lbl)) P)"
    assert structure.all("P")[0].text == "before11. the note after"


def test_a_note_that_is_put_off_to_the_next_page_stays_with_its_reference(printed: Printer) -> None:
    note = "begin " + "word " * 600 + "end"
    pdf = printed(page(f"{'<p>filler</p>' * 20}<p>marked<span class='note'>{note}</span></p>"))
    reference, element = only(pdf.structure, "Reference"), only(pdf.structure, "Note")
    assert (reference.content[0].page, {content.page for content in element.content}) == (0, {1})
    assert reference.parent is element.parent
    assert element.text.replace(" ", "") == f"1.{note}".replace(" ", "")  # lines end without a space


def test_a_note_that_does_not_fit_is_an_error_and_not_cut_off(printed: Printer) -> None:
    body = f"<p>marked<span class='note'>begin {'word ' * 3000}end</span></p>"
    with pytest.raises(PrintError, match=r"the note 'begin word word .*shorten or divide it"):
        printed(page(body, ".note { footnote-policy: line }"))


# Links


def test_every_link_is_in_an_element_and_described(document: Pdf) -> None:
    """ISO 14289-1, 7.18.5."""
    for element in document.structure.all():
        assert bool(element.annotations) == (element.tag == "Link")
        for annotation in element.annotations:
            assert annotation.entries["Subtype"] == "Link"
            assert text_string(annotation.entries["Contents"]).strip()


def test_a_link_has_its_words_and_its_annotation(printed: Printer) -> None:
    structure = printed(page('<p>see <a href="https://example.org/a">an office of (Žemė)</a> too</p>')).structure
    assert structure.outline == "Document(P(Link))"
    link = only(structure, "Link")
    assert link.text == "an office of (Žemė)"
    (annotation,) = link.annotations
    assert text_string(annotation.entries["Contents"]) == "an office of (Žemė)"
    assert annotation.entries["A"]["URI"] == b"https://example.org/a"


def test_a_link_with_words_in_bold_is_one_link(printed: Printer) -> None:
    structure = printed(page('<p>see <a href="https://example.org/a">an <b>office</b> of A</a> too</p>')).structure
    assert structure.outline == "Document(P(Link))"
    link = only(structure, "Link")
    assert link.text == "an office of A"
    assert {annotation.entries["A"]["URI"] for annotation in link.annotations} == {b"https://example.org/a"}


def test_a_link_over_two_lines_is_one_link(printed: Printer) -> None:
    words = " ".join(["words"] * 30)
    structure = printed(page(f'<p>see <a href="https://example.org/">{words}</a></p>')).structure
    link = only(structure, "Link")
    assert len(link.annotations) == len(link.content) > 1
    assert link.text.replace("words", "").strip() == ""
    assert link.text.count("words") == 30


def test_a_link_without_words_is_described_by_its_address(printed: Printer) -> None:
    body = f'<p><a href="https://example.org/picture"><img src="{PICTURE}" alt="A chart"></a></p>'
    structure = printed(page(body)).structure
    assert structure.outline == "Document(P(Link(Figure)))"
    (annotation,) = only(structure, "Link").annotations
    assert text_string(annotation.entries["Contents"]) == "https://example.org/picture"


# Pictures


@pytest.mark.parametrize("alternative", ["A chart of trade", "Žemėlapis (A → B)"])
def test_a_picture_has_its_alternative_text_and_its_place(printed: Printer, alternative: str) -> None:
    """ISO 14289-1, 7.3."""
    style = "@page { size: 300pt 400pt; margin: 0 } body { margin: 0 } img { display: block; margin: 20pt 0 0 30pt }"
    body = f'<img src="{PICTURE}" alt="{alternative}" style="width: 120pt; height: 60pt">'
    figure = only(printed(page(body, style)).structure, "Figure")
    assert text_string(figure.entries["Alt"]) == alternative
    assert attributes(figure)["O"] == "Layout"
    assert attributes(figure)["BBox"] == pytest.approx([30, 320, 150, 380], abs=0.01)
    (content,) = figure.content
    assert content.painted


def test_every_picture_has_an_alternative_text(document: Pdf) -> None:
    for figure in document.structure.all("Figure"):
        assert text_string(figure.entries["Alt"]).strip()


def test_a_decorative_picture_is_not_content(printed: Printer) -> None:
    body = f'<p>words</p><div style="height: 5mm; background-image: url({PICTURE})"></div>'
    pdf = printed(page(body))
    assert pdf.structure.outline == "Document(P)"
    assert [content.painted for content in pdf.contents if content.tag == "Artifact" and not content.text] == [True]


def test_a_caption_is_a_paragraph(printed: Printer) -> None:
    body = f'<figure><img src="{PICTURE}" alt="A chart"><figcaption>the caption</figcaption></figure>'
    structure = printed(page(body)).structure
    assert structure.outline == "Document(Figure P)"
    assert structure.text == "the caption"


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
