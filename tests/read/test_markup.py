"""Inline markup: what `cases/inline.md` does not show."""

from __future__ import annotations

import pytest

from render.model.inline import CrossReference, FootnoteReference, Link, Piece, Text, plain
from render.read.markup import parse


def pieces(source: str) -> tuple[Piece, ...]:
    found, markup_issues = parse(source)
    assert markup_issues == []
    return found


@pytest.mark.parametrize("source", ["", "\n", "\n \n"])
def test_an_empty_text_has_no_pieces(source: str) -> None:
    assert parse(source, spaced=False)[0] == ()


def test_the_plain_text_is_the_words_without_markup_references_and_notes() -> None:
    found = pieces("*A* and [the **other** party](https://example.org), see [](#first),[^n] [de jure]{la}.")
    assert plain(found) == "A and the other party, see , de jure."


def test_neighbours_of_one_look_are_one_piece() -> None:
    assert pieces("a [b] \\* c [d]{la}[e]{la} [^") == (
        Text("a [b] * c "),
        Text("de", language="la"),
        Text(" [^"),
    )


@pytest.mark.parametrize("start", [0, 100])
def test_places_count_from_the_beginning_of_the_text_that_the_paragraph_is_part_of(start: int) -> None:
    found, markup_issues = parse("ab [c](#d) [](#e)[^f] *g [h]{Latin} [](https://x.org)", start=start)
    offsets = [piece.offset for piece in found if not isinstance(piece, Text)]
    assert offsets == [start + 3, start + 11, start + 17]
    assert sorted(markup_issue.offset for markup_issue in markup_issues) == [start + 22, start + 28, start + 36]


@pytest.mark.parametrize(
    ("source", "offset"),
    [
        ("1234 *open", 5),
        ("1234 [*open](https://example.org)", 6),
        ("1234 [a [*open]{la} b](https://example.org)", 9),
        ("12345\n   *open", 9),
    ],
)
def test_an_unpaired_star_is_reported_at_its_place(source: str, offset: int) -> None:
    assert [markup_issue.offset for markup_issue in parse(source)[1]] == [offset]


def test_lines_join_with_one_space_whatever_the_indentation() -> None:
    assert plain(parse("one  \n   two\n\tthree\n \n four")[0]) == "one two three four"


def test_lines_join_with_nothing_in_writing_without_spaces() -> None:
    assert plain(parse("双方\n   同意", spaced=False)[0]) == "双方同意"


def test_spaces_inside_a_line_stay_as_they_are() -> None:
    assert plain(pieces("one  two\u00a0three   four ")) == "one  two\u00a0three   four "


def test_eight_brackets_may_nest_and_the_ninth_may_not() -> None:
    def nested(depth: int) -> str:
        return "[" * depth + "a" + "]{la}" * depth

    assert parse(nested(8))[1] == []
    assert [markup_issue.severity for markup_issue in parse(nested(9))[1]] == ["error"]


def test_brackets_side_by_side_do_not_nest() -> None:
    assert len(pieces("[a]{la} [b](https://example.org) " * 20)) == 80


def test_links_and_notes_of_one_address_are_equal_everywhere() -> None:
    assert parse("[a](#b)")[0] == parse("[a](#b)", start=9)[0] == (Link((Text("a"),), "#b"),)
    assert parse("[](#b)")[0] == parse("[](#b)", start=9)[0] == (CrossReference("b"),)
    assert parse("[^b]")[0] == parse("[^b]", start=9)[0] == (FootnoteReference("b"),)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//example.org"])
def test_an_address_of_any_other_kind_makes_no_link(address: str) -> None:
    assert pieces(f"[a]({address})") == (Text(f"[a]({address})"),)


LARGE = 100_000


@pytest.mark.parametrize(
    "motif",
    [
        "[",
        "]",
        "*",
        "\\",
        " ",
        "\n",
        " \n",
        "*a ",
        "a* ",
        "**a *b ",
        "[a ",
        "[]",
        "[a](",
        "](https://",
        "[a](https://b (",
        "[^a",
        "[^a]",
        "[](#a)",
        "[a]{la",
        "[a]{la}",
        "[a](https://x.org/(b)(c",
        "[ ]{la} *",
    ],
)
def test_a_large_text_of_one_motif_is_parsed(motif: str) -> None:
    found, _ = parse(motif * (LARGE // len(motif)))
    assert found


def test_a_large_text_in_large_brackets_is_parsed() -> None:
    found, _ = parse("[" * 30_000 + "*a* " * 30_000 + "]{la}" * 30_000)
    assert found[0] == Text("[" * 29_992, language="la")
