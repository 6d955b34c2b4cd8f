"""Word copies in a house style: the text stays the same, and what comes from the house style."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import Emu

from render.write.docx.writer import write_house_style
from tests.comparison import difference
from tests.expected_text import TRAITS
from tests.extract import DECLARATION, KITCHEN_SINK, viewed
from tests.extract_word import W, WordCounting, word_part, word_text
from tests.houses import as_bytes, changed, ministry_a
from tests.read_aloud import read_aloud
from tests.sampled import corpus
from tests.word_lint import faults
from tests.write.docx.copies import labels, paragraphs, style_id
from tests.write.docx.house_styles import in_house_style, notes, saved, styles_by_name, visible_text

# The text stays the same


@pytest.mark.parametrize("path", [DECLARATION, KITCHEN_SINK], ids=lambda path: path.stem)
def test_a_house_style_changes_no_word_or_number(house: Path, path: Path) -> None:
    copy = in_house_style(path, house)
    assert faults(copy) == []
    assert difference(read_aloud(path.read_text("utf-8")), visible_text(copy), TRAITS["docx"]) == ""


@pytest.mark.parametrize(("name", "start"), [("a", 0), ("b", 1)])
def test_any_declaration_has_the_same_text_in_a_house_style(request: Any, name: str, start: int) -> None:
    house = request.getfixturevalue(name)
    for sample in corpus()[start::2]:
        copy = in_house_style(sample.source, house)
        assert faults(copy) == [], sample.source
        assert difference(sample.reading, visible_text(copy), TRAITS["docx"]) == "", sample.source


def test_paragraphs_are_numbered_by_their_style_alone_in_a_house_style(house: Path) -> None:
    copy = in_house_style(DECLARATION, house)
    counting = WordCounting(word_part(copy, "word/styles.xml"), word_part(copy, "word/numbering.xml"))
    numbered = [paragraph for paragraph in paragraphs(copy) if style_id(paragraph) == "DeclarationParagraph"]
    assert not [paragraph for paragraph in numbered if paragraph.find(f"{W}pPr/{W}numPr") is not None]
    assert [counting.label(paragraph).strip() for paragraph in numbered] == [f"{number}." for number in range(1, 34)]


def test_word_computes_the_numbers_of_the_view_in_a_house_style(house: Path) -> None:
    for apart in (False, True):
        copy = in_house_style(KITCHEN_SINK, house)
        counting = WordCounting(word_part(copy, "word/styles.xml"), word_part(copy, "word/numbering.xml"), apart)
        found = [counting.label(paragraph).strip() for paragraph in paragraphs(copy)]
        assert [label for label in found if re.search(r"\w", label)] == labels(viewed(KITCHEN_SINK))


def test_the_number_of_an_article_is_in_the_language_of_the_text(b: Path) -> None:
    source = "id: it\nlanguages: [lt]\ntitle: T\nbody: [{article: a, title: B, body: [{id: p, text: C}]}]\n"
    assert "1 straipsnis B" in word_text(in_house_style(source, b)).split("\n")


def test_the_language_of_the_copy_is_that_of_the_text(b: Path) -> None:
    copy = in_house_style(DECLARATION, b)
    assert [lang.get(f"{W}val") for lang in word_part(copy, "word/styles.xml").iter(f"{W}lang")] == ["en-GB"]


def test_the_words_of_the_house_style_keep_their_language(b: Path) -> None:
    (run,) = word_part(in_house_style(DECLARATION, b), even_header(b)).iter(f"{W}r")
    assert run.find(f"{W}rPr/{W}lang").get(f"{W}val") == "de-DE"


def even_header(house: Path) -> str:
    copy = docx.Document(BytesIO(in_house_style(DECLARATION, house)))
    return str(copy.sections[0].even_page_header.part.partname)[1:]


def test_a_style_that_would_add_numbers_to_the_text_loses_its_numbering(a: Path) -> None:
    heading = styles_by_name(in_house_style(DECLARATION, a))["heading 1"]
    assert heading.find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val") == "0"
    assert [note for note in notes(a) if note.startswith("style 'Heading 1' is numbered in this file")]


# What comes from the house style


def test_styles_are_found_by_their_names(a: Path, b: Path) -> None:
    title = styles_by_name(in_house_style(DECLARATION, a))["Title"]
    assert title.get(f"{W}styleId") == "Title"
    assert title.find(f"{W}rPr/{W}color").get(f"{W}val") == "003A70"
    assert styles_by_name(in_house_style(DECLARATION, a))["Bannière"].get(f"{W}styleId") == "Title-1"
    heading = styles_by_name(in_house_style(DECLARATION, b))["heading 1"]
    assert heading.get(f"{W}styleId") == "Heading1"
    assert heading.find(f"{W}rPr/{W}color").get(f"{W}val") == "7A1F1F"


def test_a_style_is_found_by_its_name_in_another_case_and_by_its_alias(folder: Path) -> None:
    file = docx.Document(BytesIO(write_house_style(".docx")))
    for style in file.styles.element.style_lst:
        if style.name_val == "heading 1":
            style.name.val = "Heading 1"
        if style.name_val == "Declaration Paragraph":
            style.name.val = "Numbered"
            style.name.addnext(style.makeelement(f"{W}aliases", {f"{W}val": "Other,declaration paragraph"}))
    house = saved(folder / "alias.docx", as_bytes(file))
    found = styles_by_name(in_house_style(DECLARATION, house))
    assert notes(house) == []
    assert found["Numbered"].get(f"{W}styleId") == "DeclarationParagraph"
    assert found["Heading 1"].get(f"{W}styleId") == "Heading1"
    assert "heading 1" not in found


def test_styles_whose_names_differ_only_in_case_get_different_names(folder: Path) -> None:
    def add_title_in_capitals(styles: str) -> str:
        title = '<w:style w:type="paragraph" w:styleId="Title"'
        other = '<w:style w:type="paragraph" w:styleId="x"><w:name w:val="TITLE"/></w:style>'
        return styles.replace(title, other + title)

    house = saved(
        folder / "add_title_in_capitals.docx",
        changed(write_house_style(".docx"), {"word/styles.xml": add_title_in_capitals}),
    )
    copy = in_house_style(DECLARATION, house)
    assert faults(copy) == []
    found = styles_by_name(copy)
    assert found["Title"].get(f"{W}styleId") == "Title"
    assert "TITLE 1" in found


def test_missing_styles_are_added_in_the_proportions_of_the_house_style(a: Path) -> None:
    found = styles_by_name(in_house_style(DECLARATION, a))
    paragraph, imprint, contents = (found[name] for name in ("Declaration Paragraph", "Imprint", "toc 1"))
    assert paragraph.find(f"{W}basedOn").get(f"{W}val") == "BodyText"
    assert paragraph.find(f"{W}rPr") is None
    # The default imprint has 8.5 points where the text has 11, as it has here.
    assert imprint.find(f"{W}rPr/{W}sz").get(f"{W}val") == "17"
    # The lines of the house style are 6 inches long.
    assert contents.find(f"{W}pPr/{W}tabs/{W}tab").get(f"{W}pos") == str(6 * 1440 + 720)


def test_notes_list_missing_styles_and_what_is_used_instead(a: Path, b: Path) -> None:
    assert notes(b) == [
        "missing style 'Quote Attribution'; Engross adds its own, based on 'Quote'",
        "missing style 'Figure Caption'; Engross adds its own, based on 'Normal'",
        "missing styles 'Lead', 'Lead Emphasis'; Engross adds its own",
    ]
    (on_body,) = (note for note in notes(a) if note.endswith("based on 'Body Text'"))
    assert on_body.startswith("missing styles 'Declaration Paragraph', 'Sub-paragraph 1' to 'Sub-paragraph 4', ")
    headings = "missing styles 'Page Heading 1', 'Article Heading 1' to 'Article Heading 5'; Engross adds its own, "
    assert f"{headings}based on 'Heading 1' to 'Heading 5'" in notes(a)
    assert not [note for note in notes(a) if "'Title'" in note]


def test_the_page_size_and_margins_are_those_of_the_house_style(a: Path, b: Path) -> None:
    letter = docx.Document(BytesIO(in_house_style(DECLARATION, a))).sections[0]
    assert letter.page_width is not None
    assert (letter.page_width.inches, letter.left_margin and letter.left_margin.inches) == (8.5, 1)
    grids = [
        column.get(f"{W}w")
        for column in word_part(in_house_style(KITCHEN_SINK, a), "word/document.xml").iter(f"{W}gridCol")
    ]
    assert sum(map(int, grids[:3])) == 9360
    a4 = docx.Document(BytesIO(in_house_style(DECLARATION, b))).sections[0]
    assert (a4.page_width and round(a4.page_width.mm), a4.left_margin and a4.left_margin.twips) == (210, 1300)


def test_a_picture_is_not_wider_than_the_lines_of_the_house_style(folder: Path) -> None:
    file = docx.Document(BytesIO(ministry_a()))
    section: Any = file.sections[0]
    section.right_margin = Emu(section.page_width - 3_000_000)
    house = saved(folder / "narrow.docx", as_bytes(file))
    document = word_part(in_house_style(KITCHEN_SINK, house), "word/document.xml")
    extents = document.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent")
    assert max(int(extent.get("cx")) for extent in extents) <= 3_000_000 - 914_400 + 5_000


def test_the_theme_and_the_fonts_are_those_of_the_house_style(a: Path) -> None:
    with zipfile.ZipFile(BytesIO(in_house_style(DECLARATION, a))) as copy, zipfile.ZipFile(a) as house:
        assert b"Liberation Sans" in copy.read("word/theme/theme1.xml")
        assert b"Source Serif" not in copy.read("word/fontTable.xml")
        assert re.findall(rb'w:name="([^"]+)"', copy.read("word/fontTable.xml")) == re.findall(
            rb'w:name="([^"]+)"', house.read("word/fontTable.xml")
        )


def test_the_text_of_the_house_style_file_is_left_out(a: Path) -> None:
    with zipfile.ZipFile(BytesIO(in_house_style(DECLARATION, a))) as copy:
        assert "own text" not in "".join(copy.read(name).decode("utf-8", "replace") for name in copy.namelist())
        assert not [name for name in copy.namelist() if "customXml" in name or "thumbnail" in name or "vba" in name]
