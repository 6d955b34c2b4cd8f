"""Protective markings: the known schemes, and which of two markings ranks higher."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

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


def ranks(marking: Marking) -> Sequence[Rank | None]:
    """The rank of a marking in each of its languages; None where no scheme has the level.

    A level of a known scheme keeps its rank there, whatever scheme the source lists.
    """
    own = _by_level(marking.scheme)
    return [_known_rank(level, handling) or own.get(level) for level, handling in _levels(marking)]


def is_allowed(marking: Marking, limit: str) -> bool:
    """Whether a marking is at most `limit` in every language, in one scheme.

    If a known scheme has the limit, only that scheme counts: no source can put a level of its own below it.
    """
    return all(rank and _is_at_most(rank, limit) for rank in ranks(marking))


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


def level_names(marking: Marking) -> Sequence[str]:
    """The level in each language, once each. Most levels have the same name in every language."""
    return list(dict.fromkeys(map(marking.level.plain, marking.level.versions)))


def _is_higher(marking: Marking, other: Marking) -> bool:
    """Whether a marking is higher than another, whichever languages are compared."""
    return all(
        higher and lower and higher[0] == lower[0] and higher[1] > lower[1]
        for higher in ranks(marking)
        for lower in ranks(other)
    )


def _is_at_most(rank: Rank, limit: str) -> bool:
    scheme, index = rank
    limit_scheme, limit_index = _known_rank(limit) or _by_level(scheme).get(limit, ((), 0))
    return scheme == limit_scheme and index <= limit_index


def _levels(marking: Marking) -> Iterable[tuple[str, str]]:
    """The level and the handling in each language."""
    handling = marking.handling
    for language in marking.level.versions:
        yield marking.level.plain(language), handling.plain(language) if handling else ""


def _known_rank(level: str, handling: str = "") -> Rank | None:
    """The rank of a level that a known scheme has. A handling may complete it, as in OFFICIAL – SENSITIVE."""
    known = _known_ranks()
    return known.get(_letters(f"{level} {handling}")) or known.get(_letters(level))


@cache
def _known_ranks() -> Mapping[str, Rank]:
    return {_letters(level): rank for scheme in SCHEMES for level, rank in _by_level(scheme).items()}


def _by_level(scheme: tuple[str, ...]) -> Mapping[str, Rank]:
    """The ranks of the levels of a scheme. A level that is listed twice has the higher one."""
    return {level: (scheme, index) for index, level in enumerate(scheme)}


def _letters(level: str) -> str:
    """The letters of a level, in which its spellings agree: "TRES SECRET" and "Très-Secret" are "tressecret"."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKD", level).casefold())
