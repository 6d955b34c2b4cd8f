"""Whatever markup is put in, it is parsed."""

from __future__ import annotations

from hypothesis import strategies as st

from render.model import inline
from render.model.inline import Link, Text, plain
from render.read.markup import parse
from tests.fuzzing import long, quick

SIGNS = "\\*[]{}"
MARKUP = st.lists(
    st.sampled_from(
        [*SIGNS, "**", "***", "[](#a)", "[^n]", "](https://x.org)", "]{la}", "(", ")", " ", "\n", "a", "5", "强"]
    )
    | st.text(max_size=3),
    max_size=40,
).map("".join)
WITHOUT_SIGNS = st.text(st.characters(exclude_characters=SIGNS + "\n")).filter(lambda text: "\n" not in text)


def is_parsed(source: str, spaced: bool) -> None:
    """Pieces have words, issues have places, and every word is in the source, once."""
    pieces, markup_issues = parse(source, spaced)
    texts = [text for piece in pieces for text in (piece.pieces if isinstance(piece, Link) else (piece,))]
    assert all(text.text for text in texts if isinstance(text, Text))
    assert all(0 <= markup_issue.offset < len(source) for markup_issue in markup_issues)
    assert all(0 <= piece.offset < len(source) for piece in pieces if not isinstance(piece, Text))
    assert is_taken_from(plain(pieces), source)


def is_taken_from(words: str, source: str) -> bool:
    """Whether the letters of words are in a source in the same order; a space may be a line end."""
    rest = iter(source.replace("\n", " "))
    return all(letter in rest for letter in words)


def assert_unchanged(text: str) -> None:
    """A text without signs of the markup is one piece, and one whose signs have backslashes is itself."""
    assert parse(text) == (((Text(text),) if text else ()), [])


def assert_unchanged_if_escaped(text: str) -> None:
    escaped = "".join(f"\\{letter}" if letter in SIGNS else letter for letter in text)
    assert parse(escaped) == (((Text(text),) if text else ()), [])


@quick(source=MARKUP, spaced=st.booleans())
def test_any_markup_is_parsed(source: str, spaced: bool) -> None:
    is_parsed(source, spaced)


@quick(text=WITHOUT_SIGNS)
def test_a_text_without_markup_characters_is_unchanged(text: str) -> None:
    assert_unchanged(text)


@quick(text=st.text(st.sampled_from(SIGNS) | st.characters(exclude_characters="\n")))
def test_a_text_with_escaped_markup_characters_is_unchanged(text: str) -> None:
    assert_unchanged_if_escaped(text)


@quick(before=WITHOUT_SIGNS, source=MARKUP, start=st.integers(0, 1000))
def test_a_paragraph_is_parsed_the_same_in_every_place(before: str, source: str, start: int) -> None:
    pieces, markup_issues = parse(source)
    moved, moved_doubts = parse(source, start=start)
    assert moved == pieces
    assert [
        inline.MarkupIssue(markup_issue.offset + start, markup_issue.what, markup_issue.hint, markup_issue.severity)
        for markup_issue in markup_issues
    ] == moved_doubts
    assert plain(parse(f"{before} {source}")[0]).startswith(f"{before} ")


@long(source=MARKUP, spaced=st.booleans(), text=WITHOUT_SIGNS)
def test_any_fuzzed_markup_is_parsed(source: str, spaced: bool, text: str) -> None:
    is_parsed(source, spaced)
    assert_unchanged(text)
    assert_unchanged_if_escaped(source.replace("\n", " "))
