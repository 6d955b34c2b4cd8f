"""Markdown: words that are never read as markup, numbers that nobody counts, and addresses that lead somewhere."""

from __future__ import annotations

import re
from typing import Any

import lxml.html
import pytest
import yaml

from render.view.blocks import View
from render.view.media import Picture
from render.write.escape import escape_markdown
from render.write.html import write_html
from render.write.markdown import line, picture_address, write_markdown
from tests.extract import DECLARATION, KITCHEN_SINK, markdown_page, viewed
from tests.sampled import corpus

SINK = write_markdown(viewed(KITCHEN_SINK)).decode()


def markdown_of(*nodes: object, **keys: object) -> str:
    """The Markdown of a declaration with these nodes, without its title."""
    data = {"id": "it", "languages": ["en"], "title": "T", "body": list(nodes)} | keys
    return write_markdown(viewed(yaml.safe_dump(data))).decode().removeprefix("# T\n\n")


def paragraph(text: str) -> str:
    """What the Markdown of a paragraph is after its anchor and its number."""
    return markdown_of({"id": "p", "text": text}).removeprefix('<a id="p"></a>1. ').removesuffix("\n")


def beginning(text: str) -> str:
    """What the Markdown of a paragraph is that begins a line."""
    return markdown_of({"quotation": text}).removeprefix("> ").removesuffix("\n")


# Words


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, with (brackets), “quotation marks” and 'others' – and dashes.",
        "A & B spend more on R&D than in 2022; 3 < 4 * 5, and snake_case is no emphasis.",
        "It ends at 10:30. Write to a@example.org, or see https://example.org/a-b/c now.",
        "No # heading, no 1. list, no - item, no > quotation.",
    ],
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert paragraph(text) == text


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        (r"5*5, \*stars\* and __x__", r"5\*5, \*stars\* and \_\_x\_\_"),
        ("[Annex](I), [x] and ^1", r"\[Annex\](I), \[x\] and \^1"),
        ("`code` and ~~struck~~ x^2^", r"\`code\` and \~\~struck\~\~ x\^2\^"),
        ("<b>, </p>, <!-- and a < b", r"\<b>, \</p>, \<!-- and a < b"),
        ("&amp; &#65; and AT&T", r"\&amp; \&#65; and AT\&T"),
        (r"a\b and \\# and a\\", r"a\\b and \\# and a\\"),
        ("a|b, $5 and $6, {#x}", r"a\|b, \$5 and \$6, \{#x}"),
        ("@somebody :smile:", r"\@somebody \:smile:"),
        ("https://example.org/~a and www.example.org/a*b", r"https\://example.org/\~a and www\.example.org/a\*b"),
        ("Words![picture](https://example.org)", r"Words\![picture](https://example.org)"),
    ],
)
def test_what_could_be_markup_has_a_backslash(text: str, markdown: str) -> None:
    assert paragraph(text) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("# Words", r"\# Words"),
        ("1. Words", r"1\. Words"),
        ("2) Words", r"2\) Words"),
        ("(a) Words", r"(a\) Words"),
        ("iv. Words", r"iv\. Words"),
        ("- Words", r"\- Words"),
        ("+ Words", r"\+ Words"),
        ("> Words", r"\> Words"),
        ("---", r"\---"),
        ("===", r"\==="),
        (": Words", r"\: Words"),
        ("#1 of 2", "#1 of 2"),
        ("2022 was", "2022 was"),
        ("-5 degrees", "-5 degrees"),
        ("A. B. Smith", r"A\. B. Smith"),
    ],
)
def test_no_line_begins_as_a_block_does(text: str, markdown: str) -> None:
    assert beginning(text) == markdown


def test_spaces_and_line_ends_in_a_text_make_no_code_and_no_line() -> None:
    assert line(escape_markdown("\t Words\r# words")) == "&#9;&#32;Words&#13;# words"


def test_a_heading_keeps_the_signs_at_its_end() -> None:
    assert markdown_of({"section": "s", "title": "The key #"}) == '## <a id="s"></a>The key \\#\n'


# Emphasis


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("*words*, **words** and ***words***", "*words*, **words** and ***words***"),
        ("**words *and* words**", "**words *and* words**"),
        ("***words* and words**", "**<em>words</em> and words**"),
        ("(*words*) “**words**”", "(*words*) “**words**”"),
        ("*(words)*, and *“words”*!", "<em>(words)</em>, and <em>“words”</em>\\!"),
        ("*so [on](https://example.org)*", "<em>so </em>[*on*](https://example.org)"),
        ("[**words** more](https://example.org)", "[**words** more](https://example.org)"),
        ("*[de jure]{la}* is", '*<span lang="la" dir="ltr">de jure</span>* is'),
    ],
)
def test_emphasis_has_delimiters_where_every_reader_sees_them(text: str, markdown: str) -> None:
    assert paragraph(text) == markdown


