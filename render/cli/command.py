"""What all commands share: options in groups, examples as they are written, arguments as one object, errors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import click

from render.errors import EngrossError

EXIT_FAILED = 1
SOURCE_PATH = click.Path(path_type=Path, allow_dash=True)
ENVIRONMENT = {"auto_envvar_prefix": "ENGROSS"}
"""The environment variable `ENGROSS_JOBS` gives the value of `--jobs`, unless the command line does."""


class OptionGroup(NamedTuple):
    """Options that a command's help shows together under a title."""

    title: str
    options: Sequence[click.Option]


class Group(click.Group):
    """A group of commands. Its help shows the examples of the epilog line by line."""

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        _write_examples(self.epilog, formatter)


class Command(click.Command):
    """A command whose help shows its options in `option_groups`, and the examples of the epilog line by line.

    If `arguments` is set, the callback gets a single object, which is made of the parameters by their names.
    """

    def __init__(
        self,
        *args: Any,
        option_groups: Sequence[OptionGroup] = (),
        arguments: Callable[..., object] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.option_groups = option_groups
        self.arguments = arguments
        self.params += [option for group in option_groups for option in group.options]

    def invoke(self, context: click.Context) -> Any:
        """Call the command's function."""
        if self.arguments is None or self.callback is None:
            return super().invoke(context)
        return context.invoke(self.callback, self.arguments(**context.params))

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of each group, then those in no group."""
        rest = OptionGroup("Other options" if self.option_groups else "Options", self._rest(context))
        for group in (*self.option_groups, rest):
            records = [record for option in group.options if (record := option.get_help_record(context))]
            with formatter.section(group.title):
                formatter.write_dl(records)

    def _rest(self, context: click.Context) -> list[click.Option]:
        grouped = [option for group in self.option_groups for option in group.options]
        options = [parameter for parameter in self.get_params(context) if isinstance(parameter, click.Option)]
        return [option for option in options if option not in grouped]

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        _write_examples(self.epilog, formatter)


def _write_examples(epilog: str | None, formatter: click.HelpFormatter) -> None:
    with formatter.section("Examples"):
        for line in (epilog or "").strip().splitlines():
            formatter.write(f"  {line.strip()}\n")


def fail(error: EngrossError) -> NoReturn:
    """Print an error and exit with its code."""
    click.echo(f"engross: {error}", err=True)
    sys.exit(error.exit_code)
