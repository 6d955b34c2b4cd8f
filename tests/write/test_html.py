"""The page for browsers: one file that requests nothing, whose every link to an anchor has a target."""

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
    addresses = [element.get("src") for element in page.iter() if element.get("src")]
    addresses += [
        element.get("srcset") or element.get("poster") or element.get("data")
        for element in page.iter("img", "video", "object")
    ]
    addresses += [link.get("href") for link in page.iter("link") if link.get("rel") != "canonical"]
    addresses += [
        element.get("{http://www.w3.org/1999/xlink}href") or element.get("href")
        for element in page.iter("use", "image")
    ]
    styles = [style.text or "" for style in page.iter("style")] + [
        element.get("style") or "" for element in page.iter()
    ]
    for style in styles:
        addresses += re.findall(r"url\(([^)]*)\)", style) + re.findall(r"@import\s+([^;]+)", style)
    return [address for address in addresses if address and not address.startswith("data:")]


def test_the_page_requests_nothing(page: Any) -> None:
    assert requests(page) == []
    assert not list(page.iter("iframe", "object", "embed", "base"))


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://example.org/x.png">',
        '<link rel="stylesheet" href="x.css">',
        "<style>p { background: url(x.png) }</style>",
        "<style>@import 'x.css';</style>",
        '<script src="x.js"></script>',
        '<p style="background: url(x.png)">A</p>',
    ],
)
def test_every_kind_of_request_would_be_found(markup: str) -> None:
    assert requests(lxml.html.document_fromstring(f"<html><body>{markup}</body></html>"))


