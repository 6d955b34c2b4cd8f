"""Write bytes to a file so that it is either the old whole file or the new whole file, even after a crash."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import IO, NamedTuple

from render.errors import DuplicateNameError, EditedError, OutputError

_TEMPORARY, _HELD = ".tmp", ".held"

MAX_OUTPUT = 1 << 30
"""Bytes of an output that is read again. Memory holds it twice."""


class FileState(NamedTuple):
    """What shows, without reading an output, whether it changed: its size in bytes, and a stamp.

    The stamp is a file's modification time or an object's ETag. It is "" for what isn't a regular file, such as a link.
    """

    size: int
    stamp: str


StateLookup = Callable[[str], FileState | None]
"""The state of an output by its name; None if there is no such output. Raises OSError."""


class Saved(NamedTuple):
    """What identifies an output that was written: the SHA-256 of its data, its size in bytes, and its stamp."""

    hash: str
    size: int
    stamp: str


FinishWrite = Callable[[], Saved]
"""Completes the write of an output. Raises OutputError, and EditedError."""

IsUnedited = Callable[[bytes], bool]
"""Whether the data of an existing output is as Engross wrote it, so that it may be lost."""

GiveName = Callable[[Path, Path], object]
"""Gives a complete temporary file its name. Raises OSError, and EditedError."""


def rename(temporary: Path, path: Path) -> None:
    """Give a complete temporary file its name, even if another file has it. Raises OSError."""
    temporary.replace(path)


def is_there(path: Path) -> bool:
    """Whether a path leads to a file or a folder. One that is too long, or may not be searched, leads to none.

    Path.exists raises an error for these.
    """
    return os.path.exists(path)  # noqa: PTH110


def is_folder(path: Path) -> bool:
    """Whether a path leads to a folder; like `is_there` without errors."""
    return os.path.isdir(path)  # noqa: PTH112


def is_file(path: Path) -> bool:
    """Whether a path leads to a regular file; like `is_there` without errors."""
    return os.path.isfile(path)  # noqa: PTH113


def make_folder(folder: Path) -> None:
    """Make a folder for outputs, or check that an existing one is writable. Raises OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise OutputError(f"{folder}: this is a file, not a folder; choose a folder with --out") from None
    except OSError as error:
        raise OutputError(f"{folder}: can't make this folder ({error.strerror}); choose another with --out") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(
            f"{folder}: can't write into this folder; change its permissions, or choose another with --out"
        )


def save(data: bytes, path: Path, give_name: GiveName = rename) -> Saved:
    """Write data to the file at `path`, with the mode that the umask allows; replaces a link instead of following it.

    The data reaches the disk before the name points to it (fsync, then rename, which POSIX makes atomic), and the name
    reaches the disk before this returns. Raises OutputError, and then leaves an existing file unchanged.
    """
    saved = start_write(data, path, give_name)()
    sync_folder(path.parent)
    return saved


def start_write(data: bytes, path: Path, give_name: GiveName = rename) -> FinishWrite:
    """Start to write data to a temporary file beside `path`; the function returned waits for the disk and renames it.

    The new name is durable after `sync_folder`. A temporary file that is never renamed satisfies `is_temporary`. Both
    functions raise OutputError.
    """
    temporary = path.with_name(_hidden_name(path.name[:200], _TEMPORARY))
    with _removed_on_error(path, temporary):
        file = _new_file(temporary, data)
    return partial(_finish_write, file, temporary, path, hash_of(data), give_name)


def _finish_write(file: IO[bytes], temporary: Path, path: Path, hash_: str, give_name: GiveName) -> Saved:
    with _removed_on_error(path, temporary):
        with file:
            os.fsync(file.fileno())
            status = os.fstat(file.fileno())  # of this file, not of its name: another process may write there next
        give_name(temporary, path)
    return Saved(hash_, status.st_size, stamp_of(status))


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk. Raises OutputError."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise OutputError(
            f"{folder}: the files may not be on the disk yet ({error.strerror}); run the command again"
        ) from None


def stamp_of(status: os.stat_result) -> str:
    """The modification time in nanoseconds, which distinguishes a file from an earlier one of the same size."""
    return str(status.st_mtime_ns)


def hash_of(data: bytes) -> str:
    """The SHA-256 of data, in hexadecimal digits."""
    return sha256(data).hexdigest()


def is_temporary(name: str) -> bool:
    """Whether a file's name is one that `start_write` gives to a file that isn't complete."""
    return _is_hidden_name(name, _TEMPORARY)


def held_name(name: str) -> str:
    """A hidden name for the file that a name leads to, while it is looked at."""
    return _hidden_name(name, _HELD)


def is_held(name: str) -> bool:
    """Whether a file's name is one that `held_name` gives."""
    return _is_hidden_name(name, _HELD)


def name_of_held(name: str) -> str:
    """The name for which `held_name` gave this one."""
    return name[1 : -len(_HELD) - 9]


def _hidden_name(name: str, suffix: str) -> str:
    return f".{name}.{os.urandom(4).hex()}{suffix}"


def _is_hidden_name(name: str, suffix: str) -> bool:
    random = name.removesuffix(suffix)[-9:]
    return name.startswith(".") and name.endswith(suffix) and re.fullmatch("[.][0-9a-f]{8}", random) is not None


def edited(location: str) -> EditedError:
    """The error for an output that a person has edited."""
    what = f"{location}: edited since Engross wrote it, and therefore kept"
    return EditedError(f"{what}; move the file away, or add --force to replace it")


def owned_by(owner: str, location: str) -> DuplicateNameError:
    """The error for an output that belongs to another source, by its path."""
    how = "add --take-over to build the file from this one from now on"
    what = f"{location}: built from {owner}, which has the same id"
    return DuplicateNameError(f"{what}; give one of the two sources another id, or {how}")


def unreadable(location: str, error: OSError) -> OutputError:
    """The error for an output of which nobody can know whether it was edited."""
    what = f"{location}: can't read this file ({error.strerror}), so it was kept in case it was edited"
    return OutputError(f"{what}; check its permissions")


@contextmanager
def _removed_on_error(path: Path, temporary: Path) -> Iterator[None]:
    """Raise an OSError as an OutputError about `path`, after removing the temporary file."""
    try:
        yield
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise OutputError(f"{path}: can't write this file ({error.strerror}); an existing file is unchanged") from None


def _new_file(path: Path, data: bytes) -> IO[bytes]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    file = os.fdopen(descriptor, "wb")
    try:
        file.write(data)
        file.flush()
        if _start_writeback:  # the disk writes while the processor does something else
            _start_writeback(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    except OSError:
        file.close()
        raise
    return file


_start_writeback = getattr(os, "posix_fadvise", None)
"""Linux starts to write the pages of a file that it is advised not to cache, without waiting for the disk."""
