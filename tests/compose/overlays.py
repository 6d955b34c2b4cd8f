"""An overlay, briefings made of it, and what a page of one shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from render.compose.edition import compose
from render.model.briefing import Briefing
from render.pipeline import load
from render.read.reader import read_overlay_bytes
from render.view import blocks as view
from render.view import inlines as view_inlines
from render.view.blocks import View
from render.view.options import ViewOptions

ROOT = Path(__file__).parents[2]
A_B = load(ROOT / "tests" / "data" / "a-b.yaml")
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
                yield "#" * block.level + " " + (block.label and f"{block.label} ") + shown(block.words)
            case view.Paragraph():
                yield " ".join(filter(None, (block.label, shown(block.lead), shown(block.words))))
                yield from outline(block.children)
            case view.Bullets():
                yield from (f"* {shown(item.words)}" for item in block.items)
            case view.Table():
                yield from (" | ".join(map(shown, row)) for row in (block.header, *block.rows))
            case view.Masthead():
                yield " / ".join(map(shown, filter(None, (block.type, block.title, *block.dates))))


def shown(words: view_inlines.Words | None) -> str:
    return "".join(map(shown_inline, words.inlines)) if words else ""


def shown_inline(inline: view_inlines.Inline) -> str:
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
