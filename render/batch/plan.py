"""Sources → jobs: which outputs of each are out of date, and why."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from render.batch.build_db import BuildDb, BuiltOutput, KnownSource
from render.batch.fingerprint import Fingerprints, difference, hash_of_file
from render.batch.ids import FindIds
from render.batch.job import FileHashes, Job
from render.batch.sources import FROM_STANDARD_INPUT, Source
from render.errors import DuplicateIdError
from render.output.atomic import FileState, StateLookup, hash_of
from render.pipeline import RenderOptions
from render.read.links import path_inside
from render.regular_files import MAX_SOURCE, read_regular
from render.write.formats import Format

NEW = "new"
SOURCE_CHANGED = "the source changed"
FORCED = "forced"
FILE_MISSING = "the file is missing"
NO_REASONS: Mapping[str, str] = {}
FILE_CHANGED = "the file changed since it was written"

RelativeName = Callable[[Path], str]
"""The name of a source in the build database."""


class IdentifiedSource(NamedTuple):
    """A source, the hash of its bytes and its id; `known` is its record in the build database, if of the same bytes."""

    source: Source
    hash: str = ""
    id: str | None = None
    known: KnownSource | None = None


OtherOwners = Callable[[IdentifiedSource], Mapping[str, str]]
"""The outputs that belong to another source than this one, by name, with the path of that source."""


class SourcePlan(NamedTuple):
    """What to do with a source: the job that it needs, if any, and why, for all outputs or by output.

    `up_to_date` are the outputs that the job skips.
    """

    identified: IdentifiedSource
    job: Job | None
    up_to_date: tuple[BuiltOutput, ...] = ()
    reasons: Mapping[str, str] = NO_REASONS
    reason: str = ""


def identify(
    sources: Iterable[Source],
    relative_name: RelativeName,
    find_ids: FindIds,
    build_db: BuildDb | None,
    overlay: bool = False,
) -> list[IdentifiedSource]:
    """The sources with their ids. Raises DuplicateIdError if two have the same id, because their outputs would collide.

    Ids that differ only in case are the same, as file names are on some disks. `find_ids` finds those that aren't at
    the beginning of a source. `overlay` is whether the run reads overlays.
    """
    found = [identify_source(source, relative_name, build_db, overlay) for source in sources]
    if unknown := [identified.source for identified in found if identified.hash and identified.id is None]:
        ids = find_ids(unknown)
        found = [identified._replace(id=ids.get(identified.source.path, identified.id)) for identified in found]
    paths = defaultdict(list)
    for identified in found:
        if identified.id is not None:
            paths[identified.id.casefold()].append(str(identified.source.path))
    clashes = [
        f"{' and '.join(several)} have the same id {id_!r} and would write the same files"
        for id_, several in paths.items()
        if len(several) > 1
    ]
    if clashes:
        raise DuplicateIdError("; ".join(clashes) + "; give each source its own id. Nothing was written")
    return found


def identify_source(
    source: Source, relative_name: RelativeName, build_db: BuildDb | None, overlay: bool = False
) -> IdentifiedSource:
    """A source with its id and hash, or without them if it can't be read."""
    if source.folder and path_inside(source.path, source.folder) is None:
        return IdentifiedSource(source)  # its job will report the error
    try:
        data = read_regular(source.path, MAX_SOURCE) if source.data is None else source.data
    except OSError:
        return IdentifiedSource(source)  # its job will report the error
    if len(data) > MAX_SOURCE:
        return IdentifiedSource(source)
    hash_ = hash_of(data)
    known = build_db.known_source(relative_name(source.path), overlay) if build_db else None
    if known and known.hash == hash_:
        return IdentifiedSource(source, hash_, known.id, known)
    from render.read.source_id import id_in_head

    return IdentifiedSource(source, hash_, id_in_head(data))


def relative_names(root: Path) -> RelativeName:
    """The function that names sources in the build database: relative to `root`, so that all can be moved together."""

    @cache
    def relative_folder(folder: str) -> str:
        return os.path.relpath(folder, root)

    def relative_name(path: Path) -> str:
        if path == FROM_STANDARD_INPUT:
            return str(path)
        folder, file = os.path.split(path)
        return f"{relative_folder(folder or os.curdir)}{os.sep}{file}"

    return relative_name


