"""A run: what of many sources is not done yet is done, side by side, and noted. Read this first."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from render.batch.build_db import BuildDb, BuiltOutput, KnownSource
from render.batch.events import Notice, OrphanedOutput, Outcome
from render.batch.executors import Executor
from render.batch.fingerprint import Fingerprints
from render.batch.job import Output, Rendered
from render.batch.lock import locked
from render.batch.plan import CHANGED, NEW, Identified, Planned, Planner, identify, names_from
from render.batch.settings import Settings
from render.batch.sources import FROM_STANDARD_INPUT, Source
from render.errors import EditedError, OutputError, Place, Problem
from render.output.atomic import Saved, States
from render.pipeline import Options, check_not_edited
from render.write.formats import FORMATS, Printer


def run(
    sources: Sequence[Source], options: Options, settings: Settings, printer: Printer | None = None
) -> Generator[Outcome | OrphanedOutput | Notice, None, None]:
    """What comes of each source, as it comes; then the outputs that have none. Nothing is done that is done already.

    `press` is one that is open already, for a single source. Closing the iterator ends all work. Raises UsageError,
    OutputError and BusyError before anything is written.
    """
    out, ways = options.out, Executor(options, settings)
    name = names_from(out.base)
    identified = None
    if not out.home.exists():
        ways.expect(len(sources))  # all will have to be made
        identified = identify(sources, name, None)  # before there is even a folder
    out.prepare()
    with locked(out, settings.wait), BuildDb(out.home) as build_db:
        identified = identified or identify(sources, name, build_db, options.choices.needs_overlay)
        out.remove_partial()
        planner = Planner(options, Fingerprints(options), build_db, name, out.states(), settings.verify)
        try:
            yield from _Run(options, ways, planner, build_db).outcomes(identified, printer)
        finally:
            out.remove_partial()  # of workers that had to be killed
        yield from _gone(planner, settings.prune)
        try:
            out.sync()
        except OutputError as error:
            yield Notice(str(error), failed=True)
        if build_db.fault:
            yield Notice(f"{out.home}: {build_db.fault}; the next run will make everything again")


class _Run(NamedTuple):
    options: Options
    ways: Executor
    planner: Planner
    build_db: BuildDb

    def outcomes(self, identified: Iterable[Identified], printer: Printer | None) -> Iterator[Outcome]:
        todo: dict[str, Planned] = {}
        for it in identified:
            planned = self.planner.plan(it)
            if planned.job:
                todo[str(it.source.path)] = planned
                self.ways.expect(len(todo))
            else:
                yield _up_to_date(planned)
        done = self.ways.done([planned.job for planned in todo.values() if planned.job], printer)
        with closing(done):
            for job, rendered, seconds, memory in done:
                yield self._noted(todo.pop(str(job.path)), rendered, seconds, memory)

    def _noted(self, planned: Planned, rendered: Rendered, seconds: float, memory: int) -> Outcome:
        """What came of a job, after it is in the ledger."""
        path = planned.identified.source.path
        if rendered.hash:
            self._record(self.planner.name(path), rendered, planned.reason == NEW)
        elif planned.identified.known:  # which may be why it failed
            self.build_db.forget_source(self.planner.name(path))
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
        known = KnownSource(
            path,
            self.options.choices.needs_overlay,
            *(rendered.hash, rendered.id, rendered.state, rendered.languages, rendered.written_in, rendered.files),
            tuple(map(_warning, rendered.problems)),
        )
        made = [self._made(known, it, it.saved) for it in rendered.outputs if it.saved]
        self.build_db.record(known, made, self.planner.fingerprints.by_hash)
        if not is_new and path != str(FROM_STANDARD_INPUT):
            self._mark_orphaned(known)

    def _made(self, known: KnownSource, it: Output, saved: Saved) -> BuiltOutput:
        format_ = next(known for known in self.options.formats if known.name == it.format)
        return BuiltOutput(
            name=it.name,
            source=known.path,
            source_hash=known.hash,
            files=known.files,
            fingerprint=self.planner.fingerprints.hash(format_, it.language),
            id=known.id,
            state=known.state,
            language=it.language if len(known.languages) > 1 else "",
            format=it.format,
            hash=saved.hash,
            size=saved.size,
            mark=saved.mark,
        )

    def _mark_orphaned(self, known: KnownSource) -> None:
        """Note the outputs that a source made when it had another id, was a draft or none, or had more languages."""
        languages = known.languages if len(known.languages) > 1 else ("",)
        for it in self.build_db.made_of(known.path).values():
            if (it.id, it.state) != (known.id, known.state) or it.language not in languages:
                self.build_db.mark_orphaned(it)


def _warning(it: Problem) -> tuple[str, int, int, str, str]:
    return Path(it.place.file).name, it.place.line, it.place.column, it.what, it.hint


def _up_to_date(planned: Planned) -> Outcome:
    """What came of a source that had nothing to be done; it is still doubtful in what it was."""
    it = planned.identified
    known = it.known
    warnings = known.warnings if known else ()
    problems = tuple(
        Problem(Place(str(it.source.path.with_name(file)), line, column), what, hint, "warning")
        for file, line, column, what, hint in warnings
    )
    fresh = tuple(map(_output, planned.fresh))
    return Outcome(it.source.path, it.id or "", it.hash, (), fresh, known.files if known else (), problems)


def _output(made: BuiltOutput) -> Output:
    return Output(made.name, made.language, made.format, Saved(made.hash, made.size, made.mark))


def _gone(planner: Planner, prune: bool) -> Iterator[OrphanedOutput]:
    """The outputs whose source is gone, or makes them no longer; removed if that is asked for."""
    options, build_db = planner.options, planner.build_db
    for source in build_db.sources():
        if source == str(FROM_STANDARD_INPUT) or (source and (options.out.base / source).exists()):
            continue
        for made in build_db.made_of(source).values():
            gone = _left(made, options, planner.states, prune)
            if gone is None or gone.removed:
                build_db.forget(made.name)
            if gone:
                yield gone


def _left(made: BuiltOutput, options: Options, states: States, prune: bool) -> OrphanedOutput | None:
    """An output without a source, removed if that is asked for; None where it is not there."""
    out, it = options.out, FORMATS.get(made.format)
    gone = OrphanedOutput(made.name, out.place(made.name))
    try:
        if states(made.name) is None:
            return None
        if prune and not options.force and (it is None or it.editable):
            check_not_edited(out, made.name, b"", made.hash)
        if prune:
            out.remove(made.name)
    except (EditedError, OutputError) as error:
        return gone._replace(fault=str(error))
    except OSError as error:
        return gone._replace(fault=f"{gone.place}: can't be removed ({error.strerror}); look at your rights there")
    return gone._replace(removed=prune)
