"""Bytes → tree: encodings, characters, sizes and errors of the parser."""

from __future__ import annotations

import pytest
import yaml

from render.read.source_text import MAX_FILE, MAX_WORD
from render.read.yaml_errors import syntax_problem
from render.read.yaml_tree import MAX_DEPTH
from tests.read.trees import problems, tree

# Bytes


@pytest.mark.parametrize(
    ("data", "place", "byte"),
    [
        (b"id: a\nti\xfftle: b\n", "2:3", "FF"),
        (b"\xef\xbb\xbfid: a\nti\xfftle: b\n", "2:3", "FF"),
        (b"\xef\xbb\xbf\xff", "1:1", "FF"),
        (b"id: a\r\nti\xfftle: b\r\n", "2:3", "FF"),
        (b"id: a\rti\xfftle: b\r", "2:3", "FF"),
        ("id: ąčę€𝄞".encode() + b"\xe9t\xe9", "1:10", "E9"),
        ("id: €".encode()[:-1], "1:5", "E2"),
        ("id: a".encode("utf-16"), "1:1", "FF"),
        (b"id: \xc0\x80", "1:5", "C0"),
        (b"id: \xed\xa0\x80", "1:5", "ED"),
    ],
)
def test_bytes_that_are_not_utf_8_are_named_with_their_place(data: bytes, place: str, byte: str) -> None:
    assert problems(data) == [f"x.yaml:{place}: invalid UTF-8 (byte 0x{byte}); save the file as UTF-8"]


def test_a_byte_order_mark_is_passed_over_and_moves_no_column() -> None:
    assert problems(b"\xef\xbb\xbfid: *a") == problems(b"id: *a")
    assert tree(b"\xef\xbb\xbfid: a").root == {"id": "a"}


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_lines_may_end_as_on_other_systems(end: str) -> None:
    source = "id: a\ntext: |\n  one\n\n  two\nquoted: 'a\n  b'\n"
    other = tree(source.replace("\n", end))
    assert (other.root, other.positions) == (tree(source).root, tree(source).positions)


def test_the_largest_file_is_read_and_a_larger_one_refused() -> None:
    blank = b" " * MAX_FILE
    assert problems(blank) == ["x.yaml: the file is empty; write a declaration in it"]
    assert problems(blank + b" ") == ["x.yaml: 16,777,217 bytes; the maximum is 16,777,216: split it"]


# Characters


CONTROLS = [chr(code) for code in (*range(0x09), *range(0x0B, 0x0D), *range(0x0E, 0x20), *range(0x7F, 0xA0))]
NO_CHARACTERS = ["\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"]
LINE_SEPARATORS = ["\x85", "\u2028", "\u2029"]
OVERRIDES = ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e"]
NEEDED = ["\u200e", "\u200f", "\u061c", "\u2066", "\u2067", "\u2068", "\u2069", "\u200c", "\u200d", "\u00ad", "\u00a0"]


def name(character: str) -> str:
    return f"U+{ord(character):04X}"


def in_every_way(character: str) -> list[str]:
    """Sources of a text with a character as its second, written in every way."""
    written = [
        f"title: a{character}b",
        f"title: 'a{character}b'",
        f'title: "a{character}b"',
        f"title: |\n  a{character}b",
    ]
    return [f"id: a\n{text}\n" for text in written]


PLACES = ["2:9", "2:10", "2:10", "3:4"]


@pytest.mark.parametrize(
    "character",
    [value for value in (*CONTROLS, *NO_CHARACTERS, "\ufeff") if value not in LINE_SEPARATORS],
    ids=name,
)
def test_control_characters_and_noncharacters_are_refused_at_their_place(character: str) -> None:
    what = f"a control character or a code that isn't a character ({name(character)}); remove it"
    assert [problems(source) for source in in_every_way(character)] == [[f"x.yaml:{place}: {what}"] for place in PLACES]


@pytest.mark.parametrize("character", LINE_SEPARATORS, ids=name)
def test_line_separators_are_refused_at_their_place(character: str) -> None:
    what = f"a line separator that not all tools recognise ({name(character)}); use an ordinary line end"
    assert [problems(source) for source in in_every_way(character)] == [[f"x.yaml:{place}: {what}"] for place in PLACES]


@pytest.mark.parametrize("character", OVERRIDES, ids=name)
def test_characters_that_reorder_text_are_refused_at_their_place(character: str) -> None:
    what = (
        f"a bidirectional override or embedding ({name(character)}), which can change the order in which a text is "
        "shown; remove it, or use the isolates U+2066 to U+2069"
    )
    assert [problems(source) for source in in_every_way(character)] == [[f"x.yaml:{place}: {what}"] for place in PLACES]


