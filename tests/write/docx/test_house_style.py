"""Word copies in a house style: what comes from the house style, what stays the text's, and what is refused."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import Emu

from render.errors import EngrossError, UsageError
from render.view.blocks import View
from render.view.options import ViewOptions
from render.write.docx import template_package as package
from render.write.docx.house_style import reader as reading
from render.write.docx.template_package import load_house_style
from render.write.docx.writer import write_house_style, write_word
from render.write.formats import FORMATS, validate_theme
from render.write.theme import Theme
from tests.comparison import difference
from tests.declarations import read_aloud
from tests.expected_text import TRAITS
from tests.extract import DECLARATION, KITCHEN_SINK, W, WordCounting, custom_properties, viewed, word_part, word_text
from tests.houses import as_bytes, changed, logo, ministry_a, ministry_b
from tests.sampled import corpus
from tests.test_one_text import word_pages
from tests.word_lint import faults
from tests.write.docx.test_writer import fields, labels, paragraphs, style_id

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("houses")


@pytest.fixture(scope="module")
def a(folder: Path) -> Path:
    return saved(folder / "a.docx", ministry_a())


@pytest.fixture(scope="module")
def b(folder: Path) -> Path:
    return saved(folder / "b.dotx", ministry_b())


@pytest.fixture(scope="module")
def default(folder: Path) -> Path:
    return saved(folder / "default.dotx", write_house_style(".dotx"))


@pytest.fixture(params=["a", "b", "default"])
def house(request: pytest.FixtureRequest) -> Path:
    path = request.getfixturevalue(request.param)
    assert isinstance(path, Path)
    return path


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def in_house_style(source: str | Path | View, house: Path) -> bytes:
    return write_word(source if isinstance(source, View) else viewed(source), Theme(house_style=house))


def draft_of(path: Path, status: str = "draft") -> View:
    return viewed(re.sub(r"(?m)^status: .*\n", f"status: {status}\n" if status else "", path.read_text("utf-8")))


def notes(house: Path) -> list[str]:
    found = load_house_style(Theme(house_style=house))
    assert found
    return list(found.notes)


def visible_text(copy: bytes) -> list[str]:
    """The text of a copy. Its bullets may come from a symbol font."""
    return [page.replace("\uf0b7", "•") for page in word_pages(copy)]


def styles_by_name(copy: bytes) -> dict[str, Any]:
    styles = word_part(copy, "word/styles.xml")
    return {style.find(f"{W}name").get(f"{W}val"): style for style in styles.iter(f"{W}style")}


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


# Headers and footers


def test_headers_footers_and_logos_are_those_of_the_house_style(a: Path) -> None:
    copy = in_house_style(DECLARATION, a)
    section = docx.Document(BytesIO(copy)).sections[0]
    assert section.different_first_page_header_footer
    assert [paragraph.text for paragraph in section.header.paragraphs] == ["Ministry of A"]
    assert [paragraph.text for paragraph in section.first_page_footer.paragraphs] == ["Street of A 1, City of A"]
    (picture,) = (
        relation for relation in section.first_page_header.part.rels.values() if relation.reltype.endswith("/image")
    )
    assert picture.target_part.blob == logo()


def test_a_house_style_without_headers_and_footers_gets_the_default_ones(folder: Path) -> None:
    house = saved(folder / "bare.docx", as_bytes(docx.Document()))
    section = docx.Document(BytesIO(in_house_style(DECLARATION, house))).sections[0]
    assert section.different_first_page_header_footer
    assert [paragraph.text for paragraph in section.header.paragraphs] == ["UK-Lithuania joint declaration 2022"]
    assert [paragraph.text for paragraph in section.first_page_header.paragraphs] == [""]
    assert [paragraph.text for paragraph in section.first_page_footer.paragraphs] == ["Page 1 of 1"]


def test_even_pages_have_the_header_of_the_house_style(b: Path) -> None:
    document = docx.Document(BytesIO(in_house_style(KITCHEN_SINK, b)))
    assert document.settings.odd_and_even_pages_header_footer
    assert [paragraph.text for paragraph in document.sections[0].even_page_header.paragraphs] == [
        "OFFICIAL",
        "Ministerium von B",
    ]


def test_the_running_title_and_page_numbers_are_in_the_language_of_the_text(b: Path) -> None:
    source = "id: it\nlanguages: [lt]\ntitle: T\nshort_title: Trumpai\nbody: [{id: p, text: C}]\n"
    section = docx.Document(BytesIO(in_house_style(source, b))).sections[0]
    assert [paragraph.text for paragraph in section.header.paragraphs] == ["Trumpai"]
    assert [paragraph.text for paragraph in section.footer.paragraphs] == ["1 puslapis iš 1"]
    assert [code for code, _ in fields(section.footer._element)] == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize("name", ["a", "b", "default", None])
def test_the_marking_is_at_the_top_and_bottom_of_every_page(request: Any, name: str | None) -> None:
    copy = write_word(viewed(KITCHEN_SINK), Theme(house_style=request.getfixturevalue(name) if name else None))
    heads, feet = header_lines(copy, "headerReference"), header_lines(copy, "footerReference")
    assert len(heads) == len(feet) == (3 if name == "b" else 2)
    assert [head[0] for head in heads] == ["OFFICIAL"] * len(heads)
    assert [foot[-1] for foot in feet] == ["OFFICIAL"] * len(feet)


def header_lines(copy: bytes, tag: str) -> list[list[str]]:
    """The paragraphs of each header or footer that a page refers to."""
    document = docx.Document(BytesIO(copy))
    references = document.element.body[-1].iter(f"{W}{tag}")
    parts = [document.part.related_parts[reference.get(f"{R}id")].element for reference in references]
    return [["".join(t.text for t in p.iter(f"{W}t")) for p in part.iter(f"{W}p")] for part in parts]


@pytest.mark.parametrize("name", ["a", "b", None])
def test_every_page_of_a_draft_is_labelled_as_a_draft(request: Any, name: str | None) -> None:
    copy = write_word(draft_of(KITCHEN_SINK), Theme(house_style=request.getfixturevalue(name) if name else None))
    assert faults(copy) == []
    heads = header_lines(copy, "headerReference")
    assert [head[1] for head in heads] == ["Draft"] * len(heads)
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        parts = [
            archive.read(name).decode()
            for name in archive.namelist()
            if re.fullmatch(r"word/(header|house)\d+.xml", name)
        ]
    marks = [mark for part in parts for mark in re.findall(r'<v:shape (.*?)>.*?string="(.*?)"', part, re.DOTALL)]
    assert [word for _, word in marks] == ["DRAFT"] * len(heads)
    assert all('alt="Draft"' in shape for shape, _ in marks)
    assert len({re.findall(r'id="(PowerPlusWaterMarkObject\d+)"', shape)[0] for shape, _ in marks}) == len(heads)


@pytest.mark.parametrize("status", ["agreed", "signed", "published", ""])
def test_only_drafts_are_labelled_as_drafts(a: Path, status: str) -> None:
    view = draft_of(KITCHEN_SINK, status)
    assert view.status == status
    for copy in (write_word(view), in_house_style(view, a)):
        assert not [line for sheet in header_lines(copy, "headerReference") for line in sheet if line == "Draft"]


def test_the_label_of_a_draft_is_in_its_language() -> None:
    found = {}
    for language in ("lt", "fr", "de", "pl"):
        source = f"id: it\nlanguages: [{language}]\ntitle: T\nstatus: draft\nbody: [{{id: p, text: C}}]\n"
        copy = write_word(viewed(source))
        found[language] = header_lines(copy, "headerReference")[0][0]
        runs = [run for run in word_part(copy, "word/header1.xml").iter(f"{W}r") if run.find(f"{W}t") is not None]
        named = [lang.get(f"{W}val") for lang in runs[0].iter(f"{W}lang")]
        assert named == (["en-GB"] if language == "pl" else [])
    assert found == {"lt": "Projektas", "fr": "Projet", "de": "Entwurf", "pl": "Draft"}


def test_the_top_margin_leaves_room_for_the_header(a: Path) -> None:
    def top(view: View, house: Path | None) -> int:
        margin = docx.Document(BytesIO(write_word(view, Theme(house_style=house)))).sections[0].top_margin
        assert margin is not None
        return int(margin.twips)

    assert top(viewed(DECLARATION), a) == 1440
    # The header begins at 720; two lines, a logo of half an inch, and a gap.
    assert top(draft_of(KITCHEN_SINK), a) == 720 + 2 * 300 + 720 + 120
    assert top(viewed(DECLARATION), None) == top(viewed(KITCHEN_SINK), None) == 1531


# The default styles, written and read back


def test_the_default_styles_written_and_used_unchanged_make_the_same_copy(default: Path) -> None:
    assert notes(default) == []
    for path in (DECLARATION, KITCHEN_SINK):
        plain, copy = write_word(viewed(path)), in_house_style(path, default)
        assert appearance(copy) == appearance(plain)
        assert header_lines(copy, "headerReference") == header_lines(plain, "headerReference")
        assert header_lines(copy, "footerReference") == header_lines(plain, "footerReference")


def appearance(copy: bytes) -> Any:
    """The body without the names of relationships, and every style by its name, without its numbering instance."""
    body = zipped_text(copy, "word/document.xml")
    body = re.sub(r'r:(id|embed)="[^"]*"|<w:numId w:val="\d+"/>', "", body)
    styles = {}
    for name, style in styles_by_name(copy).items():
        for number in list(style.iter(f"{W}numId", f"{W}rsid")):
            number.getparent().remove(number)
        styles[name] = sorted((str(e.tag), sorted(map(str, e.attrib.items()))) for e in style.iter())
    return body, styles


def zipped_text(copy: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize(("suffix", "kind"), [(".docx", "document"), (".dotx", "template")])
def test_the_default_styles_are_a_valid_file_that_shows_each_style_by_name(suffix: str, kind: str) -> None:
    file = write_house_style(suffix)
    assert faults(file) == []
    assert f"wordprocessingml.{kind}.main+xml" in zipped_text(file, "[Content_Types].xml")
    shown = word_text(file)
    hidden = {"Default Paragraph Font", "Normal Table", "No List", "annotation text", "annotation reference"}
    assert not [name for name in styles_by_name(file).keys() - hidden if name not in shown]


def test_the_numbering_of_a_house_style_made_from_the_default_is_used(b: Path) -> None:
    copy = in_house_style(DECLARATION, b)
    number = styles_by_name(copy)["Declaration Paragraph"].find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val")
    assert number == "21"
    (instance,) = (
        num for num in word_part(copy, "word/numbering.xml").iter(f"{W}num") if num.get(f"{W}numId") == number
    )
    assert instance[0].get(f"{W}val") == "21"


def test_a_house_style_with_other_numbers_keeps_only_their_formatting(folder: Path) -> None:
    def edit(numbering: str) -> str:
        bold = "<w:rPr><w:b/></w:rPr></w:lvl>"
        first = numbering.replace('<w:lvlText w:val="%1."/>', '<w:lvlText w:val="§ %1"/>', 1)
        return first.replace("</w:lvl>", bold, 1).replace('"decimal"', '"upperRoman"', 1)

    house = saved(folder / "roman.docx", changed(write_house_style(".docx"), {"word/numbering.xml": edit}))
    copy = in_house_style(DECLARATION, house)
    assert difference(read_aloud(DECLARATION.read_text("utf-8")), visible_text(copy), TRAITS["docx"]) == ""
    (tie,) = (
        level_style
        for level_style in word_part(copy, "word/numbering.xml").iter(f"{W}pStyle")
        if level_style.get(f"{W}val") == "DeclarationParagraph"
    )
    assert tie.getparent().find(f"{W}rPr/{W}b") is not None


# What else a house style may have


def variant(folder: Path, **changes: Callable[[str], str]) -> Path:
    """The default styles, edited part by part: `styles=…` for word/styles.xml."""
    named = {f"word/{name}.xml": change for name, change in changes.items()}
    return saved(folder / f"variant-{len(list(folder.iterdir()))}.docx", changed(write_house_style(".docx"), named))


def insert_before(before: str, new: str) -> Callable[[str], str]:
    """A change that inserts `new` before the first occurrence of `before`."""
    return lambda text: text.replace(before, new + before, 1)


def test_fonts_are_named_and_not_embedded(folder: Path) -> None:
    house = variant(folder, fontTable=insert_before("</w:font>", '<w:embedRegular xmlns:r="http://x" r:id="rId1"/>'))
    assert "embedRegular" not in zipped_text(in_house_style(DECLARATION, house), "word/fontTable.xml")


def test_bookmarks_in_a_header_are_left_out(folder: Path) -> None:
    marked = '<w:bookmarkStart w:id="1" w:name="_p_russia"/><w:bookmarkEnd w:id="1"/>'
    copy = in_house_style(DECLARATION, variant(folder, header2=insert_before("</w:p>", marked)))
    assert faults(copy) == []


def test_no_two_lists_have_the_same_identifier(a: Path, folder: Path) -> None:
    # Another style than the default one uses the numbering of the house style, so the default numbering is added.
    numbering = variant(folder, numbering=lambda text: text.replace('"SubParagraph4"', '"Title"', 1))
    for house in (a, numbering):
        root = word_part(in_house_style(DECLARATION, house), "word/numbering.xml")
        marks = [mark.get(f"{W}val") for mark in root.iter(f"{W}nsid")]
        assert len(marks) == len(set(marks))


def test_lists_of_the_house_styles_text_are_left_out(a: Path, default: Path) -> None:
    for house in (a, default):
        copy = in_house_style(DECLARATION, house)
        used = {number.get(f"{W}val") for number in word_part(copy, "word/styles.xml").iter(f"{W}numId")}
        numbers = {num.get(f"{W}numId") for num in word_part(copy, "word/numbering.xml").iter(f"{W}num")}
        # No style uses the numbering of sub-paragraphs under paragraphs without a number.
        assert len(numbers - used) == 1


def test_numbering_that_starts_late_in_the_house_style_starts_at_1(folder: Path) -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride>'
    house = variant(folder, numbering=lambda text: text.replace('"1"/></w:num>', f'"1"/>{start}</w:num>', 1))
    assert "1. The Republic" in word_text(in_house_style(DECLARATION, house)).replace("\t", " ")


def test_a_heading_style_without_an_outline_level_gets_one(folder: Path) -> None:
    house = variant(folder, styles=lambda text: text.replace('<w:outlineLvl w:val="0"/>', "", 1))
    heading = styles_by_name(in_house_style(DECLARATION, house))["heading 1"]
    assert heading.find(f"{W}pPr/{W}outlineLvl").get(f"{W}val") == "0"


def test_a_heading_style_that_loses_its_number_loses_its_hanging_indent(folder: Path) -> None:
    def number(styles: str) -> str:
        first = styles.replace('<w:numId w:val="0"/>', '<w:numId w:val="1"/>', 1)
        return first.replace(
            '<w:outlineLvl w:val="0"/>', '<w:ind w:left="700" w:hanging="700"/><w:outlineLvl w:val="0"/>', 1
        )

    house = variant(folder, styles=number)
    assert "style 'Heading 1' is numbered in this file" in "".join(notes(house))
    assert styles_by_name(in_house_style(DECLARATION, house))["heading 1"].find(f"{W}pPr/{W}ind") is None


def test_a_right_to_left_text_has_a_right_to_left_layout_in_a_house_style(a: Path) -> None:
    source = "id: it\nlanguages: [ar]\ntitle: T\nbody: [{id: p, text: C}]\n"
    section = word_part(in_house_style(source, a), "word/document.xml")[0][-1]
    assert names(section)[-3:] == ["titlePg", "bidi", "docGrid"]


def test_a_fixed_margin_of_the_house_style_is_kept(folder: Path) -> None:
    house = variant(folder, document=lambda text: text.replace('w:top="1531"', 'w:top="-1531"'))
    section = word_part(in_house_style(KITCHEN_SINK, house), "word/document.xml")[0][-1]
    assert section.find(f"{W}pgMar").get(f"{W}top") == "-1531"


def test_a_header_of_spaces_counts_as_empty(folder: Path) -> None:
    def clear_header(header: str) -> str:
        return header.replace("House style", " ")

    house = variant(folder, header1=clear_header)
    section = docx.Document(BytesIO(in_house_style(DECLARATION, house))).sections[0]
    assert [paragraph.text for paragraph in section.header.paragraphs] == ["UK-Lithuania joint declaration 2022"]
    assert section.header.part.partname == "/word/header1.xml"


# Read once a process, with the same result


def test_a_house_style_is_read_once_for_many_copies(a: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package._load_house_style.cache_clear()
    read: list[Path] = []

    def reading_once(path: Path) -> Any:
        read.append(path)
        return reading.read_house_file(path)

    monkeypatch.setattr(package, "read_house_file", reading_once)
    copies = [in_house_style(path, a) for path in (DECLARATION, KITCHEN_SINK, DECLARATION)]
    assert read == [a]
    assert copies[0] == copies[2]
    package._load_house_style.cache_clear()
    assert in_house_style(DECLARATION, a) == copies[0]


def test_a_house_style_that_changed_is_read_again(folder: Path) -> None:
    house = saved(folder / "changing.docx", write_house_style(".docx"))
    before = in_house_style(DECLARATION, house)
    saved(house, ministry_a())
    assert in_house_style(DECLARATION, house) != before


# What is refused


def relation(kind: str, target: str, mode: str = "") -> Callable[[str], str]:
    """A change that adds a relationship to those of a part."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    added = f'<Relationship Id="bad1" Type="{base}/{kind}" Target="{target}"{mode}/></Relationships>'
    return lambda text: text.replace("</Relationships>", added)


