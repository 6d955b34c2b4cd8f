"""Lists, tables, notes, links and pictures in the structure tree: ISO 32000-1, 14.8, and ISO 14289-1."""

from __future__ import annotations

import pytest

from render.errors import PrintError
from tests.write.pdf.documents import DOCUMENTS, PICTURE, attributes, only, page, tags
from tests.write.pdf.reader import Pdf, Printer, text_string

# Lists


def test_a_list_has_items_with_a_label_before_their_body(document: Pdf) -> None:
    for element in document.structure.all("L"):
        assert set(tags(element)) == {"LI"}
        assert attributes(element) == {"O": "List", "ListNumbering": "Disc"}
    for element in document.structure.all("LI"):
        assert tags(element) == ["Lbl", "LBody"]


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
