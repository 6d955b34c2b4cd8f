"""Run a batch, print and report its progress, and stop when it is done, at a failure, or at a signal."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from render.cli.command import EXIT_FAILED

if TYPE_CHECKING:
    from render.batch.report import Report
    from render.batch.sources import Source
    from render.cli.arguments import RenderArguments
    from render.cli.reporters import JsonReporter, TextReporter
    from render.pipeline import RenderOptions
    from render.write.formats import Printer


def run_batch(
    arguments: RenderArguments, options: RenderOptions, sources: Sequence[Source], printer: Printer | None
) -> int:
    """The exit code of a run. Raises UsageError, OutputError, BusyError and ClusterError."""
    from render.batch.run import run
    from render.cli.reporters import Summary, progress

    started, summary = time.monotonic(), Summary(len(sources))
    reporter, report = _reporter(arguments), _report(arguments, sources, options)
    show_progress = not arguments.quiet and arguments.log_format == "text"
    code = 0
    try:
        events = run(sources, options, arguments.batch_settings(), printer)
        with _stoppable(), closing(events), progress(summary, show_progress) as update_progress:
            for event in events:
                reporter.report(event)
                summary.add(event)
                if report:
                    report.add(event)
                update_progress()
                if summary.failed >= arguments.failures_to_stop:
                    break
    except Stopped as stopped:
        code = stopped.code
    code = code or (EXIT_FAILED if summary.errors else 0)
    reporter.finish(summary, code)
    if report:
        report.write(code, time.monotonic() - started, summary.counts())
    return code


def _reporter(arguments: RenderArguments) -> TextReporter | JsonReporter:
    from render.cli.reporters import JsonReporter, TextReporter

    if arguments.log_format == "json":
        return JsonReporter(arguments.out, arguments.quiet)
    return TextReporter(arguments.out, arguments.quiet, arguments.explain)


def _report(arguments: RenderArguments, sources: Sequence[Source], options: RenderOptions) -> Report | None:
    if not arguments.report:
        return None
    from render.batch.report import Report

    return Report(arguments.report, [source.path for source in sources], arguments.out, options.release)


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
