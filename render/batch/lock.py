"""One run at a time in a store."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from render.errors import BusyError, OutputError
from render.output.store import Store

_PAUSE = 0.1
"""Seconds between two looks at a lock that another holds."""


@contextmanager
def locked(out: Store, seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock of a store. Raises BusyError where another run still holds it after `seconds`, and OutputError.

    The kernel takes the lock back when its holder ends, however that ends: none is ever left behind.
    """
    path = out.home / "lock"
    try:
        path.parent.mkdir(exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        raise OutputError(f"{path}: can't be opened ({error.strerror}); look at the folder's permissions") from None
    try:
        _take(descriptor, out, time.monotonic() + seconds)
        _sign(descriptor)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, out: Store, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "another run"
                raise BusyError(f"{out}: {holder} is writing there; wait for it, say with --wait 60") from None
        except OSError as error:
            raise OutputError(f"{out}: can't be locked ({error.strerror}); write to a local disk") from None
        time.sleep(_PAUSE)


def _sign(descriptor: int) -> None:
    """Note who holds the lock, for those who find it held."""
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
    except OSError:
        pass  # a full disk: the lock holds nevertheless
