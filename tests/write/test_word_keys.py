"""What is left of a Word copy's keys once a person has edited it: how a later reader can tell which paragraph is which.

Every paragraph, sub-paragraph and heading has a hidden bookmark, `_p_` and its id, around its words; a heading's title
has `_t_`, and a number that is typed has `_n_`. LibreOffice does the editing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest

from render.write.docx.writer import write_word
from tests.extract import DECLARATION, KITCHEN_SINK, W, custom_properties, viewed, word_part
from tests.office import ENTER, UPDATE, Edited, Office, Steps, after, before, select, write

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
"""From its start, a paragraph with its end."""
ALL_THERE = "one | two | two_a | ties + t:ties | three | bis + n:bis | four"

# What is done, and the keys of each paragraph then: "-" where it has none, "(three)" where that of another goes on.
PLAIN: Mapping[str, tuple[Steps, str]] = {
    "nothing": ([], ALL_THERE),
    "words changed": ([*select("meet every"), *write("will meet each")], ALL_THERE),
    "first words changed": ([*select("They meet"), *write("A and B meet")], ALL_THERE),
    "last words changed": ([*select("every year."), *write("every month.")], ALL_THERE),
    "all words changed": ([*select("They meet every year."), *write("They never meet.")], ALL_THERE),
    "words put before": ([*before("They meet"), *write("In peace. ")], ALL_THERE),
    "words put after": ([*after("They meet"), *write(" And talk.")], ALL_THERE),
    "words deleted": ([*select("every "), ["Delete"]], ALL_THERE),
    "a title changed": ([*select("Ties of A and B"), *write("Friendship")], ALL_THERE),
    "a typed number changed": ([*select("3 bis"), *write("3 ter")], ALL_THERE),
    # One that is new has no key.
    "a paragraph put after": (
        [*after("They meet"), *ENTER, *write("New.")],
        "one | two | two_a | ties + t:ties | three | - | bis + n:bis | four",
    ),
    "a paragraph put before": (
        [*before("They meet"), *ENTER, ["GoUp"], *write("New.")],
        "one | two | two_a | ties + t:ties | - | three | bis + n:bis | four",
    ),
    # One that is gone takes its key along; one that is left empty keeps it, and LibreOffice begins it there twice.
    "a paragraph deleted": (
        [*before("They meet"), *WHOLE, ["Delete"]],
        "one | two | two_a | ties + t:ties | bis + n:bis | four",
    ),
    "all words deleted": (
        [*select("They meet every year."), ["Delete"]],
        "one | two | two_a | ties + t:ties | three + three | bis + n:bis | four",
    ),
    # Of two that were one the key is around both; one that was two has both keys.
    "a paragraph split": (
        [*select("meet"), *write("meet. "), *ENTER],
        "one | two | two_a | ties + t:ties | three | (three) | bis + n:bis | four",
    ),
    "two paragraphs joined": (
        [*after("They trade:"), ["Delete"]],
        "one | two + two_a | ties + t:ties | three | bis + n:bis | four",
    ),
    # A paragraph that moves takes its key along; but where only its words move, or a copy is made, they get another.
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
# With tracking on, what is deleted is still there. So every key is; and what was moved has the key of a copy.
TRACKED = {name: expected for name, (_, expected) in PLAIN.items()} | {
    "a paragraph deleted": ALL_THERE,
    "all words deleted": ALL_THERE,
    "two paragraphs joined": ALL_THERE,
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
    going_on: dict[str, str] = {}
    for paragraph in document.iter(f"{W}p"):
        found = [f"({name})" for name in going_on.values()]
        for bookmark in paragraph.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd"):
            number, name = bookmark.get(f"{W}id"), named(bookmark.get(f"{W}name", ""))
            if bookmark.tag == f"{W}bookmarkEnd":
                going_on.pop(number, None)
            else:
                found.append(name)
                going_on |= {number: name} if number in ends else {}
        if found or numbered(paragraph):
            yield found


def named(bookmark: str) -> str:
    return bookmark.removeprefix("_p_").replace("_t_", "t:").replace("_n_", "n:")


def numbered(paragraph: Any) -> bool:
    return str(paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val")) == "DeclarationParagraph"


@pytest.mark.parametrize("name", PLAIN)
def test_the_keys_after_an_edit(edited: Mapping[str, Edited], name: str) -> None:
    assert keys(edited[name].docx) == PLAIN[name][1]


@pytest.mark.parametrize("name", TRACKED)
def test_the_keys_after_an_edit_that_is_tracked(edited: Mapping[str, Edited], name: str) -> None:
    assert keys(edited[f"{name}, tracked"].docx) == TRACKED[name]


# The whole


@pytest.fixture(scope="module", params=[DECLARATION, KITCHEN_SINK], ids=["declaration", "sink"])
def saved(request: pytest.FixtureRequest, office: Office) -> tuple[bytes, bytes]:
    """A copy, and what LibreOffice makes of it when it updates and saves it."""
    assert isinstance(request.param, Path)
    copy = write_word(viewed(request.param))
    return copy, office.edit(copy, {"updated": UPDATE})["updated"].docx


def around(copy: bytes) -> dict[str, str]:
    """The words of the paragraph that each of our bookmarks begins in."""
    return {
        start.get(f"{W}name"): "".join(
            text.text or "\u2011" for text in start.getparent().iter(f"{W}t", f"{W}noBreakHyphen")
        )
        for start in word_part(copy, "word/document.xml").iter(f"{W}bookmarkStart")
        if start.get(f"{W}name").startswith(("_p_", "_t_", "_n_"))
    }


def test_every_key_is_around_the_same_words_once_a_copy_was_saved(saved: tuple[bytes, bytes]) -> None:
    was, now = map(around, saved)
    assert was
    assert now == was


def test_the_properties_are_the_same_once_a_copy_was_saved(saved: tuple[bytes, bytes]) -> None:
    was, now = (docx.Document(BytesIO(copy)).core_properties for copy in saved)
    for name in ("title", "author", "language", "created"):
        assert getattr(was, name)
        assert getattr(now, name) == getattr(was, name)


@pytest.mark.parametrize("name", PLAIN)
def test_a_copy_says_after_an_edit_what_it_was_made_of(edited: Mapping[str, Edited], name: str) -> None:
    view = viewed(SOURCE)
    for copy in (edited[name].docx, edited[f"{name}, tracked"].docx):
        assert custom_properties(copy) == {
            "EngrossId": "keys",
            "EngrossEdition": "full",
            "EngrossLanguage": "en",
            "EngrossSource": view.source_hash,
        }
