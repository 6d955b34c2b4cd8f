"""Wait for the end of processes that others started."""

from __future__ import annotations

import os
from multiprocessing.connection import wait

import psutil

from tests.batch.gate import MINUTES


def assert_ended(*processes: psutil.Process) -> None:
    """Wait until all have ended. One that its parent has not yet asked for its exit code has ended too."""
    for process in processes:
        assert _has_ended(process), process


def _has_ended(process: psutil.Process) -> bool:
    try:
        descriptor = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return True
    try:
        return not process.is_running() or bool(wait([descriptor], MINUTES))
    finally:
        os.close(descriptor)
