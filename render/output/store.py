"""Where outputs go: a folder, or a bucket of an object store."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, Protocol

from render.errors import UsageError
from render.output.atomic import (
    MAX_OUTPUT,
    FileState,
    FinishWrite,
    IsUnedited,
    StateLookup,
    is_held,
    is_temporary,
    make_folder,
    stamp_of,
    start_write,
    sync_folder,
)
from render.regular_files import read_regular

_STATE_FOLDER = ".engross"
"""In a folder of outputs: the folder of its lock and its build database."""


class Store(Protocol):
    """A place for outputs. It can be compared, pickled, and printed as a user writes it: "build", "s3://bucket/folder"."""

    preload: ClassVar[tuple[str, ...]]
    """The modules that a worker imports at its start, to write there."""

    @property
    def state_folder(self) -> Path:
        """The folder for the lock and the build database, on a disk of this machine."""

    @property
    def source_root(self) -> Path:
        """The folder to which the paths of sources in the build database are relative."""

    def location(self, name: str) -> str:
        """The path or URL of an output, to show to a user."""

    def prepare(self) -> None:
        """Make the place, or check that it can be used. Raises OutputError, and UsageError if it never can be."""

    def remove_partial(self, is_unedited: IsUnedited) -> None:
        """Remove what killed processes left incomplete, and give edited files that they held their names again."""

    def state_lookup(self) -> StateLookup:
        """A function that gives the state of an output now, or at this call. Raises OutputError."""

    def read(self, name: str) -> bytes:
        """The data of an output. Raises OSError, and FileNotFoundError if there is no such output."""

    def start_write(self, name: str, data: bytes, is_unedited: IsUnedited | None = None) -> FinishWrite:
        """Start to write an output; the function returned completes the write.

        Only then the name leads to the new output, which is whole. Both functions raise OutputError, and then leave an
        existing output unchanged. With `is_unedited`, they raise EditedError instead of replacing an output that was
        edited, at whatever moment that was saved.
        """

    def sync(self) -> None:
        """Wait until all outputs would survive a power failure. Raises OutputError."""

    def remove(self, name: str, is_unedited: IsUnedited | None = None) -> None:
        """Remove an output. Raises OSError.

        With `is_unedited`, raises EditedError instead if it was edited, and OutputError if it can't be read.
        """


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder on a disk."""

    path: Path
    preload: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return str(self.path)

    @property
    def state_folder(self) -> Path:
        """A hidden folder inside."""
        return self.path / _STATE_FOLDER

    @property
    def source_root(self) -> Path:
        """The folder itself, so that sources and outputs can be moved together."""
        return self.path

    def location(self, name: str) -> str:
        """The path of an output."""
        return str(self.path / name)

    def prepare(self) -> None:
        """Make the folder, or check that it is writable. Raises OutputError."""
        make_folder(self.path)

    def remove_partial(self, is_unedited: IsUnedited) -> None:
        """Remove temporary files, and give edited files that a killed run held their names again."""
        for path in self.path.iterdir():
            if is_temporary(path.name):
                with suppress(OSError):
                    path.unlink()
            elif is_held(path.name):
                from render.output.swap import recover

                recover(path, is_unedited)

    def state_lookup(self) -> StateLookup:
        """A function that looks at a file at each call."""
        return self._state

    def _state(self, name: str) -> FileState | None:
        try:
            status = os.lstat(self.path / name)
        except FileNotFoundError:
            return None
        return FileState(status.st_size, stamp_of(status) if stat.S_ISREG(status.st_mode) else "")

    def read(self, name: str) -> bytes:
        """The data of a regular file. Raises OSError."""
        return read_regular(self.path / name, MAX_OUTPUT)

    def start_write(self, name: str, data: bytes, is_unedited: IsUnedited | None = None) -> FinishWrite:
        """Start to write a file; the function returned completes the write. Both raise OutputError and EditedError."""
        path = self.path / name
        if is_unedited is None:
            return start_write(data, path)
        from render.output.swap import check_unedited, replace_unedited

        check_unedited(path, is_unedited)  # so that an edited file usually keeps its name all the time
        return start_write(data, path, partial(replace_unedited, is_unedited=is_unedited))

    def sync(self) -> None:
        """Wait until the files' names are on the disk. Raises OutputError."""
        sync_folder(self.path)

    def remove(self, name: str, is_unedited: IsUnedited | None = None) -> None:
        """Remove a file. Raises OSError; with `is_unedited`, EditedError and OutputError too."""
        path = self.path / name
        if is_unedited is None:
            path.unlink()
            return
        from render.output.swap import check_unedited, remove_unedited

        check_unedited(path, is_unedited)
        remove_unedited(path, is_unedited)


DEFAULT_STORE = Folder(Path("build"))


def store_at(location: str) -> Store:
    """The folder at a path, or the bucket at a URL, "s3://…". Raises UsageError for any other URL."""
    url = re.match("([A-Za-z][A-Za-z0-9+.-]*)://", location)
    if not url:
        return Folder(Path(location))
    if url[1] != "s3":
        location = re.split("[?#]", location)[0]  # a query may have a signature
        raise UsageError(
            f"{location}: unknown kind of URL; write a folder, or s3://bucket/folder. "
            f"For a folder of this name, write ./{location}"
        )
    from render.output.s3 import Bucket

    return Bucket.at(location)
