"""A run: what of many sources is not done yet is done, side by side, and noted. Read this first."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from render.batch.ledger import Known, Ledger, Made
from render.batch.lock import locked
from render.batch.plan import CHANGED, NEW, NONE, Identified, Planned, Planner, identify, names_from
from render.batch.recipe import Recipes
from render.batch.sources import FROM_STANDARD_INPUT, Source
from render.batch.ways import Ways
from render.batch.work import Output, Rendered
from render.pipeline import Options, spare_edited
from render.problem import EditedError, OutputError, Place, Problem
from render.save import Saved, States
from render.write import FORMATS, Printer

MEMORY = 2 << 30
"""Bytes that a document's process may use, if nothing else is said."""
SECONDS = 60.0
"""Seconds that a document may take, if nothing else is said."""


class Settings(NamedTuple):
    """How a run goes about it: so many jobs at a time, with these limits to each.

    `isolate` is whether a process of its own is wanted even for a single job; `wait` are the seconds to wait for
    another run to end; `verify` is whether outputs are read again, and `prune` whether those without a source go.
    `scheduler` is the address of a Dask cluster's, where one does the work; `jobs` is then for each of its threads.
    """

    jobs: int = 1
    seconds: float = SECONDS
    memory: int = MEMORY
    isolate: bool = False
    wait: float = 0.0
    verify: bool = False
    prune: bool = False
    scheduler: str = ""


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
    """An output that no source makes any longer, and where it is; whether it was removed, or why not."""

    name: str
    place: str
    removed: bool = False
    fault: str = ""


class Notice(NamedTuple):
    """What a user ought to know of no output in particular; `failed` is whether the run did not do what it should."""

    text: str
    failed: bool = False


def run(
    sources: Sequence[Source], options: Options, settings: Settings, press: Printer | None = None
) -> Generator[Outcome | Gone | Notice, None, None]:
    """What comes of each source, as it comes; then the outputs that have none. Nothing is done that is done already.

    `press` is one that is open already, for a single source. Closing the iterator ends all work. Raises UsageError,
    OutputError and BusyError before anything is written.
    """
    out, ways = options.out, Ways(options, settings)
    name = names_from(out.base)
    identified = None
    if not out.home.exists():
        ways.expect(len(sources))  # all will have to be made
        identified = identify(sources, name, None)  # before there is even a folder
    out.prepare()
    with locked(out, settings.wait), Ledger(out.home) as ledger:
        identified = identified or identify(sources, name, ledger, options.choices.needs_overlay)
        out.tidy()
        planner = Planner(options, Recipes(options), ledger, name, out.states(), settings.verify)
        try:
            yield from _Run(options, ways, planner, ledger).outcomes(identified, press)
        finally:
            out.tidy()  # of workers that had to be killed
        yield from _gone(planner, settings.prune)
        try:
            out.settle()
        except OutputError as error:
            yield Notice(str(error), failed=True)
        if ledger.fault:
            yield Notice(f"{out.home}: {ledger.fault}; the next run will make everything again")


class _Run(NamedTuple):
    options: Options
    ways: Ways
    planner: Planner
    ledger: Ledger

    def outcomes(self, identified: Iterable[Identified], press: Printer | None) -> Iterator[Outcome]:
        todo: dict[str, Planned] = {}
        for it in identified:
            planned = self.planner.plan(it)
            if planned.job:
                todo[str(it.source.path)] = planned
                self.ways.expect(len(todo))
            else:
                yield _up_to_date(planned)
        done = self.ways.done([planned.job for planned in todo.values() if planned.job], press)
        with closing(done):
            for job, rendered, seconds, memory in done:
                yield self._noted(todo.pop(str(job.path)), rendered, seconds, memory)

    def _noted(self, planned: Planned, rendered: Rendered, seconds: float, memory: int) -> Outcome:
        """What came of a job, after it is in the ledger."""
        path = planned.identified.source.path
        if rendered.hash:
            self._record(self.planner.name(path), rendered, planned.reason == NEW)
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

    def _record(self, path: str, rendered: Rendered, is_new: bool) -> None:
        known = Known(
            path,
            self.options.choices.needs_overlay,
            *(rendered.hash, rendered.id, rendered.state, rendered.languages, rendered.written_in, rendered.files),
            tuple(map(_warning, rendered.problems)),
        )
        made = [self._made(known, it, it.saved) for it in rendered.outputs if it.saved]
        self.ledger.record(known, made, self.planner.recipes.by_hash)
        if not is_new and path != str(FROM_STANDARD_INPUT):
            self._disown(known)

    def _made(self, known: Known, it: Output, saved: Saved) -> Made:
        format_ = next(known for known in self.options.formats if known.name == it.format)
        return Made(
            name=it.name,
            source=known.path,
            source_hash=known.hash,
            files=known.files,
            recipe=self.planner.recipes.hash(format_, it.language),
            id=known.id,
            state=known.state,
            language=it.language if len(known.languages) > 1 else "",
            format=it.format,
            hash=saved.hash,
            size=saved.size,
            mark=saved.mark,
        )

    def _disown(self, known: Known) -> None:
        """Note the outputs that a source made when it had another id, was a draft or none, or had more languages."""
        languages = known.languages if len(known.languages) > 1 else ("",)
        for it in self.ledger.made_of(known.path).values():
            if (it.id, it.state) != (known.id, known.state) or it.language not in languages:
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
    return Output(made.name, made.language, made.format, Saved(made.hash, made.size, made.mark))


def _gone(planner: Planner, prune: bool) -> Iterator[Gone]:
    """The outputs whose source is gone, or makes them no longer; removed if that is asked for."""
    options, ledger = planner.options, planner.ledger
    for source in ledger.sources():
        if source == str(FROM_STANDARD_INPUT) or (source and (options.out.base / source).exists()):
            continue
        for made in ledger.made_of(source).values():
            gone = _left(made, options, planner.states, prune)
            if gone is None or gone.removed:
                ledger.forget(made.name)
            if gone:
                yield gone


def _left(made: Made, options: Options, states: States, prune: bool) -> Gone | None:
    """An output without a source, removed if that is asked for; None where it is not there."""
    out, it = options.out, FORMATS.get(made.format)
    gone = Gone(made.name, out.place(made.name))
    try:
        if states(made.name) is None:
            return None
        if prune and not options.force and (it is None or it.edited):
            spare_edited(out, made.name, b"", made.hash)
        if prune:
            out.remove(made.name)
    except (EditedError, OutputError) as error:
        return gone._replace(fault=str(error))
    except OSError as error:
        return gone._replace(fault=f"{gone.place}: can't be removed ({error.strerror}); look at your rights there")
    return gone._replace(removed=prune)
