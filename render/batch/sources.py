"""The files, folders, patterns and lists that a command names → the sources; also the standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from render.errors import UsageError
from render.output.atomic import is_file, is_folder, is_there
from render.regular_files import MAX_SOURCE

_MAX_LIST = 256 << 20
"""Bytes of a list: it may name millions of sources."""
SUFFIXES = (".yaml", ".yml")
OVERLAY = ".briefing"
"""Before the suffix: a file beside a source that isn't a source itself."""
STANDARD_INPUT = Path("-")
FROM_STANDARD_INPUT = Path("<stdin>")
"""The name of a source that was read from the standard input."""


class Source(NamedTuple):
    """A source by its path; `data` are its bytes if it was read from the standard input.

    `folder` is set for a link that was found in a folder and not named: it may not lead out of that folder.
    """

    path: Path
    data: bytes | None = None
    folder: Path | None = None


def find_sources(paths: Iterable[Path], lists: Iterable[Path] = ()) -> list[Source]:
    """The sources in files, folders and patterns ("source/**/*.yaml"), each once, and in order within a folder.

    A list is a file with more such paths, one per line. "-" is the standard input, as a source or as a list. Raises
    UsageError for a folder or pattern without a source, for an overlay named as a source, and for a list that can't be
    read.
    """
    found: dict[object, Source] = {}
    for path in (*paths, *(path for file in lists for path in _listed(file))):
        if path == STANDARD_INPUT:
            # One byte more than a source may have shows that it is too large.
            found.setdefault(path, Source(FROM_STANDARD_INPUT, sys.stdin.buffer.read(MAX_SOURCE + 1)))
            continue
        for source in _sources(path):
            found.setdefault(_identity(source.path), source)
    return list(found.values())


def _listed(file: Path) -> Iterator[Path]:
    try:
        if file == STANDARD_INPUT:
            data = sys.stdin.buffer.read(_MAX_LIST + 1)
        else:
            with file.open("rb") as opened:  # it may be a pipe: <(find …)
                data = opened.read(_MAX_LIST + 1)
        text = data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file}: can't read this list ({_reason(error)}); write one path per line, in UTF-8"
        ) from None
    if len(data) > _MAX_LIST:
        raise UsageError(f"{file}: this list has more than {_MAX_LIST:,} bytes; divide it")
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if wrong := [number for number, line in lines if "\0" in line]:
        raise UsageError(
            *(f"{file}:{number}: this line has a NUL character; write one path per line" for number in wrong)
        )
    return (Path(line.removesuffix("\r")) for _, line in lines)


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return str(error.strerror) if isinstance(error, OSError) else str(error)


def _sources(path: Path) -> list[Source]:
    if is_folder(path):
        return _in_folder(path)
    if path.suffix in SUFFIXES and path.with_suffix("").suffix == OVERLAY:
        raise UsageError(f"{path}: this is an overlay, not a source; name the source beside it")
    if set("*?[") & set(str(path)) and not is_there(path):
        return _matching(path)
    return [Source(path)]


def _in_folder(folder: Path) -> list[Source]:
    found = [Path(parent, name) for parent, _, names in os.walk(folder) for name in names if _is_source(name)]
    sources = [path for path in sorted(found, key=str) if is_file(path)]
    if not sources:
        raise UsageError(f"{folder}: no sources in this folder; end their names in {' or '.join(SUFFIXES)}")
    return [Source(path, folder=folder if path.is_symlink() else None) for path in sources]


def _matching(pattern: Path) -> list[Source]:
    try:
        paths = sorted(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))))
    except (ValueError, NotImplementedError, OSError, RecursionError) as error:
        raise UsageError(f"{pattern}: invalid pattern ({error}); write folder/*.yaml or folder/**/*.yaml") from None
    found = [source for path in paths for source in (_in_folder(path) if is_folder(path) else [Source(path)])]
    sources = [source for source in found if _is_source(source.path.name)]
    if not sources:
        raise UsageError(f"{pattern}: no source matches this pattern; check its folder and its suffix")
    return sources


def _is_source(name: str) -> bool:
    path = Path(name)
    return path.suffix in SUFFIXES and not path.stem.endswith(OVERLAY) and not name.startswith(".")


def _identity(path: Path) -> object:
    """The same value for all names of one file."""
    try:
        status = path.stat()
    except OSError:
        return path
    return status.st_dev, status.st_ino
