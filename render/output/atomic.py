"""bytes → file: an output is the old whole file or the new whole file, whatever dies when."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import IO, NamedTuple

from render.errors import OutputError

_TEMPORARY = ".tmp"


class State(NamedTuple):
    """What tells an output from what was there before, at a glance: its size in bytes, and a mark.

    A mark is "" where a name leads to no output of its own, a link for one.
    """

    size: int
    mark: str


States = Callable[[str], State | None]
"""The state of an output by its name; None where it is not there. Raises OSError."""


class Saved(NamedTuple):
    """What an output that was written is known by: the SHA-256 of its data, its size in bytes, and its mark."""

    hash: str
    size: int
    mark: str


Finish = Callable[[], Saved]
"""Ends the writing of an output that was begun."""


def make_folder(folder: Path) -> None:
    """Make a folder for outputs, or see that one can be written in. Raises OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise OutputError(f"{folder}: a file, not a folder; name another with --out") from None
    except OSError as error:
        raise OutputError(f"{folder}: can't be made ({error.strerror}); name another with --out") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"{folder}: can't be written in; change its permissions, or name another with --out")


def save(data: bytes, path: Path) -> Saved:
    """Put data into the file at `path`, with the mode that the umask leaves; a link there is replaced, not followed.

    The data is on the disk before the name leads to it (fsync, then rename: POSIX makes it atomic), and the name before
    this returns. Raises OutputError; the old file then stands as it was.
    """
    saved = start_write(data, path)()
    sync_folder(path.parent)
    return saved


def start_write(data: bytes, path: Path) -> Finish:
    """Send data on its way to the disk, in a file beside `path`; what is returned waits for it, and moves it there.

    It is there for good with the folder (`sync_folder`), and is left over if it is never finished (`is_left_over`).
    Both raise OutputError.
    """
    temporary = path.with_name(f".{path.name[:200]}.{os.urandom(4).hex()}{_TEMPORARY}")
    with _undone(path, temporary):
        file = _new_file(temporary, data)
    return partial(_finish, file, temporary, path, hash_of(data))


def _finish(file: IO[bytes], temporary: Path, path: Path, hash_: str) -> Saved:
    with _undone(path, temporary):
        with file:
            os.fsync(file.fileno())
            status = os.fstat(file.fileno())  # its own, not that of the name: another may write there a moment later
        temporary.replace(path)
    return Saved(hash_, status.st_size, mark_of(status))


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk too. Raises OutputError."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise OutputError(
            f"{folder}: what was written may not be on the disk ({error.strerror}); run it again"
        ) from None


def mark_of(status: os.stat_result) -> str:
    """What tells a file from what was there before it, and of the same size: its time."""
    return str(status.st_mtime_ns)


def hash_of(data: bytes) -> str:
    """The SHA-256 of data, in hexadecimal digits."""
    return sha256(data).hexdigest()


def is_left_over(name: str) -> bool:
    """Whether a file's name is one that `save` gives a file that it has not finished."""
    random = name.removesuffix(_TEMPORARY)[-9:]
    return name.startswith(".") and name.endswith(_TEMPORARY) and re.fullmatch("[.][0-9a-f]{8}", random) is not None


@contextmanager
def _undone(path: Path, temporary: Path) -> Iterator[None]:
    """Raise what keeps a file from being written as an OutputError, once what was written of it is gone."""
    try:
        yield
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise OutputError(f"{path}: can't be written ({error.strerror}); the file that was there stands") from None


def _new_file(path: Path, data: bytes) -> IO[bytes]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    file = os.fdopen(descriptor, "wb")
    try:
        file.write(data)
        file.flush()
        if _begin_to_write:  # the disk is at it while the processor does something else
            _begin_to_write(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    except OSError:
        file.close()
        raise
    return file


_begin_to_write = getattr(os, "posix_fadvise", None)
"""Linux writes what is said to be needed no longer, and does not wait for it."""
