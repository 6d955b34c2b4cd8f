"""Where all that happens in a run goes: what is printed, the counts, and the reports."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from render.batch.events import BatchEvent, Notice
from render.cli.command import EXIT_FAILED
from render.cli.reporters import JsonReporter, Summary, TextReporter
from render.errors import OutputError

if TYPE_CHECKING:
    from render.batch.report import Report
    from render.check.release import Release
    from render.cli.arguments import RenderArguments
    from render.output.store import Store


@dataclass(slots=True)
class RunLog:
    """What a run did so far. Everything is in the report before it is printed: printing may fail."""

    reporter: TextReporter | JsonReporter
    report: Report | None
    summary: Summary = field(default_factory=Summary)

    @classmethod
    def of(cls, arguments: RenderArguments) -> RunLog:
        """The log that a command asks for."""
        is_json = arguments.log_format == "json"
        return cls.to(arguments.report, arguments.out, is_json, arguments.quiet, arguments.explain)

    @classmethod
    def to(
        cls, reports: Sequence[Path], out: Store, is_json: bool, quiet: bool = False, explain: bool = False
    ) -> RunLog:
        """A log with those of the reports that are of a known kind."""
        reporter = JsonReporter(out, quiet) if is_json else TextReporter(out, quiet, explain)
        if not reports:
            return cls(reporter, None)
        from render.batch.report import Report

        return cls(reporter, Report(reports, out))

    def begin(self, sources: Sequence[Path], release: Release | None) -> None:
        """Note which sources there are, and write a first report: that the run hasn't ended."""
        self.summary.sources = len(sources)
        if self.report:
            self.report.begin(sources, release, self.summary.counts())

    def add(self, event: BatchEvent) -> None:
        """Count, report and print an event."""
        with _without_signals():
            self.summary.add(event)
            if self.report:
                self.report.add(event)
        self.reporter.report(event)

    def note(self, notice: Notice, is_printed: bool = True) -> None:
        """Report and print what isn't counted: why the run ended, for example."""
        if self.report:
            self.report.add(notice)
        if is_printed:
            self.reporter.report(notice)

    def end(self, exit_code: int, seconds: float, is_complete: bool) -> int:
        """The exit code, once the reports are written and the end is printed."""
        if self.report:
            try:
                self.report.write(exit_code, seconds, self.summary.counts())
            except OutputError as error:
                exit_code = exit_code or EXIT_FAILED
                self.reporter.report(Notice(str(error), error.code, failed=True))
        self.reporter.finish(self.summary, exit_code, is_complete)
        return exit_code


@contextmanager
def _without_signals() -> Iterator[None]:
    """Let a signal that stops the run come later, so that the counts and the report agree."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
