"""Reads files that anyone may have put there: only regular files, and no more bytes than a limit.

A pipe would wait for a writer, a device may never end, and a sparse file of terabytes takes no place on a disk.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

MAX_SOURCE = 16 << 20
"""Bytes of a source or an overlay. A declaration of 10,000 paragraphs has about 4 MiB."""


class SpecialFileError(OSError):
    """A pipe, a socket or a device; `strerror` says which."""


class TooLargeError(OSError):
    """A file of more bytes than the limit; `size` is how many it has, or has at least."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(errno.EFBIG, f"larger than {limit:,} bytes")
        self.size = size


def read_regular(path: str | Path, max_bytes: int) -> bytes:
    """The bytes of a regular file; links are followed.

    Raises TooLargeError for more than `max_bytes` and SpecialFileError, and else OSError as `open` does. The file is
    opened without waiting and checked again then: another process may have replaced it.
    """
    _check(Path(path).stat(), max_bytes)  # some devices do something when they are opened
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        return read_open(descriptor, max_bytes)
    finally:
        os.close(descriptor)


def read_open(descriptor: int, max_bytes: int) -> bytes:
    """The bytes of an open file. Raises TooLargeError, SpecialFileError and OSError as `read_regular` does."""
    status = os.fstat(descriptor)
    _check(status, max_bytes)
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        # To read no more than a limit takes as much memory as the limit.
        data = file.read(status.st_size + 1) or b""
        if len(data) > status.st_size:  # it grew, or its file system doesn't know its size
            data += file.read(max_bytes - status.st_size) or b""
    if len(data) > max_bytes:
        raise TooLargeError(len(data), max_bytes)
    return data


def special_files(folder: Path) -> Iterator[Path]:
    """The files in a folder, and in all below it, that aren't regular. Links are followed, but not in a circle."""
    seen = set()
    for parent, folders, names in os.walk(folder, followlinks=True):
        status = Path(parent).stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        for path in (Path(parent, name) for name in names):
            if path.exists() and not path.is_file():
                yield path


def _check(status: os.stat_result, max_bytes: int) -> None:
    """Raise an error for a file with this status that can't be read."""
    mode = status.st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise SpecialFileError(errno.EINVAL, f"{_kind(mode)}, not a regular file")
    if status.st_size > max_bytes:
        raise TooLargeError(status.st_size, max_bytes)


def _kind(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
