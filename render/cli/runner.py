"""Run a batch, print and report its progress, and stop when it is done, at a failure, or at a signal."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from render.cli.command import EXIT_FAILED

if TYPE_CHECKING:
    from render.batch.settings import BatchSettings
    from render.batch.sources import Source
    from render.cli.arguments import Reporting
    from render.pipeline import RenderOptions
    from render.write.formats import Printer


def run_batch(
    sources: Sequence[Source],
    options: RenderOptions,
    settings: BatchSettings,
    reporting: Reporting,
    printer: Printer | None,
) -> int:
    """The exit code of a run. Raises UsageError, OutputError, BusyError and ClusterError."""
    from render.batch.report import Report
    from render.batch.run import run
    from render.cli.reporters import JsonReporter, Summary, TextReporter, progress

    started, summary = time.monotonic(), Summary(len(sources))
    report = Report(reporting.reports, [source.path for source in sources], options.out)
    quiet, as_json = reporting.quiet, reporting.as_json
    reporter = JsonReporter(options.out, quiet) if as_json else TextReporter(options.out, quiet, reporting.explain)
    code = 0
    try:
        events = run(sources, options, settings, printer)
        with _stoppable(), closing(events), progress(summary, not (quiet or as_json)) as update_progress:
            for event in events:
                reporter.report(event)
                summary.add(event)
                report.add(event)
                update_progress()
                if summary.failed >= reporting.max_failures:
                    break
    except Stopped as stopped:
        code = stopped.code
    code = code or (EXIT_FAILED if summary.errors else 0)
    reporter.finish(summary, code)
    report.write(code, time.monotonic() - started, summary.counts())
    return code


class Stopped(BaseException):
    """A signal asked the run to stop."""

    def __init__(self, signal: int) -> None:
        super().__init__(signal)
        self.code = 128 + signal


@contextmanager
def _stoppable() -> Iterator[None]:
    """Raise Stopped at ^C and at SIGTERM, so that everything open is closed."""

    def stop(number: int, _: object) -> None:
        raise Stopped(number)

    handlers = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
