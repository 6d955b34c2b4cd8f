"""A chunk of jobs, and the process in which a supervisor runs it: a Chunk comes in, its outcomes go out as text.

A Dask worker starts the process, and keeps its standard input open as long as the outcomes are wanted.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from render.batch.answers import Outcome, as_text
from render.batch.job import Job, JobResult
from render.batch.outcomes import Limits
from render.batch.supervisor import fork_server, supervise
from render.processes import exit_when_closed


@dataclass(frozen=True, slots=True)
class Chunk:
    """Jobs, the function that makes a worker's own, and how many workers do them, within which limits.

    The workers import `modules` at their start.
    """

    make_work: Callable[[], Callable[[Job], JobResult]]
    jobs: Sequence[Job]
    workers: int
    limits: Limits
    modules: Sequence[str]

    def split(self, size: int) -> Iterator[Chunk]:
        """Chunks of at most `size` jobs."""
        for start in range(0, len(self.jobs), size):
            yield replace(self, jobs=self.jobs[start : start + size])

    def run(self) -> list[Outcome]:
        """The outcomes of all jobs."""
        workers = min(self.workers, len(self.jobs))
        return list(supervise(self.make_work, self.jobs, workers, self.limits, fork_server(self.modules)))


def main() -> None:
    """Run the chunk from the standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the Dask worker handles ^C
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # so that nothing printed gets between the outcomes
    chunk: Chunk = pickle.load(sys.stdin.buffer)
    exit_when_closed(sys.stdin.fileno())
    answer.write(as_text(chunk.run(), chunk.jobs))
    answer.flush()


if __name__ == "__main__":
    main()
