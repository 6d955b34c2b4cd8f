"""The page for browsers: one file that asks for nothing, whose every anchor leads somewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from typing import Any

import lxml.html
import pytest
from hypothesis import given, settings

from render.view.blocks import Heading, Paragraph, Table, View
from render.write.html import write_html
from tests.declarations import Sample, declarations
from tests.extract import DECLARATION, KITCHEN_SINK, html_text, viewed

PLAIN = settings(deadline=None, derandomize=True, database=None, max_examples=30)
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
    asked = [it.get("src") for it in page.iter() if it.get("src")]
    asked += [it.get("srcset") or it.get("poster") or it.get("data") for it in page.iter("img", "video", "object")]
    asked += [it.get("href") for it in page.iter("link") if it.get("rel") != "canonical"]
    asked += [it.get("{http://www.w3.org/1999/xlink}href") or it.get("href") for it in page.iter("use", "image")]
    styles = [it.text or "" for it in page.iter("style")] + [it.get("style") or "" for it in page.iter()]
    for style in styles:
        asked += re.findall(r"url\(([^)]*)\)", style) + re.findall(r"@import\s+([^;]+)", style)
    return [it for it in asked if it and not it.startswith("data:")]


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
    (policy,) = (it.get("content") for it in page.iter("meta") if it.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    own = [it for it in page.iter("script", "style") if it.get("type") != "application/ld+json"]
    for element in own:
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert not [name for it in page.iter() for name in it.attrib if name.startswith("on") or name == "style"]


def test_the_text_is_there_without_script(view: View) -> None:
    written = write_html(view).decode()
    bare = re.sub(r"<script.*?</script>", "", written, flags=re.DOTALL)
    assert html_text(bare.encode()) == html_text(written.encode())
    assert not re.search(r"<(?!template)\w+[^>]*\shidden", bare)


# Anchors


def ids(page: Any) -> list[str]:
    return [it.get("id") for it in page.iter() if it.get("id")]


def broken(page: Any) -> list[str]:
    """What leads, or points, to an id that is not there."""
    known = set(ids(page))
    pointed = [it.get("href")[1:] for it in page.iter("a") if (it.get("href") or "").startswith("#")]
    for name in ("aria-labelledby", "aria-describedby", "for", "headers"):
        pointed += [word for it in page.iter() for word in (it.get(name) or "").split()]
    return [it for it in pointed if it not in known]


def test_every_anchor_is_there_once(page: Any) -> None:
    assert [it for it, count in Counter(ids(page)).items() if count > 1] == []
    assert broken(page) == []


@settings(PLAIN)
@given(sample=declarations())
def test_every_anchor_of_any_declaration_is_there_once(sample: Sample) -> None:
    page = page_of(viewed(sample.source))
    assert [it for it, count in Counter(ids(page)).items() if count > 1] == []
    assert broken(page) == []
    assert not list(page.iterfind(".//a//a"))
    assert skipped(page) == []


def test_every_paragraph_and_heading_has_its_address(view: View, page: Any) -> None:
    known = set(ids(page))
    anchors = [it.anchor for it in view.blocks if isinstance(it, Heading | Paragraph | Table) and it.anchor]
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
    marks = [it for it in sink.iter("a") if it.get("role") == "doc-noteref"]
    assert [it.text for it in marks] == ["1", "2", "3", "4", "5", "6", "7"]
    for mark in marks:
        note = sink.get_element_by_id(mark.get("href")[1:])
        backs = [it for it in note.iter("a") if it.get("href") == f"#{mark.get('id')}"]
        assert [it.text for it in backs] == ["↩"]


# Structure


def skipped(page: Any) -> list[str]:
    """The headings that stand more than a level below the one before."""
    levels = [int(it.tag[1]) for it in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
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
        assert {it.get("scope") for it in table.iter("th")} == {"col"}
        assert len({len(row) for row in table.iter("tr")}) == 1


def test_pictures_say_what_they_show(sink: Any) -> None:
    alternatives = [it.get("alt") for it in sink.iter("img")]
    assert alternatives == ["A chart of two bars, the second twice as high as the first", ""]
    assert all(it.get("src").startswith("data:image/png;base64,") for it in sink.iter("img"))
    assert all(int(it.get("width")) > 0 and int(it.get("height")) > 0 for it in sink.iter("img"))


# Language


def test_the_page_and_words_in_other_languages_say_so(sink: Any) -> None:
    assert (sink.get("lang"), sink.get("dir")) == ("en", "ltr")
    said = {it.text_content(): (it.get("lang"), it.get("dir")) for it in sink.iter("span") if it.get("lang")}
    assert said["de jure"] == ("la", "ltr")
    assert said["הצהרה משותפת"] == ("he", "rtl")
    assert said["Ąžuolas, „čia“ – ėjo į šalį, ūkas"] == ("lt", "ltr")


def test_a_page_from_right_to_left_has_left_to_right_inside() -> None:
    page = page_of(viewed(RTL))
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    said = {it.text_content(): (it.get("lang"), it.get("dir")) for it in page.iter("span") if it.get("lang")}
    assert said["in English"] == ("en", "ltr")


def test_words_of_ours_in_another_language_than_the_page_say_so() -> None:
    page = page_of(
        viewed("id: it\nlanguages: [ar]\ntitle: إعلان\nbody: [{id: p, text: 'نص[^n]', notes: {n: حاشية}}]\n")
    )
    (notes,) = (it for it in page.iter("h2") if it.text_content() == "Notes")
    assert (notes.get("lang"), notes.get("dir")) == ("en", "ltr")


# What search engines and readers' lists see


def test_the_head_says_what_the_page_is() -> None:
    page = page_of(viewed(DECLARATION))
    assert page.findtext(".//title") == "UK-Lithuania joint declaration on bilateral cooperation 2022"
    (canonical,) = (it.get("href") for it in page.iter("link") if it.get("rel") == "canonical")
    assert canonical.startswith("https://www.gov.uk/government/publications/uk-lithuania-joint-declaration")
    named = {it.get("name") or it.get("property"): it.get("content") for it in page.iter("meta")}
    assert named["author"] == "Foreign, Commonwealth & Development Office"
    assert named["viewport"].startswith("width=device-width")


@pytest.mark.parametrize("words", ["</script><b>", "]]>", '"}', "<!--", "\\u003c"])
def test_no_title_breaks_out_of_the_head(words: str) -> None:
    quoted = words.replace("\\", "\\\\")
    title = f"A {words} B"
    page = page_of(viewed(f"id: it\nlanguages: [en]\ntitle: '{quoted.join(['A ', ' B'])}'\nbody: []\n"))
    assert page.findtext(".//title") == title
    assert page.find(".//h1").text_content() == title
    assert [it.get("content") for it in page.iter("meta") if it.get("property") == "og:title"] == [title]
    assert not list(page.find("body").iter("b"))
