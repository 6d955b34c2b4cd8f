"""What all commands share: options in groups, examples as they are written, arguments as one object, errors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
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
    `on_usage_error` gets the values that are known of a command line that can't be read, and the message about that. It
    returns whether it has printed the message.
    """

    def __init__(
        self,
        *args: Any,
        option_groups: Sequence[OptionGroup] = (),
        arguments: Callable[..., object] | None = None,
        on_usage_error: Callable[[Mapping[str, Any], str], bool] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.on_usage_error = on_usage_error
        self.option_groups = option_groups
        self.arguments = arguments
        self.params += [option for group in option_groups for option in group.options]

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context of a command line. Raises click.UsageError."""
        given = list(args)
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            if self.on_usage_error:
                lenient = {"resilient_parsing": True, "ignore_unknown_options": True, "allow_extra_args": True}
                self._handle(error, super().make_context(info_name, given, parent, **{**extra, **lenient}))
            raise

    def _handle(self, error: click.UsageError, context: click.Context) -> None:
        """Raise click's Exit instead of an error that was printed."""
        if self.on_usage_error and self.on_usage_error(context.params, error.format_message()):
            raise click.exceptions.Exit(error.exit_code) from None

    def invoke(self, context: click.Context) -> Any:
        """Call the command's function."""
        try:
            return self._invoke(context)
        except click.UsageError as error:
            self._handle(error, context)
            raise

    def _invoke(self, context: click.Context) -> Any:
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
