"""Word copies in a house's own style: what comes from the house, what stays the text's, and what no house may bring."""

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

from render.problem import EngrossError, UsageError
from render.view import Choices, View
from render.write import FORMATS, Look, look_over, package
from render.write.house import reading
from render.write.package import house_style
from render.write.word import write_house_style, write_word
from tests.declarations import read_aloud, samples
from tests.extract import DECLARATION, KITCHEN_SINK, W, WordCounting, custom_properties, viewed, word_part, word_text
from tests.houses import as_bytes, changed, logo, ministry_a, ministry_b
from tests.test_one_text import MANNERS, difference, word_pages
from tests.word_lint import faults
from tests.write.test_word import fields, labels, paragraphs, style

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("houses")


@pytest.fixture(scope="module")
def a(folder: Path) -> Path:
    return kept(folder / "a.docx", ministry_a())


@pytest.fixture(scope="module")
def b(folder: Path) -> Path:
    return kept(folder / "b.dotx", ministry_b())


@pytest.fixture(scope="module")
def ours(folder: Path) -> Path:
    return kept(folder / "ours.dotx", write_house_style(".dotx"))


@pytest.fixture(params=["a", "b", "ours"])
def house(request: pytest.FixtureRequest) -> Path:
    path = request.getfixturevalue(request.param)
    assert isinstance(path, Path)
    return path


