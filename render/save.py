"""bytes → file: an output is the old whole file or the new whole file, whatever dies when."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from render.problem import OutputError

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
    temporary = path.with_name(f".{path.name[:200]}.{os.urandom(4).hex()}{_TEMPORARY}")
    try:
        status = _write_new(temporary, data)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"{path}: can't be written ({error.strerror}); the file that was there stands") from None
    finally:
        with suppress(OSError):
            temporary.unlink()
    return Saved(hash_of(data), status.st_size, mark_of(status))


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


def _write_new(path: Path, data: bytes) -> os.stat_result:
    """The new file's status. Its own, not that of the name: another may write there a moment later."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
        return os.fstat(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
