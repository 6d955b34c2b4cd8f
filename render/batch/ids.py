"""The ids of sources whose beginning doesn't show them, found by workers: such a source may be of any kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from render.batch.outcomes import Done, Limits
from render.batch.sources import Source
from render.regular_files import MAX_SOURCE, read_regular

if TYPE_CHECKING:
    from render.batch.supervisor import Context

FindIds = Callable[[Sequence[Source]], Mapping[Path, str | None]]
"""The id of each source, by its path; None, or no entry, if none was found."""


def find_ids_here(sources: Sequence[Source]) -> Mapping[Path, str | None]:
    """The ids of sources, read in this process, without limits of time and memory."""
    return {source.path: _id_of(source) for source in sources}


def find_ids_in_workers(
    sources: Sequence[Source], workers: int, limits: Limits, context: Context
) -> Mapping[Path, str | None]:
    """The ids of sources, read in workers. A source that passes a limit, or crashes its worker, has no entry."""
    from render.batch.supervisor import supervise

    with closing(supervise(_make_id_finder, sources, min(workers, len(sources)), limits, context)) as outcomes:
        return {outcome.job.path: outcome.result for outcome in outcomes if isinstance(outcome, Done)}


def _make_id_finder() -> Callable[[Source], str | None]:
    return _id_of


def _id_of(source: Source) -> str | None:
    from render.read.source_id import find_id

    try:
        return find_id(read_regular(source.path, MAX_SOURCE) if source.data is None else source.data)
    except OSError:
        return None  # its job will report the error
