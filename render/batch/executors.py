"""Jobs → what came of each, in one of three ways: in this process, in several, or on a cluster."""

from __future__ import annotations

import gc
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from render.batch.job import PRELOAD, PRELOAD_TO_PRINT, Job, Rendered, make_work, render_job
from render.batch.memory import peak
from render.pipeline import Options
from render.write.formats import Printer, open_printer

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

    from render.batch.settings import Settings
    from render.batch.supervisor import Done, Failed, Limits

    Ended = Generator[Done[Job, Rendered] | Failed[Job], None, None]

Did = tuple[Job, Rendered, float, int]
"""A job, what came of it, and the seconds and bytes of memory that it took."""


class Executor:
    """How the jobs of a run are done."""

    def __init__(self, options: Options, settings: Settings) -> None:
        self._options, self._settings = options, settings
        self._server: ForkServerContext | None = None

    def expect(self, jobs: int) -> None:
        """Have what several jobs need get ready while the caller goes on; there will be so many at least."""
        if self._server or self._settings.scheduler or jobs <= (0 if self._settings.isolate else 1):
            return
        from render.batch.supervisor import fork_server

        self._server = fork_server(self._modules)

    def done(self, jobs: Sequence[Job], printer: Printer | None) -> Generator[Did, None, None]:
        """What came of each job, as it comes. Closing the iterator ends all work. Raises ClusterError."""
        if self._settings.scheduler and jobs:
            return _outcomes(self._elsewhere(jobs))
        return _outcomes(self._side_by_side(jobs, self._server)) if self._server else self._here(jobs, printer)

    def _here(self, jobs: Iterable[Job], printer: Printer | None) -> Generator[Did, None, None]:
        """One job in this process, where a press is the one other process: the quickest way, without limits."""
        for job in jobs:
            opened = printer or open_printer(self._options.formats, self._options.theme.templates)
            started = time.monotonic()
            try:
                rendered = render_job(job, self._options, opened)
            finally:
                if opened:
                    opened.close()
            yield job, rendered, time.monotonic() - started, peak()

    def _side_by_side(self, jobs: Sequence[Job], server: ForkServerContext) -> Ended:
        from render.batch.supervisor import supervise

        gc.freeze()  # what is there by now is no garbage: let it not be looked through again and again
        workers = min(self._settings.jobs, len(jobs))
        return supervise(partial(make_work, self._options), jobs, workers, self._limits, server)

    def _elsewhere(self, jobs: Sequence[Job]) -> Ended:
        from render.batch.cluster import on_cluster
        from render.batch.cluster_worker import Chunk

        work = partial(make_work, self._options)
        chunk = Chunk(work, jobs, self._settings.jobs, self._limits, self._modules)
        return on_cluster(self._settings.scheduler, chunk, self._options)

    @property
    def _limits(self) -> Limits:
        from render.batch.supervisor import Limits

        return Limits(self._settings.seconds, self._settings.memory)

    @property
    def _modules(self) -> Sequence[str]:
        """What a worker should have imported when it starts."""
        printed = any(it.needs_printer for it in self._options.formats)
        return *PRELOAD, *(PRELOAD_TO_PRINT if printed else ()), *self._options.out.modules


def _outcomes(ended: Ended) -> Generator[Did, None, None]:
    """Outcomes, with those that failed as what came of a job."""
    from render.batch.supervisor import Done

    with closing(ended):
        for it in ended:
            if isinstance(it, Done):
                yield it.job, it.result, it.seconds, it.memory
            else:
                yield it.job, Rendered(fault=_blame(it)), it.seconds, 0


def _blame(failed: Failed[Job]) -> str:
    """What befell a document, and what to do."""
    match failed.kind:
        case "timeout":
            return f"{failed.what}; give it more with --timeout, or divide the text"
        case "memory":
            return f"{failed.what}; give it more with --memory, or divide the text"
        case "crash" if failed.what == "SIGKILL":
            return "its process was killed (SIGKILL), time and again; see that there is memory, or use fewer --jobs"
        case "crash":
            return f"its process died ({failed.what}), twice; please report it"
        case "lost":
            return f"{failed.what}; run it again"
        case "error":
            return f"{failed.what}; a fault of engross: please report it"
