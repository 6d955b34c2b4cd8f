"""What builds by dates miss. The same command, run again as users call it, has to see and repair it.

make, ninja, snakemake, dvc, luigi, sphinx and doit each miss at least one of the first four.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import docx
import pytest

from tests.batch.conftest import SOURCE

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
COMMAND = [sys.executable, "-m", "render", "render", "source", "--to", "docx,txt"]


class BuiltFolder:
    """Two sources and their outputs, which are all up to date."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "source").mkdir()
        for name in "ab":
            self.edit(name, "Old.")
        assert self.run().returncode == 0

    def edit(self, name: str, text: str) -> Path:
        source = self.path / "source" / f"{name}.yaml"
        source.write_text(SOURCE.format(id=name, text=text))
        return source

    def run(self, *before: str) -> subprocess.CompletedProcess[str]:
        command = [*before, *COMMAND]
        return subprocess.run(command, cwd=self.path, env=ENVIRONMENT, capture_output=True, text=True, check=False)

    def output(self, name: str) -> Path:
        return self.path / "build" / name


@pytest.fixture
def folder(tmp_path: Path) -> BuiltFolder:
    return BuiltFolder(tmp_path)


def test_an_edit_with_the_same_time_and_size_is_seen(folder: BuiltFolder) -> None:
    source = folder.path / "source" / "a.yaml"
    before = source.stat()
    folder.edit("a", "New.")
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert source.stat().st_size == before.st_size
    done = folder.run()
    assert (done.returncode, sorted(done.stdout.split())) == (0, ["build/a.docx", "build/a.txt"])
    assert "New." in folder.output("a.txt").read_text()


def test_a_corrupted_output_is_written_again(folder: BuiltFolder) -> None:
    right = folder.output("b.txt").read_bytes()
    folder.output("b.txt").write_bytes(right[: len(right) // 2])
    done = folder.run()
    assert (done.returncode, done.stdout.split()) == (0, ["build/b.txt"])
    assert folder.output("b.txt").read_bytes() == right


def test_one_bad_source_does_not_stop_the_others_and_exits_with_1_every_time(folder: BuiltFolder) -> None:
    folder.edit("b", "New.")
    (folder.path / "source" / "a.yaml").write_text("id: a\ntitel: A\nlanguages: [en]\nbody: []\n")
    done = folder.run()
    assert (done.returncode, sorted(done.stdout.split())) == (1, ["build/b.docx", "build/b.txt"])
    again = folder.run()
    assert (again.returncode, again.stdout) == (1, "")
    assert "source/a.yaml:2:1" in again.stderr


def test_a_kill_while_a_file_is_written_leaves_it_whole_and_a_plain_rerun_does_the_rest(folder: BuiltFolder) -> None:
    (folder.path / "source" / "b.yaml").unlink()  # one source is rendered by the command itself, without a worker
    folder.edit("a", "Newer.")
    old = folder.output("a.txt").read_bytes()
    killed = folder.run(
        "strace", "-qq", "-o", "/dev/null", "-e", "trace=rename", "-e", "inject=rename:signal=SIGKILL:when=2"
    )
    assert killed.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
    assert folder.output("a.txt").read_bytes() == old
    assert folder.run().returncode == 0
    assert "Newer." in folder.output("a.txt").read_text()


def test_an_edited_word_copy_is_kept_and_exits_with_1(folder: BuiltFolder) -> None:
    copy = docx.Document(str(folder.output("a.docx")))
    copy.add_paragraph("A wish of ours.")
    saved = BytesIO()
    copy.save(saved)
    folder.output("a.docx").write_bytes(saved.getvalue())
    folder.edit("a", "New.")
    done = folder.run()
    assert done.returncode == 1
    assert re.search(r"build/a\.docx: .*edited", done.stderr)
    assert folder.output("a.docx").read_bytes() == saved.getvalue()
    assert "New." in folder.output("a.txt").read_text()
