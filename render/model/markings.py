"""Protective markings: the known schemes, and which of two markings ranks higher."""

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
"""Schemes that no source needs to list, from the lowest level to the highest: those of the United Kingdom (Government
Security Classifications, with the caveat -SENSITIVE), NATO (C-M(2002)49), the European Union (Council Decision
2013/488/EU) and FIRST (Traffic Light Protocol 2.0)."""

Rank = tuple[tuple[str, ...], int]
"""A scheme, and the index of a level in it."""


def rank(marking: Marking) -> Rank | None:
    """The scheme of a marking and the index of its level; None if no known scheme has the level."""
    level = level_name(marking)
    for scheme in (marking.scheme, *SCHEMES):
        if level in scheme:
            return scheme, scheme.index(level)
    return None


def highest(markings: Iterable[Marking]) -> tuple[Marking, ...]:
    """The markings that a document needs if it holds parts with all of these.

    Of one scheme that is the highest marking. Markings that can't be compared all count, and so do two of one level
    with different handling.
    """
    distinct: list[Marking] = []
    for marking in markings:
        if marking not in distinct:
            distinct.append(marking)
    return tuple(marking for marking in distinct if not any(_is_higher(other, marking) for other in distinct))


def _is_higher(marking: Marking, other: Marking) -> bool:
    ranks = rank(marking), rank(other)
    return bool(ranks[0] and ranks[1] and ranks[0][0] == ranks[1][0] and ranks[0][1] > ranks[1][1])


def level_name(marking: Marking) -> str:
    """The level in the first language of the document. Most levels have the same name in every language."""
    return marking.level.plain(next(iter(marking.level.versions)))
