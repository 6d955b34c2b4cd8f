"""What a command names → the sources: files, folders, patterns, lists, and the standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from render.errors import UsageError

SUFFIXES = (".yaml", ".yml")
OVERLAYS = (".briefing", ".conformity")
"""Before the suffix: files beside a source that are no sources themselves."""
STANDARD_INPUT = Path("-")
FROM_STANDARD_INPUT = Path("<stdin>")
"""The name of a source that came in by the standard input."""


class Source(NamedTuple):
    """A source by its path; with its bytes, where they came in by the standard input."""

    path: Path
    data: bytes | None = None


def find_sources(paths: Iterable[Path], lists: Iterable[Path] = ()) -> list[Source]:
    """The sources that files, folders and patterns ("source/**/*.yaml") name, each once; in order within a folder.

    A list has such names too, one a line. "-" is the standard input: as a source, or as a list. Raises UsageError for a
    folder or pattern without a source, for an overlay named as one, and for a list that can't be read.
    """
    found: dict[object, Source] = {}
    for path in (*paths, *(path for it in lists for path in _listed(it))):
        if path == STANDARD_INPUT:
            found.setdefault(path, Source(FROM_STANDARD_INPUT, sys.stdin.buffer.read()))
            continue
        for source in _sources(path):
            found.setdefault(_identity(source), Source(source))
    return list(found.values())


def _listed(file: Path) -> Iterator[Path]:
    try:
        text = sys.stdin.buffer.read().decode() if file == STANDARD_INPUT else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: no list of sources ({error}); write one path a line, in UTF-8") from None
    return (Path(line) for line in text.splitlines() if line.strip())


def _sources(path: Path) -> list[Path]:
    if path.is_dir():
        return _in_folder(path)
    if path.suffix in SUFFIXES and path.with_suffix("").suffix in OVERLAYS:
        raise UsageError(f"{path}: an overlay, not a source; name the source that it stands beside")
    if set("*?[") & set(str(path)) and not path.exists():
        return _matching(path)
    return [path]


def _in_folder(folder: Path) -> list[Path]:
    found = [Path(parent, name) for parent, _, names in os.walk(folder) for name in names if _is_source(name)]
    sources = [path for path in sorted(found, key=str) if path.is_file()]
    if not sources:
        raise UsageError(f"{folder}: no sources in this folder; they end in .yaml")
    return sources


def _matching(pattern: Path) -> list[Path]:
    paths = sorted(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))))
    sources = [it for path in paths for it in (_in_folder(path) if path.is_dir() else [path]) if _is_source(it.name)]
    if not sources:
        raise UsageError(f"{pattern}: no source matches this pattern; look at the path")
    return sources


def _is_source(name: str) -> bool:
    path = Path(name)
    return path.suffix in SUFFIXES and not path.stem.endswith(OVERLAYS) and not name.startswith(".")


def _identity(path: Path) -> object:
    """The same for two names of one file."""
    try:
        status = path.stat()
    except OSError:
        return path
    return status.st_dev, status.st_ino
