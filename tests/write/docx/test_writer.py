"""The Word copy, read back: it uses Word's own features, and every text is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import docx
from hypothesis import given, settings
from hypothesis import strategies as st

from render.write.docx.writer import write_word
from tests.extract import KITCHEN_SINK, viewed
from tests.extract_word import W, paragraph_text, word_notes, word_part, word_text
from tests.write.docx.copies import PLAIN, paragraphs, style_id

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


# Word's own features


def test_headings_are_headings(declaration: bytes) -> None:
    document = docx.Document(BytesIO(declaration))
    headings = [
        paragraph.text
        for paragraph in document.paragraphs
        if paragraph.style is not None and paragraph.style.name == "Heading 1"
    ]
    assert headings[:2] == ["A shared strategic vision", "Political dialogue and regional cooperation"]
    assert len(headings) == 6
    assert [
        paragraph.text
        for paragraph in document.paragraphs
        if paragraph.style is not None and paragraph.style.name == "Title"
    ] == ["UK-Lithuania joint declaration on bilateral cooperation 2022"]


def test_footnotes_are_footnotes(sink: bytes) -> None:
    notes = [note.strip() for note in word_notes(sink)]
    assert len(notes) == 7
    assert notes[1] == "A note with emphasis, with a reference to paragraph 2(b), and with a link."
    assert notes[2] == "A note of two paragraphs.\nThis is the second."


def test_a_tables_header_is_repeated_on_every_page(sink: bytes) -> None:
    for table in docx.Document(BytesIO(sink)).tables[:2]:
        rows = list(table._tbl.iter(f"{W}tr"))
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * (len(rows) - 1)


def test_pictures_have_alternative_text_or_are_marked_as_decorative(sink: bytes) -> None:
    pictures = list(word_part(sink, "word/document.xml").iter(f"{WP}docPr"))
    assert pictures[0].get("descr") == "A chart of two bars, the second twice as high as the first"
    assert pictures[1].get("descr") is None
    assert [element.get("val") for element in pictures[1].iter() if element.tag.endswith("}decorative")] == ["1"]


def test_links_lead_to_their_addresses(sink: bytes) -> None:
    part = docx.Document(BytesIO(sink)).part
    links = {relation.target_ref for relation in part.rels.values() if relation.is_external}
    assert links == {"https://example.org/office", "https://example.org/table", "https://example.org/licence"}


def test_nothing_is_formatted_by_hand(declaration: bytes) -> None:
    by_hand: Mapping[str, int] = {
        tag: sum(1 for _ in word_part(declaration, "word/document.xml").iter(f"{W}{tag}"))
        for tag in ("b", "i", "sz", "rFonts", "color", "ind", "spacing", "jc", "br")
    }
    assert by_hand == dict.fromkeys(by_hand, 0)


def test_the_contents_can_be_updated_and_have_no_page_numbers_yet(sink: bytes) -> None:
    codes = [code.text for code in word_part(sink, "word/document.xml").iter(f"{W}instrText")]
    assert sum("TOC " in code for code in codes) == 1
    shown = [paragraph_text(paragraph) for paragraph in paragraphs(sink) if re.fullmatch(r"TOC\d", style_id(paragraph))]
    assert shown[0] == "Part I. What A & B will do <together>"
    assert not [entry for entry in shown if "\t" in entry]


# Any text, and the layout


_ALLOWED = st.characters(
    exclude_categories=("Cc", "Cs", "Cn", "Co"),
    exclude_characters="\u2028\u2029\ufeff\u202a\u202b\u202c\u202d\u202e",
)


@settings(PLAIN, max_examples=50)
@given(
    words=st.text(_ALLOWED, min_size=1, max_size=30).filter(lambda words: words.strip(" ") == words and words.strip())
)
def test_every_character_that_a_source_may_have_is_in_the_copy(words: str) -> None:
    quoted = re.sub(r"([\\*\[\]{}])", r"\\\1", words).replace("'", "''")
    source = f"id: it\nlanguages: [en]\ntitle: '{quoted}'\nbody: [{{id: p, text: '{quoted}'}}]\n"
    assert word_text(write_word(viewed(source))).split("\n") == [words, f"1.\t{words}"]


def test_the_paper_is_a4(declaration: bytes, tmp_path: Path) -> None:
    size = word_part(declaration, "word/document.xml").find(f"{W}body/{W}sectPr/{W}pgSz")
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")


def test_columns_are_as_wide_as_their_cells_even_with_links_and_references() -> None:
    cells = '["[](#one)", "[a link that is longer](https://example.org)", x]'
    source = "id: t\ntitle: T\nlanguages: [en]\nbody:\n  - {id: one, text: One.}\n"
    source += f"  - {{table: t1, header: [A, B, C], rows: [{cells}]}}\n"
    columns = word_part(write_word(viewed(source)), "word/document.xml").iter(f"{W}gridCol")
    reference, link, letter = (int(column.get(f"{W}w")) for column in columns)
    assert link > reference > 2 * letter


def test_the_words_of_a_link_are_in_the_alternative_text() -> None:
    text = KITCHEN_SINK.read_text("utf-8").replace(
        "A chart of two bars", "A [chart](https://example.org) of two bars", 1
    )
    pictures = list(word_part(write_word(viewed(text)), "word/document.xml").iter(f"{WP}docPr"))
    assert pictures[0].get("descr") == "A chart of two bars, the second twice as high as the first"
