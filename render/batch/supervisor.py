"""Jobs → outcomes, in worker processes. A job that fails, hangs, runs out of memory or crashes affects no other.

Each worker has a pipe of its own, so that its death leaves nothing locked and costs only the job that it was doing.
Workers come from a fork server that has imported the modules they need. Jobs and results are pickled. This module
doesn't depend on what a job is.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext, ForkServerContext
from typing import Any, Generic

from render.batch.outcomes import DEFAULT_LIMITS, Answer, Done, Failed, J, Limits, R, max_tries
from render.batch.worker import serve
from render.processes import is_single_threaded, keep_isolated

Context = ForkServerContext | ForkContext
"""A source of workers."""


def forks() -> ForkContext | None:
    """A source of workers that are forks of this process, which start at once; None if this process has threads."""
    return multiprocessing.get_context("fork") if is_single_threaded() else None


def fork_server(preload: Sequence[str]) -> ForkServerContext:
    """A source of workers that have imported these modules. It starts at once and imports in the background.

    Raises UsageError if the interpreter's options would let it import modules from the working directory.
    """
    from multiprocessing import forkserver

    from render.batch import fork_server_folder

    keep_isolated()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([fork_server_folder.__name__, *preload])
    with fork_server_folder.folder_in_environment():
        forkserver.ensure_running()
    return context


def supervise(
    make_work: Callable[[], Callable[[J], R]],
    jobs: Iterable[J],
    workers: int,
    limits: Limits = DEFAULT_LIMITS,
    context: Context | None = None,
) -> Generator[Done[J, R] | Failed[J], None, None]:
    """The outcome of each job, in the order in which they finish. Each worker calls `make_work` once.

    A job is taken from its iterable when a worker is free for it. Closing the iterator kills the workers.
    """
    pool = _Pool(make_work, workers, limits, context or fork_server([]))
    try:
        yield from pool.outcomes(jobs)
    finally:
        pool.kill()


@dataclass(frozen=True, slots=True)
class _Attempt(Generic[J]):
    job: J
    number: int = 1
    started: float = 0.0


class _Worker(Generic[J]):
    """A process, our end of its pipe, and the job that it is doing."""

    def __init__(self, context: Context, make_work: Callable[[], Callable[[J], Any]], memory: int | None):
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, make_work, memory), daemon=True)
        with _signals_blocked():
            self.process.start()
        theirs.close()
        self.attempt: _Attempt[J]
        self.finished = 0

    def send(self, attempt: _Attempt[J]) -> bool:
        """Give the worker a job. False if it is dead."""
        self.attempt = replace(attempt, started=time.monotonic())
        try:
            self.connection.send(attempt.job)
        except OSError:
            return False
        return True

    def receive(self, is_readable: bool) -> Answer | None:
        """The worker's answer, if there is one; `is_readable` is whether the pipe is known to have data."""
        with suppress(EOFError, OSError):
            if is_readable or self.connection.poll():
                answer: Answer = pickle.loads(self.connection.recv_bytes())
                self.finished += 1
                return answer
        return None

    def cause_of_death(self) -> str:
        code = self.process.exitcode or 0
        return signal.Signals(-code).name if code < 0 else f"exit {code}"

    def kill(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Hold back ^C while a process starts: half a start would show as a traceback of the other process."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Pool(Generic[J, R]):
    """The workers, and the jobs to try again."""

    def __init__(self, make_work: Callable[[], Callable[[J], R]], size: int, limits: Limits, context: Context):
        self._make_work, self._size, self._limits, self._context = make_work, size, limits, context
        self._idle: list[_Worker[J]] = []
        self._busy: list[_Worker[J]] = []
        self._retries: deque[_Attempt[J]] = deque()

    def outcomes(self, jobs: Iterable[J]) -> Iterator[Done[J, R] | Failed[J]]:
        first_attempts = map(_Attempt, jobs)
        outcomes: list[Done[J, R] | Failed[J]] = []
        while True:
            self._assign(first_attempts)  # before outcomes are yielded, so that no worker waits for our caller
            yield from outcomes
            if not self._busy:
                return
            outcomes = self._wait()

    def kill(self) -> None:
        for worker in (*self._busy, *self._idle):
            worker.kill()

    def _assign(self, first_attempts: Iterator[_Attempt[J]]) -> None:
        while len(self._busy) < self._size and (attempt := self._next(first_attempts)):
            worker = self._idle.pop() if self._idle else self._new_worker()
            while not worker.send(attempt):
                worker.kill()
                worker = self._new_worker()
            self._busy.append(worker)

    def _next(self, first_attempts: Iterator[_Attempt[J]]) -> _Attempt[J] | None:
        """The next job. Retries come last: by then, the cause of the crash may have passed."""
        attempt = next(first_attempts, None)
        return self._retries.popleft() if attempt is None and self._retries else attempt

    def _new_worker(self) -> _Worker[J]:
        return _Worker(self._context, self._make_work, self._limits.memory)

    def _wait(self) -> list[Done[J, R] | Failed[J]]:
        """The outcomes after at least one worker answered, died, or reached its time limit."""
        deadline = min(worker.attempt.started for worker in self._busy) + self._limits.seconds
        waited_for: list[Connection | int] = [worker.connection for worker in self._busy]
        waited_for += [worker.process.sentinel for worker in self._busy]
        ready = wait(waited_for, max(0.0, deadline - time.monotonic()))
        outcomes = [self._outcome(worker, ready) for worker in list(self._busy)]
        return [outcome for outcome in outcomes if outcome]

    def _outcome(self, worker: _Worker[J], ready: Sequence[Any]) -> Done[J, R] | Failed[J] | None:
        """The outcome of a worker's job, if there is one, given the pipes and processes that are ready."""
        is_dead, is_readable = worker.process.sentinel in ready, worker.connection in ready
        # A worker that died may have sent its answer after the look at its pipe.
        if (is_dead or is_readable) and (answer := worker.receive(is_readable)):
            return self._answered(worker, answer)
        seconds = time.monotonic() - worker.attempt.started
        if is_dead:
            return self._died(worker, seconds)
        if seconds < self._limits.seconds:
            return None
        self._dismiss(worker)
        return Failed(worker.attempt.job, "timeout", f"not finished after {self._limits.seconds:g} s", seconds)

    def _answered(self, worker: _Worker[J], answer: Answer) -> Done[J, R] | Failed[J]:
        if answer.failure == "memory" or worker.finished >= self._limits.jobs:
            self._dismiss(worker)
        else:
            self._busy.remove(worker)
            self._idle.append(worker)
        if answer.failure:
            return Failed(worker.attempt.job, answer.failure, str(answer.result), answer.seconds)
        return Done(worker.attempt.job, answer.result, answer.seconds, answer.memory)

    def _died(self, worker: _Worker[J], seconds: float) -> Failed[J] | None:
        attempt, cause = worker.attempt, worker.cause_of_death()
        self._dismiss(worker)
        if attempt.number < max_tries(cause):
            self._retries.append(_Attempt(attempt.job, attempt.number + 1))
            return None
        return Failed(attempt.job, "crash", cause, seconds)

    def _dismiss(self, worker: _Worker[J]) -> None:
        self._busy.remove(worker)
        worker.kill()
