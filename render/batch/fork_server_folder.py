"""Imported by the fork server alone: if its parent is killed, the server removes the folder of the socket between them.

multiprocessing makes that folder (pymp-…), and removes it when the parent ends in any other way.
"""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import util
from pathlib import Path

_VARIABLE = "_ENGROSS_FORK_SERVER_FOLDER"
_PF_EXITING = 0x4
"""The flag of a process that has begun to end (proc_pid_stat(5), Linux include/linux/sched.h)."""


@contextmanager
def folder_in_environment() -> Iterator[None]:
    """Give a fork server that is started meanwhile the path of the folder."""
    os.environ[_VARIABLE] = util.get_temp_dir()
    try:
        yield
    finally:
        del os.environ[_VARIABLE]


def is_ending(process: int) -> bool:
    """Whether a process has ended or begun to. It has begun when others see that its pipes are closed."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return Path("/proc/self/stat").exists()
    return bool(int(fields[6]) & _PF_EXITING)


def _remove(folder: str, server: int, parent: int) -> None:
    # A worker, which is a copy of the server, may come here too. A parent that only stops its server lives on.
    if os.getpid() == server and (os.getppid() != parent or is_ending(parent)):
        shutil.rmtree(folder, ignore_errors=True)


if _folder := os.environ.pop(_VARIABLE, ""):
    atexit.register(_remove, _folder, os.getpid(), os.getppid())
