"""What a run prints while it goes on and at its end: lines, a progress bar on a terminal, or JSON events."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from render.batch.events import BatchEvent, Notice, OrphanedOutput, SourceResult
from render.cli.streams import write_event, write_location, write_message
from render.output.store import Store


@dataclass(slots=True)
class Summary:
    """The number of sources, and what the run did with them; `errors` are all failures, each with its place."""

    sources: int = 0
    done: int = 0
    failed: int = 0
    written: int = 0
    up_to_date: int = 0
    kept: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, event: BatchEvent) -> None:
        """Count an event."""
        match event:
            case OrphanedOutput():
                self.errors += [event.error] if event.error else []
            case Notice():
                self.errors += [event.text] if event.failed else []
            case SourceResult():
                self._add_source(event)

    def _add_source(self, result: SourceResult) -> None:
        self.done += 1
        self.failed += bool(result.errors)
        self.written += sum(1 for output in result.outputs if output.saved)
        self.up_to_date += len(result.up_to_date)
        self.kept += len(result.kept)
        self.errors += result.errors

    def counts(self) -> Mapping[str, int]:
        """The counts, by name."""
        return {
            "sources": self.sources,
            "failed": self.failed,
            "not_tried": self.sources - self.done,
            "written": self.written,
            "up_to_date": self.up_to_date,
            "kept": self.kept,
        }


class TextReporter:
    """Prints the outputs that were written on the standard output, and everything else on the standard error."""

    def __init__(self, out: Store, quiet: bool, explain: bool) -> None:
        self._out, self._quiet, self._explain = out, quiet, explain

    def report(self, event: BatchEvent) -> None:
        """Print a line for each output written, each problem, and each failure."""
        match event:
            case SourceResult():
                self._report_source(event)
            case OrphanedOutput():
                self._report_orphan(event)
            case Notice():
                write_message(event.text if event.begins_with_place else f"engross: {event.text}")

    def _report_source(self, result: SourceResult) -> None:
        for problem in result.problems:
            if problem.severity == "warning":
                write_message(problem)
        for error in result.errors:
            write_message(error)
        for output in result.kept if not self._quiet else ():
            write_message(f"{result.path}: {output.error}")
        for withdrawn in result.withdrawn if not self._quiet else ():
            if withdrawn.removed:
                write_message(f"{withdrawn.location}: removed, because its source may not be published")
        for output in result.outputs:
            path = self._out.location(output.name)
            if self._explain:
                write_message(f"{path}: {result.reasons[output.name]}")
            if output.saved and not self._quiet:
                write_location(path)

    def _report_orphan(self, orphan: OrphanedOutput) -> None:
        what = "no source produces this file any more"
        if orphan.error:
            write_message(orphan.error)
        elif not self._quiet:
            kept = "kept, because somebody edited it" if orphan.code else "add --prune to remove it"
            line = f"removed, because {what}" if orphan.removed else f"{what}; {kept}"
            write_message(f"{orphan.location}: {line}")

    def finish(self, summary: Summary, exit_code: int, is_complete: bool) -> None:
        """Print the counts if they say more than the lines before, and all failures again if there are many sources.

        Prints no counts of a run that an error ended.
        """
        if not is_complete:
            return
        several = summary.sources > 1
        if not self._quiet and (several or summary.up_to_date):
            write_message(_counts(summary))
        if several and summary.errors:
            write_message(f"{summary.failed} of {_plural(summary.sources, 'source')} failed:")
            for error in summary.errors:
                write_message(f"  {error}")


class JsonReporter:
    """Prints one JSON object a line on the standard error; outputs written are on the standard output too."""

    def __init__(self, out: Store, quiet: bool) -> None:
        self._out, self._quiet = out, quiet

    def report(self, event: BatchEvent) -> None:
        """Print an event, with the same keys as the report's."""
        from render.batch.report import document, notice, orphaned

        match event:
            case SourceResult():
                for output in event.outputs:
                    if output.saved and not self._quiet:
                        write_location(self._out.location(output.name))
                _print_event("document", document(event, self._out))
            case OrphanedOutput():
                _print_event("orphaned", orphaned(event))
            case Notice():
                _print_event("notice", notice(event))

    def finish(self, summary: Summary, exit_code: int, is_complete: bool) -> None:
        """Print the last event: the counts and the exit code."""
        _print_event("end", {"exit_code": exit_code, "summary": summary.counts()})


def _print_event(name: str, values: Mapping[str, Any]) -> None:
    write_event({"event": name, **values})


def _counts(summary: Summary) -> str:
    counts = f"{_plural(summary.written, 'file')} written, {summary.up_to_date:,} up to date"
    counts += f", {summary.kept:,} kept" if summary.kept else ""
    not_tried = summary.sources - summary.done
    return f"{counts}; {_plural(not_tried, 'source')} not tried" if not_tried else counts


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


@contextmanager
def progress(summary: Summary, wanted: bool) -> Iterator[Callable[[], None]]:
    """A progress bar, if the standard error is a terminal, and the function that updates it from the summary."""
    if not (wanted and summary.sources > 1 and sys.stderr.isatty()):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]} failed"),
        TextColumn("{task.fields[rate]:.1f} a second"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    is_terminal = sys.stdout.isatty()  # lines on a terminal go above the bar; others go where they were sent
    with Progress(*columns, console=console, transient=True, redirect_stdout=is_terminal) as bar:
        task = bar.add_task("", total=summary.sources, failed=0, rate=0.0)

        def update() -> None:
            rate = bar.tasks[0].finished_speed or bar.tasks[0].speed or 0.0
            bar.update(task, completed=summary.done, failed=summary.failed, rate=rate)

        yield update