def kept(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def dressed(source: str | Path | View, house: Path) -> bytes:
    return write_word(source if isinstance(source, View) else viewed(source), Look(house_style=house))


def draft_of(path: Path, status: str = "draft") -> View:
    return viewed(re.sub(r"(?m)^status: .*\n", f"status: {status}\n" if status else "", path.read_text("utf-8")))


def notes(house: Path) -> list[str]:
    found = house_style(Look(house_style=house))
    assert found
    return list(found.notes)


def said(copy: bytes) -> list[str]:
    """What a copy says; its bullets may be those of a font that has nothing but signs."""
    return [page.replace("\uf0b7", "•") for page in word_pages(copy)]


def styles_by_name(copy: bytes) -> dict[str, Any]:
    styles = word_part(copy, "word/styles.xml")
    return {it.find(f"{W}name").get(f"{W}val"): it for it in styles.iter(f"{W}style")}


# The text stays what it is


@pytest.mark.parametrize("path", [DECLARATION, KITCHEN_SINK], ids=lambda path: path.stem)
def test_a_house_style_changes_no_word_and_no_number(house: Path, path: Path) -> None:
    copy = dressed(path, house)
    assert faults(copy) == []
    assert difference(read_aloud(path.read_text("utf-8")), said(copy), MANNERS["docx"]) == ""


@pytest.mark.parametrize("name", ["a", "b"])
def test_any_declaration_is_one_text_in_a_house_style(request: Any, name: str) -> None:
    for sample in samples(f"house {name}", 15):
        copy = dressed(sample.source, request.getfixturevalue(name))
        assert faults(copy) == [], sample.source
        assert difference(sample.reading, said(copy), MANNERS["docx"]) == "", sample.source


def test_paragraphs_count_by_their_style_alone_in_a_house_style(house: Path) -> None:
    copy = dressed(DECLARATION, house)
    counting = WordCounting(word_part(copy, "word/styles.xml"), word_part(copy, "word/numbering.xml"))
    numbered = [it for it in paragraphs(copy) if style(it) == "DeclarationParagraph"]
    assert not [it for it in numbered if it.find(f"{W}pPr/{W}numPr") is not None]
    assert [counting.label(it).strip() for it in numbered] == [f"{number}." for number in range(1, 34)]


def test_word_counts_as_the_view_does_in_a_house_style(house: Path) -> None:
    for apart in (False, True):
        copy = dressed(KITCHEN_SINK, house)
        counting = WordCounting(word_part(copy, "word/styles.xml"), word_part(copy, "word/numbering.xml"), apart)
        found = [counting.label(it).strip() for it in paragraphs(copy)]
        assert [it for it in found if re.search(r"\w", it)] == labels(viewed(KITCHEN_SINK))


def test_the_number_of_an_article_is_said_in_the_language_of_the_text(b: Path) -> None:
    source = "id: it\nlanguages: [lt]\ntitle: T\nbody: [{article: a, title: B, body: [{id: p, text: C}]}]\n"
    assert "1 straipsnis B" in word_text(dressed(source, b)).split("\n")


def test_the_language_is_that_of_the_text(b: Path) -> None:
    copy = dressed(DECLARATION, b)
    assert [it.get(f"{W}val") for it in word_part(copy, "word/styles.xml").iter(f"{W}lang")] == ["en-GB"]


def test_the_words_of_the_house_stay_in_its_language(b: Path) -> None:
    (run,) = word_part(dressed(DECLARATION, b), even_header(b)).iter(f"{W}r")
    assert run.find(f"{W}rPr/{W}lang").get(f"{W}val") == "de-DE"


def even_header(house: Path) -> str:
    copy = docx.Document(BytesIO(dressed(DECLARATION, house)))
    return str(copy.sections[0].even_page_header.part.partname)[1:]


def test_no_style_counts_that_would_add_a_number_to_the_text(a: Path) -> None:
    heading = styles_by_name(dressed(DECLARATION, a))["heading 1"]
    assert heading.find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val") == "0"
    assert [it for it in notes(a) if it.startswith("'Heading 1' is numbered there")]


# What comes from the house


def test_styles_are_found_by_their_names(a: Path, b: Path) -> None:
    title = styles_by_name(dressed(DECLARATION, a))["Title"]
    assert title.get(f"{W}styleId") == "Title"
    assert title.find(f"{W}rPr/{W}color").get(f"{W}val") == "003A70"
    assert styles_by_name(dressed(DECLARATION, a))["Bannière"].get(f"{W}styleId") == "Title-1"
    heading = styles_by_name(dressed(DECLARATION, b))["heading 1"]
    assert heading.get(f"{W}styleId") == "Heading1"
    assert heading.find(f"{W}rPr/{W}color").get(f"{W}val") == "7A1F1F"


def test_a_style_is_found_by_its_name_in_other_case_and_by_its_alias(folder: Path) -> None:
    file = docx.Document(BytesIO(write_house_style(".docx")))
    for it in file.styles.element.style_lst:
        if it.name_val == "heading 1":
            it.name.val = "Heading 1"
        if it.name_val == "Declaration Paragraph":
            it.name.val = "Numbered"
            it.name.addnext(it.makeelement(f"{W}aliases", {f"{W}val": "Other,declaration paragraph"}))
    house = kept(folder / "alias.docx", as_bytes(file))
    found = styles_by_name(dressed(DECLARATION, house))
    assert notes(house) == []
    assert found["Numbered"].get(f"{W}styleId") == "DeclarationParagraph"
    assert found["Heading 1"].get(f"{W}styleId") == "Heading1"
    assert "heading 1" not in found


def test_styles_that_differ_by_case_alone_get_names_of_their_own(folder: Path) -> None:
    def double(styles: str) -> str:
        title = '<w:style w:type="paragraph" w:styleId="Title"'
        other = '<w:style w:type="paragraph" w:styleId="x"><w:name w:val="TITLE"/></w:style>'
        return styles.replace(title, other + title)

    house = kept(folder / "double.docx", changed(write_house_style(".docx"), {"word/styles.xml": double}))
    copy = dressed(DECLARATION, house)
    assert faults(copy) == []
    found = styles_by_name(copy)
    assert found["Title"].get(f"{W}styleId") == "Title"
    assert "TITLE 1" in found


def test_what_a_house_lacks_is_ours_in_the_houses_proportions(a: Path) -> None:
    found = styles_by_name(dressed(DECLARATION, a))
    paragraph, imprint, contents = (found[name] for name in ("Declaration Paragraph", "Imprint", "toc 1"))
    assert paragraph.find(f"{W}basedOn").get(f"{W}val") == "BodyText"
    assert paragraph.find(f"{W}rPr") is None
    # Ours are 8.5 points to 11, as the house's text has.
    assert imprint.find(f"{W}rPr/{W}sz").get(f"{W}val") == "17"
    # The house's lines are 6 inches long.
    assert contents.find(f"{W}pPr/{W}tabs/{W}tab").get(f"{W}pos") == str(6 * 1440 + 720)


def test_a_user_is_told_what_a_house_lacks_and_what_is_used_instead(a: Path, b: Path) -> None:
    assert notes(b) == [
        "no style 'Quote Attribution'; engross's own is used, based on its 'Quote'",
        "no style 'Figure Caption'; engross's own is used, based on its 'Normal'",
        "no styles 'Lead', 'Lead Emphasis'; engross's own are used",
    ]
    (on_body,) = (it for it in notes(a) if it.endswith("based on its 'Body Text'"))
    assert on_body.startswith("no styles 'Declaration Paragraph', 'Sub-paragraph 1' to 'Sub-paragraph 4', ")
    headings = "no styles 'Page Heading 1', 'Article Heading 1' to 'Article Heading 5'; engross's own are used, "
    assert f"{headings}based on its 'Heading 1' to 'Heading 5'" in notes(a)
    assert not [it for it in notes(a) if "'Title'" in it]


def test_the_page_is_the_houses(a: Path, b: Path) -> None:
    letter = docx.Document(BytesIO(dressed(DECLARATION, a))).sections[0]
    assert letter.page_width is not None
    assert (letter.page_width.inches, letter.left_margin and letter.left_margin.inches) == (8.5, 1)
    grids = [it.get(f"{W}w") for it in word_part(dressed(KITCHEN_SINK, a), "word/document.xml").iter(f"{W}gridCol")]
    assert sum(map(int, grids[:3])) == 9360
    a4 = docx.Document(BytesIO(dressed(DECLARATION, b))).sections[0]
    assert (a4.page_width and round(a4.page_width.mm), a4.left_margin and a4.left_margin.twips) == (210, 1300)


def test_a_picture_is_no_wider_than_the_houses_lines(folder: Path) -> None:
    file = docx.Document(BytesIO(ministry_a()))
    section: Any = file.sections[0]
    section.right_margin = Emu(section.page_width - 3_000_000)
    house = kept(folder / "narrow.docx", as_bytes(file))
    document = word_part(dressed(KITCHEN_SINK, house), "word/document.xml")
    extents = document.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent")
    assert max(int(it.get("cx")) for it in extents) <= 3_000_000 - 914_400 + 5_000


def test_the_theme_and_the_fonts_are_the_houses(a: Path) -> None:
    with zipfile.ZipFile(BytesIO(dressed(DECLARATION, a))) as copy, zipfile.ZipFile(a) as house:
        assert b"Liberation Sans" in copy.read("word/theme/theme1.xml")
        assert b"Source Serif" not in copy.read("word/fontTable.xml")
        assert re.findall(rb'w:name="([^"]+)"', copy.read("word/fontTable.xml")) == re.findall(
            rb'w:name="([^"]+)"', house.read("word/fontTable.xml")
        )


def test_the_text_of_the_house_is_dropped(a: Path) -> None:
    with zipfile.ZipFile(BytesIO(dressed(DECLARATION, a))) as copy:
        assert "own text" not in "".join(copy.read(it).decode("utf-8", "replace") for it in copy.namelist())
        assert not [it for it in copy.namelist() if "customXml" in it or "thumbnail" in it or "vba" in it]


# Headers and footers


def test_headers_and_footers_are_the_houses_with_their_logos(a: Path) -> None:
    copy = dressed(DECLARATION, a)
    section = docx.Document(BytesIO(copy)).sections[0]
    assert section.different_first_page_header_footer
    assert [it.text for it in section.header.paragraphs] == ["Ministry of A"]
    assert [it.text for it in section.first_page_footer.paragraphs] == ["Street of A 1, City of A"]
    (picture,) = (it for it in section.first_page_header.part.rels.values() if it.reltype.endswith("/image"))
    assert picture.target_part.blob == logo()


def test_a_house_without_headers_and_footers_gets_ours(folder: Path) -> None:
    house = kept(folder / "bare.docx", as_bytes(docx.Document()))
    section = docx.Document(BytesIO(dressed(DECLARATION, house))).sections[0]
    assert section.different_first_page_header_footer
    assert [it.text for it in section.header.paragraphs] == ["UK-Lithuania joint declaration 2022"]
    assert [it.text for it in section.first_page_header.paragraphs] == [""]
    assert [it.text for it in section.first_page_footer.paragraphs] == ["Page 1 of 1"]


def test_even_pages_have_the_houses_header(b: Path) -> None:
    document = docx.Document(BytesIO(dressed(KITCHEN_SINK, b)))
    assert document.settings.odd_and_even_pages_header_footer
    assert [it.text for it in document.sections[0].even_page_header.paragraphs] == ["OFFICIAL", "Ministerium von B"]


def test_the_running_title_and_the_pages_numbers_are_the_texts_in_their_styles(b: Path) -> None:
    source = "id: it\nlanguages: [lt]\ntitle: T\nshort_title: Trumpai\nbody: [{id: p, text: C}]\n"
    section = docx.Document(BytesIO(dressed(source, b))).sections[0]
    assert [it.text for it in section.header.paragraphs] == ["Trumpai"]
    assert [it.text for it in section.footer.paragraphs] == ["1 puslapis iš 1"]
    assert [code for code, _ in fields(section.footer._element)] == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize("name", ["a", "b", "ours", None])
def test_the_marking_is_at_the_head_and_foot_of_every_page(request: Any, name: str | None) -> None:
    copy = write_word(viewed(KITCHEN_SINK), Look(house_style=request.getfixturevalue(name) if name else None))
    heads, feet = sheets(copy, "headerReference"), sheets(copy, "footerReference")
    assert len(heads) == len(feet) == (3 if name == "b" else 2)
    assert [it[0] for it in heads] == ["OFFICIAL"] * len(heads)
    assert [it[-1] for it in feet] == ["OFFICIAL"] * len(feet)


def sheets(copy: bytes, tag: str) -> list[list[str]]:
    """The paragraphs of each header or footer that a page refers to."""
    document = docx.Document(BytesIO(copy))
    references = document.element.body[-1].iter(f"{W}{tag}")
    parts = [document.part.related_parts[it.get(f"{R}id")].element for it in references]
    return [["".join(t.text for t in p.iter(f"{W}t")) for p in part.iter(f"{W}p")] for part in parts]


@pytest.mark.parametrize("name", ["a", "b", None])
def test_a_draft_is_called_one_on_every_page(request: Any, name: str | None) -> None:
    copy = write_word(draft_of(KITCHEN_SINK), Look(house_style=request.getfixturevalue(name) if name else None))
    assert faults(copy) == []
    heads = sheets(copy, "headerReference")
    assert [it[1] for it in heads] == ["Draft"] * len(heads)
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        parts = [
            archive.read(it).decode() for it in archive.namelist() if re.fullmatch(r"word/(header|house)\d+.xml", it)
        ]
    marks = [mark for part in parts for mark in re.findall(r'<v:shape (.*?)>.*?string="(.*?)"', part, re.DOTALL)]
    assert [word for _, word in marks] == ["DRAFT"] * len(heads)
    assert all('alt="Draft"' in shape for shape, _ in marks)
    assert len({re.findall(r'id="(PowerPlusWaterMarkObject\d+)"', shape)[0] for shape, _ in marks}) == len(heads)


@pytest.mark.parametrize("status", ["agreed", "signed", "published", ""])
def test_what_is_no_draft_is_not_called_one(a: Path, status: str) -> None:
    view = draft_of(KITCHEN_SINK, status)
    assert view.status == status
    for copy in (write_word(view), dressed(view, a)):
        assert not [line for sheet in sheets(copy, "headerReference") for line in sheet if line == "Draft"]


def test_a_draft_is_called_one_in_its_language() -> None:
    said = {}
    for language in ("lt", "fr", "de", "pl"):
        source = f"id: it\nlanguages: [{language}]\ntitle: T\nstatus: draft\nbody: [{{id: p, text: C}}]\n"
        copy = write_word(viewed(source))
        said[language] = sheets(copy, "headerReference")[0][0]
        runs = [it for it in word_part(copy, "word/header1.xml").iter(f"{W}r") if it.find(f"{W}t") is not None]
        named = [it.get(f"{W}val") for it in runs[0].iter(f"{W}lang")]
        assert named == (["en-GB"] if language == "pl" else [])
    assert said == {"lt": "Projektas", "fr": "Projet", "de": "Entwurf", "pl": "Draft"}


def test_the_text_makes_room_for_what_is_said_over_it(a: Path) -> None:
    def top(view: View, house: Path | None) -> int:
        margin = docx.Document(BytesIO(write_word(view, Look(house_style=house)))).sections[0].top_margin
        assert margin is not None
        return int(margin.twips)

    assert top(viewed(DECLARATION), a) == 1440
    # The header begins at 720; two lines, a logo of half an inch, and a gap.
    assert top(draft_of(KITCHEN_SINK), a) == 720 + 2 * 300 + 720 + 120
    assert top(viewed(DECLARATION), None) == top(viewed(KITCHEN_SINK), None) == 1531


# There and back


def test_our_own_styles_written_and_used_unchanged_make_the_same_copy(ours: Path) -> None:
    assert notes(ours) == []
    for path in (DECLARATION, KITCHEN_SINK):
        plain, copy = write_word(viewed(path)), dressed(path, ours)
        assert look_of(copy) == look_of(plain)
        assert sheets(copy, "headerReference") == sheets(plain, "headerReference")
        assert sheets(copy, "footerReference") == sheets(plain, "footerReference")


def look_of(copy: bytes) -> Any:
    """The body without the names of relationships, and every style by its name, without its numbering instance."""
    body = zipped_text(copy, "word/document.xml")
    body = re.sub(r'r:(id|embed)="[^"]*"|<w:numId w:val="\d+"/>', "", body)
    styles = {}
    for name, it in styles_by_name(copy).items():
        for number in list(it.iter(f"{W}numId", f"{W}rsid")):
            number.getparent().remove(number)
        styles[name] = sorted((str(e.tag), sorted(map(str, e.attrib.items()))) for e in it.iter())
    return body, styles


def zipped_text(copy: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize(("suffix", "kind"), [(".docx", "document"), (".dotx", "template")])
def test_our_own_styles_are_a_sound_file_that_shows_each_in_its_name(suffix: str, kind: str) -> None:
    file = write_house_style(suffix)
    assert faults(file) == []
    assert f"wordprocessingml.{kind}.main+xml" in zipped_text(file, "[Content_Types].xml")
    shown = word_text(file)
    hidden = {"Default Paragraph Font", "Normal Table", "No List", "annotation text", "annotation reference"}
    assert not [name for name in styles_by_name(file).keys() - hidden if name not in shown]


def test_the_numbering_of_a_house_that_began_from_ours_is_used(b: Path) -> None:
    copy = dressed(DECLARATION, b)
    number = styles_by_name(copy)["Declaration Paragraph"].find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val")
    assert number == "21"
    (instance,) = (it for it in word_part(copy, "word/numbering.xml").iter(f"{W}num") if it.get(f"{W}numId") == number)
    assert instance[0].get(f"{W}val") == "21"


def test_a_house_that_numbers_otherwise_keeps_the_look_of_the_number_alone(folder: Path) -> None:
    def edit(numbering: str) -> str:
        bold = "<w:rPr><w:b/></w:rPr></w:lvl>"
        first = numbering.replace('<w:lvlText w:val="%1."/>', '<w:lvlText w:val="§ %1"/>', 1)
        return first.replace("</w:lvl>", bold, 1).replace('"decimal"', '"upperRoman"', 1)

    house = kept(folder / "roman.docx", changed(write_house_style(".docx"), {"word/numbering.xml": edit}))
    copy = dressed(DECLARATION, house)
    assert difference(read_aloud(DECLARATION.read_text("utf-8")), said(copy), MANNERS["docx"]) == ""
    (tie,) = (
        it
        for it in word_part(copy, "word/numbering.xml").iter(f"{W}pStyle")
        if it.get(f"{W}val") == "DeclarationParagraph"
    )
    assert tie.getparent().find(f"{W}rPr/{W}b") is not None


# What a house may have besides


def variant(folder: Path, **changes: Callable[[str], str]) -> Path:
    """Our own styles as a house edited them: part by part, `styles=…` for word/styles.xml."""
    named = {f"word/{name}.xml": change for name, change in changes.items()}
    return kept(folder / f"variant-{len(list(folder.iterdir()))}.docx", changed(write_house_style(".docx"), named))


def put(before: str, new: str) -> Callable[[str], str]:
    """A change: something put before the first of what is there."""
    return lambda text: text.replace(before, new + before, 1)


def test_fonts_are_named_and_not_passed_on(folder: Path) -> None:
    house = variant(folder, fontTable=put("</w:font>", '<w:embedRegular xmlns:r="http://x" r:id="rId1"/>'))
    assert "embedRegular" not in zipped_text(dressed(DECLARATION, house), "word/fontTable.xml")


def test_bookmarks_of_a_header_stay_behind(folder: Path) -> None:
    marked = '<w:bookmarkStart w:id="1" w:name="_p_russia"/><w:bookmarkEnd w:id="1"/>'
    copy = dressed(DECLARATION, variant(folder, header2=put("</w:p>", marked)))
    assert faults(copy) == []


def test_no_two_lists_bear_one_mark(a: Path, folder: Path) -> None:
    # Another style than ours hangs on the house's numbering, so that ours is needed beside it.
    numbering = variant(folder, numbering=lambda text: text.replace('"SubParagraph4"', '"Title"', 1))
    for house in (a, numbering):
        root = word_part(dressed(DECLARATION, house), "word/numbering.xml")
        marks = [it.get(f"{W}val") for it in root.iter(f"{W}nsid")]
        assert len(marks) == len(set(marks))


def test_lists_of_the_houses_text_stay_behind(a: Path, ours: Path) -> None:
    for house in (a, ours):
        copy = dressed(DECLARATION, house)
        used = {it.get(f"{W}val") for it in word_part(copy, "word/styles.xml").iter(f"{W}numId")}
        numbers = {it.get(f"{W}numId") for it in word_part(copy, "word/numbering.xml").iter(f"{W}num")}
        # No style is tied to that of sub-paragraphs under what has no number.
        assert len(numbers - used) == 1


def test_a_count_of_the_houses_that_begins_late_begins_with_1(folder: Path) -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride>'
    house = variant(folder, numbering=lambda text: text.replace('"1"/></w:num>', f'"1"/>{start}</w:num>', 1))
    assert "1. The Republic" in word_text(dressed(DECLARATION, house)).replace("\t", " ")


def test_a_heading_that_the_house_left_out_of_the_outline_is_in_it(folder: Path) -> None:
    house = variant(folder, styles=lambda text: text.replace('<w:outlineLvl w:val="0"/>', "", 1))
    heading = styles_by_name(dressed(DECLARATION, house))["heading 1"]
    assert heading.find(f"{W}pPr/{W}outlineLvl").get(f"{W}val") == "0"


def test_a_heading_without_its_number_does_not_hang(folder: Path) -> None:
    def number(styles: str) -> str:
        first = styles.replace('<w:numId w:val="0"/>', '<w:numId w:val="1"/>', 1)
        return first.replace(
            '<w:outlineLvl w:val="0"/>', '<w:ind w:left="700" w:hanging="700"/><w:outlineLvl w:val="0"/>', 1
        )

    house = variant(folder, styles=number)
    assert "'Heading 1' is numbered there" in "".join(notes(house))
    assert styles_by_name(dressed(DECLARATION, house))["heading 1"].find(f"{W}pPr/{W}ind") is None


def test_a_text_from_right_to_left_is_laid_out_so_in_a_house_style(a: Path) -> None:
    source = "id: it\nlanguages: [ar]\ntitle: T\nbody: [{id: p, text: C}]\n"
    section = word_part(dressed(source, a), "word/document.xml")[0][-1]
    assert names(section)[-3:] == ["titlePg", "bidi", "docGrid"]


def test_a_margin_that_the_house_holds_to_is_left_alone(folder: Path) -> None:
    house = variant(folder, document=lambda text: text.replace('w:top="1531"', 'w:top="-1531"'))
    section = word_part(dressed(KITCHEN_SINK, house), "word/document.xml")[0][-1]
    assert section.find(f"{W}pgMar").get(f"{W}top") == "-1531"


def test_a_header_of_spaces_says_nothing(folder: Path) -> None:
    def blank(header: str) -> str:
        return header.replace("House style", " ")

    house = variant(folder, header1=blank)
    section = docx.Document(BytesIO(dressed(DECLARATION, house))).sections[0]
    assert [it.text for it in section.header.paragraphs] == ["UK-Lithuania joint declaration 2022"]
    assert section.header.part.partname == "/word/header1.xml"


# Once a process, and always the same


def test_a_house_style_is_read_once_for_many_copies(a: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package._house_style.cache_clear()
    read: list[Path] = []

    def reading_once(path: Path) -> Any:
        read.append(path)
        return reading.read_house(path)

    monkeypatch.setattr(package, "read_house", reading_once)
    copies = [dressed(path, a) for path in (DECLARATION, KITCHEN_SINK, DECLARATION)]
    assert read == [a]
    assert copies[0] == copies[2]
    package._house_style.cache_clear()
    assert dressed(DECLARATION, a) == copies[0]


def test_a_house_style_that_changed_is_read_anew(folder: Path) -> None:
    house = kept(folder / "changing.docx", write_house_style(".docx"))
    before = dressed(DECLARATION, house)
    kept(house, ministry_a())
    assert dressed(DECLARATION, house) != before


# What no house may bring


def relation(kind: str, target: str, mode: str = "") -> Callable[[str], str]:
    """A relationship put into a part's."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    added = f'<Relationship Id="bad1" Type="{base}/{kind}" Target="{target}"{mode}/></Relationships>'
    return lambda text: text.replace("</Relationships>", added)


EXTERNAL = ' TargetMode="External"'


def header_of(file: bytes) -> str:
    """The name of a header with a logo."""
    with zipfile.ZipFile(BytesIO(file)) as archive:
        return next(it for it in archive.namelist() if re.fullmatch(r"word/_rels/header\d\.xml\.rels", it))


def with_relation(kind: str, target: str, mode: str = "") -> bytes:
    file = ministry_a()
    return changed(file, {header_of(file): relation(kind, target, mode)})


def with_field(code: str) -> bytes:
    file = ministry_a()
    field = f'<w:fldSimple w:instr=" {code} "><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p></w:hdr>'
    name = header_of(file).replace("_rels/", "").removesuffix(".rels")
    return changed(file, {name: lambda text: re.sub(r"</w:p>\s*</w:hdr>", lambda _: field, text)})


def with_shape(attribute: str) -> bytes:
    file = ministry_a()
    shape = f'<w:p><w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" {attribute}/></w:pict></w:r></w:p>'
    name = header_of(file).replace("_rels/", "").removesuffix(".rels")
    return changed(file, {name: lambda text: text.replace("</w:hdr>", f"{shape}</w:hdr>")})


def bomb() -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", b" " * 80_000_000)
    return data.getvalue()


def crowd() -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for number in range(5_001):
            archive.writestr(str(number), b"")
    return data.getvalue()


def with_entities(styles: str) -> str:
    return re.sub(r"(<w:styles)", '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\\1', styles, count=1)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "no zip": (lambda: b"Dear all,", "no Word file, or a damaged one; save it in Word as .docx or .dotx"),
    "empty": (lambda: b"", "no Word file, or a damaged one"),
    "old or locked": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 600, "locked with a password"),
    "another zip": (crowd, "5001 parts, too much"),
    "bomb": (bomb, "unpacks to 76 MiB"),
    "cut off": (lambda: ministry_a()[:9000], "a damaged one"),
    "a part cut off": (
        lambda: changed(ministry_a(), {"word/styles.xml": lambda text: text[:-30]}),
        "word/styles.xml is damaged",
    ),
    "doctype": (lambda: changed(ministry_a(), {"word/styles.xml": with_entities}), "has a DOCTYPE"),
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
        lambda: with_relation("image", "https://example.org/x.png", EXTERNAL),
        "https://example.org/x.png outside of the file (image)",
    ),
    "file elsewhere": (lambda: with_relation("hyperlink", "file:///etc/passwd", EXTERNAL), "file:///etc/passwd"),
    "object": (lambda: with_relation("oleObject", "embeddings/x.bin"), "word/embeddings/x.bin (oleObject)"),
    "control": (lambda: with_relation("control", "activeX/x.xml"), "(control)"),
    "missing part": (lambda: with_relation("image", "media/none.png"), "a damaged one"),
    "lost relationship": (
        lambda: changed(ministry_a(), {header_of(ministry_a()): lambda text: re.sub("<Relationship [^>]*>", "", text)}),
        ".xml is damaged",
    ),
    "shape from elsewhere": (lambda: with_shape('src="https://example.org/x.png"'), "shows a picture from elsewhere"),
    "large part": (
        lambda: changed(
            ministry_a(),
            {"word/styles.xml": lambda text: f"{text}<!--{random.Random(1).randbytes(9_000_000).hex()}-->"},
        ),
        "word/styles.xml is larger than 16 MiB",
    ),
    "field that runs": (lambda: with_field("DDEAUTO c:\\\\x"), "has a field DDEAUTO"),
    "field that brings in": (lambda: with_field("INCLUDETEXT x.docx"), "has a field INCLUDETEXT"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_house_style_is_refused_with_what_to_do(tmp_path: Path, what: str) -> None:
    make, message = REFUSED[what]
    house = kept(tmp_path / "house.docx", make())
    with pytest.raises(UsageError, match=re.escape(message)) as refused:
        dressed(DECLARATION, house)
    assert str(refused.value).startswith(f"{house}: ")
    assert "; " in str(refused.value)


@pytest.mark.parametrize("name", ["none.docx", "."])
def test_a_house_style_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"name a \.docx or \.dotx file"):
        look_over(FORMATS.values(), Look(house_style=tmp_path / name))


def test_macros_stay_behind(tmp_path: Path) -> None:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with_macros = "application/vnd.ms-word.document.macroEnabled.main+xml"
    types = {"[Content_Types].xml": lambda text: text.replace(main, with_macros)}
    macros = {"word/vbaProject.bin": b"macros"}
    house = kept(tmp_path / "house.docm", changed(ministry_a(), types, macros))
    with zipfile.ZipFile(BytesIO(dressed(DECLARATION, house))) as copy:
        assert not [it for it in copy.namelist() if "vba" in it]
        assert b"macro" not in copy.read("[Content_Types].xml")


def test_links_in_a_header_stay(tmp_path: Path) -> None:
    house = kept(tmp_path / "house.docx", with_relation("hyperlink", "https://example.org/", EXTERNAL))
    document = docx.Document(BytesIO(dressed(DECLARATION, house)))
    relations = document.sections[0].first_page_header.part.rels.values()
    assert [it.target_ref for it in relations if it.is_external] == ["https://example.org/"]


def test_a_damaged_house_style_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    chance = random.Random(1)
    file = ministry_b()
    with zipfile.ZipFile(BytesIO(file)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for number in range(60):
        name = chance.choice([it for it in parts if it.endswith((".xml", ".rels"))])
        cut = chance.choice(list(re.finditer(r'<[^/!?][^>]*/>| [\w:]+="[^"]*"', parts[name])))
        text = parts[name][: cut.start()] + parts[name][cut.end() :]
        house = kept(tmp_path / f"{number}.dotx", repacked(parts | {name: text}))
        try:
            assert zipfile.is_zipfile(BytesIO(dressed(DECLARATION, house)))
        except EngrossError as error:
            assert str(error).startswith(str(house))


def repacked(parts: dict[str, str]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


# For review, and back


def test_changes_are_noted_only_where_that_is_asked_for(a: Path) -> None:
    from render.compose import compose
    from render.pipeline import load

    view = compose(load(DECLARATION), "en", Choices(track_changes=True))
    for copy in (write_word(view), dressed(view, a)):
        settings = word_part(copy, "word/settings.xml")
        assert settings.find(f"{W}trackRevisions") is not None
        protection = settings.find(f"{W}documentProtection")
        assert dict(protection.attrib) == {f"{W}edit": "trackedChanges", f"{W}enforcement": "1"}
        order = names(settings)
        assert order.index("trackRevisions") < order.index("documentProtection") < order.index("defaultTabStop")
    assert word_part(dressed(DECLARATION, a), "word/settings.xml").find(f"{W}trackRevisions") is None


def names(root: Iterable[Any]) -> list[str]:
    return [it.tag.rpartition("}")[2] for it in root]


def test_a_copy_says_which_source_it_came_from(house: Path) -> None:
    view = viewed(DECLARATION)
    for copy in (write_word(view), dressed(view, house)):
        assert custom_properties(copy) == {
            "EngrossId": "uk-lithuania-2022",
            "EngrossEdition": "full",
            "EngrossLanguage": "en",
            "EngrossSource": view.source_hash,
        }
        assert [it.get("pid") for it in word_part(copy, "docProps/custom.xml")] == ["2", "3", "4", "5"]
        assert len(view.source_hash) == 64
