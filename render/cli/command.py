"""What all commands share: options in groups, examples as they are written, arguments as one object, errors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import click

from render.cli.streams import open_streams, output_error, write_event, write_message
from render.errors import EngrossError
from render.printable import printable

EXIT_FAILED = 1
SOURCE_PATH = click.Path(path_type=Path, allow_dash=True)
PREFIX = "ENGROSS_"
"""The environment variable `ENGROSS_JOBS` gives the value of `--jobs`, unless the command line does."""
_WARNINGS = "render.cli.warnings"
_UNTRUSTED = "render.cli.untrusted"


class TrustedOption(click.Option):
    """An option that a configuration file counts for only if the user names the file.

    It decides where a run writes, what it removes or replaces, or which machines and files it reaches.
    """


class OwnOption(click.Option):
    """An option that means something different in another command, so that a default needs the command's name."""


class OptionGroup(NamedTuple):
    """Options that a command's help shows together under a title."""

    title: str
    options: Sequence[click.Option]


class Group(click.Group):
    """A group of commands. Its help shows the examples of the epilog line by line.

    It survives broken streams, and its messages have no character that isn't printable.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command, and fail if some of its output was lost."""
        open_streams()
        try:
            return super().main(*args, **kwargs)
        except SystemExit as ended:
            if not ended.code and (what := output_error()):
                write_message(f"engross: can't write to the standard output ({what}); write to another place")
                sys.exit(EXIT_FAILED)
            raise

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """The context of a command line."""
        with _printable_errors():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that the command line names."""
        with _printable_errors():
            return super().invoke(ctx)

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        _write_examples(self.epilog, formatter)


class Command(click.Command):
    """A command whose help shows its options in `option_groups`, and the examples of the epilog line by line.

    If `arguments` is set, the callback gets a single object, which is made of the parameters by their names. If
    `has_defaults` is set, environment variables give defaults for the options. `on_usage_error` gets what is known of a
    command line that can't be read, and the message about that. It returns whether it has printed the message.
    """

    def __init__(
        self,
        *args: Any,
        option_groups: Sequence[OptionGroup] = (),
        arguments: Callable[..., object] | None = None,
        on_usage_error: Callable[[Mapping[str, Any], str], bool] | None = None,
        has_defaults: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.on_usage_error = on_usage_error
        self.option_groups = option_groups
        self.arguments = arguments
        self.params += [option for group in option_groups for option in group.options]
        self.has_defaults = has_defaults
        for parameter in self.params if has_defaults else ():
            if isinstance(parameter, click.Option):
                parameter.envvar = parameter.envvar or self._variables(parameter)

    def _variables(self, option: click.Option) -> list[str]:
        """The environment variables for an option, the one with the command's name first."""
        name = (option.name or "").upper()
        own = f"{PREFIX}{(self.name or '').upper()}_{name}"
        return [own] if isinstance(option, OwnOption) else [own, PREFIX + name]

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
        """Print the warnings about the configuration, and call the command's function."""
        for text in (*context.meta.get(_WARNINGS, ()), *_untrusted_keys(context)):
            _warn(text, as_json=context.params.get("log_format") == "json")
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


class CommandLineError(click.UsageError):
    """What is wrong with a command line or its configuration, with a printable line for each problem."""

    def __init__(self, lines: Sequence[str], context: click.Context | None) -> None:
        super().__init__("\n".join(map(printable, lines)), context)


@contextmanager
def _printable_errors() -> Iterator[None]:
    """Errors in a command line, which quote it, with printable messages."""
    try:
        yield
    except (CommandLineError, click.MissingParameter, click.exceptions.NoArgsIsHelpError):
        raise  # they quote nothing, or are printable already
    except click.UsageError as error:
        raise CommandLineError([error.format_message()], error.ctx) from None


def add_warning(context: click.Context, text: str) -> None:
    """Keep a warning, which is printed once the arguments are known."""
    context.meta.setdefault(_WARNINGS, []).append(text)


def ignore_untrusted_defaults(context: click.Context, file: str) -> None:
    """Remove the defaults of trusted options, since Engross found the file itself; remember them for a warning."""
    trusted = {option.name for option in context.command.params if isinstance(option, TrustedOption)}
    defaults = context.default_map or {}
    context.default_map = {name: value for name, value in defaults.items() if name not in trusted}
    context.meta[_UNTRUSTED] = (file, sorted(defaults.keys() & trusted))


def _untrusted_keys(context: click.Context) -> Iterator[str]:
    """The warning about defaults that were ignored, unless the user gave their options another value."""
    file, names = context.meta.get(_UNTRUSTED, ("", ()))
    given = (click.core.ParameterSource.COMMANDLINE, click.core.ParameterSource.ENVIRONMENT)
    keys = [repr(name.replace("_", "-")) for name in names if context.get_parameter_source(name) not in given]
    if keys:
        listed = " and ".join(filter(None, [", ".join(keys[:-1]), keys[-1]]))
        hint = f"if you trust this file, add --config {file}"
        yield f"{file}: warning: ignored {listed}, since anyone may have put this file here; {hint}"


def _warn(text: str, as_json: bool) -> None:
    if as_json:
        write_event({"event": "notice", "message": text})
    else:
        write_message(text)


def fail(error: EngrossError) -> NoReturn:
    """Print an error and exit with its code."""
    for line in error.lines:
        write_message(f"engross: {line}")
    sys.exit(error.exit_code)
