"""Which marking is the higher, and what keeps a text from the public."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import yaml

from render.check.release import Release, refusals, release_status
from render.model.declaration import Declaration, Marking
from render.model.markings import SCHEMES, highest
from render.read.reader import read_bytes

NOON = datetime.datetime.fromisoformat("2025-03-01T12:00:00+01:00")


def source(**keys: object) -> Declaration:
    known = {"id": "it", "title": "T", "languages": ["en"], "status": "signed", "body": []}
    return read_bytes(yaml.safe_dump(known | keys).encode(), "it.yaml", Path()).declaration


def marking(given: object) -> Marking:
    found = source(marking=given).marking
    assert found
    return found


def levels(*given: object) -> list[str]:
    return [top.level.plain("en") for top in highest(map(marking, given))]


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme[0])
def test_of_two_markings_of_a_scheme_the_higher_is_used(scheme: tuple[str, ...]) -> None:
    for low, level in enumerate(scheme):
        for higher in scheme[low + 1 :]:
            assert levels(level, higher) == levels(higher, level) == [higher]
        assert levels(level, level) == [level]


def test_a_users_scheme_is_used() -> None:
    scheme = ["INTERNAL", "BOARD", "OFFICIAL"]
    assert levels({"level": "INTERNAL", "scheme": scheme}, {"level": "BOARD", "scheme": scheme}) == ["BOARD"]
    assert levels({"level": "OFFICIAL", "scheme": scheme}, "SECRET") == ["SECRET"]


def test_markings_that_cannot_be_compared_are_both_shown() -> None:
    assert levels("OFFICIAL", "NATO RESTRICTED") == ["OFFICIAL", "NATO RESTRICTED"]
    assert levels("OFFICIAL", "HOUSE RULES") == ["OFFICIAL", "HOUSE RULES"]


def test_two_markings_of_one_level_with_different_handling_are_both_shown() -> None:
    one, other = ({"level": "OFFICIAL-SENSITIVE", "handling": name} for name in ("RECIPIENTS ONLY", "COMMERCIAL"))
    found = [top.handling.plain("en") for top in highest(map(marking, (one, other, "OFFICIAL"))) if top.handling]
    assert found == ["RECIPIENTS ONLY", "COMMERCIAL"]


def refusal_messages(declaration: Declaration, up_to: str | None = None, as_of: datetime.datetime = NOON) -> list[str]:
    return [f"{finding.what}; {finding.hint}" for finding in refusals(declaration, Release(as_of, up_to))]


@pytest.mark.parametrize(
    ("given", "up_to", "refused"),
    [
        (None, None, False),
        ("OFFICIAL", None, True),
        ("OFFICIAL", "OFFICIAL", False),
        ("OFFICIAL-SENSITIVE", "OFFICIAL", True),
        ("OFFICIAL", "SECRET", False),
        ("OFFICIAL", "NATO SECRET", True),
        ("HOUSE RULES", "SECRET", True),
        ({"level": "LOW", "scheme": ["LOW", "HIGH"]}, "HIGH", False),
    ],
)
def test_no_text_marked_above_the_level_is_released(given: object, up_to: str | None, refused: bool) -> None:
    keys = {"marking": given} if given else {}
    assert bool(refusal_messages(source(**keys), up_to)) is refused


def test_a_refused_marking_is_named_with_the_highest_allowed_one() -> None:
    assert refusal_messages(source(marking="SECRET")) == [
        "marked SECRET, so not for publication; --max-marking sets the highest one that is allowed"
    ]
    assert refusal_messages(source(marking="SECRET"), "OFFICIAL") == [
        "marked SECRET, so not for publication; --max-marking allows no marking above OFFICIAL"
    ]


def test_an_embargo_ends_at_its_moment_in_every_time_zone() -> None:
    under = source(embargo="2025-03-01T12:00:00+01:00")
    assert refusal_messages(under, as_of=NOON) == []
    assert refusal_messages(under, as_of=datetime.datetime.fromisoformat("2025-03-01T11:00:00+00:00")) == []
    assert refusal_messages(under, as_of=datetime.datetime.fromisoformat("2025-03-01T10:59:00+00:00")) == [
        "under embargo until 2025-03-01T12:00:00+01:00, so not for publication; "
        "publish it then; it is now 2025-03-01T10:59+00:00"
    ]


@pytest.mark.parametrize(
    ("type_", "needed"),
    [("Joint declaration", "signed"), ("Communiqué", "agreed"), ("Joint Statement", "agreed"), ("", "signed")],
)
def test_a_text_is_released_once_it_has_the_last_status_of_its_type(type_: str, needed: str) -> None:
    keys = {"type": type_} if type_ else {}
    assert release_status(source(**keys)) == needed
    out = [
        status
        for status in ("draft", "agreed", "signed", "published")
        if not refusal_messages(source(status=status, **keys))
    ]
    assert out == ["agreed", "signed", "published"][needed == "signed" :]


def test_a_text_without_a_status_is_not_released() -> None:
    without_status = read_bytes(b"id: it\ntitle: T\nlanguages: [en]\nbody: []\n", "it.yaml", Path()).declaration
    assert refusal_messages(without_status) == [
        "no status, so not for publication; write 'status: signed' once the text is signed"
    ]
    assert refusal_messages(source(status="draft")) == [
        "status 'draft', so not for publication; write 'status: signed' once the text is signed"
    ]
