"""Outputs that no source produces any more, and those of sources that may no longer be published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from render.batch.build_db import BuildDb, KnownSource
from render.batch.events import OrphanedOutput
from render.batch.settings import BatchSettings
from render.batch.sources import FROM_STANDARD_INPUT
from render.errors import EditedError, OutputError
from render.output.atomic import StateLookup
from render.pipeline import RenderOptions, unedited_test
from render.view.options import language_in_name
from render.write.formats import FORMATS


def mark_renamed(source: KnownSource, build_db: BuildDb) -> None:
    """Mark the outputs that a source had under another id or status, or in a language that it no longer has."""
    if source.path == str(FROM_STANDARD_INPUT):
        return
    languages = {language_in_name(source.languages, language) for language in source.languages}
    for output in build_db.outputs_of(source.path).values():
        same_name = (output.id, output.state) == (source.id, source.state) and output.language_in_name in languages
        if not same_name:
            build_db.mark_orphaned(output)


def find_orphans(
    options: RenderOptions, build_db: BuildDb, state_of: StateLookup, settings: BatchSettings
) -> Iterator[OrphanedOutput]:
    """The outputs that are marked, and those whose source is missing. `settings.prune` removes them."""
    for path in build_db.source_paths():
        if path == str(FROM_STANDARD_INPUT) or _exists(path, options):
            continue
        for output in build_db.outputs_of(path).values():
            orphan = _orphan(output.name, output.hash, options, state_of, settings)
            if orphan is None or orphan.removed:
                build_db.forget_output(output.name)
            if orphan:
                yield orphan


def find_withdrawn(
    path: str,
    id_: str,
    public_names: Iterable[str],
    options: RenderOptions,
    build_db: BuildDb,
    state_of: StateLookup,
    settings: BatchSettings,
) -> Iterator[OrphanedOutput]:
    """The outputs of a source that may not be published. `settings.prune` removes them; each that remains has an error.

    They are those that the build database knows, and those with its `public_names` that no other source has made. All
    documents from the standard input have one path, so of these the `id_` counts.
    """
    outputs = build_db.outputs_of(path)
    if path == str(FROM_STANDARD_INPUT):
        outputs = {name: output for name, output in outputs.items() if output.id == id_}
    for name in dict.fromkeys((*outputs, *public_names)):
        if name in outputs or not _exists(build_db.source_of(name), options):
            known_hash = outputs[name].hash if name in outputs else ""
            withdrawn = _orphan(name, known_hash, options, state_of, settings)
            if withdrawn is None or withdrawn.removed:
                build_db.forget_output(name)
            if withdrawn:
                yield withdrawn if withdrawn.removed or withdrawn.error else _still_public(withdrawn)


def _still_public(output: OrphanedOutput) -> OrphanedOutput:
    what = f"{output.location}: its source may not be published"
    return output._replace(error=f"{what}; add --prune to remove this file, or move it away", code="release")


def _exists(source: str, options: RenderOptions) -> bool:
    return bool(source) and not _is_missing(options.out.source_root / source)


def _is_missing(path: Path) -> bool:
    """Whether a source is certainly missing, and not just in a folder that this run may not search."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _may_be_edited(name: str) -> bool:
    format_ = next((format_ for format_ in FORMATS.values() if name.endswith(format_.suffix)), None)
    return format_ is None or format_.editable


def _orphan(
    name: str, known_hash: str, options: RenderOptions, state_of: StateLookup, settings: BatchSettings
) -> OrphanedOutput | None:
    """An output without a source, removed if that is asked for and it wasn't edited; None if its file is missing."""
    out = options.out
    orphan = OrphanedOutput(name, out.location(name))
    try:
        if state_of(name) is None:
            return None
        if settings.prune:
            may_be_edited = not options.force and _may_be_edited(name)
            out.remove(name, unedited_test(known_hash) if may_be_edited else None)
    except (EditedError, OutputError) as error:
        is_kept = settings.keep_edited and isinstance(error, EditedError)
        return orphan._replace(error="" if is_kept else str(error), code=error.code)
    except OSError as error:
        what = f"{orphan.location}: can't remove this file ({error.strerror})"
        return orphan._replace(error=f"{what}; check the permissions of its folder", code=OutputError.code)
    return orphan._replace(removed=settings.prune)
