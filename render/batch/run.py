"""A run: build the outputs of many sources that are out of date, and record them. Read this first."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from render.batch.build_db import BuildDb, BuiltOutput, KnownSource
from render.batch.events import BatchEvent, Notice, OrphanedOutput, SourceResult
from render.batch.executors import Executor
from render.batch.fingerprint import Fingerprints
from render.batch.job import Job, JobResult
from render.batch.lock import locked
from render.batch.orphans import find_orphans, find_withdrawn, mark_renamed
from render.batch.outcomes import Done
from render.batch.owners import Owners, no_owners
from render.batch.plan import NEW, SOURCE_CHANGED, IdentifiedSource, Planner, SourcePlan, identify, relative_names
from render.batch.settings import BatchSettings
from render.batch.sources import Source
from render.errors import EditedError, InUseError, OutputError, Problem
from render.output.atomic import Saved, StateLookup, is_there
from render.pipeline import OutputResult, RenderOptions, unedited_test
from render.view.options import language_in_name
from render.write.formats import Format, Printer

KEPT_CODES = (EditedError.code, InUseError.code)
"""Of the outputs that are kept because of a person's edits."""


def run(
    sources: Sequence[Source], options: RenderOptions, settings: BatchSettings, printer: Printer | None = None
) -> Generator[BatchEvent, None, None]:
    """What the run did with each source, as soon as it is known; then the orphaned outputs, and notices.

    `printer` is an open printer for a single source. Closing the iterator ends all work. Raises UsageError, OutputError
    and BusyError before anything is written.
    """
    # Only a source that is alone may run in this process: it has no limits, and a bad one would stop the others.
    settings = replace(settings, isolate=settings.isolate or len(sources) > 1)
    out, executor = options.out, Executor(options, settings)
    relative_name = relative_names(out.source_root)
    identified = None
    if not is_there(out.state_folder):
        executor.prepare(len(sources))  # without a build database, every source needs a job
        identified = identify(
            sources, relative_name, executor.find_ids, None
        )  # may raise, and then there should be no new folder
    out.prepare()
    with locked(out, settings.wait), BuildDb(out.state_folder) as build_db:
        if identified is None:
            overlay = options.view_options.needs_overlay
            identified = identify(sources, relative_name, executor.find_ids, build_db, overlay)
        out.remove_partial(unedited_test())
        state_of = out.state_lookup()
        owners = no_owners if settings.take_over else Owners(out, build_db, relative_name).others
        planner = Planner(options, Fingerprints(options), build_db, relative_name, state_of, owners, settings.verify)
        try:
            yield from _Run(options, executor, planner, build_db, state_of, settings).results(identified, printer)
        finally:
            out.remove_partial(unedited_test())  # what killed workers left
        yield from find_orphans(options, build_db, state_of, settings)
        yield from _closing_notices(options, build_db)


def _closing_notices(options: RenderOptions, build_db: BuildDb) -> Iterator[Notice]:
    try:
        options.out.sync()
    except OutputError as error:
        yield Notice(str(error), error.code, failed=True)
    if build_db.error:
        what = f"{options.out.state_folder}: can't use the build database ({build_db.error})"
        yield Notice(f"{what}; the next run will write everything again", "database")


