"""Jobs that go wrong in every way that a job can, for workers to import."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from render.batch.job import Job, JobResult, make_work
from render.pipeline import RenderOptions
from tests.batch.clock import announce_hanging

HANGING = ("hang", "regex")


def make_work_that_announces(folder: Path) -> Callable[[str], object]:
    """Work by poison's names that lets a patient clock know when it hangs."""

    def announcing(job: str) -> object:
        if job in HANGING:
            announce_hanging(folder)
        return work(job)

    return announcing


def work_once_made() -> Callable[[str], object]:
    return work


def work(job: str) -> object:
    """Does what its name says; a job by no such name is good, and comes back in capitals."""
    return POISON.get(job.split(":")[0], str.upper)(job)


def raises(job: str) -> str:
    raise ZeroDivisionError("by nought")


def leaves(job: str) -> str:
    os._exit(3)


def gives_up(job: str) -> str:
    raise SystemExit(0)


def segfault(job: str) -> str:
    ctypes.string_at(0)
    return job


def killed(job: str) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return job


def hang(job: str) -> str:
    signal.pause()
    return job


def hog(job: str) -> str:
    return "x" * (1 << 40)


def regex(job: str) -> str:
    """Holds the interpreter's lock for longer than anyone waits: no signal of Python's own is heard meanwhile."""
    return str(re.match("(a+)+$", "a" * 40 + "b"))


def unpicklable(job: str) -> object:
    return lambda: job


def killed_once(job: str) -> str:
    """Dies where it was never tried before; the name has a file that records the try."""
    tried = Path(job.split(":")[1])
    if not tried.exists():
        tried.touch()
        os.kill(os.getpid(), signal.SIGTERM)
    return job


def pid(job: str) -> str:
    return str(os.getpid())


POISON: dict[str, Callable[[str], object]] = {
    value.__name__: value
    for value in (raises, leaves, gives_up, segfault, killed, hang, hog, regex, unpicklable, killed_once, pid)
}


def make_poisoned_work(folder: Path, options: RenderOptions) -> Callable[[Job], JobResult]:
    """What a worker does, but that it does by a document what the document's id says."""
    do = make_work(options)
    poison = make_work_that_announces(folder)

    def poisoned(job: Job) -> JobResult:
        if job.id in POISON:
            poison(job.id)
        return do(job)

    return poisoned


# Workers that are killed in the midst of their work


@dataclass(frozen=True)
class Moments:
    """The moments at which workers are killed when they first have a document, by the document's id.

    A moment is a number of calls and returns of functions, counted from the start of the work. One that is past the
    end of the work comes at its end. `folder` has a file for each document, with a line for each try.
    """

    of: Mapping[str, int]
    folder: Path

    def tries(self) -> dict[str, int]:
        """How often each document was begun."""
        return {path.name: len(path.read_text().splitlines()) for path in self.folder.iterdir()}


def make_dying_work(moments: Moments, options: RenderOptions) -> Callable[[Job], JobResult]:
    do = make_work(options)

    def dying(job: Job) -> JobResult:
        note = moments.folder / str(job.id)
        doomed = job.id in moments.of and not note.exists()
        with note.open("a") as file:
            file.write(f"{os.getpid()}\n")
        if not doomed:
            return do(job)
        die_after(moments.of[str(job.id)])
        do(job)
        return die()

    return dying


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def die_after(calls: int) -> None:
    """Kill this process after a number of calls and returns of functions."""
    left = calls

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            die()

    sys.setprofile(count)
