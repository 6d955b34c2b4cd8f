"""Overlays: extracts by number and by topic."""

from __future__ import annotations

from typing import Any

import pytest

from render.compose.edition import compose
from render.errors import UsageError
from render.view import blocks as view
from render.view.blocks import View
from render.view.options import ViewOptions
from tests.compose.overlays import A_B, outline, overlay, shown


def extracted(paragraphs: str = "", **choices: Any) -> View:
    chosen = ViewOptions(paragraphs=paragraphs, **choices)
    return compose(A_B, "en", chosen, overlay() if chosen.topics or chosen.edition == "briefing" else None)


def test_an_extract_keeps_the_numbers_and_marks_what_is_left_out() -> None:
    assert list(outline(extracted("3,fish").blocks)) == [
        "Joint declaration / Extract: Joint declaration of A and B on cooperation / Signed 1 March 2025",
        "[…]",
        "# Trade and travel",
        "2. A and B will trade in goods:",
        "(a) fruit, and",
        "(b) fish.",
        "[…]",
        "3. People of A travel to B without a visa. B will publish a guide.",
        "[…]",
    ]


def test_the_title_and_header_of_an_extract_call_it_an_extract() -> None:
    view = extracted("1")
    assert view.title == view.short_title == "Extract: Joint declaration of A and B on cooperation"


def test_references_to_what_is_left_out_are_words() -> None:
    first, last = [line for line in outline(extracted("1,4").blocks) if line[0].isdigit()]
    assert first.endswith("The next host is A, as in paragraph 2.")
    assert last.endswith("see paragraph 2(b).")
    assert "4. A will open its archives to B, see paragraph 2(b)→fish." in list(outline(extracted("2-4").blocks))


def test_the_contents_of_an_extract_name_what_is_in_it() -> None:
    contents = [block for block in extracted("trade,science").blocks if isinstance(block, view.Contents)]
    assert [shown(entry.words) for entry in contents[0].entries] == ["Trade and travel", "Science"]
    assert not [block for block in extracted("1").blocks if isinstance(block, view.Contents)]


def test_a_topic_makes_an_extract_of_either_edition() -> None:
    whole = [line for line in outline(extracted(topics=("science",)).blocks) if line[0].isdigit()]
    assert whole == ["4. A will open its archives to B, see paragraph 2(b)."]
    brief = list(outline(extracted(topics=("trade",), edition="briefing").blocks))
    assert brief[0] == "Briefing / Extract: Cooperation of A and B / 2 March 2025"
    assert [line for line in brief if line.endswith((".", "travel")) and line[0].isdigit()] == [
        "2. They trade.",
        "3. They travel.",
    ]
    assert [line for line in brief if "|" in line][1:] == [
        "B | Publish a guide | 1 June 2026 | planned | paragraph 3→travel"
    ]


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"paragraphs": "5"}, "a-b has no paragraph '5'; its paragraphs are 1 to 4"),
        ({"paragraphs": "1,3-9"}, "a-b has no paragraph '3-9'; its paragraphs are 1 to 4"),
        ({"paragraphs": "3-1"}, "a-b has no paragraph '3-1'; its paragraphs are 1 to 4"),
        ({"paragraphs": "fisch"}, "a-b has no paragraph 'fisch'; did you mean 'fish'?"),
        ({"topics": ("trad",)}, "no paragraph of a-b has the topic 'trad'; did you mean 'trade'?"),
    ],
)
def test_what_is_not_there_cannot_be_extracted(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        extracted(**choices)
    assert str(caught.value) == message


def test_without_an_overlay_there_are_no_topics() -> None:
    with pytest.raises(UsageError, match="a-b has no briefing overlay to give its topics; select paragraphs instead"):
        compose(A_B, "en", ViewOptions(topics=("trade",)))