class _Run:
    def __init__(
        self,
        options: RenderOptions,
        executor: Executor,
        planner: Planner,
        build_db: BuildDb,
        state_of: StateLookup,
        settings: BatchSettings,
    ) -> None:
        self._options, self._executor, self._planner, self._build_db = options, executor, planner, build_db
        self._state_of, self._settings = state_of, settings
        self._kept_codes = KEPT_CODES if settings.keep_edited else ()

    def results(self, sources: Iterable[IdentifiedSource], printer: Printer | None) -> Iterator[SourceResult]:
        plans: dict[Path, SourcePlan] = {}
        jobs: list[Job] = []
        for identified in sources:
            plan = self._planner.plan(identified)
            if plan.job:
                plans[identified.source.path] = plan
                jobs.append(plan.job)
                self._executor.prepare(len(jobs))
            else:
                yield _unchanged(plan)
        with closing(self._executor.run(jobs, printer)) as finished:
            for done in finished:
                yield self._recorded(plans.pop(done.job.path), done)

    def _recorded(self, plan: SourcePlan, done: Done[Job, JobResult]) -> SourceResult:
        """The result of a job, once it is in the build database."""
        identified, result = plan.identified, done.result
        path = identified.source.path
        if result.hash:
            self._record(self._planner.relative_name(path), result, plan.reason == NEW)
        elif identified.known:  # what is known of it may be the cause of the failure
            self._build_db.forget_source(self._planner.relative_name(path))
        made = {output.name for output in result.outputs}
        kept = tuple(output for output in result.outputs if output.code in self._kept_codes)
        return SourceResult(
            path=path,
            id=result.id or identified.id or "",
            hash=result.hash or identified.hash,
            outputs=tuple(output for output in result.outputs if output not in kept),
            up_to_date=tuple(_output_result(built) for built in plan.up_to_date if built.name not in made),
            kept=kept,
            files=result.files,
            problems=result.problems,
            error=result.error,
            code=result.code,
            withdrawn=self._withdrawn(path, result),
            reasons={output.name: _reason(plan, output.name) for output in result.outputs},
            seconds=done.seconds,
            memory=done.memory,
        )

    def _withdrawn(self, path: Path, result: JobResult) -> tuple[OrphanedOutput, ...]:
        """The outputs of a source that may not be published; none if the source wasn't refused."""
        if not result.public_names:
            return ()
        refused = self._planner.relative_name(path), result.id, result.public_names
        return tuple(sorted(find_withdrawn(*refused, self._options, self._build_db, self._state_of, self._settings)))

    def _record(self, path: str, result: JobResult, is_new: bool) -> None:
        source = KnownSource(
            path=path,
            overlay=self._options.view_options.needs_overlay,
            hash=result.hash,
            id=result.id,
            state=result.state,
            languages=result.languages,
            rendered_languages=result.rendered_languages,
            files=result.files,
            warnings=tuple(_with_file(problem, Path(problem.place.file).name) for problem in result.problems),
        )
        built = [self._built(source, output, output.saved) for output in result.outputs if output.saved]
        self._build_db.record(source, built, self._planner.fingerprints.by_hash)
        if not is_new:
            mark_renamed(source, self._build_db)

    def _built(self, source: KnownSource, output: OutputResult, saved: Saved) -> BuiltOutput:
        return BuiltOutput(
            name=output.name,
            source=source.path,
            source_hash=source.hash,
            files=source.files,
            fingerprint=self._planner.fingerprints.hash(self._format(output.format), output.language),
            id=source.id,
            state=source.state,
            language_in_name=language_in_name(source.languages, output.language),
            format=output.format,
            hash=saved.hash,
            size=saved.size,
            stamp=saved.stamp,
        )

    def _format(self, name: str) -> Format:
        """The format as it is rendered in this run: with the PDF attached, for example."""
        return next(format_ for format_ in self._options.formats if format_.name == name)


def _reason(plan: SourcePlan, name: str) -> str:
    return plan.reasons.get(name) or plan.reason or SOURCE_CHANGED


def _unchanged(plan: SourcePlan) -> SourceResult:
    """The result for a source that needs no job. Its warnings are still true."""
    identified = plan.identified
    path, known = identified.source.path, identified.known
    warnings = known.warnings if known else ()
    return SourceResult(
        path=path,
        id=identified.id or "",
        hash=identified.hash,
        up_to_date=tuple(map(_output_result, plan.up_to_date)),
        files=known.files if known else (),
        problems=tuple(_with_file(warning, str(path.with_name(warning.place.file))) for warning in warnings),
    )


def _with_file(problem: Problem, file: str) -> Problem:
    return replace(problem, place=replace(problem.place, file=file))


def _output_result(built: BuiltOutput) -> OutputResult:
    return OutputResult(built.name, built.language_in_name, built.format, Saved(built.hash, built.size, built.stamp))
