"""Work that waits for the test: a job notes that it has arrived, and goes on when the test lets it through.

So a test knows that work is going on, and how far it came, however fast the machine is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from typing import NamedTuple

from render.batch.job import Job, JobResult, make_work
from render.pipeline import RenderOptions

MINUTES = 600.0
"""Seconds after which a test that hangs fails; nothing that can pass takes as long."""


class Arrival(NamedTuple):
    """A process that waits at a gate, and the id of its document."""

    pid: int
    id: str


@dataclass(frozen=True)
class Gate:
    """A gate as a worker sees it: two pipes in a folder."""

    folder: Path

    def pass_through(self, id_: str) -> None:
        """Wait until the test lets one more through."""
        with (self.folder / "arrivals").open("w") as arrivals:
            arrivals.write(f"{os.getpid()} {id_}\n")
        with (self.folder / "passes").open("rb", buffering=0) as passes:
            if not passes.read(1):
                os._exit(1)  # there is no test any longer


class GateKeeper:
    """A gate as the test sees it, which alone opens it."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        # Opened for both, so that neither end waits for the other, and none sees the end of a pipe.
        self._arrivals, self._passes = (os.open(gate.folder / name, os.O_RDWR) for name in ("arrivals", "passes"))
        self._unread = b""

    def let_through(self, number: int) -> None:
        """Let this many more pass: those that wait, and those to come."""
        os.write(self._passes, b"." * number)

    def arrival(self) -> Arrival:
        """The next that arrives, or has arrived."""
        while b"\n" not in self._unread:
            assert wait([self._arrivals], MINUTES), "nothing arrives"
            self._unread += os.read(self._arrivals, 4096)
        line, _, self._unread = self._unread.partition(b"\n")
        pid, id_ = line.decode().split()
        return Arrival(int(pid), id_)

    def arrivals(self, number: int) -> list[Arrival]:
        return [self.arrival() for _ in range(number)]

    def close(self) -> None:
        os.close(self._arrivals)
        os.close(self._passes)


@contextmanager
def gate(folder: Path) -> Iterator[GateKeeper]:
    """A gate whose pipes are in this new folder."""
    folder.mkdir()
    for name in ("arrivals", "passes"):
        os.mkfifo(folder / name)
    keeper = GateKeeper(Gate(folder))
    try:
        yield keeper
    finally:
        keeper.close()


def make_gated_work(gate: Gate, only: str, options: RenderOptions) -> Callable[[Job], JobResult]:
    """What a worker does, once it was let through: with every document, or `only` with the one of this id."""
    do = make_work(options)

    def gated(job: Job) -> JobResult:
        if not only or job.id == only:
            gate.pass_through(str(job.id))
        return do(job)

    return gated


def gated(gate: Gate, only: str = "") -> Callable[[RenderOptions], Callable[[Job], JobResult]]:
    return partial(make_gated_work, gate, only)
