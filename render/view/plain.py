"""The plain words of a view: without styles, links and note marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from render.view.inlines import Inline, Link, NoteMark, Reference, Run, Step, Words


def plain(words: Words) -> str:
    """The words of a text as one string."""
    return "".join(run.text for run in runs(words.inlines))


def runs(inlines: Iterable[Inline]) -> Iterator[Run]:
    """The words of inlines as runs, which keep their styles."""
    for inline in inlines:
        match inline:
            case Run():
                yield inline
            case Link():
                yield from inline.runs
            case Reference():
                yield Run(reference_text(inline))
            case NoteMark():
                pass
            case _:
                assert_never(inline)


def reference_text(reference: Reference) -> str:
    """The words of a reference: "paragraph 2(b)"."""
    return reference.before + number_text(reference.steps) + reference.after


def without_stop(number: str) -> str:
    """A number as references give it, without the full stop after it: "2" for "2."."""
    return number.removesuffix(".") or number


def number_text(steps: Iterable[Step]) -> str:
    """The number that the steps of a reference give: "2(b)"."""
    return "".join(step.before + step.text + step.after for step in steps)
