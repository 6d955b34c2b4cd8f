"""Which source owns an output: the one that it was last built from, as long as that source still has the id."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from render.batch.build_db import BuildDb, BuiltOutput
from render.batch.plan import IdentifiedSource, RelativeName, identify_source
from render.batch.sources import FROM_STANDARD_INPUT, Source
from render.output.store import Store


def no_owners(identified: IdentifiedSource) -> Mapping[str, str]:
    """No outputs: a source may take over all names."""
    return {}


class Owners:
    """The owners of outputs, by the build database."""

    def __init__(self, out: Store, build_db: BuildDb, relative_name: RelativeName) -> None:
        self._out, self._build_db, self._relative_name = out, build_db, relative_name
        self._owner: Callable[[str], IdentifiedSource] = cache(self._identified)

    def others(self, identified: IdentifiedSource) -> Mapping[str, str]:
        """The outputs with a source's id that another source owns, by name, with the path of that source."""
        own_name = self._relative_name(identified.source.path)
        return {
            output.name: str(self._owner(output.source).source.path)
            for output in self._build_db.outputs_with_id(identified.id or "")
            if output.source not in ("", own_name) and self._is_owned(output, identified)
        }

    def _is_owned(self, output: BuiltOutput, by_other: IdentifiedSource) -> bool:
        """Whether an output belongs to the source that it was built from, and not to another with the same id.

        The standard input has no path: it is the same source as a file with the same bytes.
        """
        if output.source == str(FROM_STANDARD_INPUT):
            return output.source_hash != by_other.hash
        owner, other = self._owner(output.source), by_other.source
        if owner.id not in (None, output.id) or not owner.hash:  # one without an id may have it further below
            return False
        if other.path == FROM_STANDARD_INPUT:
            return owner.hash != by_other.hash
        try:
            return not owner.source.path.samefile(other.path)
        except OSError:
            return True

    def _identified(self, name: str) -> IdentifiedSource:
        """A source by its name in the build database, as it is now; without an id if it is missing."""
        if name == str(FROM_STANDARD_INPUT):
            return IdentifiedSource(Source(FROM_STANDARD_INPUT))
        path = Path(os.path.relpath(self._out.source_root / name))
        return identify_source(Source(path), self._relative_name, self._build_db)
