"""Defaults for options, from a file: `engross.toml`, or `[tool.engross]` in `pyproject.toml`.

A file that the user names with --config counts as the command line does. One that Engross finds in the working folder
may come from anyone, so it can't set a `TrustedOption`.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from render.cli.command import PREFIX, Command, CommandLineError, OwnOption, add_warning, ignore_untrusted_defaults
from render.errors import UsageError, did_you_mean
from render.regular_files import SpecialFileError, TooLargeError, read_regular

_FILE = "engross.toml"
_PROJECT = "pyproject.toml"
_MAX_SIZE = 1 << 20
"""Bytes of a configuration file."""

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Config:
    """The tables of a configuration file for the commands that have defaults, by the commands' names.

    Keys outside a command's table count for each command that has the option, unless it is an `OwnOption` there.
    """

    file: Path
    commands: Mapping[str, Command]
    table: Table

    def problems(self) -> Iterator[str]:
        """What is wrong with the file's keys and values."""
        every = {key: option for command in self.commands.values() for key, option in _shared(command).items()}
        yield from _problems(self._outside, every, every.keys() | self.commands.keys())
        for name, command in self.commands.items():
            table = self.table.get(name, {})
            if isinstance(table, Mapping):
                options = _options(command)
                yield from (f"[{name}]: {problem}" for problem in _problems(table, options, options.keys()))
            else:
                yield f"{name!r} isn't a table; write [{name}]"

    def defaults(self, command: Command) -> Table:
        """The values for a command, by the names of its parameters, as the command line would give them."""
        options = _options(command)
        own = {_option_name(key): value for key, value in self.table.get(command.name or "", {}).items()}
        shared = {key: value for key, value in self._outside.items() if key in _shared(command)}
        values = {options[key]: value for key, value in {**shared, **own}.items()}
        return {option.name or "": _as_on_command_line(value, option) for option, value in values.items()}

    @property
    def _outside(self) -> Table:
        return {_option_name(key): value for key, value in self.table.items() if key not in self.commands}


def read_config(path: Path | None, commands: Mapping[str, Command]) -> Config | None:
    """The file at `path`, or else the one in the working folder, if there is one.

    Engross looks in no other folder, so that a source from elsewhere can't bring a configuration with it. Raises
    UsageError, with all problems, for a file that can't be read or has a key or a value that no option has.
    """
    for file in [path] if path else map(Path, (_FILE, _PROJECT)):
        table = _table(file, needed=path is not None)
        if table is not None:
            config = Config(file, commands, table)
            if problems := list(config.problems()):
                raise UsageError(*(f"{file}: {problem}" for problem in problems))
            return config
    return None


# The file


def _table(file: Path, needed: bool) -> Table | None:
    """The file's table for Engross; None if it has none, and isn't needed."""
    if not (needed or os.path.lexists(file)):
        return None
    data = _read(file)
    is_project = file.name == _PROJECT
    if is_project and b"engross" not in data:  # most have no table for Engross, and take time to parse
        return {} if needed else None
    table = _parsed(file, data, ("tool", "engross") if is_project else ())
    return table if table or needed or not is_project else None


def _read(file: Path) -> bytes:
    try:
        return read_regular(file, _MAX_SIZE)
    except SpecialFileError:
        raise UsageError(f"{file}: this isn't a regular file; remove it, or name another with --config") from None
    except TooLargeError:
        raise UsageError(f"{file}: this file is larger than 1 MB; keep only options in it") from None
    except OSError as error:
        raise UsageError(f"{file}: can't read this file ({error.strerror}); check the path") from None


def _parsed(file: Path, data: bytes, keys: Sequence[str]) -> Table:
    import tomllib

    hint = "fix it, or name another file with --config"
    try:
        table: Any = tomllib.loads(data.decode())
        for key in keys:
            table = table.get(key, {})
    except RecursionError:
        raise UsageError(f"{file}: invalid TOML (its brackets go too deep); {hint}") from None
    except (ValueError, AttributeError) as error:
        raise UsageError(f"{file}: invalid TOML ({error}); {hint}") from None
    if not isinstance(table, Mapping):
        raise UsageError(f"{file}: 'engross' isn't a table; write [tool.engross]")
    return table


# Keys and values


def _options(command: Command) -> Mapping[str, click.Option]:
    """The options of a command that can have a default in a file, by the names that they have on the command line."""
    options = (option for option in command.params if isinstance(option, click.Option) and option is not CONFIG)
    return {(option.name or "").replace("_", "-"): option for option in options}


def _shared(command: Command) -> Mapping[str, click.Option]:
    return {key: option for key, option in _options(command).items() if not isinstance(option, OwnOption)}


def _option_name(key: str) -> str:
    return key.replace("_", "-")


def _problems(table: Table, options: Mapping[str, click.Option], known: Collection[str]) -> Iterator[str]:
    for key, value in table.items():
        if option := options.get(_option_name(key)):
            if what := _problem(value, option):
                yield f"{key!r} {what}"
        else:
            yield f"unknown key {key!r}; {did_you_mean(key, known)}"


def _problem(value: Any, option: click.Option) -> str:
    """What is wrong with a value, whatever its text; "" if nothing is. Its option checks the text."""
    if option.is_flag:
        return "" if isinstance(value, bool) else "isn't true or false; write one of them, without quotation marks"
    parts = value if isinstance(value, list) else [value]
    if any(isinstance(part, bool) or not isinstance(part, (str, int, float, datetime.date)) for part in parts):
        return "isn't a text or a number, or a list of these; write one"
    return "has a NUL character; remove it" if any("\0" in str(part) for part in parts) else ""


def _as_on_command_line(value: Any, option: click.Option) -> Any:
    """A value as the command line would give it: a list for an option that is repeatable, or else joined by commas."""
    if option.is_flag:
        return value
    texts = [str(part) for part in value] if isinstance(value, list) else [str(value)]
    return texts if option.multiple else ",".join(texts)


# The option


def _set_defaults(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Make the configuration the defaults of the command's options, before click looks at any of them."""
    root = context.find_root().command
    every = root.commands.values() if isinstance(root, click.Group) else [context.command]
    commands = {
        command.name or "": command for command in every if isinstance(command, Command) and command.has_defaults
    }
    try:
        config = read_config(path, commands)
    except UsageError as error:
        raise CommandLineError(error.lines, context) from None
    if config:
        context.default_map = dict(config.defaults(commands[context.command.name or ""]))
        if path is None:
            ignore_untrusted_defaults(context, str(config.file))
    for warning in _unknown_variables(commands.values()):
        add_warning(context, warning)
    return path


def _unknown_variables(commands: Iterable[Command]) -> Iterator[str]:
    known = {variable for command in commands for option in command.params for variable in _variables(option)}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            yield f"engross: warning: unknown variable {name}; {did_you_mean(name, known)}"


def _variables(parameter: click.Parameter) -> Sequence[str]:
    return [parameter.envvar] if isinstance(parameter.envvar, str) else parameter.envvar or ()


CONFIG = click.Option(
    ["--config"],
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    envvar="ENGROSS_CONFIG",
    is_eager=True,
    expose_value=False,
    callback=_set_defaults,
    help="Read defaults for options from this file, instead of engross.toml or pyproject.toml.",
)
