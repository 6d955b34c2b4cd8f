"""Sources → jobs: what of each has to be made, and why."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from render.batch.build_db import BuildDb, BuiltOutput, Files, KnownSource
from render.batch.fingerprint import Fingerprints, difference
from render.batch.job import Job
from render.batch.sources import FROM_STANDARD_INPUT, Source
from render.errors import UsageError
from render.output.atomic import States, hash_of
from render.pipeline import Options
from render.write.formats import Format

NONE: Mapping[str, str] = MappingProxyType({})
NEW = "new"
CHANGED = "the source was changed"
FORCED = "forced"


class Identified(NamedTuple):
    """A source, the hash of its bytes and its id; `known` is what the ledger has of it, where it has these bytes."""

    source: Source
    hash: str = ""
    id: str | None = None
    known: KnownSource | None = None


class Planned(NamedTuple):
    """A source, the job that it needs, if any, and why: for each output, or for all. `fresh` is what is up to date."""

    identified: Identified
    job: Job | None
    fresh: tuple[BuiltOutput, ...] = ()
    reasons: Mapping[str, str] = NONE
    reason: str = ""


def identify(
    sources: Iterable[Source], name: Callable[[Path], str], build_db: BuildDb | None, overlay: bool = False
) -> list[Identified]:
    """The sources with their ids. `name` is how the ledger knows a path. Raises UsageError where two have one id.

    (On some disks small letters and capitals make no difference in names.) `overlay` is whether overlays are read too.
    """
    identified = [_identified(source, name, build_db, overlay) for source in sources]
    paths = defaultdict(list)
    for it in identified:
        if it.id is not None:
            paths[it.id.casefold()].append(str(it.source.path))
    clashes = [
        f"{' and '.join(several)} have the same id {id_!r}, and would write the same files"
        for id_, several in paths.items()
        if len(several) > 1
    ]
    if clashes:
        raise UsageError("; ".join(clashes) + "; give each an id of its own. Nothing was written")
    return identified


def _identified(source: Source, name: Callable[[Path], str], build_db: BuildDb | None, overlay: bool) -> Identified:
    try:
        data = source.path.read_bytes() if source.data is None else source.data
    except OSError:
        return Identified(source)  # whoever reads it says what is wrong
    hash_ = hash_of(data)
    known = build_db.known(name(source.path), overlay) if build_db else None
    if known and known.hash == hash_:
        return Identified(source, hash_, known.id, known)
    from render.read.source_id import peek_id

    return Identified(source, hash_, peek_id(data))


def names_from(base: Path) -> Callable[[Path], str]:
    """How a ledger knows paths: as the way from a folder, so that all can be moved together."""

    @cache
    def way(folder: str) -> str:
        return os.path.relpath(folder, base)

    def name(path: Path) -> str:
        if path == FROM_STANDARD_INPUT:
            return str(path)
        folder, file = os.path.split(path)
        return f"{way(folder or os.curdir)}{os.sep}{file}"

    return name


class Planner(NamedTuple):
    """Knows what makes an output stale. With `verify`, outputs are read again, not just looked at by `states`."""

    options: Options
    fingerprints: Fingerprints
    build_db: BuildDb
    name: Callable[[Path], str]
    states: States
    verify: bool = False

    def plan(self, identified: Identified) -> Planned:
        """What a source needs."""
        made = self.build_db.made_of(self.name(identified.source.path))
        if not identified.known:
            return Planned(identified, self._job(identified, made), reason=CHANGED if made else NEW)
        reasons = {}
        now = _files_now(identified.source.path.parent)
        expected = outputs(identified.known, self.options)
        for name, language, it in expected:
            if reason := self._why(made.get(name), identified.hash, now, self.fingerprints.hash(it, language)):
                reasons[name] = reason
        fresh = tuple(made[name] for name, _, _ in expected if name not in reasons)
        # Whether a text may go out is looked at each time.
        needed = bool(reasons or self.options.release)
        job = self._job(identified, made, frozenset(it.name for it in fresh)) if needed else None
        return Planned(identified, job, fresh, reasons)

    def _job(self, identified: Identified, made: Mapping[str, BuiltOutput], skip: frozenset[str] = frozenset()) -> Job:
        hashes = {it.name: it.hash for it in made.values()} or None
        source = identified.source
        return Job(source.path, identified.id, identified.hash, skip, hashes, source.data)

    def _why(self, made: BuiltOutput | None, hash_: str, now: Callable[[str], str], fingerprint: str) -> str:
        """Why an output has to be made; "" where it has not."""
        if self.options.force:
            return FORCED
        if made is None:
            return NEW
        if made.source_hash != hash_:
            return CHANGED
        files = tuple((name, now(name)) for name, _ in made.files)
        if made.files != files:
            return f"{', '.join(_changed(made.files, files))} was changed"
        if made.fingerprint != fingerprint:
            return difference(self.build_db.fingerprint(made.fingerprint), self.fingerprints.by_hash[fingerprint])
        return self._what_happened(made)

    def _what_happened(self, made: BuiltOutput) -> str:
        """What has become of a file since it was written; "" where it is the same."""
        try:
            state = self.states(made.name)
            if state is None:
                return "the file is gone"
            if not self.verify and state == (made.size, made.mark):
                return ""
            if not state.mark or hash_of(self.options.out.read(made.name)) != made.hash:
                return "the file was changed"
        except FileNotFoundError:
            return "the file is gone"
        except OSError as error:
            return f"the file can't be read ({error.strerror})"
        if state != (made.size, made.mark):
            self.build_db.touch(made, *state)
        return ""


def outputs(known: KnownSource, options: Options) -> list[tuple[str, str, Format]]:
    """The names of a source's outputs, each with its language and format."""
    several = len(known.languages) > 1
    return [
        (options.choices.stem(known.id, language if several else "", known.state) + it.suffix, language, it)
        for language in known.written_in
        for it in options.formats
    ]


def _files_now(folder: Path) -> Callable[[str], str]:
    """The hash of what is now in a file of a folder; each is read once."""
    return cache(lambda name: _hash_of_file(folder / name))


def _hash_of_file(path: Path) -> str:
    try:
        return hash_of(path.read_bytes())
    except OSError:
        return ""


def _changed(old: Files, new: Files) -> list[str]:
    return sorted({name for name, _ in set(old) ^ set(new)})
