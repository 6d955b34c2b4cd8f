"""`engross house-style`."""

from __future__ import annotations

from pathlib import Path

import click

from render.cli.command import Command, fail
from render.cli.streams import write_location
from render.errors import EngrossError


@click.command(
    "house-style",
    cls=Command,
    params=[
        click.Option(
            ["--write", "path"],
            type=click.Path(path_type=Path, dir_okay=False),
            required=True,
            metavar="FILE",
            help="The .docx or .dotx file to write.",
        ),
        click.Option(["--force"], is_flag=True, help="Replace the file if it exists already."),
        click.Option(["--quiet", "-q"], is_flag=True, help="Print only errors."),
    ],
    epilog="""
    engross house-style --write house.dotx
    engross render source --to docx --house-style house.dotx
    """,
)
def house_style_command(path: Path, force: bool, quiet: bool) -> None:
    """Write a file with the styles of Word copies.

    Edit the file in Word, then render with --house-style.

    Exits with 0 if the file was written, 1 if it couldn't be, 2 if it exists already.
    """
    from render.cli.scaffold import save_house_style

    try:
        save_house_style(path, force)
    except EngrossError as error:
        fail(error)
    if not quiet:
        write_location(str(path))
