"""Some jobs, and the process that has them done by a supervisor: what comes in is a Chunk, what goes out its outcomes.

A Dask worker starts it. Its standard input stays open as long as that lives, and does not change its mind.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from render.batch.job import Job, Rendered
from render.batch.supervisor import Done, Failed, Limits, die_at_the_end_of, fork_server, supervise


@dataclass(frozen=True, slots=True)
class Chunk:
    """Jobs, how they are done, by how many processes, within which limits; these have imported `modules`."""

    make_work: Callable[[], Callable[[Job], Rendered]]
    jobs: Sequence[Job]
    workers: int
    limits: Limits
    modules: Sequence[str]

    def divided(self, size: int) -> Iterator[Chunk]:
        """Chunks with so many of the jobs each."""
        for at in range(0, len(self.jobs), size):
            yield replace(self, jobs=self.jobs[at : at + size])

    def ended(self) -> list[Done[Job, Rendered] | Failed[Job]]:
        """The outcomes of all jobs."""
        workers = min(self.workers, len(self.jobs))
        return list(supervise(self.make_work, self.jobs, workers, self.limits, fork_server(self.modules)))


def main() -> None:
    """Do what comes in."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a ^C is the Dask worker's to act on
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whoever prints something spoils nothing
    chunk: Chunk = pickle.load(sys.stdin.buffer)
    die_at_the_end_of(sys.stdin.fileno())
    pickle.dump(chunk.ended(), answer)
    answer.flush()


if __name__ == "__main__":
    main()
