"""Defaults for the command's options, from a file: `engross.toml`, or `[tool.engross]` in `pyproject.toml`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from render.errors import UsageError, did_you_mean

_FILE = "engross.toml"
_PROJECT = "pyproject.toml"


def read_config(path: Path | None, known: Collection[str]) -> Mapping[str, Any]:
    """The values, by option (`max_failures`), of the file at `path`, or else of the one in the working directory.

    No other folder is looked into: a source that came from elsewhere brings no configuration with it. Raises UsageError
    for a file that can't be read, and for a key that is none of the options `known`.
    """
    for file in [path] if path else map(Path, (_FILE, _PROJECT)):
        table = _table(file, needed=path is not None)
        if table is not None:
            return {_option(key, file, known): value for key, value in table.items()}
    return {}


def _table(file: Path, needed: bool) -> Mapping[str, Any] | None:
    """The file's table for engross; None where there is none, and none is needed."""
    if not (needed or file.exists()):
        return None
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: can't be read ({error.strerror}); look at the path") from None
    is_project = file.name == _PROJECT
    if is_project and b"engross" not in data:  # most are about something else, and take time to read
        return {} if needed else None
    import tomllib

    try:
        table: Any = tomllib.loads(data.decode())
        for name in ("tool", "engross") if is_project else ():
            table = table.get(name, {})
    except (ValueError, AttributeError) as error:
        raise UsageError(f"{file}: no valid TOML ({error}); mend it, or name another with --config") from None
    if not isinstance(table, Mapping):
        raise UsageError(f"{file}: 'engross' is no table; write [tool.engross]")
    return table if table or needed or not is_project else None


def _option(key: str, file: Path, known: Collection[str]) -> str:
    option = key.replace("-", "_")
    if option not in known:
        words = [it.replace("_", "-") for it in known]
        raise UsageError(f"{file}: unknown key {key!r}; {did_you_mean(key, words)}")
    return option