class Planner:
    """Finds the outputs that are out of date, by their fingerprints and the states of their files.

    With `verify`, it also reads the files. `owners` gives the outputs that a source may not write, with their owners.
    """

    def __init__(
        self,
        options: RenderOptions,
        fingerprints: Fingerprints,
        build_db: BuildDb,
        relative_name: RelativeName,
        state_of: StateLookup,
        owners: OtherOwners,
        verify: bool,
    ) -> None:
        self.fingerprints, self.relative_name = fingerprints, relative_name
        self._options, self._build_db, self._state_of, self._verify = options, build_db, state_of, verify
        self._owners = owners

    def plan(self, identified: IdentifiedSource) -> SourcePlan:
        """What to do with a source."""
        built = self._build_db.outputs_of(self.relative_name(identified.source.path))
        if not identified.known:
            return SourcePlan(identified, self._job(identified, built), reason=SOURCE_CHANGED if built else NEW)
        reasons = {}
        hash_now = _hashes_now(identified.source.path.parent)
        expected = expected_outputs(identified.known, self._options)
        for output in expected:
            fingerprint = self.fingerprints.hash(output.format, output.language)
            if reason := self._reason(built.get(output.name), identified.hash, hash_now, fingerprint):
                reasons[output.name] = reason
        up_to_date = tuple(built[output.name] for output in expected if output.name not in reasons)
        # A release is checked in every run, since it depends on the time.
        needed = bool(reasons or self._options.release)
        skip = frozenset(output.name for output in up_to_date)
        job = self._job(identified, built, skip) if needed else None
        return SourcePlan(identified, job, up_to_date, reasons)

    def _job(
        self, identified: IdentifiedSource, built: Mapping[str, BuiltOutput], skip: frozenset[str] = frozenset()
    ) -> Job:
        known_hashes = {output.name: output.hash for output in built.values()}
        source = identified.source
        return Job(
            path=source.path,
            id=identified.id,
            hash=identified.hash,
            skip=skip,
            known_hashes=known_hashes,
            data=source.data,
            folder=source.folder,
            owners=self._owners(identified),
        )

    def _reason(
        self, built: BuiltOutput | None, source_hash: str, hash_now: Callable[[str], str], fingerprint: str
    ) -> str:
        """Why an output has to be built; "" if it is up to date."""
        if self._options.force:
            return FORCED
        if built is None:
            return NEW
        if built.source_hash != source_hash:
            return SOURCE_CHANGED
        files = tuple((name, hash_now(name)) for name, _ in built.files)
        if built.files != files:
            return f"{', '.join(_changed(built.files, files))} changed"
        if built.fingerprint != fingerprint:
            return difference(self._build_db.fingerprint(built.fingerprint), self.fingerprints.by_hash[fingerprint])
        return self._change_of_file(built)

    def _change_of_file(self, built: BuiltOutput) -> str:
        """What happened to a file since it was written; "" if its content is the same."""
        try:
            state = self._state_of(built.name)
            if state is None:
                return FILE_MISSING
            is_same = state == FileState(built.size, built.stamp)
            if is_same and not self._verify:
                return ""
            if not state.stamp or hash_of(self._options.out.read(built.name)) != built.hash:
                return FILE_CHANGED
        except FileNotFoundError:
            return FILE_MISSING
        except OSError as error:
            return f"the file can't be read ({error.strerror})"
        if not is_same:
            self._build_db.update_state(built, state.size, state.stamp)
        return ""


class ExpectedOutput(NamedTuple):
    """An output that a source should have."""

    name: str
    language: str
    format: Format


def expected_outputs(known: KnownSource, options: RenderOptions) -> list[ExpectedOutput]:
    """The outputs that a source should have, in its languages and the formats of the options."""
    stems = {
        language: options.view_options.stem(known.id, known.languages, language, known.state)
        for language in known.rendered_languages
    }
    return [
        ExpectedOutput(stem + format_.suffix, language, format_)
        for language, stem in stems.items()
        for format_ in options.formats
    ]


def _hashes_now(folder: Path) -> Callable[[str], str]:
    """The hashes that the files of a folder have now; each file is read once."""
    return cache(lambda name: hash_of_file(folder / name))


def _changed(old: FileHashes, new: FileHashes) -> list[str]:
    return sorted({name for name, _ in set(old) ^ set(new)})
