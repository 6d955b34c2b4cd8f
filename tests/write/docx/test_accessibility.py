"""The Word copy follows every rule of Word's Accessibility Checker."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest

from render.compose.edition import compose
from render.pipeline import load
from render.read.reader import read_overlay
from render.view.options import ViewOptions
from render.write.docx.writer import write_word
from tests import word_lint
from tests.extract import DECLARATION, KITCHEN_SINK, viewed
from tests.sampled import corpus
from tests.word_accessibility import RULES, contrast_of, faults, levels, parsed_parts


@pytest.fixture(scope="module")
def declaration() -> bytes:
    return write_word(viewed(DECLARATION))


@pytest.fixture(scope="module")
def sink() -> bytes:
    return write_word(viewed(KITCHEN_SINK))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_followed(declaration: bytes, sink: bytes, rule: str) -> None:
    assert list(RULES[rule](parsed_parts(declaration))) == []
    assert list(RULES[rule](parsed_parts(sink))) == []


def test_a_briefing_follows_every_rule_and_passes_the_lint() -> None:
    declaration = load(KITCHEN_SINK)
    overlay = read_overlay(KITCHEN_SINK.with_name("kitchen-sink.briefing.yaml"), declaration).briefing
    for choices in (
        ViewOptions("briefing"),
        ViewOptions("briefing", with_text=True),
        ViewOptions("briefing", topics=("trade",)),
    ):
        copy = write_word(compose(declaration, "en", choices, overlay))
        assert faults(copy) == []
        assert word_lint.faults(copy) == []


def test_any_declaration_follows_every_rule() -> None:
    for sample in corpus():
        assert faults(write_word(viewed(sample.source))) == [], sample.source


def test_articles_without_titles_do_not_count_as_blank_paragraphs() -> None:
    articles = "[{article: a-1}, {article: a-2}, {article: a-3}]"
    assert faults(write_word(viewed(f"id: t\ntitle: T\nlanguages: [en]\nbody: {articles}\n"))) == []


def test_the_declaration_has_headings(declaration: bytes, sink: bytes) -> None:
    assert [level for level, _ in levels(parsed_parts(declaration))] == [1] * 6
    assert {level for level, _ in levels(parsed_parts(sink))} == {1, 2}


DOCUMENT = "word/document.xml"
FLOATING = '<w:r><w:pict/></w:r><w:r><w:t xml:space="preserve">'
TEXT = '<w:r><w:t xml:space="preserve">'
BEHIND = '<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata/></v:shape>'
PROTECTED = '<w:documentProtection w:edit="forms"/>'
MERGED = '<w:gridSpan w:val="2"/>'
NESTED = r"""<w:tc><w:tbl><w:tblPr><w:tblLook w:firstRow="1"/></w:tblPr><w:tblGrid><w:gridCol/></w:tblGrid>
<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr><w:tc><w:p><w:r><w:t>A</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"""

# Each copy breaks one rule: the rule, the part, the pattern to replace, and the replacement.
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


@pytest.mark.parametrize(("rule", "part", "pattern", "replacement"), BROKEN)
def test_a_copy_that_breaks_a_rule_is_detected(
    sink: bytes, rule: str, part: str, pattern: str, replacement: str
) -> None:
    found = faults(broken(sink, part, pattern, replacement))
    assert found
    assert {fault.split(": ")[0] for fault in found} == {rule}


def test_every_rule_can_be_broken() -> None:
    assert {rule for rule, *_ in BROKEN} == set(RULES)


def broken(copy: bytes, part: str, pattern: str, replacement: str) -> bytes:
    """A copy with every match of a pattern in one of its parts replaced."""
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(copy)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode() if name.endswith(".xml") else ""
            if name == part:
                assert re.search(pattern, text), f"{pattern} is not in {part}"
                text = re.sub(pattern, replacement, text)
            new.writestr(name, text or old.read(name))
    return changed.getvalue()


def test_contrast_is_computed_as_in_wcag() -> None:
    assert contrast_of("000000", "FFFFFF") == pytest.approx(21)
    assert contrast_of("777777", "FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert contrast_of("FF0000", "FFFFFF") == contrast_of("FFFFFF", "FF0000") == pytest.approx(4.0, abs=0.005)
