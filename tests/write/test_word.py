"""The Word copy, read back: what a person would do in Word by hand, and no more."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.view.blocks import Block, Heading, Paragraph, View
from render.write.docx.context import bookmark
from render.write.docx.writer import write_word
from tests.declarations import Sample, declarations
from tests.extract import (
    DECLARATION,
    KITCHEN_SINK,
    W,
    WordCounting,
    viewed,
    word_notes,
    word_part,
    word_said,
    word_text,
)
from tests.word_lint import faults

PLAIN = settings(deadline=None, derandomize=True, database=None, max_examples=25)
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CONTROL = '<w:id w:val="5"/>'
IN_A1 = '<w:p xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" w14:paraId="A1">'
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


@pytest.fixture(scope="module")
def declaration() -> bytes:
    return write_word(viewed(DECLARATION))


@pytest.fixture(scope="module")
def sink() -> bytes:
    return write_word(viewed(KITCHEN_SINK))


def paragraphs(copy: bytes) -> list[Any]:
    return list(word_part(copy, "word/document.xml").iter(f"{W}p"))


def style(paragraph: Any) -> str:
    return str(paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val"))


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Paragraph):
            yield from walk(block.children)


# Nothing amiss


def test_the_lint_finds_nothing(declaration: bytes, sink: bytes) -> None:
    assert faults(declaration) == []
    assert faults(sink) == []


@settings(PLAIN)
@given(sample=declarations())
def test_the_lint_finds_nothing_in_any_declaration(sample: Sample) -> None:
    assert faults(write_word(viewed(sample.source))) == [], sample.source


@pytest.mark.parametrize(
    ("part", "pattern", "changed", "fault"),
    [
        ("word/document.xml", "_p_noting_second", "_p_noting_first", "the bookmark _p_noting_first twice"),
        ("word/document.xml", "_p_eleventh", "_p_" + "e" * 40, "is too long"),
        ("word/document.xml", "_p_eleventh", "_p eleventh", "is no word"),
        ("word/document.xml", '<w:bookmarkEnd w:id="7"/>', "", "begins bookmarks that do not end: ['7']"),
        ("word/document.xml", '<w:bookmarkStart w:id="7"', '<w:bookmarkStart w:id="8"', "two bookmarks with the id 8"),
        ("word/document.xml", "REF _p_second ", "REF _p_nowhere ", "refers to the bookmark _p_nowhere"),
        ("word/document.xml", 'w:anchor="_p_second"', 'w:anchor="_p_gone"', "leads to the bookmark _p_gone"),
        ("word/document.xml", '<w:fldChar w:fldCharType="end"/>', "", "a field that does not end"),
        ("word/document.xml", '<w:fldChar w:fldCharType="begin"/>', "", "separates a field that is not open"),
        ("word/document.xml", '<w:numId w:val="[5-9]"/>', '<w:numId w:val="99"/>', "no numbering 99"),
        ("word/document.xml", 'pStyle w:val="BodyText"', 'pStyle w:val="Gone"', "no paragraph style Gone"),
        ("word/document.xml", 'rStyle w:val="Strong"', 'rStyle w:val="BodyText"', "no character style BodyText"),
        ("word/document.xml", 'r:id="link1"', 'r:id="link99"', "uses the relationship link99, which it has not"),
        ("word/document.xml", 'r:id="link1"', 'r:id="link2"', "never uses its relationship link1"),
        ("word/document.xml", 'docPr id="2"', 'docPr id="1"', "two drawings with the id 1"),
        (
            "word/document.xml",
            "<w:sdtPr>",
            f"<w:sdtPr>{CONTROL}</w:sdtPr></w:sdt><w:sdt><w:sdtPr>{CONTROL}",
            "id 5",
        ),
        ("word/document.xml", "<w:p>(.+?)<w:p>", rf"{IN_A1}\1{IN_A1}", "two paragraphs with the id A1"),
        ("word/document.xml", '<w:footnoteReference w:id="2"/>', "", "are marked as"),
        ("word/footnotes.xml", '<w:footnote w:id="2"', '<w:footnote w:id="1"', "two footnotes with the id 1"),
        ("word/document.xml", "<w:sectPr", "<w:p/><w:sectPr", "an empty paragraph in the style Normal"),
        ("word/numbering.xml", '<w:num w:numId="2"', '<w:num w:numId="1"', "the numbering 1 twice"),
        ("word/numbering.xml", 'abstractNumId w:val="3"', 'abstractNumId w:val="33"', "no abstract numbering 33"),
        ("word/numbering.xml", 'pStyle w:val="SubParagraph1"', 'pStyle w:val="Gone"', "no paragraph style Gone"),
        ("word/styles.xml", 'basedOn w:val="Normal"', 'basedOn w:val="Gone"', "no style Gone"),
        ("word/styles.xml", 'styleId="SubParagraph2"', 'styleId="SubParagraph1"', "the style SubParagraph1 twice"),
        ("word/_rels/document.xml.rels", "styles.xml", "gone.xml", "leads to gone.xml, which is not there"),
        ("[Content_Types].xml", "/word/styles.xml", "/word/gone.xml", "a content type for /word/gone.xml"),
    ],
)
def test_the_lint_finds_what_is_broken(sink: bytes, part: str, pattern: str, changed: str, fault: str) -> None:
    broken = BytesIO()
    with zipfile.ZipFile(BytesIO(sink)) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == part:
                assert re.search(pattern, text.decode())
                text = re.sub(pattern, changed, text.decode(), count=1).encode()
            new.writestr(name, text)
    assert [it for it in faults(broken.getvalue()) if fault in it]


# Numbers


def test_the_paragraphs_of_the_declaration_count_by_their_style_alone(declaration: bytes) -> None:
    numbered = [it for it in paragraphs(declaration) if style(it) == "DeclarationParagraph"]
    assert len(numbered) == 33
    assert not [it for it in numbered if it.find(f"{W}pPr/{W}numPr") is not None]
    styles, numbering = word_part(declaration, "word/styles.xml"), word_part(declaration, "word/numbering.xml")
    (its_style,) = (it for it in styles if it.get(f"{W}styleId") == "DeclarationParagraph")
    number = its_style.find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val")
    (instance,) = (it for it in numbering.iter(f"{W}num") if it.get(f"{W}numId") == number)
    tied = [it for it in numbering.iter(f"{W}pStyle") if it.get(f"{W}val") == "DeclarationParagraph"]
    assert [it.getparent().getparent().get(f"{W}abstractNumId") for it in tied] == [instance[0].get(f"{W}val")]
    assert not list(numbering.iter(f"{W}startOverride"))
    counting = WordCounting(styles, numbering)
    assert [counting.label(it).strip() for it in numbered] == [f"{number}." for number in range(1, 34)]


def labels(view: View) -> list[str]:
    """The computed numbers of a view, in reading order."""
    counted = (it for it in walk(view.blocks) if isinstance(it, Heading | Paragraph) and it.count)
    return [it.label for it in counted if isinstance(it, Heading | Paragraph)]


def assert_counts_alike(view: View) -> None:
    """Word counts as the view does, in either reading of what overriding a start means for the count."""
    copy = write_word(view)
    for apart in (False, True):
        styles, numbering = word_part(copy, "word/styles.xml"), word_part(copy, "word/numbering.xml")
        counting = WordCounting(styles, numbering, apart)
        found = [counting.label(it).strip() for it in paragraphs(copy)]
        assert [it for it in found if it not in ("", "•")] == labels(view)


def test_word_counts_as_the_view_does() -> None:
    assert_counts_alike(viewed(KITCHEN_SINK))


_NUMBER = st.sampled_from([None, None, None, "1", "2", "7", "30", "3 bis"])


@st.composite
def countings(draw: Any) -> str:
    """Declarations of hardly anything but numbers, many of them as published."""
    ids = iter(range(1000))

    def paragraph(level: int) -> str:
        number = draw(_NUMBER)
        inside = [paragraph(level + 1) for _ in range(draw(st.integers(0, 2 if level < 3 else 0)))]
        said = f", number: {number}" if number else ""
        return f"{{id: p{next(ids)}, text: A{said}, body: [{', '.join(inside)}]}}"

    def article() -> str:
        number = draw(_NUMBER)
        inside = [paragraph(0) for _ in range(draw(st.integers(0, 4)))]
        said = f", number: {number}" if number else ""
        return f"{{article: a{next(ids)}{said}, body: [{', '.join(inside)}]}}"

    def recital() -> str:
        return f"{{recital: r{next(ids)}, text: A, body: [{paragraph(1)}, {paragraph(1)}]}}"

    kinds = st.sampled_from([article, article, lambda: paragraph(0), recital])
    outer = [draw(kinds)() for _ in range(draw(st.integers(1, 6)))]
    annex = [draw(kinds)() for _ in range(draw(st.integers(0, 3)))]
    nodes = [*outer, f"{{annex: x, body: [{', '.join(annex)}]}}"]
    return f"id: it\nlanguages: [en]\ntitle: A\nbody: [{', '.join(nodes)}]\n"


@settings(PLAIN, max_examples=60)
@given(source=countings())
def test_word_counts_as_the_view_does_whatever_numbers_were_published(source: str) -> None:
    assert_counts_alike(viewed(source))


# Bookmarks and references


def test_every_paragraph_and_heading_has_one_hidden_bookmark_around_it(declaration: bytes, sink: bytes) -> None:
    for path, copy in ((DECLARATION, declaration), (KITCHEN_SINK, sink)):
        blocks = walk(viewed(path).blocks)
        anchored = [it for it in blocks if isinstance(it, Heading | Paragraph) and it.anchor]
        starts = {it.get(f"{W}name"): it for it in word_part(copy, "word/document.xml").iter(f"{W}bookmarkStart")}
        for block in anchored:
            assert isinstance(block, Heading | Paragraph)
            start = starts[bookmark(str(block.anchor))]
            assert start.get(f"{W}name").startswith("_p_")
            assert start.getprevious().tag == f"{W}pPr"
            assert start.getparent()[-1].get(f"{W}id") == start.get(f"{W}id")


@given(anchors=st.sets(st.from_regex(r"[a-z0-9]{1,30}(-[a-z0-9]{1,20}){0,3}", fullmatch=True), max_size=20))
def test_bookmarks_of_different_ids_differ(anchors: set[str]) -> None:
    names = {bookmark(anchor) for anchor in anchors}
    assert len(names) == len(anchors)
    assert all(re.fullmatch(r"_p_\w{1,37}", name, re.ASCII) for name in names)


def test_what_a_reference_shows_is_what_word_will_compute(sink: bytes) -> None:
    document = word_part(sink, "word/document.xml")
    counting = WordCounting(word_part(sink, "word/styles.xml"), word_part(sink, "word/numbering.xml"))
    numbers = [(it, counting.label(it).strip().removesuffix(".")) for it in document.iter(f"{W}p")]
    found = []
    for code, result in fields(document):
        kind, *arguments = code.split()
        if kind == "REF":
            (start,) = (it for it in document.iter(f"{W}bookmarkStart") if it.get(f"{W}name") == arguments[0])
            number = next(number for paragraph, number in numbers if paragraph is start.getparent())
            expected = number if r"\n" in arguments else bookmarked(start)
            assert result == expected, code
            found.append(result)
    assert found[:8] == ["2", "2", "(b)", "(ii)", "Article 1", "Article 2", "2", "Article 2"]
    assert {"Part I", "Annex 1", "2 bis"} <= set(found)


def test_a_reference_by_a_title_does_not_repeat_the_titles_footnote() -> None:
    source = "id: it\nlanguages: [en]\ntitle: T\nbody:\n"
    source += "  - {section: s, title: 'A title[^n]', notes: {n: A note.}, body: [{id: p, text: 'See [](#s).'}]}\n"
    copy = write_word(viewed(source))
    assert faults(copy) == []
    assert "REF _t_" not in "".join(code for code, _ in fields(word_part(copy, "word/document.xml")))
    assert [it.get(f"{W}anchor") for it in paragraphs(copy)[-1].iter(f"{W}hyperlink")] == ["_p_s"]
    assert word_text(copy).endswith("See A title.")


def test_a_count_that_begins_below_its_first_level_begins_there_alone() -> None:
    source = "id: it\nlanguages: [en]\ntitle: T\nbody:\n"
    source += "  - {article: a, number: 3 bis, body: [{id: p, text: One.}, {id: q, text: Two.}]}\n  - {article: b}\n"
    copy = write_word(viewed(source))
    (heading,) = (it for it in paragraphs(copy) if style(it) == "ArticleHeading1")
    # LibreOffice has counted one article already by then.
    assert heading.find(f"{W}pPr/{W}numPr") is not None
    assert word_text(copy).endswith("Article 1 ")


def fields(part: Any) -> Iterator[tuple[str, str]]:
    """The code and the result of every field that has its end in its own paragraph."""
    for paragraph in part.iter(f"{W}p"):
        code, result, inside = "", "", ""
        for element in paragraph.iter(f"{W}fldChar", f"{W}instrText", f"{W}t"):
            kind = element.get(f"{W}fldCharType")
            if kind == "end" and code:
                yield code.strip(), result
            if kind:
                inside = kind
            if kind == "begin":
                code, result = "", ""
            elif element.tag == f"{W}instrText":
                code += element.text
            elif element.tag == f"{W}t" and inside == "separate":
                result += element.text


def bookmarked(start: Any) -> str:
    """The words that a bookmark is around."""
    words = ""
    for element in start.itersiblings():
        if element.get(f"{W}id") == start.get(f"{W}id") and element.tag == f"{W}bookmarkEnd":
            return words
        words += "".join(it.text for it in element.iter(f"{W}t"))
    raise AssertionError("the bookmark does not end in its paragraph")


# Everything by style


def test_nothing_in_the_body_is_formatted_but_by_style_language_and_direction(declaration: bytes, sink: bytes) -> None:
    for copy in (declaration, sink):
        for part in ("word/document.xml", "word/footnotes.xml"):
            assert looks(copy, part, "rPr") <= {"rStyle", "rtl", "lang"}
            assert looks(copy, part, "pPr") <= {"pStyle", "numPr", "bidi"}


def looks(copy: bytes, part: str, properties: str) -> set[str]:
    return {it.tag.removeprefix(W) for found in word_part(copy, part).iter(f"{W}{properties}") for it in found}


def test_looks_inside_what_has_a_look_are_styles_of_their_own() -> None:
    lead, text = (
        "*Very* **strong**.",
        "[*so*](https://a.example), [**so**](https://a.example), [***so***](#p), ***so***",
    )
    copy = write_word(viewed(f"id: it\nlanguages: [en]\ntitle: T\nbody: [{{id: p, lead: '{lead}', text: '{text}'}}]\n"))
    runs = word_part(copy, "word/document.xml").iter(f"{W}r")
    styled = [(it.findtext(f"{W}t"), it.find(f"{W}rPr/{W}rStyle")) for it in runs]
    assert [(text, it.get(f"{W}val")) for text, it in styled if it is not None] == [
        ("Very", "LeadEmphasis"),
        (" ", "Lead"),
        ("strong", "Lead"),
        (".", "Lead"),
        ("so", "HyperlinkEmphasis"),
        ("so", "HyperlinkStrong"),
        ("so", "HyperlinkStrongEmphasis"),
        ("so", "StrongEmphasis"),
    ]


def test_a_box_is_one_frame_and_two_boxes_are_two() -> None:
    boxes = "[{title: T, box: 'a\n\n\n\nb'}, {box: c}, {id: p, text: d, body: [{box: e}]}, {box: f}, {id: q, text: g}]"
    copy = write_word(viewed(f"id: it\nlanguages: [en]\ntitle: T\nbody: {boxes}\n"))
    body = word_part(copy, "word/document.xml")[0].iterchildren(f"{W}p")
    assert [style(it) for it in body][1:] == [
        *("BoxTitle", "BoxText", "BoxText", "TableSeparator", "BoxText", "DeclarationParagraph"),
        *("BoxText", "TableSeparator", "BoxText", "DeclarationParagraph"),
    ]
    styles = {it.get(f"{W}styleId"): it for it in word_part(copy, "word/styles.xml").iter(f"{W}style")}
    framing = [it.tag for it in styles["BoxTitle"].iter(f"{W}pBdr", f"{W}shd", f"{W}ind", f"{W}spacing")]
    assert (styles["BoxTitle"].find(f"{W}basedOn").get(f"{W}val"), framing) == ("BoxText", [])


def test_fonts_are_the_themes(declaration: bytes) -> None:
    fonts = list(word_part(declaration, "word/styles.xml").iter(f"{W}rFonts"))
    assert len(fonts) == 8
    assert all(name.endswith(("Theme", "cstheme")) for it in fonts for name in it.attrib)
    assert {name for it in fonts[1:] for name in it.attrib.values() if name.startswith("m")} == {
        "majorHAnsi",
        "majorEastAsia",
        "majorBidi",
    }


def test_numbering_is_tied_to_its_styles_both_ways(sink: bytes) -> None:
    styles, numbering = word_part(sink, "word/styles.xml"), word_part(sink, "word/numbering.xml")
    by_style = {}
    for it in styles.iter(f"{W}numPr"):
        if it.find(f"{W}numId").get(f"{W}val") == "0":
            continue
        level, number = it.find(f"{W}ilvl"), it.find(f"{W}numId").get(f"{W}val")
        by_style[it.getparent().getparent().get(f"{W}styleId")] = (
            number,
            "0" if level is None else level.get(f"{W}val"),
        )
    instances = {it[0].get(f"{W}val"): it.get(f"{W}numId") for it in reversed(list(numbering.iter(f"{W}num")))}
    by_level = {
        it.get(f"{W}val"): (
            instances[it.getparent().getparent().get(f"{W}abstractNumId")],
            it.getparent().get(f"{W}ilvl"),
        )
        for it in numbering.iter(f"{W}pStyle")
    }
    assert by_style == by_level
    assert len(by_style) == 16


def test_the_words_of_a_language_without_labels_name_the_labels_language() -> None:
    copy = write_word(viewed("id: it\nlanguages: [ja]\ntitle: T\nbody: [{id: p, text: C}]\n"))
    runs = list(word_part(copy, "word/footer1.xml").iter(f"{W}r"))
    assert {it.find(f"{W}rPr/{W}lang").get(f"{W}val") for it in runs} == {"en-GB"}
    assert word_part(copy, "word/settings.xml").find(f"{W}themeFontLang").get(f"{W}eastAsia") == "ja-JP"


def test_each_kind_of_script_has_its_own_language() -> None:
    said = "[ab]{fr}, [cd]{ja}, [ef]{he}"
    copy = write_word(viewed(f"id: it\nlanguages: [en]\ntitle: T\nbody: [{{id: p, text: '{said}'}}]\n"))
    languages = [it.attrib for it in word_part(copy, "word/document.xml").iter(f"{W}lang")]
    assert [dict(it) for it in languages] == [
        {f"{W}val": "fr-FR"},
        {f"{W}val": "ja-JP", f"{W}eastAsia": "ja-JP"},
        {f"{W}val": "he-IL", f"{W}bidi": "he-IL"},
    ]


# What the file says about itself


def test_the_properties_are_the_declarations(declaration: bytes) -> None:
    properties = docx.Document(BytesIO(declaration)).core_properties
    assert properties.title == "UK-Lithuania joint declaration on bilateral cooperation 2022"
    assert properties.author == "Foreign, Commonwealth & Development Office"
    assert properties.language == "en"
    assert properties.content_status == "published"
    assert str(properties.created) == str(properties.modified) == "2022-05-30 00:00:00+00:00"


def test_the_languages_are_named(sink: bytes) -> None:
    defaults = word_part(sink, "word/styles.xml").find(f"{W}docDefaults")
    assert [it.get(f"{W}val") for it in defaults.iter(f"{W}lang")] == ["en-GB"]
    said = {}
    for run in word_part(sink, "word/document.xml").iter(f"{W}r"):
        if (language := run.find(f"{W}rPr/{W}lang")) is not None:
            said["".join(it.text for it in run.iter(f"{W}t"))] = language.get(f"{W}val")
    assert said["de jure"] == said["ex aequo et bono"] == "la"
    assert said["إعلان مشترك بين الدولتين"] == "ar-SA"
    assert said["הצהרה משותפת"] == "he-IL"


def test_words_from_right_to_left_are_marked_so(sink: bytes) -> None:
    runs = {
        "".join(it.text for it in run.iter(f"{W}t")): run for run in word_part(sink, "word/document.xml").iter(f"{W}r")
    }
    assert runs["הצהרה משותפת"].find(f"{W}rPr/{W}rtl") is not None
    assert runs["de jure"].find(f"{W}rPr/{W}rtl") is None


def test_a_page_after_the_first_has_the_short_title_over_it_and_all_have_their_number(sink: bytes) -> None:
    section = docx.Document(BytesIO(sink)).sections[0]
    assert section.different_first_page_header_footer
    assert [it.text for it in section.header.paragraphs] == ["OFFICIAL", "Declaration of A and B"]
    assert [it.text for it in section.first_page_header.paragraphs] == ["OFFICIAL"]
    for footer in (section.footer, section.first_page_footer):
        assert [it.text for it in footer.paragraphs] == ["Page 1 of 1", "OFFICIAL"]
    codes = [code for code, _ in fields(word_part(sink, "word/footer1.xml"))]
    assert codes == ["PAGE", "NUMPAGES"]


# What Word has a way of its own for


def test_headings_are_headings(declaration: bytes) -> None:
    document = docx.Document(BytesIO(declaration))
    headings = [it.text for it in document.paragraphs if it.style is not None and it.style.name == "Heading 1"]
    assert headings[:2] == ["A shared strategic vision", "Political dialogue and regional cooperation"]
    assert len(headings) == 6
    assert [it.text for it in document.paragraphs if it.style is not None and it.style.name == "Title"] == [
        "UK-Lithuania joint declaration on bilateral cooperation 2022"
    ]


def test_footnotes_are_footnotes(sink: bytes) -> None:
    notes = [note.strip() for note in word_notes(sink)]
    assert len(notes) == 7
    assert notes[1] == "A note with emphasis, with a reference to paragraph 2(b), and with a link."
    assert notes[2] == "A note of two paragraphs.\nThis is the second."


def test_a_tables_header_is_repeated_on_every_page(sink: bytes) -> None:
    for table in docx.Document(BytesIO(sink)).tables[:2]:
        rows = list(table._tbl.iter(f"{W}tr"))
        assert [it.find(f"{W}trPr/{W}tblHeader") is not None for it in rows] == [True] + [False] * (len(rows) - 1)


def test_pictures_say_what_they_show_or_that_they_are_decorative(sink: bytes) -> None:
    pictures = list(word_part(sink, "word/document.xml").iter(f"{WP}docPr"))
    assert pictures[0].get("descr") == "A chart of two bars, the second twice as high as the first"
    assert pictures[1].get("descr") is None
    assert [it.get("val") for it in pictures[1].iter() if it.tag.endswith("}decorative")] == ["1"]


def test_links_lead_to_their_addresses(sink: bytes) -> None:
    part = docx.Document(BytesIO(sink)).part
    links = {it.target_ref for it in part.rels.values() if it.is_external}
    assert links == {"https://example.org/office", "https://example.org/table", "https://example.org/licence"}


def test_nothing_is_formatted_by_hand(declaration: bytes) -> None:
    by_hand: Mapping[str, int] = {
        tag: sum(1 for _ in word_part(declaration, "word/document.xml").iter(f"{W}{tag}"))
        for tag in ("b", "i", "sz", "rFonts", "color", "ind", "spacing", "jc", "br")
    }
    assert by_hand == dict.fromkeys(by_hand, 0)


def test_the_contents_can_be_updated_and_guess_no_page(sink: bytes) -> None:
    codes = [it.text for it in word_part(sink, "word/document.xml").iter(f"{W}instrText")]
    assert sum("TOC " in code for code in codes) == 1
    shown = [word_said(it) for it in paragraphs(sink) if re.fullmatch(r"TOC\d", style(it))]
    assert shown[0] == "Part I. What A & B will do <together>"
    assert not [it for it in shown if "\t" in it]


# Whatever is written in it

_ALLOWED = st.characters(
    exclude_categories=("Cc", "Cs", "Cn", "Co"),
    exclude_characters="\u2028\u2029\ufeff\u202a\u202b\u202c\u202d\u202e",
)


@settings(PLAIN, max_examples=50)
@given(words=st.text(_ALLOWED, min_size=1, max_size=30).filter(lambda it: it.strip(" ") == it and it.strip()))
def test_whatever_letters_a_source_may_hold_are_in_the_copy(words: str) -> None:
    quoted = re.sub(r"([\\*\[\]{}])", r"\\\1", words).replace("'", "''")
    source = f"id: it\nlanguages: [en]\ntitle: '{quoted}'\nbody: [{{id: p, text: '{quoted}'}}]\n"
    assert word_text(write_word(viewed(source))).split("\n") == [words, f"1.\t{words}"]


def test_the_paper_is_a4(declaration: bytes, tmp_path: Path) -> None:
    size = word_part(declaration, "word/document.xml").find(f"{W}body/{W}sectPr/{W}pgSz")
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")


def test_columns_are_as_wide_as_the_words_of_their_cells_also_where_these_are_links_and_references() -> None:
    cells = '["[](#one)", "[a link that is longer](https://example.org)", x]'
    source = "id: t\ntitle: T\nlanguages: [en]\nbody:\n  - {id: one, text: One.}\n"
    source += f"  - {{table: t1, header: [A, B, C], rows: [{cells}]}}\n"
    columns = word_part(write_word(viewed(source)), "word/document.xml").iter(f"{W}gridCol")
    reference, link, letter = (int(it.get(f"{W}w")) for it in columns)
    assert link > reference > 2 * letter


def test_the_words_of_a_link_are_among_those_for_a_picture() -> None:
    text = KITCHEN_SINK.read_text("utf-8").replace(
        "A chart of two bars", "A [chart](https://example.org) of two bars", 1
    )
    pictures = list(word_part(write_word(viewed(text)), "word/document.xml").iter(f"{WP}docPr"))
    assert pictures[0].get("descr") == "A chart of two bars, the second twice as high as the first"