EXTERNAL = ' TargetMode="External"'


def header_of(file: bytes) -> str:
    """The name of a header with a logo."""
    with zipfile.ZipFile(BytesIO(file)) as archive:
        return next(name for name in archive.namelist() if re.fullmatch(r"word/_rels/header\d\.xml\.rels", name))


def header_with_relation(kind: str, target: str, mode: str = "") -> bytes:
    file = ministry_a()
    return changed(file, {header_of(file): relation(kind, target, mode)})


def header_with_field(code: str) -> bytes:
    file = ministry_a()
    field = f'<w:fldSimple w:instr=" {code} "><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p></w:hdr>'
    name = header_of(file).replace("_rels/", "").removesuffix(".rels")
    return changed(file, {name: lambda text: re.sub(r"</w:p>\s*</w:hdr>", lambda _: field, text)})


def header_with_shape(attribute: str) -> bytes:
    file = ministry_a()
    shape = f'<w:p><w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" {attribute}/></w:pict></w:r></w:p>'
    name = header_of(file).replace("_rels/", "").removesuffix(".rels")
    return changed(file, {name: lambda text: text.replace("</w:hdr>", f"{shape}</w:hdr>")})


def zip_bomb() -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", b" " * 80_000_000)
    return data.getvalue()


def many_parts() -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for number in range(5_001):
            archive.writestr(str(number), b"")
    return data.getvalue()


