"""One bad source stops no other: nothing of a source is read without a limit where the whole run would wait for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from render.batch.outcomes import Done, Failed, Limits
from render.batch.single import run_single
from render.read.source_id import find_id, id_in_head
from tests.batch.conftest import SOURCE
from tests.batch.poison import work_once_made
from tests.command import ROOT, CommandResult, engross

SECONDS = 120
LONG_HEAD = "# a comment\n" * 1000


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """Fail a test that hangs."""

    def stop(number: int, frame: object) -> None:
        raise AssertionError("it hangs")

    handler = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, handler)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(SOURCE.format(id=name, text="One."))
    return tmp_path


def render(folder: Path, *arguments: str, data: bytes | None = None) -> CommandResult:
    return engross("render", *arguments, "--to", "txt", cwd=folder, input=data)


# The size of a source


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(30 << 30)


@pytest.mark.parametrize("sources", [["."], ["big.yaml"], ["big.yaml", "--memory", "1G"]])
def test_a_source_of_30_gb_is_refused_before_it_is_read(folder: Path, sources: list[str]) -> None:
    sparse(folder / "big.yaml")
    done = render(folder, *sources)
    assert done.returncode == 1
    assert "big.yaml: 32,212,254,720 bytes; the maximum is 16,777,216: split it" in done.stderr
    assert (folder / "build" / "a.txt").exists() == (sources == ["."])


def test_an_overlay_of_30_gb_is_refused_before_it_is_read(folder: Path) -> None:
    sparse(folder / "a.briefing.yaml")
    done = render(folder, "a.yaml", "--edition", "briefing")
    assert "a.briefing.yaml: 32,212,254,720 bytes" in done.stderr


def test_an_output_of_30_gb_is_not_read_into_memory(folder: Path) -> None:
    assert engross("render", "a.yaml", "--to", "docx,html", cwd=folder).returncode == 0
    for suffix in ("docx", "html"):
        sparse(folder / "build" / f"a.{suffix}")
    done = engross("render", "a.yaml", "--to", "docx,html", "--verify", cwd=folder)
    assert "a.docx: can't read this file (larger than 1,073,741,824 bytes), so it was kept" in done.stderr
    assert (folder / "build" / "a.html").stat().st_size < 1 << 20


def test_the_standard_input_is_read_no_further_than_a_source_may_be_long(folder: Path) -> None:
    command = [sys.executable, "-P", "-m", "render", "render", "-", "--to", "txt"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with Path("/dev/zero").open("rb") as endless:
        done = subprocess.run(
            command, cwd=folder, env=environment, stdin=endless, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert "<stdin>: 16,777,217 bytes; the maximum is 16,777,216: split it" in done.stderr


# The id of a source


def test_the_id_at_the_beginning_is_found_in_bounded_work_and_never_cut() -> None:
    assert id_in_head(b"# a comment\nid: a-b\n" + b"x" * 10_000) == "a-b"
    for length in range(2030, 2060):  # around the end of what is looked at
        data = b"#" * (length - 9) + b"\nid: a-b-c\ntitle: A title\n"
        assert id_in_head(data) in (None, "a-b-c")
        assert find_id(data) == "a-b-c"
    assert id_in_head(LONG_HEAD.encode() + b"id: a\n") is None


def test_ids_far_from_the_beginning_are_found_and_compared(folder: Path) -> None:
    for name in ("a", "b"):
        path = folder / f"{name}.yaml"
        path.write_text(LONG_HEAD + path.read_text())
    assert render(folder, ".").returncode == 0
    (folder / "b.yaml").write_text(LONG_HEAD + SOURCE.format(id="A".lower(), text="Two."))
    done = render(folder, ".")
    assert done.returncode == 2
    assert "a.yaml and b.yaml have the same id 'a'" in done.stderr


def test_a_single_source_may_have_its_id_far_from_the_beginning(folder: Path) -> None:
    path = folder / "a.yaml"
    path.write_text(LONG_HEAD + path.read_text())
    assert render(folder, "a.yaml").returncode == 0
    assert render(folder, "-", data=path.read_bytes()).returncode == 0


CRASHING = """
import os
import render.read.source_id, render.read.reader
from render.cli.commands import main

