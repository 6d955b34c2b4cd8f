"""Release: what keeps a declaration from the public."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from render.errors import Finding
from render.model.agreed_types import is_agreed
from render.model.declaration import STATUSES, Declaration
from render.model.markings import is_allowed, level_names


@dataclass(frozen=True, slots=True)
class Release:
    """What may be published at the moment `as_of`: declarations with no marking above the level `up_to`."""

    as_of: datetime.datetime
    up_to: str | None = None


def refusals(declaration: Declaration, release: Release) -> Iterator[Finding]:
    """The reasons not to publish a declaration: its marking, its embargo, its status."""
    marking, embargo, status = declaration.marking, declaration.embargo, declaration.status
    if marking and not (release.up_to and is_allowed(marking, release.up_to)):
        highest = (
            f"allows no marking above {release.up_to}" if release.up_to else "sets the highest one that is allowed"
        )
        what = f"marked {' and '.join(level_names(marking))}, so not for publication"
        yield Finding(("marking",), what, f"--max-marking {highest}")
    if embargo and embargo > release.as_of:
        what = f"under embargo until {embargo.isoformat()}, so not for publication"
        yield Finding(("embargo",), what, f"publish it then; it is now {release.as_of.isoformat(timespec='minutes')}")
    needed = release_status(declaration)
    if status is None or STATUSES.index(status) < STATUSES.index(needed):
        reason = f"status '{status}'" if status else "no status"
        hint = f"write 'status: {needed}' once the text is {needed}"
        yield Finding(("status",) if status else (), f"{reason}, so not for publication", hint)


def release_status(declaration: Declaration) -> str:
    """The first status in which a text of this type may be published: "agreed" for a communiqué, "signed" for most."""
    return "agreed" if declaration.type and is_agreed(declaration.type) else "signed"
