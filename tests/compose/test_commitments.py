"""The register of commitments: its rows, its filters, and the tables that are made of it."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import json
from collections.abc import Callable

import pytest

from render.cli.commitments import as_csv, as_json
from render.compose.commitments import CommitmentEntry, CommitmentFilter, entries
from render.model.declaration import Publication
from tests.compose.overlays import A_B, OVERLAY, overlay

ROWS = list(entries(A_B, overlay(OVERLAY.replace("at: 1", "at: 1, owner: Archive of A")), "en"))
GUIDE, ARCHIVES = ROWS
ANOTHER = "commitments: [{id: x, actors: [a], action: x, at: 1}]"


def test_a_row_has_who_does_what_by_when_and_in_which_sentence() -> None:
    assert (
        CommitmentEntry(
            declaration="a-b",
            title="Joint declaration of A and B on cooperation",
            commitment="guide",
            actors=("b",),
            who=("B",),
            action="Publish a guide",
            due=datetime.date(2026, 6, 1),
            status="planned",
            owner="canary",
            topics=("trade",),
            paragraph="travel",
            number="3",
            sentence="B will publish a guide.",
            link="",
        )
        == GUIDE
    )


def test_a_sentence_has_its_references_in_words_and_no_note_marks() -> None:
    assert ARCHIVES.sentence == "A will open its archives to B, see paragraph 2(b)."
    text = OVERLAY.replace(
        "  meetings: {topics: [],", "  meetings: {commitments: [{id: x, actors: [a], action: x, at: 1}],"
    )
    assert next(entries(A_B, overlay(text), "en")).sentence == "A and B will meet every year."


def test_a_sub_paragraph_is_called_by_its_whole_number_and_a_recital_by_none() -> None:
    for name, number in (("fish", "2(b)"), ("friendship", "")):
        text = OVERLAY.replace(
            f"  {name}: {{", f"  {name}: {{commitments: [{{id: x, actors: [a], action: x, at: 1}}], "
        )
        assert [entry.number for entry in entries(A_B, overlay(text), "en") if entry.commitment == "x"] == [number]


def test_a_row_leads_to_the_paragraph_where_the_source_names_a_page() -> None:
    published = dataclasses.replace(A_B, publication=Publication(url="https://example.org/a-b"))
    assert next(entries(published, overlay(), "en")).link == "https://example.org/a-b#travel"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CommitmentFilter(), ["guide", "archives"]),
        (CommitmentFilter(topics=("trade", "other")), ["guide"]),
        (CommitmentFilter(actors=("a",)), ["archives"]),
        (CommitmentFilter(actors=("a", "b")), ["guide", "archives"]),
        (CommitmentFilter(statuses=("open", "done")), ["archives"]),
        (CommitmentFilter(due_by=datetime.date(2026, 6, 1)), ["guide"]),
        (CommitmentFilter(due_by=datetime.date(2026, 5, 31)), []),
        (CommitmentFilter(topics=("trade",), actors=("a",)), []),
    ],
)
def test_only_the_requested_commitments_are_found(wanted: CommitmentFilter, found: list[str]) -> None:
    assert [row.commitment for row in filter(wanted.matches, ROWS)] == found


def test_as_csv_it_opens_in_a_spreadsheet() -> None:
    table = as_csv([dataclasses.replace(GUIDE, action='Publish "a guide", in two\nlines', owner="=1+1")])
    assert table.startswith("\ufeffdeclaration,title,")
    assert table.endswith("\r\n")
    (row,) = csv.DictReader(io.StringIO(table.removeprefix("\ufeff"), newline=""))
    assert row["action"] == 'Publish "a guide", in two\nlines'
    assert row["owner"] == "'=1+1"
    assert (row["due"], row["actors"], row["number"]) == ("2026-06-01", "b", "3")
    assert row.keys() == {field.name for field in dataclasses.fields(CommitmentEntry)}


def test_as_json_it_keeps_lists_and_what_is_not_known() -> None:
    found = json.loads(as_json(ROWS))
    assert [(match["commitment"], match["due"], match["actors"]) for match in found] == [
        ("guide", "2026-06-01", ["b"]),
        ("archives", None, ["b", "a"]),
    ]


@pytest.mark.parametrize("written", [as_csv, as_json])
def test_nothing_found_is_still_a_table(written: Callable[[list[CommitmentEntry]], str]) -> None:
    assert written([]).strip() in (
        "[]",
        "\ufeff" + ",".join(field.name for field in dataclasses.fields(CommitmentEntry)),
    )
