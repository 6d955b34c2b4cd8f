"""`engross check`."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from render.cli.command import EXIT_FAILED, SOURCE_PATH, Command, fail
from render.cli.config import CONFIG
from render.cli.streams import write_message
from render.errors import Problem, SourceError, UsageError

if TYPE_CHECKING:
    from render.batch.sources import Source


@click.command(
    "check",
    cls=Command,
    has_defaults=True,
    params=[
        click.Argument(["sources"], nargs=-1, required=True, type=SOURCE_PATH, metavar="SOURCE…"),
        click.Option(["--quiet", "-q"], is_flag=True, help="Print only problems."),
        CONFIG,
    ],
    epilog="""
    engross check source/uk-lithuania-2022.yaml
    engross check source
    """,
)
def check_command(sources: tuple[Path, ...], quiet: bool) -> None:
    """Print all problems in sources and overlays.

    Each problem has its place and a hint how to fix it. Writes nothing.

    Exits with 0 if every source could be rendered (there may be warnings), 1 if one couldn't, 2 if the command line is
    invalid.
    """
    from render.batch.sources import find_sources

    try:
        found = find_sources(sources)
    except UsageError as error:
        fail(error)
    failed = 0
    for source in found:
        try:
            problems = _warnings(source)
        except SourceError as error:
            problems, failed = error.problems, failed + 1
        for problem in problems:
            write_message(problem, to_stdout=True)
    if not quiet:
        valid = len(found) - failed
        write_message(f"{valid} of {len(found)} {'source' if len(found) == 1 else 'sources'} valid")
    sys.exit(EXIT_FAILED if failed else 0)


def _warnings(source: Source) -> tuple[Problem, ...]:
    """The warnings about a source and its overlay. Raises SourceError if one of them has an error."""
    from render.output.atomic import is_there
    from render.pipeline import overlay_path, read_checked, with_overlay

    document = read_checked(source.path, source.data, folder=source.folder)
    if is_there(overlay_path(source.path)):
        document = with_overlay(document, datetime.date.today())
    return document.warnings
