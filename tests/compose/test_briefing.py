"""Overlays: sentences, the briefing that is made of one, and extracts by number and by topic."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from render.check.briefing import check_briefing
from render.compose.edition import compose
from render.errors import UsageError
from render.model.briefing import Briefing, citable, fingerprint, sentences
from render.pipeline import load
from render.read.reader import read_bytes, read_overlay, read_overlay_bytes
from render.view import blocks as view
from render.view import inlines as view_inlines
from render.view.blocks import View
from render.view.options import ViewOptions

ROOT = Path(__file__).parents[2]
A_B = load(ROOT / "tests" / "data" / "a-b.yaml")
REAL = load(ROOT / "source" / "uk-lithuania-2022.yaml")
REAL_BRIEFING = read_overlay(ROOT / "source" / "uk-lithuania-2022.briefing.yaml", REAL).briefing
CANARY = "canary"
NOON = "2025-03-01T12:00:00+01:00"
OVERLAY = """
declaration: a-b
title: Cooperation of A and B
prepared_for: The Minister of A
prepared_by: Office of A
date: 2025-03-02
summary: A and B agree, see [](#meetings), [](#fish) and [](#research).
points: [A and B will meet every year.]
background: |
  One paragraph.

  Another.
questions:
  - question: Who pays?
    answer: |
      The host.

      Always.
topics: {trade: Trade, science: Science and research}
paragraphs:
  friendship: {gist: They are friends.}
  meetings: {topics: [], gist: "They meet, see [](#research)."}
  goods: {topics: [trade], gist: They trade.}
  fish: {gist: In fish too.}
  travel:
    topics: [trade]
    gist: They travel.
    commitments:
      - {id: guide, actors: [b], action: Publish a guide, at: 2, due: 2026-06-01, status: planned, owner: canary}
    notes: [{author: canary, text: canary}]
    lines: [canary]
  research:
    topics: [science]
    commitments:
      - {id: archives, actors: [b, a], action: Open archives, at: 1}
"""


def overlay(text: str = OVERLAY) -> Briefing:
    return read_overlay_bytes(text.encode(), "a-b.briefing.yaml", A_B).briefing


def briefed(text: str = OVERLAY, **choices: Any) -> View:
    return compose(A_B, "en", ViewOptions(edition="briefing", **choices), overlay(text))


def outline(blocks: Iterable[view.Block]) -> Iterator[str]:
    """What a page shows, line by line."""
    for block in blocks:
        match block:
            case view.Heading():
                yield "#" * block.level + " " + (block.label and f"{block.label} ") + said(block.words)
            case view.Paragraph():
                yield " ".join(filter(None, (block.label, said(block.lead), said(block.words))))
                yield from outline(block.children)
            case view.Bullets():
                yield from (f"* {said(item.words)}" for item in block.items)
            case view.Table():
                yield from (" | ".join(map(said, row)) for row in (block.header, *block.rows))
            case view.Masthead():
                yield " / ".join(map(said, filter(None, (block.type, block.title, *block.dates))))


def said(words: view_inlines.Words | None) -> str:
    return "".join(map(said_inline, words.inlines)) if words else ""


def said_inline(inline: view_inlines.Inline) -> str:
    match inline:
        case view_inlines.Run():
            return inline.text
        case view_inlines.Link(runs, href):
            return f"{''.join(run.text for run in runs)}→{href}"
        case view_inlines.Reference():
            return (
                inline.before
                + "".join(step.before + step.text + step.after for step in inline.steps)
                + f"→{inline.steps[-1].anchor}"
            )
        case view_inlines.NoteMark():
            return f"[{inline.number}]"


# Sentences


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("See No. 5 and Art. 6 of it. Then", ["See No. 5 and Art. 6 of it.", "Then"]),
        ("J. Smith of the U.K. signs. So", ["J. Smith of the U.K. signs.", "So"]),
        ('He said "yes." She (too) agreed; so did I.', ['He said "yes."', "She (too) agreed; so did I."]),
        (
            "First, e.g. this. Ąžuolas is second. 3.5 is third.",
            ["First, e.g. this.", "Ąžuolas is second.", "3.5 is third."],
        ),
        ("一。二！三", ["一。", "二！", "三"]),
        ("", []),
    ],
)
def test_a_text_is_divided_into_sentences(text: str, found: list[str]) -> None:
    assert list(sentences(text)) == found


def test_the_sentences_of_the_declaration_are_its_sources_lines() -> None:
    source = (ROOT / "source" / "uk-lithuania-2022.yaml").read_text("utf-8").replace("[de jure]{la}", "de jure")
    blocks = re.findall(r"text: \|\n((?: {6,}\S.*\n)+)", source)
    written = [line.strip() for block in blocks for line in block.splitlines()]
    assert [
        sentence for paragraph in citable(REAL).values() for sentence in sentences(paragraph.text.plain("en"))
    ] == written


def test_a_fingerprint_changes_with_a_letter_but_not_with_spaces() -> None:
    assert fingerprint("A and  B\nagree.") == fingerprint("A and B agree.")
    assert fingerprint("A and B agree.") != fingerprint("A and B agreed.")


# The briefing


def test_a_briefing_begins_with_what_it_is_and_what_to_say() -> None:
    assert list(outline(briefed().blocks)) == [
        "Briefing / Cooperation of A and B / 2 March 2025",
        "Text: Joint declaration: Joint declaration of A and B on cooperation",
        "Signed: C, 1 March 2025",
        "Signed by: Anna A, Minister of A; Boris B",
        "Prepared for: The Minister of A",
        "Prepared by: Office of A",
        "# Summary",
        "A and B agree, see paragraph 1→meetings, paragraph 2(b)→#fish and paragraph 4.",
        "# Points to make",
        "* A and B will meet every year.",
        "# What it says",
        "They are friends.",
        "1. Meetings. They meet, see paragraph 4.",
        "## Trade and travel",
        "2. They trade.",
        "(b) In fish too.",
        "3. They travel.",
        "# Commitments",
        "Who | What | By when | Status | Where",
        "B | Publish a guide | 1 June 2026 | planned | paragraph 3→travel",
        "both | Open archives | – | open | paragraph 4",
        "# Background",
        "One paragraph.",
        "Another.",
        "# Questions and answers",
        "Who pays? The host.",
        "Always.",
    ]


@pytest.mark.parametrize(
    ("status", "embargo", "line"),
    [
        ("draft", "", "Status: Draft"),
        ("agreed", "", "Status: Agreed"),
        ("signed", "", ""),
        (
            "draft",
            "2025-03-01T12:00:00+01:00",
            "Status: Draft; Not for publication before 1 March 2025, 12:00 UTC+01:00",
        ),
        ("signed", "2025-03-01T12:00:00+01:00", "Status: Not for publication before 1 March 2025, 12:00 UTC+01:00"),
    ],
)
def test_the_first_page_of_a_briefing_shows_draft_status_and_embargo(status: str, embargo: str, line: str) -> None:
    moment = datetime.datetime.fromisoformat(embargo) if embargo else None
    declaration = replace(A_B, status=status, embargo=moment)
    page = list(outline(compose(declaration, "en", ViewOptions(edition="briefing"), overlay()).blocks))
    assert [text for text in page if text.startswith("Status:")] == ([line] if line else [])


def test_the_first_page_of_a_briefing_ends_with_a_page_break() -> None:
    new = [
        said(block.words)
        for block in briefed(with_text=True).blocks
        if isinstance(block, view.Heading) and block.new_page
    ]
    assert new == ["What it says", "The text of the declaration"]


def test_with_the_text_references_lead_to_it() -> None:
    page = list(outline(briefed(with_text=True).blocks))
    assert "A and B agree, see paragraph 1→meetings, paragraph 2(b)→fish and paragraph 4→research." in page
    text = page[page.index("# The text of the declaration") :]
    assert [text[1], *text[3:5]] == [
        "Recalling the long friendship of A and B,",
        "## Trade and travel",
        "2. A and B will trade in goods:",
    ]
    assert text[2].endswith("The next host is A, as in paragraph 2→goods.")
    assert "Done in two originals." in text


def test_no_two_parts_of_a_briefing_bear_one_anchor() -> None:
    found = list(anchors(briefed(with_text=True).blocks))
    assert sorted(set(found)) == sorted(found)
    assert {"meetings", "briefing_meetings", "trade", "briefing_trade"} <= set(found)


def anchors(node: object) -> Iterator[str]:
    if isinstance(node, view.Heading | view.Table | view.Paragraph) and node.anchor:
        yield node.anchor
    if is_dataclass(node):
        for field in fields(node):
            yield from anchors(getattr(node, field.name))
    elif isinstance(node, tuple):
        for item in node:
            yield from anchors(item)


def test_headings_under_ours_are_no_deeper_than_there_are_levels() -> None:
    inner = "[{id: deep, text: Deep.}]"
    for number in range(5, 0, -1):
        inner = f"[{{section: s{number}, title: S, body: {inner}}}]"
    source = f"id: a-b\ntitle: T\nlanguages: [en]\nbody: {inner}\n"
    declaration = read_bytes(source.encode(), "a-b.yaml", ROOT).declaration
    brief = "declaration: a-b\ntitle: T\nsummary: S\nparagraphs: {deep: {gist: Deep.}}\n"
    briefing = read_overlay_bytes(brief.encode(), "a-b.briefing.yaml", declaration).briefing
    page = compose(declaration, "en", ViewOptions(edition="briefing", with_text=True), briefing)
    levels = [block.level for block in page.blocks if isinstance(block, view.Heading)]
    assert levels == [1, 1, 2, 3, 4, 5, 5, 1, 2, 3, 4, 5, 5]


def test_what_is_internal_is_not_in_a_view_but_for_notes_beside_the_gists() -> None:
    assert CANARY in repr(overlay())
    page = briefed(with_text=True)
    (gist,) = [block for block in page.blocks if isinstance(block, view.Paragraph) and block.remarks]
    assert said(gist.words) == "They travel."
    bare = replace(page, blocks=tuple(replace(block, remarks=()) if block is gist else block for block in page.blocks))
    assert CANARY not in repr(bare)


def test_a_note_keeps_its_author_its_day_and_its_links_and_refers_in_words() -> None:
    note = '{author: Anna, date: 2025-03-03, text: "See [](#fish), [it](#goods), [them](https://example.org)."}'
    page = briefed(OVERLAY.replace("{author: canary, text: canary}", note))
    (remark,) = [remark for block in page.blocks if isinstance(block, view.Paragraph) for remark in block.remarks]
    assert (remark.author, str(remark.date)) == ("Anna", "2025-03-03")
    assert list(map(said, remark.paragraphs)) == ["See paragraph 2(b), it, them→https://example.org."]


def test_links_out_of_an_overlay_lead_there() -> None:
    page = briefed(OVERLAY.replace("  One paragraph.", "  [One](https://example.org) [two](#fish)."))
    assert "One→https://example.org two→#fish." in list(outline(page.blocks))


def test_a_note_without_a_gist_is_a_warning() -> None:
    text = OVERLAY.replace("    gist: They travel.\n", "")
    before, after = (
        [finding.what for finding in check_briefing(briefing, A_B)] for briefing in (overlay(), overlay(text))
    )
    assert [what for what in after if what not in before] == ["notes on 'travel', but no gist for them to comment on"]


def test_empty_columns_are_left_out() -> None:
    text = OVERLAY.replace("due: 2026-06-01, status: planned, ", "")
    assert "Who | What | Where" in list(outline(briefed(text).blocks))


# The example


def test_the_example_has_a_gist_of_every_paragraph_and_no_problem() -> None:
    assert check_briefing(REAL_BRIEFING, REAL) == []
    assert [
        name for name, paragraph in REAL_BRIEFING.paragraphs.items() if paragraph.gist and paragraph.topics
    ] == list(citable(REAL))


def test_every_commitment_of_the_example_is_in_a_sentence_that_undertakes_something() -> None:
    undertaking = ("will", "commit", "readiness", "remain")
    for name, paragraph in REAL_BRIEFING.paragraphs.items():
        text = sentences(citable(REAL)[name].text.plain("en"))
        for commitment in paragraph.commitments:
            assert any(word in text[commitment.at - 1] for word in undertaking), commitment.id


# Extracts


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
    assert [said(entry.words) for entry in contents[0].entries] == ["Trade and travel", "Science"]
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
    ("choices", "said"),
    [
        ({"paragraphs": "5"}, "a-b has no paragraph '5'; its paragraphs are 1 to 4"),
        ({"paragraphs": "1,3-9"}, "a-b has no paragraph '3-9'; its paragraphs are 1 to 4"),
        ({"paragraphs": "3-1"}, "a-b has no paragraph '3-1'; its paragraphs are 1 to 4"),
        ({"paragraphs": "fisch"}, "a-b has no paragraph 'fisch'; did you mean 'fish'?"),
        ({"topics": ("trad",)}, "no paragraph of a-b has the topic 'trad'; did you mean 'trade'?"),
    ],
)
def test_what_is_not_there_cannot_be_extracted(choices: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        extracted(**choices)
    assert str(caught.value) == said


def test_without_an_overlay_there_are_no_topics() -> None:
    with pytest.raises(UsageError, match="a-b has no briefing overlay to give its topics; select paragraphs instead"):
        compose(A_B, "en", ViewOptions(topics=("trade",)))
