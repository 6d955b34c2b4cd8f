"""Sources as text, the views composed of them, and what a view shows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import assert_never

from render.compose.edition import compose
from render.read.reader import read_bytes
from render.view import blocks as view
from render.view import inlines as view_inlines
from render.view.blocks import View
from render.view.inlines import Words
from render.view.options import ViewOptions

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
HEAD = "id: draft\ntitle: A declaration\nlanguages: [en]\n"


def composed(source: str, language: str = "en", date: datetime.date | None = None) -> View:
    return compose(read_bytes(source.encode(), "x.yaml", DATA).declaration, language, ViewOptions(date=date))


def kinds(page: View) -> list[str]:
    return [type(block).__name__ for block in page.blocks]


WITHOUT_MARGIN = (view.Masthead, view.Contents, view.Signatures, view.Notes, view.Imprint)


def shown(words: Words | None) -> str:
    """The words as they are printed, a note's mark as its number in brackets."""
    return "".join(map(shown_inline, words.inlines)) if words else ""


def shown_inline(inline: view_inlines.Inline) -> str:
    match inline:
        case view_inlines.Run():
            return inline.text
        case view_inlines.Link():
            return "".join(run.text for run in inline.runs)
        case view_inlines.Reference():
            return inline.before + "".join(step.before + step.text + step.after for step in inline.steps) + inline.after
        case view_inlines.NoteMark():
            return f"[{inline.number}]"
        case _:
            assert_never(inline)


def masthead(page: View) -> view.Masthead:
    assert isinstance(page.blocks[0], view.Masthead)
    return page.blocks[0]


def paragraphs(blocks: Iterable[view.Block]) -> Iterator[view.Paragraph]:
    """The paragraphs, and those in them."""
    for block in blocks:
        if isinstance(block, view.Paragraph):
            yield block
            yield from paragraphs(block.children)
