"""Protective markings and release: which marking is the higher, and what keeps a text from the public."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from render.errors import Finding
from render.model.declaration import STATUSES, Declaration, Marking
from render.model.markings import _level, rank

_AGREED = re.compile(r"communiqu|statement|conclusions|policy paper", re.IGNORECASE)
"""Types of text that nobody signs: they are agreed."""


@dataclass(frozen=True, slots=True)
class Release:
    """What is allowed out: at a moment, what bears no marking above `up_to`."""

    as_of: datetime.datetime
    up_to: str | None = None


def refusals(it: Declaration, allowed_out: Release) -> Iterator[Finding]:
    """What keeps a declaration from the public."""
    as_of, up_to = allowed_out.as_of, allowed_out.up_to
    if it.marking and not _is_allowed(it.marking, up_to):
        allowed = f"nothing above {up_to} may be" if up_to else "say up to what marking it may be"
        yield Finding(("marking",), f"marked {_level(it.marking)}, so not for the public", allowed)
    if it.embargo and it.embargo > as_of:
        when = f"under embargo until {it.embargo.isoformat()}"
        now = as_of.isoformat(timespec="minutes")
        yield Finding(("embargo",), f"{when}, so not for the public", f"it is {now} now")
    needed = release_status(it)
    if it.status is None or STATUSES.index(it.status) < STATUSES.index(needed):
        said = f"its status is {it.status}" if it.status else "it has no status"
        yield Finding(("status",) if it.status else (), f"{said}, so not for the public", f"it must be {needed} first")


def release_status(it: Declaration) -> str:
    """The status from which a text of its type may be published: most are signed, a communiqué is agreed."""
    words = it.type.plain(it.languages[0]) if it.type else ""
    return "agreed" if _AGREED.search(words) else "signed"


def _is_allowed(marking: Marking, up_to: str | None) -> bool:
    here = rank(marking)
    return bool(here and up_to in here[0] and here[1] <= here[0].index(up_to))
