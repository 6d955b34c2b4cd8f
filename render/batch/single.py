"""The only job of a batch, in a process of its own: within the limits of a worker, but without what several need."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import time
from collections.abc import Callable, Generator

from render.batch.outcomes import Answer, Done, Failed, J, Limits, R, max_tries
from render.batch.worker import answer_to, limit_memory
from render.processes import Child, ChildDied, exit_when_closed, read_message, take_standard_output, write_message


def run_single(
    make_work: Callable[[], Callable[[J], R]], job: J, limits: Limits
) -> Generator[Done[J, R] | Failed[J], None, None]:
    """The outcome of a job. Closing the iterator ends its process."""
    tries = 0
    while True:
        tries += 1
        started = time.monotonic()
        child = Child("render.batch.single", "", may_fork=True)
        try:
            child.send(pickle.dumps((make_work, job, limits.memory)), limits.seconds)
            answer: Answer = pickle.loads(child.receive(limits.seconds))
        except TimeoutError:
            yield Failed(job, "timeout", f"not finished after {limits.seconds:g} s", time.monotonic() - started)
        except ChildDied as death:
            if tries < max_tries(str(death)):
                continue
            yield Failed(job, "crash", str(death), time.monotonic() - started)
        else:
            yield _outcome(job, answer)
        finally:
            child.close()
        return


def _outcome(job: J, answer: Answer) -> Done[J, R] | Failed[J]:
    if answer.failure:
        return Failed(job, answer.failure, str(answer.result), answer.seconds)
    return Done(job, answer.result, answer.seconds, answer.memory)


def main(lifeline: int, _: str) -> None:
    """Do the job that comes in. Never returns."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a fork would have the parent's handler
    exit_when_closed(lifeline)
    outbox = take_standard_output()
    gc.disable()
    make_work, job, memory = pickle.loads(read_message(0))
    limit_memory(memory)

    def do(job: object) -> object:
        return make_work()(job)

    write_message(outbox, answer_to(do, job))
    os._exit(0)
