"""What Word's Accessibility Checker would say of the Word copy: nothing, rule by rule."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest

from render.compose import compose
from render.pipeline import load
from render.read import read_overlay
from render.view import Choices
from render.write.word import write_word
from tests import word_lint
from tests.declarations import samples
from tests.extract import DECLARATION, KITCHEN_SINK, viewed
from tests.word_accessibility import RULES, contrast_of, faults, levels, opened


@pytest.fixture(scope="module")
def declaration() -> bytes:
    return write_word(viewed(DECLARATION))


@pytest.fixture(scope="module")
def sink() -> bytes:
    return write_word(viewed(KITCHEN_SINK))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_kept(declaration: bytes, sink: bytes, rule: str) -> None:
    assert list(RULES[rule](opened(declaration))) == []
    assert list(RULES[rule](opened(sink))) == []


def test_every_rule_is_kept_in_a_briefing_and_nothing_leads_nowhere() -> None:
    declaration = load(KITCHEN_SINK)
    overlay = read_overlay(KITCHEN_SINK.with_name("kitchen-sink.briefing.yaml"), declaration).briefing
    for choices in (Choices("briefing"), Choices("briefing", with_text=True), Choices("briefing", topics=("trade",))):
        copy = write_word(compose(declaration, "en", choices, overlay))
        assert faults(copy) == []
        assert word_lint.faults(copy) == []


def test_every_rule_is_kept_in_any_declaration() -> None:
    for sample in samples("accessibility", 25):
        assert faults(write_word(viewed(sample.source))) == [], sample.source


def test_articles_without_titles_are_no_blank_paragraphs() -> None:
    articles = "[{article: a-1}, {article: a-2}, {article: a-3}]"
    assert faults(write_word(viewed(f"id: t\ntitle: T\nlanguages: [en]\nbody: {articles}\n"))) == []


def test_the_declaration_has_headings(declaration: bytes, sink: bytes) -> None:
    assert [level for level, _ in levels(opened(declaration))] == [1] * 6
    assert {level for level, _ in levels(opened(sink))} == {1, 2}


DOCUMENT = "word/document.xml"
FLOATING = '<w:r><w:pict/></w:r><w:r><w:t xml:space="preserve">'
TEXT = '<w:r><w:t xml:space="preserve">'
BEHIND = '<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata/></v:shape>'
PROTECTED = '<w:documentProtection w:edit="forms"/>'
MERGED = '<w:gridSpan w:val="2"/>'
NESTED = r"""<w:tc><w:tbl><w:tblPr><w:tblLook w:firstRow="1"/></w:tblPr><w:tblGrid><w:gridCol/></w:tblGrid>
<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr><w:tc><w:p><w:r><w:t>A</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"""

# Each copy is broken in one place: what stands there, and what is put instead.
BROKEN = [
    ("All non-text content has alternative text (alt text)", DOCUMENT, ' descr="A chart[^"]*"', ""),
    ("All non-text content has alternative text (alt text)", DOCUMENT, 'descr="A chart[^"]*"', 'descr="chart.png"'),
    ("All non-text content has alternative text (alt text)", DOCUMENT, 'decorative val="1"', 'decorative val="0"'),
    ("Tables specify column header information", DOCUMENT, "<w:tblHeader/>", ""),
    ("Tables specify column header information", DOCUMENT, 'w:firstRow="1"', 'w:firstRow="0"'),
    ("Documents use heading styles", DOCUMENT, '<w:pStyle w:val="Heading2"/>', '<w:pStyle w:val="BodyText"/>'),
    ("Documents use heading styles", "word/styles.xml", '<w:outlineLvl w:val="1"/>', ""),
    ("All content controls have titles", DOCUMENT, "<w:alias[^>]*>", ""),
    ("Document access is not restricted", "word/settings.xml", "<w:compat>", f"{PROTECTED}<w:compat>"),
    ("Tables have simple structure", DOCUMENT, '(?<=type="pct"/>)(?=</w:tcPr>)', MERGED),
    ("Tables have simple structure", DOCUMENT, "<w:gridCol[^>]*>", ""),
    ("Tables have simple structure", DOCUMENT, "<w:tc>", NESTED),
    ("Tables don't use blank cells for formatting", DOCUMENT, f'(?<=TableText"/></w:pPr>{TEXT})[12]', ""),
    ("Image or object is inline with text", DOCUMENT, "wp:inline", "wp:anchor"),
    ("Image or object is inline with text", DOCUMENT, TEXT, FLOATING),
    ("Image or object is inline with text", DOCUMENT, "</w:pPr>", "<w:framePr/></w:pPr>"),
    (
        "Sufficient contrast between text and background",
        "word/styles.xml",
        'color w:val="444444"',
        'color w:val="808080"',
    ),
    ("Sufficient contrast between text and background", DOCUMENT, "<w:lang ", '<w:color w:val="FFFF00"/><w:lang '),
    ("Hyperlink text is meaningful", DOCUMENT, ">links</w:t>", ">Click here.</w:t>"),
    ("Headings don't skip levels", "word/styles.xml", '(?<=w:outlineLvl w:val=")1', "2"),
    ("Headings don't skip levels", DOCUMENT, '"Heading1"', '"Heading2"'),
    ("No repeated blank characters are used", DOCUMENT, ">The eleventh", ">The  eleventh"),
    ("No repeated blank characters are used", DOCUMENT, "<w:tab/>", "<w:tab/><w:tab/>"),
    ("No repeated blank characters are used", DOCUMENT, "</w:p>", "</w:p><w:p/><w:p/>"),
    ("No repeated blank characters are used", DOCUMENT, TEXT, f"<w:r><w:br/></w:r>{TEXT}"),
    ("Image watermarks are not used", "word/header1.xml", "</w:hdr>", f"{BEHIND}</w:hdr>"),
    ("Document title is set", "docProps/core.xml", "<dc:title>[^<]*", "<dc:title> "),
    ("Document language is set", "word/styles.xml", "<w:lang[^>]*>", ""),
    ("Document language is set", DOCUMENT, '<w:lang w:val="[^"]*"', '<w:lang w:val=""'),
    ("Lists are lists", DOCUMENT, ">an item;", ">•\xa0an item;"),
    ("Lists are lists", DOCUMENT, '"PublishedNumber1"', '"BodyText"'),
    ("Lists are lists", "word/styles.xml", '(?<=<w:numId w:val=")3', "0"),
    ("Rows don't break across pages", DOCUMENT, "<w:cantSplit/>", ""),
    ("Reading order is that of the text", DOCUMENT, "<w:titlePg/>", '<w:cols w:num="2"/><w:titlePg/>'),
]


@pytest.mark.parametrize(("rule", "part", "there", "instead"), BROKEN)
def test_a_copy_that_breaks_a_rule_is_found_out(sink: bytes, rule: str, part: str, there: str, instead: str) -> None:
    found = faults(broken(sink, part, there, instead))
    assert found
    assert {it.split(": ")[0] for it in found} == {rule}


def test_every_rule_can_be_broken() -> None:
    assert {rule for rule, *_ in BROKEN} == set(RULES)


def broken(copy: bytes, part: str, there: str, instead: str) -> bytes:
    """A copy with something in one of its parts changed everywhere: settings are at the start of their part."""
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(copy)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode() if name.endswith(".xml") else ""
            if name == part:
                assert re.search(there, text), f"{there} is not in {part}"
                text = re.sub(there, instead, text)
            new.writestr(name, text or old.read(name))
    return changed.getvalue()


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast_of("000000", "FFFFFF") == pytest.approx(21)
    assert contrast_of("777777", "FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert contrast_of("FF0000", "FFFFFF") == contrast_of("FFFFFF", "FF0000") == pytest.approx(4.0, abs=0.005)
