"""Same input, same bytes: whatever the run, the hash seed, the folder, the clock's zone, the language, the cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("same bytes")  # one process makes the first outputs

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "tests" / "data" / "kitchen-sink.yaml"

EVERYTHING = ["--to", "pdf,docx,html,txt,md,eml", "--attach-pdf"]


def outputs(folder: Path, env: Mapping[str, str], source: Path = SOURCE) -> dict[str, bytes]:
    """What a run in a folder writes, by suffix."""
    folder.mkdir()
    command = [sys.executable, "-m", "render", "render", str(source), "--quiet", *EVERYTHING]
    subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **env}, check=True)
    return {path.suffix: path.read_bytes() for path in (folder / "build").glob("*.*") if path.is_file()}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    made = outputs(tmp_path_factory.mktemp("first") / "run", {"PYTHONHASHSEED": "1"})
    assert sorted(made) == [".docx", ".eml", ".html", ".md", ".pdf", ".txt"]
    return made


def test_another_hash_seed_zone_language_and_epoch_change_no_byte(first: Mapping[str, bytes], tmp_path: Path) -> None:
    env = {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LANG": "lt_LT.UTF-8", "LC_ALL": "C"}
    assert outputs(tmp_path / "elsewhere", {**env, "SOURCE_DATE_EPOCH": "1700000000"}) == first


def test_another_folder_and_an_empty_cache_change_no_byte(first: Mapping[str, bytes], tmp_path: Path) -> None:
    for path in SOURCE.parent.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    assert outputs(tmp_path / "run", {"XDG_CACHE_HOME": str(tmp_path / "cache")}, tmp_path / SOURCE.name) == first


def test_no_entry_of_the_word_copy_has_the_current_time(first: Mapping[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_bytes(first[".docx"])
    with zipfile.ZipFile(tmp_path / "x.docx") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"


def test_a_source_without_a_date_has_the_epochs(tmp_path: Path) -> None:
    source = tmp_path / "undated.yaml"
    source.write_text("id: undated\ntitle: A title\nlanguages: [en]\nbody: [{id: one, text: One.}]\n")
    undated = outputs(tmp_path / "undated", {"SOURCE_DATE_EPOCH": ""}, source)
    dated = outputs(tmp_path / "dated", {"SOURCE_DATE_EPOCH": "1700000000"}, source)
    assert b"2023-11-14" in dated[".pdf"]
    assert b"2023-11-14" not in undated[".pdf"]
    assert undated[".txt"] == dated[".txt"]