@pytest.mark.parametrize("character", NEEDED, ids=name)
def test_characters_that_some_languages_need_are_kept(character: str) -> None:
    assert [tree(source).root for source in in_every_way(character)] == [
        {"id": "a", "title": title} for title in [f"a{character}b"] * 3 + [f"a{character}b\n"]
    ]


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\x9f", "\ufeff", *LINE_SEPARATORS, *OVERRIDES], ids=name)
def test_refused_characters_are_refused_as_escapes_too(character: str) -> None:
    (problem,) = problems(f'id: a\ntitle: "a\\u{ord(character):04x}b"\n')
    assert problem.startswith("x.yaml:2:8: ")
    assert name(character) in problem


def test_forbidden_characters_in_comments_and_keys_are_refused_too() -> None:
    found = problems("# a\u202eb\ni\u0007d: a\n")
    assert [problem.split(": ")[0] for problem in found] == ["x.yaml:1:4", "x.yaml:2:2"]


def test_line_separators_do_not_shift_the_places_of_what_comes_after() -> None:
    found = problems("id: a\u2028\x85b\ntitle: *a\n")
    assert [problem.split(": ")[0] for problem in found] == ["x.yaml:1:6", "x.yaml:1:7", "x.yaml:2:8"]


# Sizes


@pytest.mark.parametrize("words", ["a" * MAX_WORD, "条" * 5000, "ก" * 5000, "က" * 5000, "ក" * 5000, "a " * 5000])
def test_words_that_can_be_printed_are_kept(words: str) -> None:
    assert tree(f"title: {words.strip()}").root == {"title": words.strip()}


@pytest.mark.parametrize("unspaced", ["", "条", "ก"])
def test_a_longer_word_is_refused_where_it_begins(unspaced: str) -> None:
    source = f"id: a\ntitle: some {unspaced}{'a' * (MAX_WORD + 1)}{unspaced} words\n"
    place = f"x.yaml:2:{13 + len(unspaced)}"
    what = "a word of 1,001 characters; the maximum that can be printed is 1,000: divide it"
    assert problems(source) == [f"{place}: {what}"]


def test_a_hundred_thousand_long_words_are_looked_at() -> None:
    assert problems("title: " + ("a" * MAX_WORD + " ") * 4000) == []


def nested(depth: int) -> str:
    """A list of as many levels, in lines of their own."""
    return "".join("  " * level + "-\n" for level in range(depth))


def test_the_deepest_nesting_is_read_and_a_deeper_one_refused() -> None:
    assert problems(nested(MAX_DEPTH)) == []
    assert problems(nested(MAX_DEPTH + 1)) == [
        f"x.yaml:65:130: more than {MAX_DEPTH} levels of nesting; move the text further out"
    ]


@pytest.mark.parametrize("motif", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_fifty_thousand_levels_are_refused_without_a_crash(motif: str) -> None:
    assert any("levels of nesting" in problem for problem in problems(motif * 50_000))


def test_fifty_thousand_brackets_are_refused_at_the_first_that_is_too_deep() -> None:
    (problem,) = problems("body: " + "[ " * 50_000)
    assert problem == f"x.yaml:1:135: more than {MAX_DEPTH} levels of nesting; move the text further out"


def test_at_most_a_thousand_problems_are_reported() -> None:
    found = problems("".join(f"- &a{number} x\n" for number in range(5000)))
    assert len(found) == 1000
    assert found[-1].startswith("x.yaml:1000:3: the YAML anchor &a999 ")


def test_forbidden_characters_are_reported_at_most_a_thousand_times() -> None:
    assert len(problems("\x07" * 100_000)) == 1000


@pytest.mark.parametrize(
    "source",
    [
        "a: [" + "b, " * 100_000 + "]",
        "a: b" + " " * 200_000 + "# c",
        "".join(f"a{number}: b\n" for number in range(50_000)),
        "a: |\n" + "  b\n\n" * 50_000,
        "a: 'b\n" + "  c\n" * 50_000 + "  '",
    ],
    ids=["a long line", "spaces", "keys", "a long text", "a long quotation"],
)
def test_a_large_source_is_read(source: str) -> None:
    assert problems(source) == []


# Errors of the parser


def test_an_error_without_a_place_is_reported_for_the_file() -> None:
    problem = syntax_problem(yaml.YAMLError("odd"), "x.yaml", [])
    assert str(problem) == "x.yaml: invalid YAML (odd); look for stray characters"


def test_an_error_past_the_last_line_is_still_reported() -> None:
    mark = yaml.Mark("", 0, 7, 0, None, 0)
    problem = syntax_problem(yaml.MarkedYAMLError(problem_mark=mark), "x.yaml", ["id: a"])
    assert str(problem) == "x.yaml:8:1: invalid YAML; check the indentation of this line and of the lines before it"
