"""The ledger saves work and is never in the way: whatever is wrong with it, the outputs are right."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from render.batch.build_db import BuildDb, BuiltOutput, KnownSource
from render.errors import Place, Problem
from tests.batch.conftest import Desk

FILES = (("p.png", "2" * 64),)
WARNINGS = (Problem(Place("a.yaml", 3, 4), "odd", "look", "warning"),)
KNOWN = KnownSource("../source/a.yaml", False, "1" * 64, "a", "draft", ("en", "lt"), ("en", "lt"), FILES, WARNINGS)
MADE = BuiltOutput(
    "a.en.txt", "../source/a.yaml", "1" * 64, KNOWN.files, "r", "a", "draft", "en", "txt", "3" * 64, 10, "20"
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path


def test_what_was_noted_is_known_to_the_next_run(out: Path) -> None:
    with BuildDb(out) as build_db:
        build_db.record(KNOWN, [MADE], {"r": {"paper": "a4"}})
    with BuildDb(out) as build_db:
        assert build_db.known_source(KNOWN.path) == KNOWN
        assert build_db.outputs_of(KNOWN.path) == {"a.en.txt": MADE}
        assert build_db.fingerprint("r") == {"paper": "a4"}
        assert build_db.known_source("other") is None
        assert build_db.known_source(KNOWN.path, overlay=True) is None
        assert build_db.fingerprint("other") == {}
        assert build_db.source_paths() == [KNOWN.path]
        build_db.mark_orphaned(MADE)
        assert build_db.source_paths() == [""]
        build_db.forget_output("a.en.txt")
        assert build_db.source_paths() == []
        assert build_db.error == ""


@pytest.mark.parametrize("data", [b"", b"no database at all", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_ledger_that_is_none_is_thrown_away(out: Path, data: bytes) -> None:
    (out / "build.db").write_bytes(data)
    with BuildDb(out) as build_db:
        assert build_db.known_source(KNOWN.path) is None
        build_db.record(KNOWN, [MADE], {})
    with BuildDb(out) as build_db:
        assert (build_db.known_source(KNOWN.path), build_db.error) == (KNOWN, "")


def test_a_ledger_of_another_version_is_thrown_away(out: Path) -> None:
    with BuildDb(out) as build_db:
        build_db.record(KNOWN, [MADE], {})
    connection = sqlite3.connect(out / "build.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with BuildDb(out) as build_db:
        assert build_db.known_source(KNOWN.path) is None


def test_a_database_by_its_old_name_is_ignored_and_an_edited_copy_is_still_recognised(desk: Desk) -> None:
    desk.source("a")
    desk.run()
    state = desk.out / ".engross"
    (state / "build.db").rename(state / "ledger.db")
    edited = (desk.out / "a.docx").read_bytes() + b"edited"
    (desk.out / "a.docx").write_bytes(edited)
    outputs = {output.name: output.error for output in desk.run()["a"].outputs}
    assert "edited since Engross wrote it" in outputs.pop("a.docx")
    assert outputs == {"a.html": "", "a.txt": ""}
    assert (desk.out / "a.docx").read_bytes() == edited
    assert (state / "ledger.db").exists()


def test_a_ledger_that_cannot_be_kept_is_kept_in_memory(out: Path) -> None:
    (out / "build.db").mkdir()
    with BuildDb(out) as build_db:
        build_db.record(KNOWN, [MADE], {})
        assert build_db.known_source(KNOWN.path) == KNOWN
        assert "unable to open" in build_db.error


def test_a_ledger_that_breaks_in_the_middle_of_a_run_is_given_up(out: Path) -> None:
    with BuildDb(out) as build_db:
        build_db._connection.execute("DROP TABLE outputs")
        assert build_db.outputs_of(KNOWN.path) == {}
        assert "no such table" in build_db.error
        build_db.record(KNOWN, [MADE], {})
        assert build_db.outputs_of(KNOWN.path) == {"a.en.txt": MADE}


def test_a_row_that_was_changed_is_no_row(out: Path) -> None:
    with BuildDb(out) as build_db:
        build_db.record(KNOWN, [MADE], {})
        build_db._connection.execute("UPDATE sources SET id = 'b'")
        build_db._connection.execute("UPDATE outputs SET size = 11")
        assert build_db.known_source(KNOWN.path) is None
        assert build_db.outputs_of(KNOWN.path) == {}


@pytest.mark.parametrize("seed", range(8))
def test_outputs_are_right_whatever_has_befallen_the_ledger(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    for name in ("a", "b"):
        desk.source(name)
    desk.run()
    good = {name: (desk.out / name).read_bytes() for name in desk.outputs()}
    path = desk.out / ".engross" / "build.db"
    data = bytearray(path.read_bytes())
    for place in chance.sample(range(len(data)), 200):
        data[place] = chance.randrange(256)
    path.write_bytes(data if seed % 2 else data[: chance.randrange(len(data))])
    (desk.out / "a.html").write_bytes(b"torn")
    (desk.out / "b.txt").unlink()
    desk.source("b", "Two.")
    assert not [result.errors for result in desk.run().values() if result.errors]
    assert (desk.out / "a.html").read_bytes() == good["a.html"]
    assert "Two." in (desk.out / "b.txt").read_text()
    assert not [result.errors for result in desk.run().values() if result.errors]
    assert desk.written() == []
