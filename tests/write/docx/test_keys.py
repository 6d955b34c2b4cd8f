"""The keys of a Word copy that a person has edited: with them a program can identify its paragraphs.

Every paragraph, sub-paragraph and heading has a hidden bookmark around its words: `_p_` and its id. The title of a
heading has `_t_`, and a typed number has `_n_`. LibreOffice does the editing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest

from render.write.docx.writer import write_word
from tests.extract import DECLARATION, KITCHEN_SINK, viewed
from tests.extract_word import W, custom_properties, word_part
from tests.office import ENTER, UPDATE, Edited, Office, Steps, after, before, select, write

pytestmark = pytest.mark.xdist_group("office")  # one process starts LibreOffice

SOURCE = """
id: keys
languages: [en]
title: Declaration of A and B
body:
  - {id: one, text: A and B agree.}
  - {id: two, text: 'They trade:', body: [{id: two-a, text: in goods.}]}
  - section: ties
    title: Ties of A and B
    body:
      - {id: three, text: They meet every year.}
      - {id: bis, number: 3 bis, text: They write.}
  - {id: four, text: They remain friends.}
"""
WHOLE = [["EndOfParaSel"], ["CharRightSel"]]
"""Selects a paragraph with its end, from its start."""
UNCHANGED = "one | two | two_a | ties + t:ties | three | bis + n:bis | four"

# The edit, and then the keys of each paragraph: "-" if it has none, "(three)" if the key of another continues.
PLAIN: Mapping[str, tuple[Steps, str]] = {
    "nothing": ([], UNCHANGED),
    "words changed": ([*select("meet every"), *write("will meet each")], UNCHANGED),
    "first words changed": ([*select("They meet"), *write("A and B meet")], UNCHANGED),
    "last words changed": ([*select("every year."), *write("every month.")], UNCHANGED),
    "all words changed": ([*select("They meet every year."), *write("They never meet.")], UNCHANGED),
    "words put before": ([*before("They meet"), *write("In peace. ")], UNCHANGED),
    "words put after": ([*after("They meet"), *write(" And talk.")], UNCHANGED),
    "words deleted": ([*select("every "), ["Delete"]], UNCHANGED),
    "a title changed": ([*select("Ties of A and B"), *write("Friendship")], UNCHANGED),
    "a typed number changed": ([*select("3 bis"), *write("3 ter")], UNCHANGED),
    # A new paragraph has no key.
    "a paragraph put after": (
        [*after("They meet"), *ENTER, *write("New.")],
        "one | two | two_a | ties + t:ties | three | - | bis + n:bis | four",
    ),
    "a paragraph put before": (
        [*before("They meet"), *ENTER, ["GoUp"], *write("New.")],
        "one | two | two_a | ties + t:ties | - | three | bis + n:bis | four",
    ),
    # A deleted paragraph takes its key along. An emptied one keeps its key, and LibreOffice begins the key twice.
    "a paragraph deleted": (
        [*before("They meet"), *WHOLE, ["Delete"]],
        "one | two | two_a | ties + t:ties | bis + n:bis | four",
    ),
    "all words deleted": (
        [*select("They meet every year."), ["Delete"]],
        "one | two | two_a | ties + t:ties | three + three | bis + n:bis | four",
    ),
    # The key of a split paragraph is around both parts. A joined paragraph has both keys.
    "a paragraph split": (
        [*select("meet"), *write("meet. "), *ENTER],
        "one | two | two_a | ties + t:ties | three | (three) | bis + n:bis | four",
    ),
    "two paragraphs joined": (
        [*after("They trade:"), ["Delete"]],
        "one | two + two_a | ties + t:ties | three | bis + n:bis | four",
    ),
    # A moved paragraph takes its key along. If only its words are moved, or if it is copied, the key gets a new name.
    "a paragraph moved": (
        [*before("They meet"), *WHOLE, ["Cut"], *before("A and B agree."), ["Paste"]],
        "three | one | two | two_a | ties + t:ties | bis + n:bis | four",
    ),
    "a paragraph moved up": (
        [*before("They meet"), ["MoveUp"]],
        "one | two | two_a | three | ties + t:ties | bis + n:bis | four",
    ),
    "a heading moved": (
        [*before("Ties of"), *WHOLE, ["Cut"], *before("A and B agree."), ["Paste"]],
        "ties + t:ties | one | two | two_a | three | bis + n:bis | four",
    ),
    "all words moved": (
        [*select("They meet every year."), ["Cut"], *after("A and B agree."), *ENTER, ["Paste"]],
        "one | three_Copy_1 | two | two_a | ties + t:ties | three + three | bis + n:bis | four",
    ),
    "a paragraph copied": (
        [*before("They meet"), *WHOLE, ["Copy"], *before("A and B agree."), ["Paste"]],
        "three_Copy_1 | one | two | two_a | ties + t:ties | three | bis + n:bis | four",
    ),
}
# With tracking on, deleted text is still there, and so is every key. Moved text has the key of a copy.
TRACKED = {name: expected for name, (_, expected) in PLAIN.items()} | {
    "a paragraph deleted": UNCHANGED,
    "all words deleted": UNCHANGED,
    "two paragraphs joined": UNCHANGED,
    "a paragraph moved": "three_Copy_1 | one | two | two_a | ties + t:ties | three | bis + n:bis | four",
    "a paragraph moved up": "one | two | two_a | three_Copy_1 | ties + t:ties | three | bis + n:bis | four",
    "a heading moved": "ties_Copy_1 + t:ties_Copy_1 | one | two | two_a | ties + t:ties | three | bis + n:bis | four",
    "all words moved": "one | three_Copy_1 | two | two_a | ties + t:ties | three | bis + n:bis | four",
}


@pytest.fixture(scope="module")
def edited(office: Office) -> Mapping[str, Edited]:
    tracking = ["TrackChanges", {"TrackChanges": True}]
    plain = {name: steps for name, (steps, _) in PLAIN.items()}
    tracked = {f"{name}, tracked": [tracking, *steps] for name, steps in plain.items()}
    return office.edit(write_word(viewed(SOURCE)), {**plain, **tracked})


def keys(copy: bytes) -> str:
    """The keys of each paragraph of the text, in order."""
    return " | ".join(" + ".join(sorted(found, key=lambda key: ":" in key)) or "-" for found in keys_by_paragraph(copy))


def keys_by_paragraph(copy: bytes) -> Iterator[list[str]]:
    document = word_part(copy, "word/document.xml")
    ends = {end.get(f"{W}id") for end in document.iter(f"{W}bookmarkEnd")}
    open_keys: dict[str, str] = {}
    for paragraph in document.iter(f"{W}p"):
        found = [f"({name})" for name in open_keys.values()]
        for bookmark in paragraph.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd"):
            number, name = bookmark.get(f"{W}id"), short_key(bookmark.get(f"{W}name", ""))
            if bookmark.tag == f"{W}bookmarkEnd":
                open_keys.pop(number, None)
            else:
                found.append(name)
                open_keys |= {number: name} if number in ends else {}
        if found or numbered(paragraph):
            yield found


def short_key(bookmark: str) -> str:
    return bookmark.removeprefix("_p_").replace("_t_", "t:").replace("_n_", "n:")


def numbered(paragraph: Any) -> bool:
    return str(paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val")) == "DeclarationParagraph"


@pytest.mark.parametrize("name", PLAIN)
def test_the_keys_after_an_edit(edited: Mapping[str, Edited], name: str) -> None:
    assert keys(edited[name].docx) == PLAIN[name][1]


@pytest.mark.parametrize("name", TRACKED)
def test_the_keys_after_an_edit_that_is_tracked(edited: Mapping[str, Edited], name: str) -> None:
    assert keys(edited[f"{name}, tracked"].docx) == TRACKED[name]


# Whole declarations


@pytest.fixture(scope="module", params=[DECLARATION, KITCHEN_SINK], ids=["declaration", "sink"])
def saved(request: pytest.FixtureRequest, office: Office) -> tuple[bytes, bytes]:
    """A copy, and the same copy updated and saved by LibreOffice."""
    assert isinstance(request.param, Path)
    copy = write_word(viewed(request.param))
    return copy, office.edit(copy, {"updated": UPDATE})["updated"].docx


def words_by_bookmark(copy: bytes) -> dict[str, str]:
    """The words of the paragraph that each of our bookmarks begins in."""
    return {
        start.get(f"{W}name"): "".join(
            text.text or "\u2011" for text in start.getparent().iter(f"{W}t", f"{W}noBreakHyphen")
        )
        for start in word_part(copy, "word/document.xml").iter(f"{W}bookmarkStart")
        if start.get(f"{W}name").startswith(("_p_", "_t_", "_n_"))
    }


def test_every_key_is_around_the_same_words_after_a_copy_was_saved(saved: tuple[bytes, bytes]) -> None:
    was, now = map(words_by_bookmark, saved)
    assert was
    assert now == was


def test_the_properties_are_the_same_after_a_copy_was_saved(saved: tuple[bytes, bytes]) -> None:
    was, now = (docx.Document(BytesIO(copy)).core_properties for copy in saved)
    for name in ("title", "author", "language", "created"):
        assert getattr(was, name)
        assert getattr(now, name) == getattr(was, name)


@pytest.mark.parametrize("name", PLAIN)
def test_an_edited_copy_still_records_its_source(edited: Mapping[str, Edited], name: str) -> None:
    view = viewed(SOURCE)
    for copy in (edited[name].docx, edited[f"{name}, tracked"].docx):
        assert custom_properties(copy) == {
            "EngrossId": "keys",
            "EngrossEdition": "full",
            "EngrossLanguage": "en",
            "EngrossSource": view.source_hash,
        }
