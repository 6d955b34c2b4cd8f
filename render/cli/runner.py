"""A run, told of and reported as it goes, that ends as it is asked to: when all is done, at a failure, at a signal."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render.cli.options import settings

if TYPE_CHECKING:
    from render.batch.report import Report
    from render.batch.sources import Source
    from render.output.store import Store
    from render.pipeline import Options
    from render.write.formats import Printer

EXIT_FAILED = 1


def run_batch(
    sources: Sequence[Source], options: Options, printer: Printer | None, quiet: bool, batch: Mapping[str, Any]
) -> int:
    """The exit code of a run, after it was told of and reported."""
    from render.batch.run import run
    from render.cli.reporters import JsonReporter, Summary, TextReporter, progress

    started, summary = time.monotonic(), Summary(len(sources))
    report = _report(batch["report"], sources, options.out) if batch["report"] else None
    as_json = batch["log_format"] == "json"
    reporter = JsonReporter(options.out, quiet) if as_json else TextReporter(options.out, quiet, batch["explain"])
    most = 1 if batch["fail_fast"] else batch["max_failures"] or sys.maxsize
    code = 0
    try:
        outcomes = run(sources, options, settings(batch), printer)
        with _stoppable(), closing(outcomes), progress(summary, not (quiet or as_json)) as move:
            for it in outcomes:
                reporter.tell(it)
                summary.add(it)
                if report:
                    report.add(it)
                move()
                if summary.failed >= most:
                    break
    except Stopped as stopped:
        code = stopped.code
    code = code or (EXIT_FAILED if summary.faults else 0)
    reporter.end(summary, code)
    if report:
        report.write(code, time.monotonic() - started, summary.counts())
    return code


def _report(paths: Sequence[Path], sources: Iterable[Source], out: Store) -> Report:
    from render.batch.report import Report

    return Report(paths, [it.path for it in sources], out)


class Stopped(BaseException):
    """The run was asked to end by a signal."""

    def __init__(self, signal: int) -> None:
        super().__init__(signal)
        self.code = 128 + signal


@contextmanager
def _stoppable() -> Iterator[None]:
    """Raise Stopped where a ^C or a SIGTERM comes in, so that what is open is closed."""

    def stop(number: int, _: object) -> None:
        raise Stopped(number)

    handlers = {it: signal.signal(it, stop) for it in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for it, handler in handlers.items():
            signal.signal(it, handler)
