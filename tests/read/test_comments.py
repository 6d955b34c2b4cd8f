"""A source without its comments says the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.model.source_file import SourceFile
from render.read.comments import find_comments
from render.read.reader import read_bytes
from render.read.yaml_tree import read_tree
from tests.extract import DECLARATION, KITCHEN_SINK


def stripped(text: str) -> str:
    data = text.encode()
    return SourceFile(data, comments=find_comments(read_tree(data, "x.yaml"))).for_publication().decode()


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("# canary\na: b\n", "a: b\n"),
        ("a: b  # canary\n", "a: b\n"),
        (
            "a: |  # canary\n  one # two\n  # three\n# canary\n  # canary\nb: c\n",
            "a: |\n  one # two\n  # three\nb: c\n",
        ),
        ("a: >-\n  one\n   # two\n\n  # three\n\n# canary", "a: >-\n  one\n   # two\n\n  # three\n"),
        ("'a # b': \"c # d\n  # e\"  # canary\n", "'a # b': \"c # d\n  # e\"\n"),
        ("a: [b, c  # canary\n  , 'd # e']  # canary\n", "a: [b, c\n  , 'd # e']\n"),
        ("a: b#c\n\n\nd: http://e/#f\n", "a: b#c\n\n\nd: http://e/#f\n"),
        ("\ufeffa: b  # canary\r\nc: d\r\n", "a: b\nc: d\n"),
        ("a:\n  # canary\n  - b\n  -  # canary\n    c\n", "a:\n  - b\n  -\n    c\n"),
    ],
)
def test_comments_are_removed_and_everything_else_is_kept(source: str, left: str) -> None:
    assert stripped(source) == left


@pytest.mark.parametrize("path", [DECLARATION, KITCHEN_SINK], ids=lambda path: path.stem)
def test_a_declaration_is_the_same_without_its_comments(path: Path) -> None:
    declaration = read_bytes(path.read_bytes(), "x", path.parent).declaration
    parties = tuple(replace(party, name=party.id) for party in declaration.parties)
    published = read_bytes(declaration.source.for_publication(), "x", path.parent).declaration
    assert published == replace(declaration, parties=parties)


LINES = st.sampled_from(
    ["one", "# two", "  # three", "four # five", "", " six", '"', "'", "'seven' # eight", "#nine", "ten  # eleven"]
)


@given(st.lists(LINES), st.sampled_from(["|", "|-", ">", ">+", "|  # canary", "|2"]))
def test_no_word_of_a_text_is_taken_for_a_comment(lines: list[str], sign: str) -> None:
    text = "".join(f"      {line}\n" for line in ["first", *lines])
    source = f"id: x  # canary\ntitle: T\nlanguages: [en]\nbody:\n  - id: a\n    text: {sign}\n{text}# canary\n"
    bare = stripped(source)
    assert "canary" not in bare
    assert read_bytes(bare.encode(), "x", Path()).declaration == read_bytes(source.encode(), "x", Path()).declaration
