"""A worker process: it does the jobs that come through its pipe, until the pipe or its parent is gone."""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from render.batch.memory import peak_memory, reset_peak
from render.batch.outcomes import Answer, FailureKind, J, R
from render.processes import exit_when_closed

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_MANY_OBJECTS = 200_000
"""New objects after a job that justify a garbage collection. During a job, one would find little garbage."""


def serve(connection: Connection, make_work: Callable[[], Callable[[J], R]], memory: int | None) -> None:
    """Do the jobs that come through a pipe until its other end closes, within bytes of memory. Never returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles ^C
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a fork would have the parent's handler
    _exit_with_parent()
    gc.freeze()  # what the fork server has imported stays shared memory as long as no collection touches it
    gc.disable()
    limit_memory(memory)
    work: Callable[[J], R] | None = None

    def do(job: J) -> R:
        nonlocal work
        work = work or make_work()
        return work(job)

    with suppress(EOFError, OSError):
        while True:
            connection.send_bytes(answer_to(do, connection.recv()))
            if gc.get_count()[0] > _MANY_OBJECTS:
                gc.collect()
    os._exit(0)


def limit_memory(memory: int | None) -> None:
    """Limit this process, and each that it will start, to this many bytes of address space."""
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def answer_to(do: Callable[[J], R], job: J) -> bytes:
    """The pickled Answer of a worker that does a job."""
    started = time.monotonic()
    reset_peak()

    def answer(result: Any, failure: FailureKind | None = None) -> bytes:
        return pickle.dumps(Answer(result, failure, time.monotonic() - started, peak_memory()))

    try:
        return answer(do(job))
    except MemoryError as error:
        return answer(str(error) or "out of memory", "memory")
    except BaseException as error:  # the process survives whatever a job raises
        return answer(f"{type(error).__name__}: {error}", "error")


def _exit_with_parent() -> None:
    """Have the kernel end this process when its parent ends in any way.

    Otherwise a job that hangs would stay, and a busy one would write into a folder that another run has locked.
    """
    import multiprocessing  # not above: a single job doesn't need it

    if parent := multiprocessing.parent_process():
        exit_when_closed(parent.sentinel)