def test_the_policy_of_the_page_allows_only_its_own_script_and_style(page: Any) -> None:
    (policy,) = (
        meta.get("content") for meta in page.iter("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    own = [element for element in page.iter("script", "style") if element.get("type") != "application/ld+json"]
    for element in own:
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert not [name for element in page.iter() for name in element.attrib if name.startswith("on") or name == "style"]


def test_the_page_has_its_whole_text_without_scripts(view: View) -> None:
    written = write_html(view).decode()
    bare = re.sub(r"<script.*?</script>", "", written, flags=re.DOTALL)
    assert html_text(bare.encode()) == html_text(written.encode())
    assert not re.search(r"<(?!template)\w+[^>]*\shidden", bare)


# Anchors


def ids(page: Any) -> list[str]:
    return [element.get("id") for element in page.iter() if element.get("id")]


def broken(page: Any) -> list[str]:
    """The ids that links and attributes refer to and that don't exist."""
    known = set(ids(page))
    targets = [link.get("href")[1:] for link in page.iter("a") if (link.get("href") or "").startswith("#")]
    for name in ("aria-labelledby", "aria-describedby", "for", "headers"):
        targets += [word for element in page.iter() for word in (element.get(name) or "").split()]
    return [target for target in targets if target not in known]


def test_every_anchor_exists_exactly_once(page: Any) -> None:
    assert [anchor for anchor, count in Counter(ids(page)).items() if count > 1] == []
    assert broken(page) == []


def test_every_anchor_of_any_declaration_exists_exactly_once() -> None:
    for sample in corpus():
        page = page_of(viewed(sample.source))
        assert [anchor for anchor, count in Counter(ids(page)).items() if count > 1] == [], sample.source
        assert broken(page) == [], sample.source
        assert not list(page.iterfind(".//a//a")), sample.source
        assert skipped(page) == [], sample.source


def test_every_paragraph_and_heading_has_an_anchor(view: View, page: Any) -> None:
    known = set(ids(page))
    anchors = [block.anchor for block in view.blocks if isinstance(block, Heading | Paragraph | Table) and block.anchor]
    assert len(anchors) > 20
    assert set(anchors) <= known


def test_no_link_is_inside_a_link(page: Any) -> None:
    assert not list(page.iterfind(".//a//a"))
    source = "id: it\nlanguages: [en]\ntitle: T\nbody:\n"
    source += "  - {section: s, title: 'See [a](https://example.org/a) and [](#p)', body: [{id: p, text: A}]}\n"
    source += "  - {section: z, title: Z}\n"
    # A parser closes one link where another begins, so the test looks at the markup, not at the parsed page.
    written = write_html(viewed(source)).decode()
    assert not re.search(r"<a\b(?:(?!</a>).)*<a\b", written, re.DOTALL)


def test_a_note_and_its_mark_link_to_each_other(sink: Any) -> None:
    marks = [link for link in sink.iter("a") if link.get("role") == "doc-noteref"]
    assert [mark.text for mark in marks] == ["1", "2", "3", "4", "5", "6", "7"]
    for mark in marks:
        note = sink.get_element_by_id(mark.get("href")[1:])
        backs = [link for link in note.iter("a") if link.get("href") == f"#{mark.get('id')}"]
        assert [back.text for back in backs] == ["↩"]


# Structure


def skipped(page: Any) -> list[str]:
    """The headings that are more than a level below the one before."""
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


def test_pictures_have_alternative_text(sink: Any) -> None:
    alternatives = [image.get("alt") for image in sink.iter("img")]
    assert alternatives == ["A chart of two bars, the second twice as high as the first", ""]
    assert all(image.get("src").startswith("data:image/png;base64,") for image in sink.iter("img"))
    assert all(int(image.get("width")) > 0 and int(image.get("height")) > 0 for image in sink.iter("img"))


# Language


def test_the_page_and_words_in_other_languages_have_their_language(sink: Any) -> None:
    assert (sink.get("lang"), sink.get("dir")) == ("en", "ltr")
    languages = {
        span.text_content(): (span.get("lang"), span.get("dir")) for span in sink.iter("span") if span.get("lang")
    }
    assert languages["de jure"] == ("la", "ltr")
    assert languages["הצהרה משותפת"] == ("he", "rtl")
    assert languages["Ąžuolas, „čia“ – ėjo į šalį, ūkas"] == ("lt", "ltr")


def test_a_right_to_left_page_marks_left_to_right_words() -> None:
    page = page_of(viewed(RTL))
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    languages = {
        span.text_content(): (span.get("lang"), span.get("dir")) for span in page.iter("span") if span.get("lang")
    }
    assert languages["in English"] == ("en", "ltr")


def test_labels_in_another_language_than_the_page_have_their_language() -> None:
    page = page_of(
        viewed("id: it\nlanguages: [ar]\ntitle: إعلان\nbody: [{id: p, text: 'نص[^n]', notes: {n: حاشية}}]\n")
    )
    (notes,) = (heading for heading in page.iter("h2") if heading.text_content() == "Notes")
    assert (notes.get("lang"), notes.get("dir")) == ("en", "ltr")


# What search engines and reading lists see


def test_the_head_has_the_metadata_of_the_page() -> None:
    page = page_of(viewed(DECLARATION))
    assert page.findtext(".//title") == "UK-Lithuania joint declaration on bilateral cooperation 2022"
    (canonical,) = (link.get("href") for link in page.iter("link") if link.get("rel") == "canonical")
    assert canonical.startswith("https://www.gov.uk/government/publications/uk-lithuania-joint-declaration")
    named = {meta.get("name") or meta.get("property"): meta.get("content") for meta in page.iter("meta")}
    assert named["author"] == "Foreign, Commonwealth & Development Office"
    assert named["viewport"].startswith("width=device-width")


@pytest.mark.parametrize("words", ["</script><b>", "]]>", '"}', "<!--", "\\u003c"])
def test_no_title_can_break_out_of_the_head(words: str) -> None:
    quoted = words.replace("\\", "\\\\")
    title = f"A {words} B"
    page = page_of(viewed(f"id: it\nlanguages: [en]\ntitle: '{quoted.join(['A ', ' B'])}'\nbody: []\n"))
    assert page.findtext(".//title") == title
    assert page.find(".//h1").text_content() == title
    assert [meta.get("content") for meta in page.iter("meta") if meta.get("property") == "og:title"] == [title]
    assert not list(page.find("body").iter("b"))