def emphasised(page: Any) -> str:
    """The words that are emphasised, those of the notes last."""
    texts = [
        "".join(element.itertext())
        for element in page.xpath("//em[not(ancestor::section[@class='notes' or @class='footnotes'])]")
    ]
    notes = [
        "".join(element.itertext()) for element in page.xpath("//section[@class='notes' or @class='footnotes']//em")
    ]
    return "".join([*texts, *notes])


def test_emphasis_and_links_are_those_of_the_web_page() -> None:
    for sample in corpus():
        assert_same_emphasis_and_links(viewed(sample.source))


def assert_same_emphasis_and_links(view: View) -> None:
    web = lxml.html.document_fromstring(write_html(view).decode())
    page = markdown_page(write_markdown(view))
    for element in web.xpath("//a[@class='number' or @class='back' or @class='top' or @class='skip'] | //sup"):
        element.drop_tree()
    for element in page.xpath("//a[@class='footnote-backref'] | //sup"):
        element.drop_tree()
    assert emphasised(page) == emphasised(web)
    assert sorted(page.xpath("//a/@href")) == sorted(web.xpath("//a/@href"))


# Tables, lists and pictures


def test_a_cell_holds_any_sign() -> None:
    text = markdown_of({"table": "t", "header": ["A|B", "C"], "rows": [["a\\\\|b", "`c|d`"], ["e\\\\", "|"]]})
    page = markdown_page(text.encode())
    assert [cell.text_content() for cell in page.xpath("//th | //td")] == ["A|B", "C", "a\\|b", "`c|d`", "e\\", "|"]


def test_sub_paragraphs_are_items_with_the_numbers_of_the_text() -> None:
    inner = {"id": "b", "number": "(b bis)", "text": "two", "body": [{"id": "c", "text": "three"}], "closing": "end"}
    text = markdown_of({"id": "a", "text": "one", "body": [inner, {"list": ["x", "y"]}]})
    assert text == (
        '<a id="a"></a>1. one\n\n- <a id="b"></a>(b bis) two\n\n  - <a id="c"></a>(i) three\n\n  end\n\n* x\n* y\n'
    )


def test_a_list_beside_sub_paragraphs_is_a_list_of_its_own() -> None:
    text = markdown_of({"id": "a", "text": "one", "body": [{"list": ["x"]}, {"id": "b", "text": "two"}]})
    assert len(markdown_page(text.encode()).xpath("./ul")) == 2


@pytest.mark.parametrize(
    ("name", "address"), [("a b.png", "a%20b.png"), ("in/chart.png", "in/chart.png"), ("http:/x.png", "http%3A/x.png")]
)
def test_a_picture_is_a_file_beside_the_text_and_nothing_else(name: str, address: str) -> None:
    assert picture_address(Picture(name, b"", "image/png", (1, 1), (1, 1))) == address


def test_a_picture_has_its_words() -> None:
    chart = {"image": "chart.png", "alternative": "A *chart*\\!", "caption": "Trade"}
    assert markdown_of(chart) == "![A chart\\\\\\!](chart.png)\n\nTrade\n"


# Addresses, notes and languages


def test_every_reference_and_every_entry_of_the_contents_leads_to_its_part() -> None:
    for path in (DECLARATION, KITCHEN_SINK):
        page = markdown_page(write_markdown(viewed(path)))
        inside = {href for href in page.xpath("//a/@href") if href.startswith("#")}
        assert inside
        assert inside - {f"#{name}" for name in page.xpath("//@id")} == set()


def test_a_bracket_after_the_mark_of_a_note_makes_no_link() -> None:
    text = markdown_of({"id": "p", "text": "a[^n](b)", "notes": {"n": "one\n\ntwo"}})
    assert text == '<a id="p"></a>1. a[^1]\\(b)\n\n[^1]: one\n\n    two\n'


def test_an_address_keeps_its_signs() -> None:
    assert paragraph("[a](https://example.org/b_(c)?d=1&lt;=2)") == "[a](https://example.org/b_(c)?d=1\\&lt;=2)"


def test_right_to_left_words_are_marked() -> None:
    text = markdown_of({"id": "p", "text": "אחת"}, languages=["he"])
    assert text.startswith('<div lang="he" dir="rtl">\n\n# T\n\n')
    assert text.endswith('<a id="p"></a>1. אחת\n\n</div>\n')


def test_the_marking_is_at_the_head_and_foot() -> None:
    assert SINK.startswith("**OFFICIAL**\n\n")
    assert SINK.endswith("\n\n**OFFICIAL**\n")


def test_there_is_one_line_feed_at_the_end_and_no_space_at_the_end_of_a_line() -> None:
    assert SINK.endswith("\n")
    assert not re.search(r" $|\t|\r|\n\n\n|\n\n\Z", SINK, re.MULTILINE)
