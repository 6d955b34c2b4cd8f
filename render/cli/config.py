"""Defaults for options, from a file: `engross.toml`, or `[tool.engross]` in `pyproject.toml`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import click

from render.errors import UsageError, did_you_mean
from render.regular_files import read_regular

_FILE = "engross.toml"
_PROJECT = "pyproject.toml"
_MAX_FILE = 1 << 20
"""Bytes."""


def read_config(path: Path | None, known: Collection[str]) -> Mapping[str, Any]:
    """The values by parameter (`max_failures`) in the file at `path`, or else in the one in the working directory.

    Engross looks in no other folder, so that a source from elsewhere can't bring a configuration with it. Raises
    UsageError for a file that can't be read, and for a key that isn't one of the parameters `known`.
    """
    for file in [path] if path else map(Path, (_FILE, _PROJECT)):
        table = _table(file, needed=path is not None)
        if table is not None:
            return {_parameter(key, file, known): value for key, value in table.items()}
    return {}


def _table(file: Path, needed: bool) -> Mapping[str, Any] | None:
    """The file's table for Engross; None if it has none, and isn't needed."""
    if not (needed or file.exists()):
        return None
    try:
        data = read_regular(file, _MAX_FILE)
    except OSError as error:
        raise UsageError(f"{file}: can't read this file ({error.strerror}); check the path") from None
    is_project = file.name == _PROJECT
    if is_project and b"engross" not in data:  # most have no table for Engross, and take time to parse
        return {} if needed else None
    import tomllib

    try:
        table: Any = tomllib.loads(data.decode())
        for name in ("tool", "engross") if is_project else ():
            table = table.get(name, {})
    except (ValueError, AttributeError) as error:
        raise UsageError(f"{file}: invalid TOML ({error}); fix it, or name another file with --config") from None
    if not isinstance(table, Mapping):
        raise UsageError(f"{file}: 'engross' isn't a table; write [tool.engross]")
    return table if table or needed or not is_project else None


def _parameter(key: str, file: Path, known: Collection[str]) -> str:
    parameter = key.replace("-", "_")
    if parameter not in known:
        keys = [name.replace("_", "-") for name in known]
        raise UsageError(f"{file}: unknown key {key!r}; {did_you_mean(key, keys)}")
    return parameter


def _set_defaults(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Make the configuration the defaults of the command's options, before click looks at any of them."""
    group = context.find_root().command
    commands = group.commands.values() if isinstance(group, click.Group) else (context.command,)
    options = {
        option.name: option
        for command in commands
        for option in command.params
        if isinstance(option, click.Option) and option.name
    }
    try:
        values = read_config(path, options.keys() - {"config"})
    except UsageError as error:
        raise click.UsageError(str(error), context) from None
    context.default_map = {key: _as_on_command_line(value, options[key]) for key, value in values.items()}
    return path


def _as_on_command_line(value: Any, option: click.Option) -> Any:
    """A value as the command line would give it: a list for an option that is repeatable, or else joined by commas."""
    if option.multiple:
        return value if isinstance(value, list) else [value]
    return ",".join(map(str, value)) if isinstance(value, list) else value


CONFIG = click.Option(
    ["--config"],
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=_set_defaults,
    help="Read defaults for options from this file, instead of engross.toml or pyproject.toml.",
)
