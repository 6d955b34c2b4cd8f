"""Protective markings: the schemes that are known, and which of two markings ranks higher."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from render.model.declaration import Marking

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


def _level(marking: Marking) -> str:
    """The level's words; a level is called the same in every language, or by its first."""
    return marking.level.plain(next(iter(marking.level.versions)))
