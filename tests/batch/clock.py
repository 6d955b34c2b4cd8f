"""A clock for supervisors that passes only while every worker hangs.

No job that makes progress is ever out of time then, however slow the machine is, and one that hangs always is.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from render.batch import supervisor
from tests.batch.gate import MINUTES


def announce_hanging(folder: Path) -> None:
    """Called by a job that will hang: let its supervisor's clock know."""
    parent = multiprocessing.parent_process()
    assert parent and parent.pid
    with _pipe(folder, parent.pid).open("wb", buffering=0) as pipe:
        pipe.write(b".")


def _pipe(folder: Path, supervisor_pid: int) -> Path:
    return folder / f"hanging-{supervisor_pid}"


class PatientClock:
    """Replaces `time` and `wait` in this process's supervisor."""

    def __init__(self, folder: Path) -> None:
        path = _pipe(folder, os.getpid())
        os.mkfifo(path)
        self._pipe = os.open(path, os.O_RDWR)
        self._now = 0.0
        self._hanging = 0

    def monotonic(self) -> float:
        return self._now

    def wait(self, watched: Sequence[Any], seconds: float) -> list[Any]:
        """What has moved; nothing, after the seconds that this clock was asked to wait, once all workers hang."""
        while True:
            moved = wait(watched, 0)
            workers = len(watched) // 2  # each has a pipe and a sentinel
            if moved or not seconds:
                return moved
            if self._hanging == workers:
                self._hanging = 0  # they are all out of time at once, and are killed
                self._now += seconds
                return []
            assert wait([*watched, self._pipe], MINUTES), "nothing moves"
            self._count()

    def _count(self) -> None:
        if wait([self._pipe], 0):
            self._hanging += len(os.read(self._pipe, 4096))


@dataclass(frozen=True)
class PatientWork:
    """`make_work` of a worker whose supervisor, wherever it is, has a patient clock.

    It is pickled to a cluster's process with the jobs. To be unpickled sets that process's clock.
    """

    make_work: Callable[..., Any]
    folder: Path

    def __call__(self, *arguments: Any) -> Any:
        return self.make_work(self.folder, *arguments)

    def __reduce__(self) -> tuple[Any, ...]:
        return _patient_work, (self.make_work, self.folder)


def _patient_work(make_work: Callable[..., Any], folder: Path) -> PatientWork:
    a_worker = multiprocessing.parent_process() is not None
    if not a_worker and not isinstance(vars(supervisor)["time"], PatientClock):
        clock = PatientClock(folder)
        vars(supervisor).update(time=clock, wait=clock.wait)  # all that it uses of both
    return PatientWork(make_work, folder)
