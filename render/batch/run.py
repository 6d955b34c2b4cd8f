"""A run: what of many sources is not done yet is done, side by side, and noted. Read this first."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from render.batch.ledger import Known, Ledger, Made
from render.batch.lock import FOLDER, locked
from render.batch.memory import peak
from render.batch.plan import CHANGED, NONE, Identified, Planned, Planner, identify, names_from
from render.batch.recipe import Recipes
from render.batch.sources import FROM_STANDARD_INPUT, Source
from render.batch.work import PRELOAD, PRELOAD_TO_PRINT, Job, Output, Rendered, make_work, render_job
from render.pipeline import Options, spare_edited
from render.problem import EditedError, OutputError, Place, Problem
from render.save import Saved, is_left_over, make_folder
from render.write import FORMATS, Printer, open_press

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

    from render.batch.supervisor import Failed

_Done = tuple[Job, Rendered, float, int]
"""A job, what came of it, and the seconds and bytes of memory that it took."""
MEMORY = 2 << 30
"""Bytes that a document's process may use, if nothing else is said."""
SECONDS = 60.0
"""Seconds that a document may take, if nothing else is said."""


class Settings(NamedTuple):
    """How a run goes about it: so many jobs at a time, with these limits to each.

    `isolate` is whether a process of its own is wanted even for a single job; `wait` are the seconds to wait for
    another run to end; `verify` is whether outputs are read again, and `prune` whether those without a source go.
    """

    jobs: int = 1
    seconds: float = SECONDS
    memory: int = MEMORY
    isolate: bool = False
    wait: float = 0.0
    verify: bool = False
    prune: bool = False


