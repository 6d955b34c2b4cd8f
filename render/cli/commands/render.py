"""`engross render`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click

from render.cli.arguments import RenderArguments
from render.cli.command import SOURCE_PATH, Command
from render.cli.config import CONFIG
from render.cli.options import RENDER_OPTIONS
from render.write.formats import open_printer


def _report_usage_error(values: Mapping[str, Any], message: str) -> bool:
    from render.cli.runner import report_refused

    return report_refused(values, message)


@click.command(
    "render",
    cls=Command,
    has_defaults=True,
    arguments=RenderArguments,
    params=[click.Argument(["sources"], nargs=-1, type=SOURCE_PATH, metavar="SOURCE…"), CONFIG],
    option_groups=RENDER_OPTIONS,
    on_usage_error=_report_usage_error,
    epilog="""
    engross render source/uk-lithuania-2022.yaml
    engross render source --to pdf,docx --out /srv/exports
    engross render source/uk-lithuania-2022.yaml --templates house
    """,
)
def render_command(arguments: RenderArguments) -> None:
    """Write sources in all formats.

    SOURCE is a file, a folder of sources, a pattern, or - for the standard input. Skips outputs that are up to date,
    and prints the path of each output that it writes. If one source or format fails, the others are still written.

    Exits with 0 if everything was written, 1 if something failed, 2 if the command line is invalid, 75 if another run
    is writing into the same folder, 129, 130 or 143 if it was interrupted.
    """
    if not arguments.sources and not arguments.from_file:
        raise click.UsageError("Missing argument 'SOURCE…'.")
    # The printer starts first, since it takes longest to be ready.
    printer = open_printer(arguments.formats, arguments.templates, may_fork=True) if arguments.is_single else None
    try:
        from render.cli.runner import run_batch

        code = run_batch(arguments, printer)
    finally:
        if printer:
            printer.close()
    sys.exit(code)