find_id, read_tree = render.read.source_id.find_id, render.read.reader.read_tree

def crash(data):
    if b"crash" in data:
        os.abort()
    return find_id(data)

def crash_too(data, file):
    crash(data)
    return read_tree(data, file)

render.read.source_id.find_id, render.read.reader.read_tree = crash, crash_too
if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize("changed", ["all", "one"])
@pytest.mark.parametrize("head", ["", LONG_HEAD])
def test_a_source_that_crashes_its_reader_fails_alone(folder: Path, changed: str, head: str) -> None:
    if changed == "one":
        assert render(folder, ".").returncode == 0
    (folder / "c.yaml").write_text(head + SOURCE.format(id="c", text=f"{LONG_HEAD}crash".replace("\n", " ")))
    program = folder / "program.py"
    program.write_text(CRASHING)
    command = [sys.executable, str(program), "render", ".", "--to", "txt", "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "c.yaml: its process crashed twice (SIGABRT)" in done.stderr
    assert (folder / "build" / "a.txt").exists()
    assert (folder / "build" / "b.txt").exists()


# A single job


@pytest.mark.parametrize(
    ("job", "kind", "what"),
    [
        ("raises", "error", "ZeroDivisionError: by nought"),
        ("leaves", "crash", "exit 3"),
        ("segfault", "crash", "SIGSEGV"),
        ("killed", "crash", "SIGKILL"),
        ("hog", "memory", "out of memory"),
    ],
)
def test_a_single_job_is_within_the_limits_and_blamed_for_what_it_did(job: str, kind: str, what: str) -> None:
    (failed,) = run_single(work_once_made, job, Limits(seconds=600, memory=2 << 30))
    assert isinstance(failed, Failed)
    assert (failed.kind, failed.what) == (kind, what)


def test_a_single_job_that_hangs_is_out_of_time() -> None:
    (failed,) = run_single(work_once_made, "hang", Limits(seconds=0.5))
    assert isinstance(failed, Failed)
    assert (failed.kind, failed.what) == ("timeout", "not finished after 0.5 s")


def test_a_single_job_gives_its_result_and_leaves_no_process() -> None:
    before = psutil.Process().children()
    (done,) = run_single(work_once_made, "good", Limits())
    assert isinstance(done, Done)
    assert (done.job, done.result) == ("good", "GOOD")
    assert psutil.Process().children() == before


# Too little memory


@pytest.mark.parametrize(("formats", "least"), [("txt", "128M"), ("pdf", "384M"), ("docx,pdf,html", "384M")])
@pytest.mark.parametrize("sources", [["a.yaml"], ["."]])
def test_too_little_memory_is_an_error_that_gives_the_least_amount(
    folder: Path, formats: str, least: str, sources: list[str]
) -> None:
    for memory in ("1K", "20M", "60M", "127M"):
        done = engross("render", *sources, "--to", formats, "--memory", memory, cwd=folder)
        assert done.returncode == 2
        assert f"is too little{' to print a PDF' if 'pdf' in formats else ''}; give at least {least}" in done.stderr
    assert not (folder / "build").exists()


@pytest.mark.parametrize(("formats", "least"), [("docx,html,txt,md,eml", "128M"), ("pdf,docx,html,txt", "384M")])
@pytest.mark.parametrize("sources", [["a.yaml"], ["."]])
def test_the_least_amount_of_memory_is_enough_for_a_short_text(
    folder: Path, formats: str, least: str, sources: list[str]
) -> None:
    done = engross("render", *sources, "--to", formats, "--memory", least, cwd=folder)
    assert done.returncode == 0, done.stderr
