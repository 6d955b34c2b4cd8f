"""Engross renders a declaration from one canonical source into PDF, Word, HTML and plain text.

    from render import load, render

    pdf = render(load("source/uk-lithuania-2022.yaml"), "pdf")

The way of the data, each step a module (`pipeline.py` reads them aloud):

    read/        the bytes of a source → a Declaration (model.py, inline.py), each fault with its place
    check.py     Declaration → findings: what is wrong although every part is valid
    compose/     Declaration (and Briefing) → View (view.py), with the numbers of number.py and the labels of labels.py
    write/       View → bytes, through the templates
    save.py      bytes → file
    batch/       many documents, side by side, and only what is not done yet
    cli.py       the command
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from render.pipeline import load, render
    from render.problem import EngrossError

__all__ = ["EngrossError", "load", "render"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: `import render` itself costs nothing."""
    if name == "EngrossError":
        from render.problem import EngrossError

        return EngrossError
    if name in ("load", "render"):
        from render import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
