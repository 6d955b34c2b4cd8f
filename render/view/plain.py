"""The words of a view alone, as one reads them aloud: no looks, no links, and no marks of notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from render.view.inlines import Inline, Link, NoteMark, Reference, Run, Words


def plain(words: Words) -> str:
    """The words of a text."""
    return "".join(run.text for run in runs(words.inlines))


def runs(inlines: Iterable[Inline]) -> Iterator[Run]:
    """The words alone, in their looks."""
    for inline in inlines:
        match inline:
            case Run():
                yield inline
            case Link():
                yield from inline.runs
            case Reference():
                yield Run(referred(inline))
            case NoteMark():
                pass


def referred(reference: Reference) -> str:
    """The words of a reference."""
    steps = "".join(step.before + step.text + step.after for step in reference.steps)
    return reference.before + steps + reference.after
