"""What a command names, and the sources that it finds."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from render.batch.sources import Source, find_sources
from render.errors import UsageError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.yaml", "a.yml", "c/d.yaml", "c/e/f.yaml", "a.briefing.yaml", ".g.yaml", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def found(folder: Path, *names: str, lists: tuple[Path, ...] = ()) -> list[str]:
    return [
        str(find_source.path.relative_to(folder))
        for find_source in find_sources([folder / name for name in names], lists)
    ]


def test_a_folder_is_its_sources_and_those_of_the_folders_in_it(folder: Path) -> None:
    assert found(folder, ".") == ["a.yml", "b.yaml", "c/d.yaml", "c/e/f.yaml"]


@pytest.mark.parametrize(
    ("pattern", "sources"),
    [("*.yaml", ["b.yaml"]), ("**/*.yaml", ["b.yaml", "c/d.yaml", "c/e/f.yaml"]), ("?/[d]*", ["c/d.yaml"])],
)
def test_a_pattern_gives_the_files_that_it_matches(folder: Path, pattern: str, sources: list[str]) -> None:
    assert found(folder, pattern) == sources


def test_a_pattern_that_is_the_name_of_a_file_is_that_file(folder: Path) -> None:
    (folder / "[d].yaml").touch()
    assert found(folder, "[d].yaml") == ["[d].yaml"]


def test_a_file_that_is_named_in_two_ways_is_one_source(folder: Path) -> None:
    (folder / "link.yaml").symlink_to(folder / "b.yaml")
    assert found(folder, "b.yaml", "link.yaml", "./c/../b.yaml", "*.yaml") == ["b.yaml"]


def test_a_list_adds_sources(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "list").write_text("c\n\nb.yaml\n*.yml\n")
    assert [str(find_source.path) for find_source in find_sources([Path("b.yaml")], [Path("list")])] == [
        "b.yaml",
        "c/d.yaml",
        "c/e/f.yaml",
        "a.yml",
    ]


def test_the_standard_input_is_a_source_or_a_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"id: a\n")))
    assert find_sources([Path("-")]) == [Source(Path("<stdin>"), b"id: a\n")]
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"b.yaml\n")))
    assert find_sources([], [Path("-")]) == [Source(Path("b.yaml"))]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.briefing.yaml", "an overlay, not a source"),
        ("*.xml", "no source matches this pattern"),
        ("empty", "no sources in this folder"),
    ],
)
def test_an_argument_that_names_no_source_is_an_error(folder: Path, name: str, message: str) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(UsageError, match=message):
        find_sources([folder / name])


@pytest.mark.parametrize("data", [None, b"\xff\xfe"])
def test_a_list_that_cannot_be_read_is_an_error(folder: Path, data: bytes | None) -> None:
    if data:
        (folder / "list").write_bytes(data)
    with pytest.raises(UsageError, match="list: can't read this list"):
        find_sources([], [folder / "list"])


def test_a_missing_file_is_a_source_that_its_reader_reports(folder: Path) -> None:
    assert found(folder, "missing.yaml") == ["missing.yaml"]
