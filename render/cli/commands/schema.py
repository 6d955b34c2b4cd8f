"""`engross schema`."""

from __future__ import annotations

import click

from render.cli.command import Command


@click.command(
    "schema",
    cls=Command,
    params=[click.Argument(["what"], type=click.Choice(["declaration", "briefing"]))],
    epilog="engross schema declaration > declaration.schema.json",
)
def schema_command(what: str) -> None:
    """Print the JSON Schema of sources or overlays.

    Editors use it to complete and check what you type.
    """
    from render.read.schema import as_text

    click.echo(as_text(what), nl=False)
