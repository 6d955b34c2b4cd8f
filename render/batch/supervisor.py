"""Jobs → outcomes, in processes of their own. One that fails, hangs, eats memory or dies is named, and harms no other.

Each worker has a pipe that nobody else holds, so that nothing is locked when it dies, and its death is the death of the
one job that it was at. Workers come from a fork server, which has imported what they need and holds nothing else.
Jobs and results are plain: they are pickled. Nothing here knows what a job is.
"""

from __future__ import annotations

import fcntl
import gc
import multiprocessing
import os
import pickle
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from typing import Any, Generic, Literal, TypeVar

from render.batch.memory import forget_peak, peak

J = TypeVar("J")
R = TypeVar("R")

FailureKind = Literal["error", "timeout", "memory", "crash", "lost"]
"""A job is lost where something else than the job, or its process, failed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may take: seconds, and bytes of its process's address space; and how many jobs a process does.

    A worker is replaced after `jobs`, because libraries keep what they need no longer.
    """

    seconds: float = 60.0
    memory: int | None = None
    jobs: int = 300


@dataclass(frozen=True, slots=True)
class Done(Generic[J, R]):
    """A job and its result, the seconds that it took, and the most bytes of memory that its process held meanwhile."""

    job: J
    result: R
    seconds: float
    memory: int


@dataclass(frozen=True, slots=True)
class Failed(Generic[J]):
    """A job without a result: what it raised, the signal or exit code that its process died of, or the limit passed."""

    job: J
    kind: FailureKind
    what: str
    seconds: float


_TRIES = 2
"""A crash may be the machine's fault, or another's; the second is the job's own."""
_TRIES_WHEN_KILLED = 5
"""SIGKILL comes from outside, from a person or the kernel, and may well hit a job twice."""


_MUCH_GARBAGE = 200_000
"""Objects, after a job, that are worth a collection. In the midst of a job it would look at much and find little."""


def fork_server(preload: Sequence[str]) -> ForkServerContext:
    """A source of workers that have imported these modules. It starts at once, and imports while the caller goes on."""
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    forkserver.ensure_running()
    return context


def supervise(
    make_work: Callable[[], Callable[[J], R]],
    jobs: Iterable[J],
    workers: int,
    limits: Limits = Limits(),
    context: ForkServerContext | None = None,
) -> Generator[Done[J, R] | Failed[J], None, None]:
    """The outcome of each job, in the order in which they come. `make_work` is called once in each worker.

    Jobs are taken from their iterable when a worker is free for them. Closing the iterator kills the workers.
    """
    crew = _Crew(make_work, workers, limits, context or fork_server([]))
    try:
        yield from crew.outcomes(jobs)
    finally:
        crew.dismiss()


# This side


@dataclass(frozen=True, slots=True)
class _Attempt(Generic[J]):
    job: J
    number: int = 1
    started: float = 0.0


