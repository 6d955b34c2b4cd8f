"""What a run says while it goes on and at its end: lines, a bar on a terminal, or events as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import click

from render.batch.events import Notice, OrphanedOutput, Outcome
from render.output.store import Store


@dataclass(slots=True)
class Summary:
    """How many sources there are, and what has come of them; `faults` are all failures, each with its place."""

    sources: int
    done: int = 0
    failed: int = 0
    written: int = 0
    up_to_date: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, it: Outcome | OrphanedOutput | Notice) -> None:
        """Count one more in."""
        match it:
            case OrphanedOutput():
                self.faults += [it.fault] if it.fault else []
            case Notice():
                self.faults += [it.text] if it.failed else []
            case Outcome():
                self._add_outcome(it)

    def _add_outcome(self, it: Outcome) -> None:
        self.done += 1
        self.failed += bool(it.faults)
        self.written += sum(1 for output in it.outputs if output.saved)
        self.up_to_date += len(it.fresh)
        self.faults += it.faults

    def counts(self) -> Mapping[str, int]:
        """The counts, by name."""
        return {
            "sources": self.sources,
            "failed": self.failed,
            "not_tried": self.sources - self.done,
            "written": self.written,
            "up_to_date": self.up_to_date,
        }


class Reporter(Protocol):
    """Tells a user, or a program, of a run."""

    def tell(self, it: Outcome | OrphanedOutput | Notice) -> None:
        """Say what has just come."""

    def end(self, summary: Summary, exit_code: int) -> None:
        """Say how it went."""


class TextReporter:
    """Tells in lines: what was written on the standard output, all else on the standard error."""

    def __init__(self, out: Store, quiet: bool, explain: bool) -> None:
        self._out, self._quiet, self._explain = out, quiet, explain

    def tell(self, it: Outcome | OrphanedOutput | Notice) -> None:
        """A line for each file written, each problem, and each failure."""
        match it:
            case Outcome():
                self._outcome(it)
            case OrphanedOutput():
                self._gone(it)
            case Notice(text):
                click.echo(f"engross: {text}", err=True)

    def _outcome(self, it: Outcome) -> None:
        for problem in it.problems:
            if problem.severity == "warning":
                click.echo(problem, err=True)
        for fault in it.faults:
            click.echo(fault, err=True)
        for output in it.outputs:
            path = self._out.place(output.name)
            if self._explain:
                click.echo(f"{path}: {it.reasons[output.name]}", err=True)
            if output.saved and not self._quiet:
                click.echo(path)

    def _gone(self, it: OrphanedOutput) -> None:
        if it.fault or not self._quiet:
            what = "removed, since" if it.removed else "remove it with --prune, if it is not needed:"
            click.echo(it.fault or f"{it.place}: {what} no source makes it any longer", err=True)

    def end(self, summary: Summary, exit_code: int) -> None:
        """The counts, where there is more to them than the lines before; every failure once more, where many are."""
        several = summary.sources > 1
        if not self._quiet and (several or summary.up_to_date):
            click.echo(_counted(summary), err=True)
        if several and summary.faults:
            click.echo(f"{summary.failed} of {_number(summary.sources, 'source')} failed:", err=True)
            for fault in summary.faults:
                click.echo(f"  {fault}", err=True)


class JsonReporter:
    """Tells in events on the standard error, one JSON object a line; files written are on the standard output too."""

    def __init__(self, out: Store, quiet: bool) -> None:
        self._out, self._quiet = out, quiet

    def tell(self, it: Outcome | OrphanedOutput | Notice) -> None:
        """An event, with all that the report has of it."""
        from render.batch.report import document, gone

        match it:
            case Outcome():
                for output in it.outputs:
                    if output.saved and not self._quiet:
                        click.echo(self._out.place(output.name))
                _event("document", document(it, self._out))
            case OrphanedOutput():
                _event("gone", gone(it))
            case Notice(text):
                _event("notice", {"message": text})

    def end(self, summary: Summary, exit_code: int) -> None:
        """The last event: the counts, and the exit code."""
        _event("end", {"exit_code": exit_code, "summary": summary.counts()})


def _event(name: str, values: Mapping[str, Any]) -> None:
    click.echo(json.dumps({"event": name, **values}, ensure_ascii=False), err=True)


def _counted(summary: Summary) -> str:
    written, fresh = _number(summary.written, "file"), f"{summary.up_to_date:,} up to date"
    not_tried = summary.sources - summary.done
    return f"{written} written, {fresh}" + (f"; {_number(not_tried, 'source')} not tried" if not_tried else "")


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


@contextmanager
def progress(summary: Summary, wanted: bool) -> Iterator[Any]:
    """A bar on a terminal's standard error, as long as the run goes on; gives what moves it. None elsewhere."""
    if not (wanted and summary.sources > 1 and sys.stderr.isatty()):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[failed]} failed"))
    rate = TextColumn("{task.fields[rate]:.1f} a second")
    console = Console(stderr=True)
    redirect = sys.stdout.isatty()  # what goes elsewhere goes there still
    left = TimeRemainingColumn()
    with Progress(*columns, rate, left, console=console, transient=True, redirect_stdout=redirect) as bar:
        task = bar.add_task("", total=summary.sources, failed=0, rate=0.0)

        def move() -> None:
            rate = bar.tasks[0].finished_speed or bar.tasks[0].speed or 0.0
            bar.update(task, completed=summary.done, failed=summary.failed, rate=rate)

        yield move
