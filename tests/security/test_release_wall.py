"""What keeps a text from the public: its marking, its status, and the names and places of its outputs."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from render.check.release import Release, refusals
from render.model.declaration import Declaration
from render.model.markings import SCHEMES, highest
from render.read.reader import read_bytes

NOON = datetime.datetime.fromisoformat("2025-03-01T12:00:00+01:00")


def declaration(languages: Sequence[str] = ("en",), **keys: object) -> Declaration:
    """A signed declaration, except for `keys`."""
    title = dict.fromkeys(languages, "T")
    known = {"id": "a-b", "title": title, "languages": list(languages), "status": "signed", "body": []}
    return read_bytes(yaml.safe_dump(known | keys, sort_keys=False).encode(), "a-b.yaml", Path()).declaration


def refused(found: Declaration, up_to: str | None = None) -> list[str]:
    """Why a declaration isn't for the public."""
    return [f"{finding.what}; {finding.hint}" for finding in refusals(found, Release(NOON, up_to))]


# The marking

KNOWN_LEVELS = [level for scheme in SCHEMES for level in scheme]


@pytest.mark.parametrize("level", KNOWN_LEVELS)
def test_no_scheme_in_a_source_lowers_a_known_level(level: str) -> None:
    for limit in KNOWN_LEVELS:
        if limit != level:
            plain, schemed = {"level": level}, {"level": level, "scheme": [level, limit]}
            assert bool(refused(declaration(marking=schemed), limit)) is bool(
                refused(declaration(marking=plain), limit)
            )


@pytest.mark.parametrize("level", ["top secret", "Top  Secret", "TOP-SECRET", "TOP_SECRET", "**TOP SECRET**"])
def test_another_spelling_of_a_known_level_is_that_level(level: str) -> None:
    for scheme in ([level, "OFFICIAL"], [level.upper(), level, "OFFICIAL"], [level, "OPEN"]):
        found = declaration(marking={"level": level, "scheme": scheme})
        assert refused(found, "OFFICIAL")
        assert refused(found, "OPEN")
        assert not refused(found, "TOP SECRET")


def test_no_scheme_in_a_source_puts_a_level_of_its_own_below_a_known_one() -> None:
    assert refused(declaration(marking={"level": "HOUSE ONLY", "scheme": ["HOUSE ONLY", "OFFICIAL"]}), "OFFICIAL")
    assert not refused(declaration(marking={"level": "OPEN", "scheme": ["OPEN", "HOUSE ONLY"]}), "HOUSE ONLY")


def test_a_level_may_not_be_twice_in_a_scheme_to_count_as_the_lower() -> None:
    assert refused(declaration(marking={"level": "CLOSED", "scheme": ["CLOSED", "OPEN", "CLOSED"]}), "OPEN")


def test_levels_of_a_scheme_that_differ_in_a_sign_alone_are_two_levels() -> None:
    scheme = ["C", "C+", "C++"]
    assert refused(declaration(marking={"level": "C++", "scheme": scheme}), "C+")
    assert not refused(declaration(marking={"level": "C", "scheme": scheme}), "C+")


def test_the_handling_that_completes_a_known_level_counts() -> None:
    assert refused(declaration(marking={"level": "OFFICIAL", "handling": "SENSITIVE"}), "OFFICIAL")
    assert refused(declaration(marking={"level": "TLP:AMBER", "handling": "+STRICT"}), "TLP:AMBER")
    assert not refused(declaration(marking={"level": "OFFICIAL", "handling": "RECIPIENTS ONLY"}), "OFFICIAL")


@pytest.mark.parametrize("languages", [["en", "lt"], ["lt", "en"]])
def test_the_marking_counts_in_every_language(languages: list[str]) -> None:
    levels = {"en": "OFFICIAL", "lt": "TOP SECRET"}
    found = declaration(languages=languages, marking={"level": {language: levels[language] for language in languages}})
    assert refused(found, "OFFICIAL") == [
        f"marked {' and '.join(levels[language] for language in languages)}, so not for publication; "
        "--max-marking allows no marking above OFFICIAL"
    ]
    assert not refused(found, "TOP SECRET")


def test_a_level_that_no_scheme_has_in_one_language_is_not_published() -> None:
    found = declaration(languages=["en", "lt"], marking={"level": {"en": "OFFICIAL", "lt": "VIDAUS"}})
    assert "marked OFFICIAL and VIDAUS, so not for publication" in refused(found, "OFFICIAL")[0]


def test_a_page_shows_the_marking_that_is_higher_in_every_language() -> None:
    one = declaration(languages=["en", "lt"], marking={"level": {"en": "SECRET", "lt": "OFFICIAL"}}).marking
    other = declaration(languages=["en", "lt"], marking="OFFICIAL-SENSITIVE").marking
    assert one and other
    assert highest((one, other)) == (one, other)


def test_a_scheme_in_a_source_hides_no_marking_of_a_page() -> None:
    known = declaration(marking={"level": "TOP SECRET", "scheme": ["TOP SECRET", "OFFICIAL"]}).marking
    low = declaration(marking={"level": "OFFICIAL", "scheme": ["TOP SECRET", "OFFICIAL"]}).marking
    assert known and low
    assert highest((low, known)) == highest((known, low)) == (known,)
