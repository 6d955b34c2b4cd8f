"""Engross renders a declaration from one canonical source to PDF, Word, HTML and plain text.

    from render import load, render

    pdf = render(load("source/uk-lithuania-2022.yaml"), "pdf")

The steps from a source to its outputs, in the order of `pipeline.py`, which you should read first:

    read/          the bytes of a source to a Declaration (model/), or to problems with their places
    check/         problems in a declaration whose parts are all valid
    compose/       Declaration (and Briefing) to View (view/), numbered by numbering.py
    write/         View to bytes, through the templates
    output/        bytes to a file or an object in a bucket
    batch/         many documents: in parallel, and only what is out of date
    cli/           the command line: only this folder prints and exits
    pictures/      picture files without metadata, within limits
    processes.py   child processes: isolated, with deadlines, and ended with their parent
    regular_files.py  files that anyone may have put there, read within limits
    printable.py   text that is safe to show
    errors.py      problems with their place in a file, and errors with their exit code
    resources.py   where the templates are
"""

# This module imports nothing: `python -m render` would look for it in the working directory (see __main__.py).
TYPE_CHECKING = False

if TYPE_CHECKING:
    from render.errors import EngrossError
    from render.pipeline import load, render

__all__ = ["EngrossError", "load", "render"]


def __getattr__(name: str) -> object:
    """Import a public name at its first use, so that `import render` is fast."""
    if name == "EngrossError":
        from render.errors import EngrossError

        return EngrossError
    if name in ("load", "render"):
        from render import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