def add_doctype(styles: str) -> str:
    return re.sub(r"(<w:styles)", '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\\1', styles, count=1)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "no zip": (lambda: b"Dear all,", "not a Word file, or damaged; save it in Word as .docx or .dotx"),
    "empty": (lambda: b"", "not a Word file, or damaged"),
    "old or locked": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 600, "locked with a password"),
    "another zip": (many_parts, "5001 parts, which is too much"),
    "bomb": (zip_bomb, "unpacks to 76 MiB"),
    "cut off": (lambda: ministry_a()[:9000], "or damaged"),
    "a part cut off": (
        lambda: changed(ministry_a(), {"word/styles.xml": lambda text: text[:-30]}),
        "word/styles.xml is damaged",
    ),
    "doctype": (lambda: changed(ministry_a(), {"word/styles.xml": add_doctype}), "has a DOCTYPE"),
    "strict": (
        lambda: changed(
            ministry_a(),
            {
                "word/document.xml": lambda text: text.replace(
                    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    "http://purl.oclc.org/ooxml/wordprocessingml/main",
                )
            },
        ),
        "in Strict Open XML",
    ),
    "picture from elsewhere": (
        lambda: header_with_relation("image", "https://example.org/x.png", EXTERNAL),
        "https://example.org/x.png outside the file (image)",
    ),
    "file elsewhere": (lambda: header_with_relation("hyperlink", "file:///etc/passwd", EXTERNAL), "file:///etc/passwd"),
    "object": (lambda: header_with_relation("oleObject", "embeddings/x.bin"), "word/embeddings/x.bin (oleObject)"),
    "control": (lambda: header_with_relation("control", "activeX/x.xml"), "(control)"),
    "missing part": (lambda: header_with_relation("image", "media/none.png"), "or damaged"),
    "lost relationship": (
        lambda: changed(ministry_a(), {header_of(ministry_a()): lambda text: re.sub("<Relationship [^>]*>", "", text)}),
        ".xml is damaged",
    ),
    "shape from elsewhere": (
        lambda: header_with_shape('src="https://example.org/x.png"'),
        "shows a picture from outside the file",
    ),
    "large part": (
        lambda: changed(
            ministry_a(),
            {"word/styles.xml": lambda text: f"{text}<!--{random.Random(1).randbytes(9_000_000).hex()}-->"},
        ),
        "word/styles.xml is larger than 16 MiB",
    ),
    "field that runs": (lambda: header_with_field("DDEAUTO c:\\\\x"), "has a field DDEAUTO"),
    "field that brings in": (lambda: header_with_field("INCLUDETEXT x.docx"), "has a field INCLUDETEXT"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_invalid_house_style_is_refused_with_a_hint(tmp_path: Path, what: str) -> None:
    make, message = REFUSED[what]
    house = saved(tmp_path / "house.docx", make())
    with pytest.raises(UsageError, match=re.escape(message)) as refused:
        in_house_style(DECLARATION, house)
    assert str(refused.value).startswith(f"{house}: ")
    assert "; " in str(refused.value)


@pytest.mark.parametrize("name", ["none.docx", "."])
def test_a_missing_house_style_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"name a \.docx or \.dotx file"):
        validate_theme(FORMATS.values(), Theme(house_style=tmp_path / name))


