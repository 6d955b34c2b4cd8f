"""Outputs that no source produces any more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from render.batch.build_db import BuildDb, BuiltOutput, KnownSource
from render.batch.events import OrphanedOutput
from render.batch.sources import FROM_STANDARD_INPUT
from render.errors import EditedError, OutputError
from render.output.atomic import StateLookup
from render.pipeline import RenderOptions, check_not_edited
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
    options: RenderOptions, build_db: BuildDb, state_of: StateLookup, prune: bool
) -> Iterator[OrphanedOutput]:
    """The outputs that are marked, and those whose source is missing; `prune` removes them."""
    for path in build_db.source_paths():
        if path == str(FROM_STANDARD_INPUT) or (path and not _is_missing(options.out.source_root / path)):
            continue
        for output in build_db.outputs_of(path).values():
            orphan = _orphan(output, options, state_of, prune)
            if orphan is None or orphan.removed:
                build_db.forget_output(output.name)
            if orphan:
                yield orphan


def _is_missing(path: Path) -> bool:
    """Whether a source is certainly missing, and not just in a folder that this run may not search."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _orphan(output: BuiltOutput, options: RenderOptions, state_of: StateLookup, prune: bool) -> OrphanedOutput | None:
    """An output without a source, removed if `prune` is set and it wasn't edited; None if its file is missing."""
    out, format_ = options.out, FORMATS.get(output.format)
    orphan = OrphanedOutput(output.name, out.location(output.name))
    try:
        if state_of(output.name) is None:
            return None
        if prune and not options.force and (format_ is None or format_.editable):
            check_not_edited(out, output.name, b"", output.hash)
        if prune:
            out.remove(output.name)
    except (EditedError, OutputError) as error:
        return orphan._replace(error=str(error))
    except OSError as error:
        what = f"{orphan.location}: can't remove this file ({error.strerror})"
        return orphan._replace(error=f"{what}; check the permissions of its folder")
    return orphan._replace(removed=prune)
