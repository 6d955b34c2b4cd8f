"""The line and column of every node, key and problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from render.check.declaration import check
from render.errors import SourceError
from render.read.reader import read_bytes
from tests.read.trees import HEAD, tree


def test_every_node_and_key_has_its_place() -> None:
    found = tree("a: b\nc:\n  - d\n  - e: 'f'\n    g: |\n      h\n")
    positions = {path: (position.line, position.column) for path, position in found.positions.items()}
    keys = {path: (key.start_mark.line, key.start_mark.column) for path, key in found.keys.items()}
    assert positions == {
        (): (0, 0),
        ("a",): (0, 3),
        ("c",): (2, 2),
        ("c", 0): (2, 4),
        ("c", 1): (3, 4),
        ("c", 1, "e"): (3, 7),
        ("c", 1, "g"): (4, 7),
    }
    assert keys == {("a",): (0, 0), ("c",): (1, 0), ("c", 1, "e"): (3, 4), ("c", 1, "g"): (4, 4)}


MARK = "[](#lost)"
"""A reference to nothing: its problem must be at its place in the source, however the text around it is written."""
TEXTS = {
    "plain": "    text: a\u00a0b [](#lost) c [](#lost)",
    "plain over lines": "    text: one\n      [](#lost) two\n\n       three [](#lost)\n      four",
    "under |": "    text: |\n      one [](#lost)\n      [](#lost) two",
    "under |, with backslashes and apostrophes": "    text: |\n      \\*a \\n ''b'' [](#lost) \\[c [](#lost)",
    "under |, indented": "    text: |\n      one\n        two [](#lost)\n\n         [](#lost) three\n",
    "under | with its indentation said": "    text: |2\n          one [](#lost)\n      two [](#lost)",
    "under |- after empty lines": "    text: |-\n\n\n      [](#lost) one\n\n\n      two [](#lost)\n",
    "under | with a comment": "    text: |  # a comment\n      # no comment [](#lost)\n      [](#lost)",
    "under >": "    text: >\n      one\n      two [](#lost)\n\n      three\n       [](#lost)\n\n\n      four [](#lost)",
    "under >+ with its indentation said": "    text: >2+\n        one [](#lost)\n      two [](#lost)\n\n",
    "in apostrophes": "    text: 'it''s ''[](#lost)'', [](#lost) and\n\n      ''''''[](#lost)'''",
    "in quotation marks": '    text: "one \\"two\\" \\\\ \\u00e9\\x41\\U0001d11e\\n[](#lost)\\_three [](#lost)"',
    "quoted over lines": '    text: "one\n      [](#lost)\n\n     tw\\\n       o [](#lost) \\\n    \\ [](#lost)"',
    "in a line": "    text: {en: 'ąč𝄞 [](#lost) b'}",
    "in a line, after other values": "    text: {en: \"a, 'b' [](#lost)\"}",
    "by language": "    text:\n      en: |\n        one\n        [](#lost)\n",
    "in the middle of a word": "    text: a[](#lost)b[](#lost)",
    "between wide characters": "    text: |\n      双方[](#lost)同意[](#lost)。\n      𝄞𝄞 [](#lost)",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_problem_inside_a_text_has_the_line_and_column_that_an_editor_shows(text: str, end: str) -> None:
    assert_places(f"{HEAD}body:\n  - id: first\n{text}\n", end)


ITEMS = {
    "a plain item": "      - a [](#lost)",
    "an item under |": "      - |\n        a\n        [](#lost)",
    "an item by language": "      - en: a [](#lost)",
    "with items": "      - text: a [](#lost)\n        list:\n         - b [](#lost)\n         - {en: 'c [](#lost)'}",
}


@pytest.mark.parametrize("items", ITEMS.values(), ids=ITEMS)
def test_a_problem_inside_an_item_of_a_list_has_its_place(items: str) -> None:
    assert_places(f"{HEAD}body:\n  - list:\n{items}\n", "\n")


def test_a_problem_inside_a_cell_a_note_or_a_signature_has_its_place() -> None:
    assert_places(
        f"{HEAD}"
        "body:\n  - table: cells\n    header: ['a [](#lost)', 'b[^n] [](#lost)']\n    rows: [[c, 'd [](#lost)']]\n"
        "    notes: {n: 'a [](#lost)'}\n"
        "signed: {text: 'a [](#lost)'}\nsignatories:\n  - {name: 'a [](#lost)', title: 'b [](#lost)'}\n",
        "\n",
    )


def assert_places(source: str, end: str) -> None:
    read = read_bytes(source.replace("\n", end).encode(), "x.yaml", Path())
    places = [
        (problem.place.line, problem.place.column)
        for problem in read.problems(check(read.declaration))
        if "'lost'" in problem.what
    ]
    assert places == positions(source)
    assert places


def positions(source: str) -> list[tuple[int, int]]:
    """Line and column, from 1, of every mark in a source."""
    found = []
    for number, line in enumerate(source.split("\n"), 1):
        column = line.find(MARK)
        while column >= 0:
            found.append((number, column + 1))
            column = line.find(MARK, column + 1)
    return found


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("text: ''", "6:11"),
        ("text: |\n\n    number: 1", "6:11"),
        ("text: >", "6:11"),
        ("text:", "6:10"),
        ('text: "\\n"', "6:11"),
    ],
)
def test_a_problem_of_an_empty_text_is_where_its_value_is(text: str, place: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_bytes(f"{HEAD}body:\n  - id: first\n    {text}\n".encode(), "x.yaml", Path())
    assert str(caught.value) == f"x.yaml:{place}: empty text; write the text, or remove the key"


def test_a_problem_of_a_whole_text_under_a_bar_is_where_its_words_begin() -> None:
    with pytest.raises(SourceError) as caught:
        read_bytes(f"{HEAD}short_title: |\n\n    One\n\n    two\nbody: []\n".encode(), "x.yaml", Path())
    assert str(caught.value).startswith("x.yaml:6:5: an empty line in a text that must be one paragraph;")