class Outcome(NamedTuple):
    """What came of a source: its outputs written or failed, those that were up to date, and all that is wrong with it.

    `reasons` says of each output that was made why it was. A `fault` is a failure that no problem places in the source;
    `seconds` and `memory` (bytes, at the peak) are what it took.
    """

    path: Path
    id: str
    hash: str
    outputs: tuple[Output, ...] = ()
    fresh: tuple[Output, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()
    fault: str = ""
    reasons: Mapping[str, str] = NONE
    seconds: float = 0.0
    memory: int = 0

    @property
    def faults(self) -> Sequence[str]:
        """Everything that failed, each with its place."""
        errors = [str(problem) for problem in self.problems if problem.severity == "error"]
        faults = [self.fault, *(it.fault for it in self.outputs)]
        return [*errors, *(f"{self.path}: {fault}" for fault in faults if fault)]


class Gone(NamedTuple):
    """An output that no source makes any longer; whether it was removed, or why not."""

    path: Path
    removed: bool = False
    fault: str = ""


class Notice(NamedTuple):
    """What a user ought to know although nothing failed."""

    text: str


def run(
    sources: Sequence[Source], options: Options, settings: Settings, press: Printer | None = None
) -> Generator[Outcome | Gone | Notice, None, None]:
    """What comes of each source, as it comes; then the outputs that have none. Nothing is done that is done already.

    `press` is one that is open already, for a single source. Closing the iterator ends all work. Raises UsageError,
    OutputError and BusyError before anything is written.
    """
    name = names_from(options.out)
    if not options.out.exists():
        identify(sources, name, None)  # before there is even a folder
    make_folder(options.out)
    with locked(options.out, settings.wait), Ledger(options.out) as ledger:
        identified = identify(sources, name, ledger, options.choices.needs_overlay)
        _clear(options.out)
        planner = Planner(options, Recipes(options), ledger, name, settings.verify)
        try:
            yield from _Run(options, settings, planner, ledger).outcomes(identified, press)
        finally:
            _clear(options.out)  # of workers that had to be killed
        yield from _gone(options, settings.prune, ledger)
        if ledger.fault:
            yield Notice(f"{options.out / FOLDER}: {ledger.fault}; the next run will make everything again")


def _clear(out: Path) -> None:
    """Take away what was left unfinished by whatever was killed."""
    for it in out.iterdir():
        if is_left_over(it.name):
            with suppress(OSError):
                it.unlink()


class _Run(NamedTuple):
    options: Options
    settings: Settings
    planner: Planner
    ledger: Ledger

    def outcomes(self, identified: Iterable[Identified], press: Printer | None) -> Iterator[Outcome]:
        todo: dict[str, Planned] = {}
        server = None
        for it in identified:
            planned = self.planner.plan(it)
            if planned.job:
                todo[str(it.source.path)] = planned
            else:
                yield _up_to_date(planned)
            if not server and len(todo) > (0 if self.settings.isolate else 1):
                server = self._server()  # which imports what renders while we go on
        jobs = [planned.job for planned in todo.values() if planned.job]
        done = self._side_by_side(jobs, server) if server else self._here(jobs, press)
        with closing(done):
            for job, rendered, seconds, memory in done:
                yield self._noted(todo.pop(str(job.path)), rendered, seconds, memory)

    def _here(self, jobs: Iterable[Job], press: Printer | None) -> Generator[_Done, None, None]:
        """One job in this process, where a press is the one other process: the quickest way, without limits."""
        for job in jobs:
            opened = press or open_press(self.options.formats, self.options.look.templates)
            started = time.monotonic()
            try:
                rendered = render_job(job, self.options, opened)
            finally:
                if opened:
                    opened.close()
            yield job, rendered, time.monotonic() - started, peak()

    def _server(self) -> ForkServerContext:
        from render.batch.supervisor import fork_server

        printed = any(it.printed for it in self.options.formats)
        return fork_server([*PRELOAD, *(PRELOAD_TO_PRINT if printed else ())])

    def _side_by_side(self, jobs: Sequence[Job], server: ForkServerContext) -> Generator[_Done, None, None]:
        from render.batch.supervisor import Done, Limits, supervise

        limits = Limits(self.settings.seconds, self.settings.memory)
        workers = min(self.settings.jobs, len(jobs))
        with closing(supervise(partial(make_work, self.options), jobs, workers, limits, server)) as ended:
            for it in ended:
                if isinstance(it, Done):
                    yield it.job, it.result, it.seconds, it.memory
                else:
                    yield it.job, Rendered(fault=_blame(it)), it.seconds, 0

    def _noted(self, planned: Planned, rendered: Rendered, seconds: float, memory: int) -> Outcome:
        """What came of a job, after it is in the ledger."""
        path = planned.identified.source.path
        if rendered.hash:
            self._record(self.planner.name(path), rendered)
        elif planned.identified.known:  # which may be why it failed
            self.ledger.forget_source(self.planner.name(path))
        again = {it.name for it in rendered.outputs}
        return Outcome(
            path,
            rendered.id or planned.identified.id or "",
            rendered.hash or planned.identified.hash,
            rendered.outputs,
            tuple(_output(it) for it in planned.fresh if it.name not in again),
            rendered.files,
            rendered.problems,
            rendered.fault,
            {it.name: planned.reasons.get(it.name) or planned.reason or CHANGED for it in rendered.outputs},
            seconds,
            memory,
        )

    def _record(self, path: str, rendered: Rendered) -> None:
        known = Known(
            path,
            self.options.choices.needs_overlay,
            *(rendered.hash, rendered.id, rendered.languages, rendered.written_in, rendered.files),
            tuple(map(_warning, rendered.problems)),
        )
        made = [self._made(known, it, it.saved) for it in rendered.outputs if it.saved]
        self.ledger.record(known, made, self.planner.recipes.by_hash)
        if path != str(FROM_STANDARD_INPUT):
            self._disown(path, rendered.id, rendered.languages if len(rendered.languages) > 1 else ("",))

    def _made(self, known: Known, it: Output, saved: Saved) -> Made:
        format_ = next(known for known in self.options.formats if known.name == it.format)
        return Made(
            name=it.name,
            source=known.path,
            source_hash=known.hash,
            files=known.files,
            recipe=self.planner.recipes.hash(format_, it.language),
            id=known.id,
            language=it.language if len(known.languages) > 1 else "",
            format=it.format,
            hash=saved.hash,
            size=saved.size,
            mtime_ns=saved.mtime_ns,
        )

    def _disown(self, path: str, id_: str, languages: Sequence[str]) -> None:
        """Note the outputs that a source made when it had another id, or more languages."""
        for it in self.ledger.made_of(path).values():
            if it.id != id_ or it.language not in languages:
                self.ledger.disown(it)


def _warning(it: Problem) -> tuple[str, int, int, str, str]:
    return Path(it.place.file).name, it.place.line, it.place.column, it.what, it.mend


def _up_to_date(planned: Planned) -> Outcome:
    """What came of a source that had nothing to be done; it is still doubtful in what it was."""
    it = planned.identified
    known = it.known
    warnings = known.warnings if known else ()
    problems = tuple(
        Problem(Place(str(it.source.path.with_name(file)), line, column), what, mend, "warning")
        for file, line, column, what, mend in warnings
    )
    fresh = tuple(map(_output, planned.fresh))
    return Outcome(it.source.path, it.id or "", it.hash, (), fresh, known.files if known else (), problems)


def _output(made: Made) -> Output:
    return Output(made.name, made.language, made.format, Saved(made.hash, made.size, made.mtime_ns))


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
        case "error":
            return f"{failed.what}; a fault of engross: please report it"


def _gone(options: Options, prune: bool, ledger: Ledger) -> Iterator[Gone]:
    """The outputs whose source is gone, or makes them no longer; removed if that is asked for."""
    for source in ledger.sources():
        if source == str(FROM_STANDARD_INPUT) or (source and (options.out / source).exists()):
            continue
        for made in ledger.made_of(source).values():
            path = options.out / made.name
            gone = _removed(path, made, options.force) if prune and os.path.lexists(path) else Gone(path)
            if os.path.lexists(path):
                yield gone
            else:
                ledger.forget(made.name)
                if gone.removed:
                    yield gone


def _removed(path: Path, made: Made, force: bool) -> Gone:
    it = FORMATS.get(made.format)
    try:
        if not force and (it is None or it.edited):
            spare_edited(path, b"", made.hash)
        path.unlink()
    except (EditedError, OutputError) as error:
        return Gone(path, fault=str(error))
    except OSError as error:
        return Gone(path, fault=f"{path}: can't be removed ({error.strerror}); look at the folder's permissions")
    return Gone(path, removed=True)
