"""bytes → file: an output is the old whole file or the new whole file, whatever dies when."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from render.problem import OutputError


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


def save(data: bytes, path: Path) -> None:
    """Put data into the file at `path`, with the mode that the umask leaves; a link there is replaced, not followed.

    The data is on the disk before the name leads to it (fsync, then rename: POSIX makes it atomic), and the name before
    this returns. Raises OutputError; the old file then stands as it was.
    """
    temporary = path.with_name(f".{path.name[:200]}.{os.urandom(4).hex()}.tmp")
    try:
        _write_new(temporary, data)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"{path}: can't be written ({error.strerror}); the file that was there stands") from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def _write_new(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
