"""Overlays: sentences, and the briefing that is made of one."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

import pytest

from render.check.briefing import check_briefing
from render.compose.edition import compose
from render.model.briefing import citable, fingerprint, sentences
from render.pipeline import load
from render.read.reader import read_bytes, read_overlay, read_overlay_bytes
from render.view import blocks as view
from render.view.options import ViewOptions
from tests.compose.overlays import A_B, OVERLAY, ROOT, briefed, outline, overlay, shown

REAL = load(ROOT / "source" / "uk-lithuania-2022.yaml")
REAL_BRIEFING = read_overlay(ROOT / "source" / "uk-lithuania-2022.briefing.yaml", REAL).briefing
CANARY = "canary"
NOON = "2025-03-01T12:00:00+01:00"


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
        shown(block.words)
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


def test_all_anchors_of_a_briefing_differ() -> None:
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
    assert shown(gist.words) == "They travel."
    bare = replace(page, blocks=tuple(replace(block, remarks=()) if block is gist else block for block in page.blocks))
    assert CANARY not in repr(bare)


def test_a_note_keeps_its_author_its_day_and_its_links_and_refers_in_words() -> None:
    note = '{author: Anna, date: 2025-03-03, text: "See [](#fish), [it](#goods), [them](https://example.org)."}'
    page = briefed(OVERLAY.replace("{author: canary, text: canary}", note))
    (remark,) = [remark for block in page.blocks if isinstance(block, view.Paragraph) for remark in block.remarks]
    assert (remark.author, str(remark.date)) == ("Anna", "2025-03-03")
    assert list(map(shown, remark.paragraphs)) == ["See paragraph 2(b), it, them→https://example.org."]


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
