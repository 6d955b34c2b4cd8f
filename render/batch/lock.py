"""One run at a time in a store."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from render.errors import BusyError, OutputError
from render.output.store import Store

_PAUSE = 0.1
"""Seconds between two attempts to take a lock that another run holds."""


@contextmanager
def locked(out: Store, seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock of a store. Raises BusyError if another run still holds it after `seconds`, and OutputError.

    The kernel releases the lock when the process ends in any way, so no stale lock is ever left.
    """
    descriptor = _open(out.state_folder / "lock")
    try:
        _acquire(descriptor, out, time.monotonic() + seconds)
        _write_holder(descriptor)
        yield
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    """The descriptor of the lock, in a folder that is made if it is missing. Raises OutputError."""
    if path.parent.is_symlink():
        what = f"{path.parent}: this is a link, and Engross follows none there"
        raise OutputError(f"{what}; remove the link, and run again")
    try:
        path.parent.mkdir(exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    except OSError as error:
        raise OutputError(f"{path}: can't open the lock ({error.strerror}); check the folder's permissions") from None


def _acquire(descriptor: int, out: Store, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "another run"
                raise BusyError(f"{out}: {holder} is writing here; try again later, or add --wait 60") from None
        except OSError as error:
            raise OutputError(f"{out}: can't lock this folder ({error.strerror}); write to a local disk") from None
        time.sleep(_PAUSE)


def _write_holder(descriptor: int) -> None:
    """Write which process holds the lock, for other runs to report."""
    if os.fstat(descriptor).st_nlink != 1:
        return  # the file has another name, and may be somebody's
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
    except OSError:
        pass  # on a full disk, for example: the lock itself still works
