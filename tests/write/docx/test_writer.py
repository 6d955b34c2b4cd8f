"""The Word copy, read back: it uses Word's own styles, numbering, fields and notes, as a person would."""

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
from tests.extract import (
    DECLARATION,
    KITCHEN_SINK,
    W,
    WordCounting,
    paragraph_text,
    viewed,
    word_notes,
    word_part,
    word_text,
)
from tests.sampled import corpus
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


def style_id(paragraph: Any) -> str:
    return str(paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val"))


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Paragraph):
            yield from walk(block.children)


# No errors


def test_the_lint_finds_nothing(declaration: bytes, sink: bytes) -> None:
    assert faults(declaration) == []
    assert faults(sink) == []


def test_the_lint_finds_nothing_in_any_declaration() -> None:
    for sample in corpus():
        assert faults(write_word(viewed(sample.source))) == [], sample.source


@pytest.mark.parametrize(
    ("part", "pattern", "changed", "fault"),
    [
        ("word/document.xml", "_p_noting_second", "_p_noting_first", "the bookmark _p_noting_first twice"),
        ("word/document.xml", "_p_eleventh", "_p_" + "e" * 40, "is too long"),
        ("word/document.xml", "_p_eleventh", "_p eleventh", "isn't a word"),
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
    assert [message for message in faults(broken.getvalue()) if fault in message]


# Numbers


def test_the_paragraphs_of_the_declaration_are_numbered_by_their_style_alone(declaration: bytes) -> None:
    numbered = [paragraph for paragraph in paragraphs(declaration) if style_id(paragraph) == "DeclarationParagraph"]
    assert len(numbered) == 33
    assert not [paragraph for paragraph in numbered if paragraph.find(f"{W}pPr/{W}numPr") is not None]
    styles, numbering = word_part(declaration, "word/styles.xml"), word_part(declaration, "word/numbering.xml")
    (its_style,) = (element for element in styles if element.get(f"{W}styleId") == "DeclarationParagraph")
    number = its_style.find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val")
    (instance,) = (num for num in numbering.iter(f"{W}num") if num.get(f"{W}numId") == number)
    tied = [tie for tie in numbering.iter(f"{W}pStyle") if tie.get(f"{W}val") == "DeclarationParagraph"]
    assert [tie.getparent().getparent().get(f"{W}abstractNumId") for tie in tied] == [instance[0].get(f"{W}val")]
    assert not list(numbering.iter(f"{W}startOverride"))
    counting = WordCounting(styles, numbering)
    assert [counting.label(paragraph).strip() for paragraph in numbered] == [f"{number}." for number in range(1, 34)]


def labels(view: View) -> list[str]:
    """The computed numbers of a view, in reading order."""
    counted = (block for block in walk(view.blocks) if isinstance(block, Heading | Paragraph) and block.count)
    return [block.label for block in counted if isinstance(block, Heading | Paragraph)]


def assert_word_computes_the_numbers_of(view: View) -> None:
    """Word computes the numbers of the view, whichever way it handles the count of an overridden start."""
    copy = write_word(view)
    for apart in (False, True):
        styles, numbering = word_part(copy, "word/styles.xml"), word_part(copy, "word/numbering.xml")
        counting = WordCounting(styles, numbering, apart)
        found = [counting.label(paragraph).strip() for paragraph in paragraphs(copy)]
        assert [label for label in found if label not in ("", "•")] == labels(view)


def test_word_computes_the_numbers_of_the_view() -> None:
    assert_word_computes_the_numbers_of(viewed(KITCHEN_SINK))


_NUMBER = st.sampled_from([None, None, None, "1", "2", "7", "30", "3 bis"])


@st.composite
def declarations_of_numbers(draw: Any) -> str:
    """Declarations that are little more than numbers, many of them as published."""
    ids = iter(range(1000))

    def paragraph(level: int) -> str:
        number = draw(_NUMBER)
        inside = [paragraph(level + 1) for _ in range(draw(st.integers(0, 2 if level < 3 else 0)))]
        published = f", number: {number}" if number else ""
        return f"{{id: p{next(ids)}, text: A{published}, body: [{', '.join(inside)}]}}"

    def article() -> str:
        number = draw(_NUMBER)
        inside = [paragraph(0) for _ in range(draw(st.integers(0, 4)))]
        published = f", number: {number}" if number else ""
        return f"{{article: a{next(ids)}{published}, body: [{', '.join(inside)}]}}"

    def recital() -> str:
        return f"{{recital: r{next(ids)}, text: A, body: [{paragraph(1)}, {paragraph(1)}]}}"

    kinds = st.sampled_from([article, article, lambda: paragraph(0), recital])
    outer = [draw(kinds)() for _ in range(draw(st.integers(1, 6)))]
    annex = [draw(kinds)() for _ in range(draw(st.integers(0, 3)))]
    nodes = [*outer, f"{{annex: x, body: [{', '.join(annex)}]}}"]
    return f"id: it\nlanguages: [en]\ntitle: A\nbody: [{', '.join(nodes)}]\n"


@settings(PLAIN, max_examples=60)
@given(source=declarations_of_numbers())
def test_word_computes_the_numbers_of_the_view_whatever_numbers_were_published(source: str) -> None:
    assert_word_computes_the_numbers_of(viewed(source))


# Bookmarks and references


def test_every_paragraph_and_heading_has_one_hidden_bookmark_around_it(declaration: bytes, sink: bytes) -> None:
    for path, copy in ((DECLARATION, declaration), (KITCHEN_SINK, sink)):
        blocks = walk(viewed(path).blocks)
        anchored = [block for block in blocks if isinstance(block, Heading | Paragraph) and block.anchor]
        starts = {
            start.get(f"{W}name"): start for start in word_part(copy, "word/document.xml").iter(f"{W}bookmarkStart")
        }
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


def test_a_reference_shows_what_word_will_compute(sink: bytes) -> None:
    document = word_part(sink, "word/document.xml")
    counting = WordCounting(word_part(sink, "word/styles.xml"), word_part(sink, "word/numbering.xml"))
    numbers = [(paragraph, counting.label(paragraph).strip().removesuffix(".")) for paragraph in document.iter(f"{W}p")]
    found = []
    for code, result in fields(document):
        kind, *arguments = code.split()
        if kind == "REF":
            (start,) = (
                element for element in document.iter(f"{W}bookmarkStart") if element.get(f"{W}name") == arguments[0]
            )
            number = next(number for paragraph, number in numbers if paragraph is start.getparent())
            expected = number if r"\n" in arguments else bookmarked_text(start)
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
    assert [link.get(f"{W}anchor") for link in paragraphs(copy)[-1].iter(f"{W}hyperlink")] == ["_p_s"]
    assert word_text(copy).endswith("See A title.")


def test_an_article_after_one_with_a_published_number_counts_from_1() -> None:
    source = "id: it\nlanguages: [en]\ntitle: T\nbody:\n"
    source += "  - {article: a, number: 3 bis, body: [{id: p, text: One.}, {id: q, text: Two.}]}\n  - {article: b}\n"
    copy = write_word(viewed(source))
    (heading,) = (paragraph for paragraph in paragraphs(copy) if style_id(paragraph) == "ArticleHeading1")
    # LibreOffice has already counted one article here, so the heading needs numbering of its own.
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


def bookmarked_text(start: Any) -> str:
    """The words inside a bookmark."""
    words = ""
    for element in start.itersiblings():
        if element.get(f"{W}id") == start.get(f"{W}id") and element.tag == f"{W}bookmarkEnd":
            return words
        words += "".join(piece.text for piece in element.iter(f"{W}t"))
    raise AssertionError("the bookmark does not end in its paragraph")


# Everything by style


def test_the_body_is_formatted_only_by_style_language_and_direction(declaration: bytes, sink: bytes) -> None:
    for copy in (declaration, sink):
        for part in ("word/document.xml", "word/footnotes.xml"):
            assert formatting(copy, part, "rPr") <= {"rStyle", "rtl", "lang"}
            assert formatting(copy, part, "pPr") <= {"pStyle", "numPr", "bidi"}


def formatting(copy: bytes, part: str, properties: str) -> set[str]:
    return {
        element.tag.removeprefix(W) for found in word_part(copy, part).iter(f"{W}{properties}") for element in found
    }


def test_emphasis_inside_leads_and_links_has_styles_of_its_own() -> None:
    lead, text = (
        "*Very* **strong**.",
        "[*so*](https://a.example), [**so**](https://a.example), [***so***](#p), ***so***",
    )
    copy = write_word(viewed(f"id: it\nlanguages: [en]\ntitle: T\nbody: [{{id: p, lead: '{lead}', text: '{text}'}}]\n"))
    runs = word_part(copy, "word/document.xml").iter(f"{W}r")
    styled = [(run.findtext(f"{W}t"), run.find(f"{W}rPr/{W}rStyle")) for run in runs]
    assert [(text, run_style.get(f"{W}val")) for text, run_style in styled if run_style is not None] == [
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
    assert [style_id(paragraph) for paragraph in body][1:] == [
        *("BoxTitle", "BoxText", "BoxText", "TableSeparator", "BoxText", "DeclarationParagraph"),
        *("BoxText", "TableSeparator", "BoxText", "DeclarationParagraph"),
    ]
    styles = {style.get(f"{W}styleId"): style for style in word_part(copy, "word/styles.xml").iter(f"{W}style")}
    framing = [element.tag for element in styles["BoxTitle"].iter(f"{W}pBdr", f"{W}shd", f"{W}ind", f"{W}spacing")]
    assert (styles["BoxTitle"].find(f"{W}basedOn").get(f"{W}val"), framing) == ("BoxText", [])


def test_fonts_are_the_themes(declaration: bytes) -> None:
    fonts = list(word_part(declaration, "word/styles.xml").iter(f"{W}rFonts"))
    assert len(fonts) == 8
    assert all(name.endswith(("Theme", "cstheme")) for font in fonts for name in font.attrib)
    assert {name for font in fonts[1:] for name in font.attrib.values() if name.startswith("m")} == {
        "majorHAnsi",
        "majorEastAsia",
        "majorBidi",
    }


def test_numbering_and_its_styles_refer_to_each_other(sink: bytes) -> None:
    styles, numbering = word_part(sink, "word/styles.xml"), word_part(sink, "word/numbering.xml")
    by_style = {}
    for properties in styles.iter(f"{W}numPr"):
        if properties.find(f"{W}numId").get(f"{W}val") == "0":
            continue
        level, number = properties.find(f"{W}ilvl"), properties.find(f"{W}numId").get(f"{W}val")
        by_style[properties.getparent().getparent().get(f"{W}styleId")] = (
            number,
            "0" if level is None else level.get(f"{W}val"),
        )
    instances = {num[0].get(f"{W}val"): num.get(f"{W}numId") for num in reversed(list(numbering.iter(f"{W}num")))}
    by_level = {
        tie.get(f"{W}val"): (
            instances[tie.getparent().getparent().get(f"{W}abstractNumId")],
            tie.getparent().get(f"{W}ilvl"),
        )
        for tie in numbering.iter(f"{W}pStyle")
    }
    assert by_style == by_level
    assert len(by_style) == 16


def test_labels_in_another_language_than_the_text_have_their_language() -> None:
    copy = write_word(viewed("id: it\nlanguages: [ja]\ntitle: T\nbody: [{id: p, text: C}]\n"))
    runs = list(word_part(copy, "word/footer1.xml").iter(f"{W}r"))
    assert {run.find(f"{W}rPr/{W}lang").get(f"{W}val") for run in runs} == {"en-GB"}
    assert word_part(copy, "word/settings.xml").find(f"{W}themeFontLang").get(f"{W}eastAsia") == "ja-JP"


def test_each_kind_of_script_has_its_own_language_attribute() -> None:
    text = "[ab]{fr}, [cd]{ja}, [ef]{he}"
    copy = write_word(viewed(f"id: it\nlanguages: [en]\ntitle: T\nbody: [{{id: p, text: '{text}'}}]\n"))
    languages = [lang.attrib for lang in word_part(copy, "word/document.xml").iter(f"{W}lang")]
    assert [dict(attributes) for attributes in languages] == [
        {f"{W}val": "fr-FR"},
        {f"{W}val": "ja-JP", f"{W}eastAsia": "ja-JP"},
        {f"{W}val": "he-IL", f"{W}bidi": "he-IL"},
    ]


# Metadata and languages


def test_the_properties_are_the_declarations(declaration: bytes) -> None:
    properties = docx.Document(BytesIO(declaration)).core_properties
    assert properties.title == "UK-Lithuania joint declaration on bilateral cooperation 2022"
    assert properties.author == "Foreign, Commonwealth & Development Office"
    assert properties.language == "en"
    assert properties.content_status == "published"
    assert str(properties.created) == str(properties.modified) == "2022-05-30 00:00:00+00:00"


def test_the_languages_are_named(sink: bytes) -> None:
    defaults = word_part(sink, "word/styles.xml").find(f"{W}docDefaults")
    assert [lang.get(f"{W}val") for lang in defaults.iter(f"{W}lang")] == ["en-GB"]
    languages = {}
    for run in word_part(sink, "word/document.xml").iter(f"{W}r"):
        if (language := run.find(f"{W}rPr/{W}lang")) is not None:
            languages["".join(piece.text for piece in run.iter(f"{W}t"))] = language.get(f"{W}val")
    assert languages["de jure"] == languages["ex aequo et bono"] == "la"
    assert languages["إعلان مشترك بين الدولتين"] == "ar-SA"
    assert languages["הצהרה משותפת"] == "he-IL"


def test_right_to_left_words_are_marked(sink: bytes) -> None:
    runs = {
        "".join(piece.text for piece in run.iter(f"{W}t")): run
        for run in word_part(sink, "word/document.xml").iter(f"{W}r")
    }
    assert runs["הצהרה משותפת"].find(f"{W}rPr/{W}rtl") is not None
    assert runs["de jure"].find(f"{W}rPr/{W}rtl") is None


def test_pages_after_the_first_have_the_short_title_and_all_have_their_number(sink: bytes) -> None:
    section = docx.Document(BytesIO(sink)).sections[0]
    assert section.different_first_page_header_footer
    assert [paragraph.text for paragraph in section.header.paragraphs] == ["OFFICIAL", "Declaration of A and B"]
    assert [paragraph.text for paragraph in section.first_page_header.paragraphs] == ["OFFICIAL"]
    for footer in (section.footer, section.first_page_footer):
        assert [paragraph.text for paragraph in footer.paragraphs] == ["Page 1 of 1", "OFFICIAL"]
    codes = [code for code, _ in fields(word_part(sink, "word/footer1.xml"))]
    assert codes == ["PAGE", "NUMPAGES"]


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
