"""The Word copy, read back: no errors, everything by a style, and the metadata and languages."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import docx
import pytest

from render.write.docx.writer import write_word
from tests.extract import viewed
from tests.extract_word import W, word_part
from tests.sampled import corpus
from tests.word_lint import faults
from tests.write.docx.copies import fields, style_id

CONTROL = '<w:id w:val="5"/>'
IN_A1 = '<w:p xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" w14:paraId="A1">'


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
