"""Protective markings and release: which marking is the higher, and what keeps a text from the public."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from render.model import STATUSES, Declaration, Marking
from render.problem import Finding

SCHEMES: Sequence[tuple[str, ...]] = (
    ("OFFICIAL", "OFFICIAL-SENSITIVE", "SECRET", "TOP SECRET"),
    ("NATO UNCLASSIFIED", "NATO RESTRICTED", "NATO CONFIDENTIAL", "NATO SECRET", "COSMIC TOP SECRET"),
    (
        "RESTREINT UE/EU RESTRICTED",
        "CONFIDENTIEL UE/EU CONFIDENTIAL",
        "SECRET UE/EU SECRET",
        "TRES SECRET UE/EU TOP SECRET",
    ),
    ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"),
)
"""Schemes that need not be spelt out, from low to high: of the United Kingdom, NATO, the European Union, and FIRST."""

_AGREED = re.compile(r"communiqu|statement|conclusions|policy paper", re.IGNORECASE)
"""Types of text that nobody signs: they are agreed."""

Rank = tuple[tuple[str, ...], int]


def rank(marking: Marking) -> Rank | None:
    """The scheme of a marking and its place in it from 0; None where no scheme is known that has it."""
    level = _level(marking)
    for scheme in (marking.scheme, *SCHEMES):
        if level in scheme:
            return scheme, scheme.index(level)
    return None


def highest(markings: Iterable[Marking]) -> tuple[Marking, ...]:
    """The markings that must stand on what holds all of these: of one scheme the highest; what can't be compared, each.

    Of two of one level both stand if they are to be handled otherwise.
    """
    found: list[Marking] = []
    for it in markings:
        if it not in found:
            found.append(it)
    return tuple(it for it in found if not any(_is_higher(other, it) for other in found))


def _is_higher(one: Marking, other: Marking) -> bool:
    ranks = rank(one), rank(other)
    return bool(ranks[0] and ranks[1] and ranks[0][0] == ranks[1][0] and ranks[0][1] > ranks[1][1])


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


def _level(marking: Marking) -> str:
    """The level's words; a level is called the same in every language, or by its first."""
    return marking.level.plain(next(iter(marking.level.versions)))
