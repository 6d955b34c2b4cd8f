"""Run the jobs of a batch: in this process, in worker processes, or on a cluster."""

from __future__ import annotations

import gc
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from render.batch.job import PRELOAD, PRELOAD_TO_PRINT, Job, JobResult, make_single_work, make_work, render_job
from render.batch.memory import peak_memory
from render.batch.outcomes import Done, Failed, FailureKind, Limits
from render.batch.settings import MIN_MEMORY, MIN_MEMORY_TO_PRINT
from render.errors import Code, UsageError
from render.pipeline import RenderOptions
from render.write.formats import Printer, open_printer

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

    from render.batch.settings import BatchSettings
    from render.batch.sources import Source

Outcomes = Generator[Done[Job, JobResult] | Failed[Job], None, None]
FinishedJobs = Generator[Done[Job, JobResult], None, None]


class Executor:
    """Runs the jobs of one batch."""

    def __init__(self, options: RenderOptions, settings: BatchSettings) -> None:
        self._options, self._settings = options, settings
        self._server: ForkServerContext | None = None
        self._check_memory()

    def _check_memory(self) -> None:
        """Raise UsageError for less memory than any document needs: libraries crash then, and don't say why."""
        prints = any(format_.needs_printer for format_ in self._options.formats)
        needed = MIN_MEMORY_TO_PRINT if prints else MIN_MEMORY
        if self._settings.memory < needed:
            what = f"--memory {self._settings.memory >> 20}M is too little{' to print a PDF' if prints else ''}"
            raise UsageError(f"{what}; give at least {needed >> 20}M")

    def prepare(self, jobs: int) -> None:
        """Start what this many jobs need, in the background; more may follow. A single job needs nothing."""
        if jobs > 1 and not self._settings.scheduler:
            self._start_server()

    def _start_server(self) -> ForkServerContext:
        if not self._server:
            from render.batch.supervisor import fork_server

            self._server = fork_server(() if self._settings.scheduler else self._modules)
        return self._server

    def find_ids(self, sources: Sequence[Source]) -> Mapping[Path, str | None]:
        """The ids of sources, by their paths, within the limits of a job. Ids that can't be found are missing."""
        from render.batch.ids import find_ids_here, find_ids_in_workers

        if not self._settings.isolate:
            return find_ids_here(sources)
        from render.batch.supervisor import forks

        return find_ids_in_workers(sources, self._settings.jobs, self._limits, forks() or self._start_server())

    def run(self, jobs: Sequence[Job], printer: Printer | None) -> FinishedJobs:
        """The result of each job, as it finishes. Closing the iterator ends all work. Raises ClusterError."""
        if self._settings.scheduler and jobs:
            return _with_errors(self._run_on_cluster(jobs))
        if jobs and (self._server or self._settings.isolate):
            return _with_errors(self._run_in_workers(jobs))
        return self._run_here(jobs, printer)

    def _run_here(self, jobs: Iterable[Job], printer: Printer | None) -> FinishedJobs:
        """Run a job in this process, with a second one to print at most: the quickest way, but without limits."""
        for job in jobs:
            opened = printer or open_printer(self._options.formats, self._options.theme.templates)
            started = time.monotonic()
            try:
                result = render_job(job, self._options, opened)
            except MemoryError:
                result = JobResult(error="out of memory; free some memory, or divide the text")
            finally:
                if opened:
                    opened.close()
            yield Done(job, result, time.monotonic() - started, peak_memory())

    def _run_in_workers(self, jobs: Sequence[Job]) -> Outcomes:
        if len(jobs) == 1 and not self._server:
            from render.batch.single import run_single

            return run_single(partial(make_single_work, self._options), jobs[0], self._limits)
        from render.batch.supervisor import supervise

        gc.freeze()  # the jobs and the build database are long-lived: no collection needs to look at them
        workers = min(self._settings.jobs, len(jobs))
        return supervise(partial(make_work, self._options), jobs, workers, self._limits, self._start_server())

    def _run_on_cluster(self, jobs: Sequence[Job]) -> Outcomes:
        from render.batch.cluster import run_on_cluster
        from render.batch.cluster_worker import Chunk

        work = partial(make_work, self._options)
        chunk = Chunk(work, jobs, self._settings.jobs, self._limits, self._modules)
        return run_on_cluster(self._settings.scheduler, chunk, self._options)

    @property
    def _limits(self) -> Limits:
        return Limits(self._settings.timeout, self._settings.memory)

    @property
    def _modules(self) -> Sequence[str]:
        """The modules that a worker imports at its start."""
        prints = any(format_.needs_printer for format_ in self._options.formats)
        return *PRELOAD, *(PRELOAD_TO_PRINT if prints else ()), *self._options.out.preload


def _with_errors(outcomes: Outcomes) -> FinishedJobs:
    """Outcomes, with an error as the result of a job that failed."""
    with closing(outcomes):
        for outcome in outcomes:
            if isinstance(outcome, Done):
                yield outcome
            else:
                yield Done(
                    outcome.job, JobResult(error=_error_message(outcome), code=_code(outcome.kind)), outcome.seconds, 0
                )


def _code(kind: FailureKind) -> Code:
    return "internal" if kind == "error" else kind


def _error_message(failed: Failed[Job]) -> str:
    """What happened to a document, and what the user can do."""
    match failed.kind:
        case "timeout":
            return f"{failed.what}; raise the limit with --timeout, or divide the text"
        case "memory":
            return f"{failed.what}; raise the limit with --memory, or divide the text"
        case "crash" if failed.what == "SIGKILL":
            return "its process was killed several times (SIGKILL); free some memory, or use fewer --jobs"
        case "crash":
            what = f"its process crashed twice ({failed.what})"
            return f"{what}; raise the limit with --memory, and if that doesn't help, please report this"
        case "lost":
            return f"{failed.what}; run the command again"
        case "error":
            return f"{failed.what}; this is a bug in Engross, please report it"
