"""`engross new`."""

from __future__ import annotations

from pathlib import Path

import click

from render.cli.command import Command, fail
from render.cli.streams import write_location
from render.errors import EngrossError


@click.command(
    "new",
    cls=Command,
    params=[
        click.Argument(["id_"], metavar="ID"),
        click.Option(["--briefing"], is_flag=True, help="Also write an overlay."),
        click.Option(
            ["--out"],
            type=click.Path(path_type=Path),
            default=Path("source"),
            show_default=True,
            metavar="DIR",
            help="Write into this folder.",
        ),
    ],
    epilog="""
    engross new a-b-cooperation
    engross new a-b-cooperation --briefing --out source
    """,
)
def new_command(id_: str, briefing: bool, out: Path) -> None:
    """Write a first source with comments.

    Also writes the JSON Schema by which editors complete and check it. Replaces no file.
    """
    from render.cli.scaffold import write_starter

    try:
        for path in write_starter(id_, out, briefing):
            write_location(str(path))
    except EngrossError as error:
        fail(error)