def test_macros_are_left_out(tmp_path: Path) -> None:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with_macros = "application/vnd.ms-word.document.macroEnabled.main+xml"
    types = {"[Content_Types].xml": lambda text: text.replace(main, with_macros)}
    macros = {"word/vbaProject.bin": b"macros"}
    house = saved(tmp_path / "house.docm", changed(ministry_a(), types, macros))
    with zipfile.ZipFile(BytesIO(in_house_style(DECLARATION, house))) as copy:
        assert not [name for name in copy.namelist() if "vba" in name]
        assert b"macro" not in copy.read("[Content_Types].xml")


def test_links_in_a_header_are_kept(tmp_path: Path) -> None:
    house = saved(tmp_path / "house.docx", header_with_relation("hyperlink", "https://example.org/", EXTERNAL))
    document = docx.Document(BytesIO(in_house_style(DECLARATION, house)))
    relations = document.sections[0].first_page_header.part.rels.values()
    assert [relation.target_ref for relation in relations if relation.is_external] == ["https://example.org/"]


def test_a_damaged_house_style_is_an_error_without_a_traceback(tmp_path: Path) -> None:
    chance = random.Random(1)
    file = ministry_b()
    with zipfile.ZipFile(BytesIO(file)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for number in range(60):
        name = chance.choice([part for part in parts if part.endswith((".xml", ".rels"))])
        cut = chance.choice(list(re.finditer(r'<[^/!?][^>]*/>| [\w:]+="[^"]*"', parts[name])))
        text = parts[name][: cut.start()] + parts[name][cut.end() :]
        house = saved(tmp_path / f"{number}.dotx", repacked(parts | {name: text}))
        try:
            assert zipfile.is_zipfile(BytesIO(in_house_style(DECLARATION, house)))
        except EngrossError as error:
            assert str(error).startswith(str(house))


def repacked(parts: dict[str, str]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


# For review


def test_changes_are_tracked_only_on_request(a: Path) -> None:
    from render.compose.edition import compose
    from render.pipeline import load

    view = compose(load(DECLARATION), "en", ViewOptions(track_changes=True))
    for copy in (write_word(view), in_house_style(view, a)):
        settings = word_part(copy, "word/settings.xml")
        assert settings.find(f"{W}trackRevisions") is not None
        protection = settings.find(f"{W}documentProtection")
        assert dict(protection.attrib) == {f"{W}edit": "trackedChanges", f"{W}enforcement": "1"}
        order = names(settings)
        assert order.index("trackRevisions") < order.index("documentProtection") < order.index("defaultTabStop")
    assert word_part(in_house_style(DECLARATION, a), "word/settings.xml").find(f"{W}trackRevisions") is None


def names(root: Iterable[Any]) -> list[str]:
    return [child.tag.rpartition("}")[2] for child in root]


def test_a_copy_records_its_source(house: Path) -> None:
    view = viewed(DECLARATION)
    for copy in (write_word(view), in_house_style(view, house)):
        assert custom_properties(copy) == {
            "EngrossId": "uk-lithuania-2022",
            "EngrossEdition": "full",
            "EngrossLanguage": "en",
            "EngrossSource": view.source_hash,
        }
        assert [entry.get("pid") for entry in word_part(copy, "docProps/custom.xml")] == ["2", "3", "4", "5"]
        assert len(view.source_hash) == 64
