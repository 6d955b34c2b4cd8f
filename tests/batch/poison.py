"""Jobs that go wrong in every way that a job can, for workers to import."""

from __future__ import annotations

import ctypes
import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from render.batch.job import Job, JobResult, make_work
from render.pipeline import RenderOptions


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
    time.sleep(600)
    return job


def slow(job: str) -> str:
    time.sleep(4)
    return job


def hog(job: str) -> str:
    return "x" * (1 << 40)


def regex(job: str) -> str:
    """Holds the interpreter's lock for longer than anyone waits: no signal of Python's own is heard meanwhile."""
    return str(re.match("(a+)+$", "a" * 40 + "b"))


def unpicklable(job: str) -> object:
    return lambda: job


def killed_once(job: str) -> str:
    """Dies where it was never tried before; the name has the file that says so."""
    tried = Path(job.split(":")[1])
    if not tried.exists():
        tried.touch()
        os.kill(os.getpid(), signal.SIGTERM)
    return job


def pid(job: str) -> str:
    return str(os.getpid())


POISON: dict[str, Callable[[str], object]] = {
    it.__name__: it
    for it in (raises, leaves, gives_up, segfault, killed, hang, slow, hog, regex, unpicklable, killed_once, pid)
}


def make_poisoned_work(options: RenderOptions) -> Callable[[Job], JobResult]:
    """What a worker does, but that it does by a document what the document's id says."""
    do = make_work(options)

    def poisoned(job: Job) -> JobResult:
        if job.id in POISON:
            work(job.id)
        return do(job)

    return poisoned


# Workers that say who they are, and one that kills them


def make_mortal_work(options: RenderOptions) -> Callable[[Job], JobResult]:
    """What a worker does, but that it leaves its number where `killing` finds it."""
    folder = _workers(Path(str(options.out)))
    folder.mkdir(exist_ok=True)
    (folder / str(os.getpid())).touch()
    return make_work(options)


def _workers(out: Path) -> Path:
    return out.with_name("workers")


@contextmanager
def killing(out: Path, kills: int) -> Iterator[list[int]]:
    """Kill so many workers of a run meanwhile, at random moments; gives the numbers of those that were."""
    killed: list[int] = []
    over = threading.Event()
    killer = threading.Thread(target=_kill, args=(_workers(out), kills, killed, over))
    killer.start()
    try:
        yield killed
    finally:
        over.set()
        killer.join()


def _kill(folder: Path, kills: int, killed: list[int], over: threading.Event) -> None:
    chance = random.Random(kills)
    while len(killed) < kills and not over.wait(chance.random() * 0.1):
        names = sorted(folder.iterdir()) if folder.is_dir() else []
        if names:
            name = chance.choice(names)
            name.unlink()
            with suppress(ProcessLookupError):
                os.kill(int(name.name), signal.SIGKILL)
                killed.append(int(name.name))
