"""`engross commitments`."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from render.cli.command import EXIT_FAILED, SOURCE_PATH, Command, OwnOption, fail
from render.cli.config import CONFIG
from render.cli.streams import write_message
from render.errors import SourceError, UsageError

if TYPE_CHECKING:
    from render.batch.sources import Source
    from render.compose.commitments import CommitmentEntry

STATUSES = ("planned", "open", "done", "dropped")


@click.command(
    "commitments",
    cls=Command,
    has_defaults=True,
    params=[
        click.Argument(["sources"], nargs=-1, required=True, type=SOURCE_PATH, metavar="SOURCE…"),
        OwnOption(
            ["--to"],
            type=click.Choice(["table", "csv", "json"]),
            default="table",
            show_default=True,
            help="The format of the list.",
        ),
        click.Option(["--topic"], multiple=True, metavar="TOPIC", help="List only those on this topic. Repeatable."),
        click.Option(
            ["--actor"],
            multiple=True,
            metavar="PARTY",
            help="List only those of this party, by its id. Repeatable.",
        ),
        click.Option(
            ["--status"],
            multiple=True,
            type=click.Choice(STATUSES),
            help="List only those in this status. Repeatable.",
        ),
        click.Option(
            ["--due-by"], type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="List only those due by this day."
        ),
        CONFIG,
    ],
    epilog="""
    engross commitments source
    engross commitments source --to csv --topic ukraine
    engross commitments source --actor lt --status open --due-by 2026-12-31
    """,
)
def commitments_command(
    sources: tuple[Path, ...],
    to: str,
    topic: tuple[str, ...],
    actor: tuple[str, ...],
    status: tuple[str, ...],
    due_by: datetime.datetime | None,
) -> None:
    """List the commitments of declarations.

    Each has its actors, its action, its due date, and its sentence in the text. A source without an overlay has no
    commitments.

    Exits with 0, or with 1 if a source or an overlay has an error.
    """
    from render.batch.sources import find_sources
    from render.cli.commitments import as_csv, as_json, as_table
    from render.compose.commitments import CommitmentFilter

    found: list[CommitmentEntry] = []
    failed = False
    try:
        for source in find_sources(sources):
            try:
                found += _entries(source)
            except SourceError as error:
                for line in error.lines:
                    write_message(line)
                failed = True
    except UsageError as error:
        fail(error)
    last_day = due_by.date() if due_by else None
    wanted = CommitmentFilter(topics=topic, actors=actor, statuses=status, due_by=last_day)
    formatters = {"table": as_table, "csv": as_csv, "json": as_json}
    sys.stdout.buffer.write(formatters[to](list(filter(wanted.matches, found))).encode())
    sys.exit(EXIT_FAILED if failed else 0)


def _entries(source: Source) -> list[CommitmentEntry]:
    """The commitments of a source, by its overlay. Raises SourceError."""
    from render.compose.commitments import entries
    from render.output.atomic import is_there
    from render.pipeline import overlay_path, read_checked, with_overlay

    if not is_there(overlay_path(source.path)) and (source.data is not None or is_there(source.path)):
        return []
    document = with_overlay(read_checked(source.path, source.data, folder=source.folder))
    if document.briefing is None:
        return []
    return list(entries(document.declaration, document.briefing, document.briefing.languages[0]))
