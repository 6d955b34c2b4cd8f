"""The build database saves work and never blocks a run: whatever is wrong with it, the outputs are correct."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from render.batch.build_db import BuildDb, BuiltOutput, KnownSource
from render.errors import Place, Problem
from tests.batch.conftest import BatchFolder

FILES = (("p.png", "2" * 64),)
WARNINGS = (Problem(Place("a.yaml", 3, 4), "odd", "look", "warning"),)
KNOWN_SOURCE = KnownSource(
    "../source/a.yaml", False, "1" * 64, "a", "draft", ("en", "lt"), ("en", "lt"), FILES, WARNINGS
)
BUILT_OUTPUT = BuiltOutput(
    "a.en.txt", "../source/a.yaml", "1" * 64, KNOWN_SOURCE.files, "r", "a", "draft", "en", "txt", "3" * 64, 10, "20"
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path


def test_what_was_recorded_is_known_to_the_next_run(out: Path) -> None:
    with BuildDb(out) as build_db:
        build_db.record(KNOWN_SOURCE, [BUILT_OUTPUT], {"r": {"paper": "a4"}})
    with BuildDb(out) as build_db:
        assert build_db.known_source(KNOWN_SOURCE.path) == KNOWN_SOURCE
        assert build_db.outputs_of(KNOWN_SOURCE.path) == {"a.en.txt": BUILT_OUTPUT}
        assert build_db.fingerprint("r") == {"paper": "a4"}
        assert build_db.known_source("other") is None
        assert build_db.known_source(KNOWN_SOURCE.path, overlay=True) is None
        assert build_db.fingerprint("other") == {}
        assert build_db.source_paths() == [KNOWN_SOURCE.path]
        build_db.mark_orphaned(BUILT_OUTPUT)
        assert build_db.source_paths() == [""]
        build_db.forget_output("a.en.txt")
        assert build_db.source_paths() == []
        assert build_db.error == ""


@pytest.mark.parametrize("data", [b"", b"no database at all", b"SQLite format 3\0" + b"\xff" * 5000])
def test_an_invalid_build_database_is_discarded(out: Path, data: bytes) -> None:
    (out / "build.db").write_bytes(data)
    with BuildDb(out) as build_db:
        assert build_db.known_source(KNOWN_SOURCE.path) is None
        build_db.record(KNOWN_SOURCE, [BUILT_OUTPUT], {})
    with BuildDb(out) as build_db:
        assert (build_db.known_source(KNOWN_SOURCE.path), build_db.error) == (KNOWN_SOURCE, "")


def test_a_build_database_of_another_version_is_discarded(out: Path) -> None:
    with BuildDb(out) as build_db:
        build_db.record(KNOWN_SOURCE, [BUILT_OUTPUT], {})
    connection = sqlite3.connect(out / "build.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with BuildDb(out) as build_db:
        assert build_db.known_source(KNOWN_SOURCE.path) is None


def test_a_database_by_its_old_name_is_ignored_and_an_edited_copy_is_still_recognised(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run()
    state = batch.out / ".engross"
    (state / "build.db").rename(state / "ledger.db")
    edited = (batch.out / "a.docx").read_bytes() + b"edited"
    (batch.out / "a.docx").write_bytes(edited)
    outputs = {output.name: output.error for output in batch.run()["a"].outputs}
    assert "edited since Engross wrote it" in outputs.pop("a.docx")
    assert outputs == {"a.html": "", "a.txt": ""}
    assert (batch.out / "a.docx").read_bytes() == edited
    assert (state / "ledger.db").exists()


def test_a_build_database_that_cannot_be_written_is_kept_in_memory(out: Path) -> None:
    (out / "build.db").mkdir()
    with BuildDb(out) as build_db:
        build_db.record(KNOWN_SOURCE, [BUILT_OUTPUT], {})
        assert build_db.known_source(KNOWN_SOURCE.path) == KNOWN_SOURCE
        assert "unable to open" in build_db.error


def test_a_build_database_that_breaks_during_a_run_is_replaced(out: Path) -> None:
    with BuildDb(out) as build_db:
        build_db._connection.execute("DROP TABLE outputs")
        assert build_db.outputs_of(KNOWN_SOURCE.path) == {}
        assert "no such table" in build_db.error
        build_db.record(KNOWN_SOURCE, [BUILT_OUTPUT], {})
        assert build_db.outputs_of(KNOWN_SOURCE.path) == {"a.en.txt": BUILT_OUTPUT}


def test_a_changed_row_is_ignored(out: Path) -> None:
    with BuildDb(out) as build_db:
        build_db.record(KNOWN_SOURCE, [BUILT_OUTPUT], {})
        build_db._connection.execute("UPDATE sources SET id = 'b'")
        build_db._connection.execute("UPDATE outputs SET size = 11")
        assert build_db.known_source(KNOWN_SOURCE.path) is None
        assert build_db.outputs_of(KNOWN_SOURCE.path) == {}


@pytest.mark.parametrize("seed", range(8))
def test_outputs_are_correct_whatever_happened_to_the_build_database(batch: BatchFolder, seed: int) -> None:
    chance = random.Random(seed)
    for name in ("a", "b"):
        batch.source(name)
    batch.run()
    good = {name: (batch.out / name).read_bytes() for name in batch.outputs()}
    path = batch.out / ".engross" / "build.db"
    data = bytearray(path.read_bytes())
    for place in chance.sample(range(len(data)), 200):
        data[place] = chance.randrange(256)
    path.write_bytes(data if seed % 2 else data[: chance.randrange(len(data))])
    (batch.out / "a.html").write_bytes(b"torn")
    (batch.out / "b.txt").unlink()
    batch.source("b", "Two.")
    assert not [result.errors for result in batch.run().values() if result.errors]
    assert (batch.out / "a.html").read_bytes() == good["a.html"]
    assert "Two." in (batch.out / "b.txt").read_text()
    assert not [result.errors for result in batch.run().values() if result.errors]
    assert batch.written() == []
