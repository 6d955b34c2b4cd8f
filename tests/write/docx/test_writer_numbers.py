"""The Word copy, read back: Word computes the numbers, and references show them."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from render.view.blocks import Heading, Paragraph, View
from render.write.docx.context import bookmark
from render.write.docx.writer import write_word
from tests.extract import DECLARATION, KITCHEN_SINK, viewed
from tests.extract_word import W, WordCounting, word_part, word_text
from tests.word_lint import faults
from tests.write.docx.copies import PLAIN, fields, labels, paragraphs, style_id, walk

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


def bookmarked_text(start: Any) -> str:
    """The words inside a bookmark."""
    words = ""
    for element in start.itersiblings():
        if element.get(f"{W}id") == start.get(f"{W}id") and element.tag == f"{W}bookmarkEnd":
            return words
        words += "".join(piece.text for piece in element.iter(f"{W}t"))
    raise AssertionError("the bookmark does not end in its paragraph")
