"""Engross renders a declaration from one canonical source to PDF, Word, HTML and plain text.

    from render import load, render

    pdf = render(load("source/uk-lithuania-2022.yaml"), "pdf")

The way of the data (`pipeline.py` has these steps in their order; read it first):

    read/          the bytes of a source to a Declaration (model/), each problem with its place
    check/         what is wrong although every part is valid
    compose/       Declaration (and Briefing) to View (view/), with the numbers of numbering.py
    write/         View to bytes, through the templates
    output/        bytes to a file or an object in a bucket
    batch/         many documents: side by side, and only what is out of date
    cli/           the command: alone prints and exits
    errors.py      problems with their place in a file, and errors with their exit code
    resources.py   where the templates are
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from render.errors import EngrossError
    from render.pipeline import load, render

__all__ = ["EngrossError", "load", "render"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for: `import render` itself costs nothing."""
    if name == "EngrossError":
        from render.errors import EngrossError

        return EngrossError
    if name in ("load", "render"):
        from render import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
