"""Word copies in a house style: the default styles, unusual ones, and how often a style is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest

from render.view.options import ViewOptions
from render.write.docx import template_package
from render.write.docx.house_style import reader
from render.write.docx.writer import write_house_style, write_word
from tests.comparison import difference
from tests.expected_text import TRAITS
from tests.extract import DECLARATION, KITCHEN_SINK, viewed
from tests.extract_word import W, custom_properties, word_part, word_text
from tests.houses import changed, ministry_a
from tests.read_aloud import read_aloud
from tests.word_lint import faults
from tests.write.docx.house_styles import (
    header_lines,
    in_house_style,
    names,
    notes,
    saved,
    styles_by_name,
    visible_text,
    zipped_text,
)

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
    template_package._load_house_style.cache_clear()
    read: list[Path] = []

    def reading_once(path: Path) -> Any:
        read.append(path)
        return reader.read_house_file(path)

    monkeypatch.setattr(template_package, "read_house_file", reading_once)
    copies = [in_house_style(path, a) for path in (DECLARATION, KITCHEN_SINK, DECLARATION)]
    assert read == [a]
    assert copies[0] == copies[2]
    template_package._load_house_style.cache_clear()
    assert in_house_style(DECLARATION, a) == copies[0]


def test_a_house_style_that_changed_is_read_again(folder: Path) -> None:
    house = saved(folder / "changing.docx", write_house_style(".docx"))
    before = in_house_style(DECLARATION, house)
    saved(house, ministry_a())
    assert in_house_style(DECLARATION, house) != before


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