class _Worker(Generic[J]):
    """A process, our end of its pipe, and what it is at."""

    def __init__(self, context: ForkServerContext, make_work: Callable[[], Callable[[J], Any]], memory: int | None):
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, make_work, memory), daemon=True)
        with _undisturbed():
            self.process.start()
        theirs.close()
        self.attempt: _Attempt[J]
        self.finished = 0

    def give(self, attempt: _Attempt[J]) -> bool:
        """Whether it was alive to take the job."""
        self.attempt = replace(attempt, started=time.monotonic())
        try:
            self.connection.send(attempt.job)
        except OSError:
            return False
        return True

    def answer(self, is_there: bool) -> _Answer | None:
        """What it has answered, if it has; `is_there` is whether something is known to be in the pipe."""
        with suppress(EOFError, OSError):
            if is_there or self.connection.poll():
                answer: _Answer = pickle.loads(self.connection.recv_bytes())
                self.finished += 1
                return answer
        return None

    def cause_of_death(self) -> str:
        code = self.process.exitcode or 0
        return signal.Signals(-code).name if code < 0 else f"exit {code}"

    def end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let no ^C come between: half a start would be a traceback of the other half's."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Crew(Generic[J, R]):
    """The workers, and the jobs that are to be tried again."""

    def __init__(
        self, make_work: Callable[[], Callable[[J], R]], size: int, limits: Limits, context: ForkServerContext
    ):
        self._make_work, self._size, self._limits, self._context = make_work, size, limits, context
        self._idle: list[_Worker[J]] = []
        self._busy: list[_Worker[J]] = []
        self._again: deque[_Attempt[J]] = deque()

    def outcomes(self, jobs: Iterable[J]) -> Iterator[Done[J, R] | Failed[J]]:
        fresh = map(_Attempt, jobs)
        ended: list[Done[J, R] | Failed[J]] = []
        while True:
            self._set_to_work(fresh)  # before anything is said of what has ended: no worker waits for that
            yield from ended
            if not self._busy:
                return
            ended = self._wait()

    def dismiss(self) -> None:
        for worker in (*self._busy, *self._idle):
            worker.end()

    def _set_to_work(self, fresh: Iterator[_Attempt[J]]) -> None:
        while len(self._busy) < self._size and (attempt := self._next(fresh)):
            worker = self._idle.pop() if self._idle else self._hire()
            while not worker.give(attempt):
                worker.end()
                worker = self._hire()
            self._busy.append(worker)

    def _next(self, fresh: Iterator[_Attempt[J]]) -> _Attempt[J] | None:
        """The next job; those that are tried again come last, when what killed them may have passed."""
        attempt = next(fresh, None)
        return self._again.popleft() if attempt is None and self._again else attempt

    def _hire(self) -> _Worker[J]:
        return _Worker(self._context, self._make_work, self._limits.memory)

    def _wait(self) -> list[Done[J, R] | Failed[J]]:
        """What has ended, after at least one worker answered, died, or had its time."""
        deadline = min(worker.attempt.started for worker in self._busy) + self._limits.seconds
        waited_for: list[Connection | int] = [worker.connection for worker in self._busy]
        waited_for += [worker.process.sentinel for worker in self._busy]
        moved = wait(waited_for, max(0.0, deadline - time.monotonic()))
        outcomes = [self._outcome(worker, moved) for worker in list(self._busy)]
        return [outcome for outcome in outcomes if outcome]

    def _outcome(self, worker: _Worker[J], moved: Sequence[Any]) -> Done[J, R] | Failed[J] | None:
        """What has become of a worker, given the pipes and processes in which something has."""
        dead, sent = worker.process.sentinel in moved, worker.connection in moved
        # What the dead have sent is in the pipe, if only since it was looked into.
        if (dead or sent) and (answer := worker.answer(sent)):
            return self._answered(worker, answer)
        taken = time.monotonic() - worker.attempt.started
        if dead:
            return self._died(worker, taken)
        if taken < self._limits.seconds:
            return None
        self._end(worker)
        return Failed(worker.attempt.job, "timeout", f"not done after {self._limits.seconds:g} s", taken)

    def _answered(self, worker: _Worker[J], answer: _Answer) -> Done[J, R] | Failed[J]:
        if answer.failure == "memory" or worker.finished >= self._limits.jobs:
            self._end(worker)
        else:
            self._busy.remove(worker)
            self._idle.append(worker)
        if answer.failure:
            return Failed(worker.attempt.job, answer.failure, str(answer.result), answer.seconds)
        return Done(worker.attempt.job, answer.result, answer.seconds, answer.memory)

    def _died(self, worker: _Worker[J], taken: float) -> Failed[J] | None:
        attempt, cause = worker.attempt, worker.cause_of_death()
        self._end(worker)
        if attempt.number < (_TRIES_WHEN_KILLED if cause == "SIGKILL" else _TRIES):
            self._again.append(_Attempt(attempt.job, attempt.number + 1))
            return None
        return Failed(attempt.job, "crash", cause, taken)

    def _end(self, worker: _Worker[J]) -> None:
        self._busy.remove(worker)
        worker.end()


# The worker's side


@dataclass(frozen=True, slots=True)
class _Answer:
    result: Any
    failure: FailureKind | None
    seconds: float
    memory: int


def _serve(connection: Connection, make_work: Callable[[], Callable[[J], R]], memory: int | None) -> None:
    """Do what comes in until the other end is closed. Never returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a ^C is the parent's to act on
    _die_with_the_parent()
    gc.freeze()  # what the fork server has imported is no garbage, and stays shared while nothing counts it
    gc.disable()
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    work: Callable[[J], R] | None = None

    def do(job: J) -> R:
        nonlocal work
        work = work or make_work()
        return work(job)

    with suppress(EOFError, OSError):
        while True:
            connection.send_bytes(_answer(do, connection.recv()))
            if gc.get_count()[0] > _MUCH_GARBAGE:
                gc.collect()
    os._exit(0)


def _answer(do: Callable[[J], R], job: J) -> bytes:
    started = time.monotonic()
    forget_peak()

    def answer(result: Any, failure: FailureKind | None = None) -> bytes:
        return pickle.dumps(_Answer(result, failure, time.monotonic() - started, peak()))

    try:
        return answer(do(job))
    except MemoryError as error:
        return answer(str(error) or "out of memory", "memory")
    except BaseException as error:  # whatever a job raises, its process goes on
        return answer(f"{type(error).__name__}: {error}", "error")


def _die_with_the_parent() -> None:
    """Have the kernel end this process when its parent's end of their pipe closes, however that comes about.

    Else what hangs would stay behind, and what is at work would write into a folder that is another's by then.
    """
    if parent := multiprocessing.parent_process():
        die_at_the_end_of(parent.sentinel)


def die_at_the_end_of(pipe: int) -> None:
    """Have the kernel end this process when the other end of a pipe, through which nothing comes, closes; or now."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if wait([pipe], 0):  # it closed before the kernel was asked
        os._exit(1)
