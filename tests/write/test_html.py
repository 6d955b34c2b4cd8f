"""The page for browsers: one file that asks for nothing, whose every anchor leads somewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from typing import Any

import lxml.html
import pytest

from render.view.blocks import Heading, Paragraph, Table, View
from render.write.html import write_html
from tests.extract import DECLARATION, KITCHEN_SINK, html_text, viewed
from tests.sampled import corpus

RTL = "id: it\nlanguages: [ar]\ntitle: إعلان مشترك\nbody:\n  - {id: p, text: 'نص [in English]{en} نص'}\n"


def page_of(view: View) -> Any:
    return lxml.html.document_fromstring(write_html(view))


@pytest.fixture(scope="module", params=[DECLARATION, KITCHEN_SINK], ids=lambda path: path.stem)
def view(request: pytest.FixtureRequest) -> View:
    return viewed(request.param)


@pytest.fixture(scope="module")
def page(view: View) -> Any:
    return page_of(view)


@pytest.fixture(scope="module")
def sink() -> Any:
    return page_of(viewed(KITCHEN_SINK))


# One file


def requests(page: Any) -> list[str]:
    """Every address that a browser would fetch to show the page."""
    asked = [element.get("src") for element in page.iter() if element.get("src")]
    asked += [
        element.get("srcset") or element.get("poster") or element.get("data")
        for element in page.iter("img", "video", "object")
    ]
    asked += [link.get("href") for link in page.iter("link") if link.get("rel") != "canonical"]
    asked += [
        element.get("{http://www.w3.org/1999/xlink}href") or element.get("href")
        for element in page.iter("use", "image")
    ]
    styles = [style.text or "" for style in page.iter("style")] + [
        element.get("style") or "" for element in page.iter()
    ]
    for style in styles:
        asked += re.findall(r"url\(([^)]*)\)", style) + re.findall(r"@import\s+([^;]+)", style)
    return [address for address in asked if address and not address.startswith("data:")]


def test_the_page_asks_for_nothing(page: Any) -> None:
    assert requests(page) == []
    assert not list(page.iter("iframe", "object", "embed", "base"))


@pytest.mark.parametrize(
    "asking",
    [
        '<img src="https://example.org/x.png">',
        '<link rel="stylesheet" href="x.css">',
        "<style>p { background: url(x.png) }</style>",
        "<style>@import 'x.css';</style>",
        '<script src="x.js"></script>',
        '<p style="background: url(x.png)">A</p>',
    ],
)
def test_what_asks_for_something_would_be_found(asking: str) -> None:
    assert requests(lxml.html.document_fromstring(f"<html><body>{asking}</body></html>"))


def test_the_policy_of_the_page_allows_its_own_script_and_style_alone(page: Any) -> None:
    (policy,) = (
        meta.get("content") for meta in page.iter("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    own = [element for element in page.iter("script", "style") if element.get("type") != "application/ld+json"]
    for element in own:
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert not [name for element in page.iter() for name in element.attrib if name.startswith("on") or name == "style"]


def test_the_text_is_there_without_script(view: View) -> None:
    written = write_html(view).decode()
    bare = re.sub(r"<script.*?</script>", "", written, flags=re.DOTALL)
    assert html_text(bare.encode()) == html_text(written.encode())
    assert not re.search(r"<(?!template)\w+[^>]*\shidden", bare)


# Anchors


def ids(page: Any) -> list[str]:
    return [element.get("id") for element in page.iter() if element.get("id")]


def broken(page: Any) -> list[str]:
    """What leads, or points, to an id that is not there."""
    known = set(ids(page))
    pointed = [link.get("href")[1:] for link in page.iter("a") if (link.get("href") or "").startswith("#")]
    for name in ("aria-labelledby", "aria-describedby", "for", "headers"):
        pointed += [word for element in page.iter() for word in (element.get(name) or "").split()]
    return [target for target in pointed if target not in known]


def test_every_anchor_is_there_once(page: Any) -> None:
    assert [anchor for anchor, count in Counter(ids(page)).items() if count > 1] == []
    assert broken(page) == []


def test_every_anchor_of_any_declaration_is_there_once() -> None:
    for sample in corpus():
        page = page_of(viewed(sample.source))
        assert [anchor for anchor, count in Counter(ids(page)).items() if count > 1] == [], sample.source
        assert broken(page) == [], sample.source
        assert not list(page.iterfind(".//a//a")), sample.source
        assert skipped(page) == [], sample.source


def test_every_paragraph_and_heading_has_its_address(view: View, page: Any) -> None:
    known = set(ids(page))
    anchors = [block.anchor for block in view.blocks if isinstance(block, Heading | Paragraph | Table) and block.anchor]
    assert len(anchors) > 20
    assert set(anchors) <= known


def test_no_link_stands_in_a_link(page: Any) -> None:
    assert not list(page.iterfind(".//a//a"))
    source = "id: it\nlanguages: [en]\ntitle: T\nbody:\n"
    source += "  - {section: s, title: 'See [a](https://example.org/a) and [](#p)', body: [{id: p, text: A}]}\n"
    source += "  - {section: z, title: Z}\n"
    # A parser closes one link where another begins, so what is written must be looked at, not what is parsed.
    written = write_html(viewed(source)).decode()
    assert not re.search(r"<a\b(?:(?!</a>).)*<a\b", written, re.DOTALL)


def test_a_note_and_its_mark_lead_to_each_other(sink: Any) -> None:
    marks = [link for link in sink.iter("a") if link.get("role") == "doc-noteref"]
    assert [mark.text for mark in marks] == ["1", "2", "3", "4", "5", "6"]
    for mark in marks:
        note = sink.get_element_by_id(mark.get("href")[1:])
        backs = [link for link in note.iter("a") if link.get("href") == f"#{mark.get('id')}"]
        assert [back.text for back in backs] == ["↩"]


# Structure


def skipped(page: Any) -> list[str]:
    """The headings that stand more than a level below the one before."""
    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    return [
        f"h{after} after h{before}" for before, after in zip([0, *levels], levels, strict=False) if after > before + 1
    ]


def test_there_is_one_title_and_no_heading_skips_a_level(page: Any) -> None:
    assert len(list(page.iter("h1"))) == 1
    assert skipped(page) == []
    assert len(list(page.iter("main"))) == 1


def test_tables_have_captions_and_headers(sink: Any) -> None:
    tables = list(sink.iter("table"))
    assert len(tables) == 2
    assert tables[0].find("caption").text_content().strip() == "The measures of A and B"
    for table in tables:
        assert {cell.get("scope") for cell in table.iter("th")} == {"col"}
        assert len({len(row) for row in table.iter("tr")}) == 1


def test_pictures_say_what_they_show(sink: Any) -> None:
    alternatives = [image.get("alt") for image in sink.iter("img")]
    assert alternatives == ["A chart of two bars, the second twice as high as the first", ""]
    assert all(image.get("src").startswith("data:image/png;base64,") for image in sink.iter("img"))
    assert all(int(image.get("width")) > 0 and int(image.get("height")) > 0 for image in sink.iter("img"))


# Language


def test_the_page_and_words_in_other_languages_say_so(sink: Any) -> None:
    assert (sink.get("lang"), sink.get("dir")) == ("en", "ltr")
    said = {span.text_content(): (span.get("lang"), span.get("dir")) for span in sink.iter("span") if span.get("lang")}
    assert said["de jure"] == ("la", "ltr")
    assert said["הצהרה משותפת"] == ("he", "rtl")
    assert said["Ąžuolas, „čia“ – ėjo į šalį, ūkas"] == ("lt", "ltr")


def test_a_page_from_right_to_left_has_left_to_right_inside() -> None:
    page = page_of(viewed(RTL))
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    said = {span.text_content(): (span.get("lang"), span.get("dir")) for span in page.iter("span") if span.get("lang")}
    assert said["in English"] == ("en", "ltr")


def test_words_of_ours_in_another_language_than_the_page_say_so() -> None:
    page = page_of(
        viewed("id: it\nlanguages: [ar]\ntitle: إعلان\nbody: [{id: p, text: 'نص[^n]', notes: {n: حاشية}}]\n")
    )
    (notes,) = (heading for heading in page.iter("h2") if heading.text_content() == "Notes")
    assert (notes.get("lang"), notes.get("dir")) == ("en", "ltr")


# What search engines and readers' lists see


def test_the_head_says_what_the_page_is() -> None:
    page = page_of(viewed(DECLARATION))
    assert page.findtext(".//title") == "UK-Lithuania joint declaration on bilateral cooperation 2022"
    (canonical,) = (link.get("href") for link in page.iter("link") if link.get("rel") == "canonical")
    assert canonical.startswith("https://www.gov.uk/government/publications/uk-lithuania-joint-declaration")
    named = {meta.get("name") or meta.get("property"): meta.get("content") for meta in page.iter("meta")}
    assert named["author"] == "Foreign, Commonwealth & Development Office"
    assert named["viewport"].startswith("width=device-width")


@pytest.mark.parametrize("words", ["</script><b>", "]]>", '"}', "<!--", "\\u003c"])
def test_no_title_breaks_out_of_the_head(words: str) -> None:
    quoted = words.replace("\\", "\\\\")
    title = f"A {words} B"
    page = page_of(viewed(f"id: it\nlanguages: [en]\ntitle: '{quoted.join(['A ', ' B'])}'\nbody: []\n"))
    assert page.findtext(".//title") == title
    assert page.find(".//h1").text_content() == title
    assert [meta.get("content") for meta in page.iter("meta") if meta.get("property") == "og:title"] == [title]
    assert not list(page.find("body").iter("b"))
