"""A run writes everything, and its report, whatever happens to its streams and its terminal."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.batch.gate import MINUTES, gate
from tests.command import ROOT

SOURCE = "id: {id}\ntitle: A title\nlanguages: [en]\nbody: [{{id: one, text: One.}}]\n"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
NAMES = [f"d{number}" for number in range(5)]
ENGROSS = f"{sys.executable} -m render"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    for name in NAMES:
        (tmp_path / "source" / f"{name}.yaml").write_text(SOURCE.format(id=name))
    return tmp_path


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    command = f"set -o pipefail; {command}".replace("engross", ENGROSS)
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=MINUTES
    )


def assert_all_written(folder: Path, exit_code: int = 0) -> None:
    assert sorted(path.name for path in (folder / "build").glob("*.txt")) == [f"{name}.txt" for name in NAMES]
    report = json.loads((folder / "r.json").read_text())
    assert (report["exit_code"], report["summary"]["written"], report["not_tried"]) == (exit_code, 5, [])


@pytest.mark.parametrize(
    "source", ["source", "source/d0.yaml source/d1.yaml source/d2.yaml source/d3.yaml source/d4.yaml"]
)
@pytest.mark.parametrize(
    "closed", ["2>&-", ">&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-", "| head -1", "2>&1 | head -1", "| true"]
)
@pytest.mark.parametrize("options", ["", "--log-format json"])
def test_a_run_with_closed_streams_writes_everything(folder: Path, closed: str, source: str, options: str) -> None:
    done = shell(folder, f"engross render {source} --to txt --jobs 1 --report r.json {options} {closed}")
    assert (done.returncode, "Traceback" in done.stderr, "Exception ignored" in done.stderr) == (0, False, False)
    assert_all_written(folder)


def test_a_single_source_with_closed_streams_is_written(folder: Path) -> None:
    for closed in ("2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
        assert shell(folder, f"engross render source/d0.yaml --force --to txt,pdf {closed}").returncode == 0
    assert {path.suffix for path in (folder / "build").glob("d0.*")} == {".txt", ".pdf"}


def test_nothing_is_written_into_a_file_that_got_a_closed_descriptor(folder: Path) -> None:
    (folder / "source" / "bad.yaml").write_text("id: bad\n")
    for _ in range(2):
        assert shell(folder, "engross render source --to txt <&- >&- 2>&-").returncode == 1
    done = shell(folder, "engross render source --to txt")
    assert "0 files written, 5 up to date" in done.stderr  # the build database is as it was written


def test_a_closed_standard_input_is_a_sentence(folder: Path) -> None:
    done = shell(folder, "engross render - --to txt <&-")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


@pytest.mark.parametrize(
    "command",
    [
        "engross render source --to txt --report r.json",
        "engross check source/bad.yaml source",
        "engross commitments source",
        "engross schema declaration",
        "engross new a-b",
        "engross house-style --write house.dotx",
    ],
)
def test_a_full_device_is_a_sentence(folder: Path, command: str) -> None:
    (folder / "source" / "bad.yaml").write_text("id: bad\n")
    if "render" in command:
        (folder / "source" / "bad.yaml").unlink()
    done = shell(folder, f"{command} > /dev/full")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    if "check" not in command:  # its exit code says already that something is wrong
        assert "can't write to the standard output (No space left on device)" in done.stderr
    if "render" in command:
        assert_all_written(folder)


def test_full_messages_stop_nothing(folder: Path) -> None:
    assert shell(folder, "engross render source --to txt --report r.json 2> /dev/full").returncode == 0
    assert_all_written(folder)


@pytest.mark.parametrize("command", ["check source", "commitments source", "schema declaration", "--help"])
def test_a_reader_that_stops_early_is_no_fault(folder: Path, command: str) -> None:
    done = shell(folder, f"engross {command} | true")
    assert (done.returncode, done.stderr.replace("5 of 5 sources valid\n", "")) == (0, "")


def gated_run(folder: Path, gates: Path, *before: str, **how: Any) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-m", "tests.batch.gated_command", str(gates), "render", "source"]
    command += ["--to", "txt", "--jobs", "1", "--report", "r.json"]
    return subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, text=True, **how)


def test_a_hangup_stops_the_run_and_the_report_is_written(folder: Path) -> None:
    with gate(folder / "gate") as keeper, gated_run(folder, keeper.gate.folder, stderr=-1) as run:
        keeper.let_through(2)
        keeper.arrivals(3)
        run.send_signal(signal.SIGHUP)
        said = run.communicate(timeout=MINUTES)[1]
    assert (run.returncode, "Traceback" in said) == (129, False)
    report = json.loads((folder / "r.json").read_text())
    assert report["exit_code"] == 129
    assert report["summary"]["written"] in (1, 2)  # the second may be on its way from its worker
    assert len(report["not_tried"]) == 5 - report["summary"]["written"]


def test_a_terminal_that_closes_stops_the_run_and_the_report_is_written(folder: Path) -> None:
    master, slave = pty.openpty()
    with gate(folder / "gate") as keeper:
        run = gated_run(folder, keeper.gate.folder, "setsid", "--ctty", stdin=slave, stdout=slave, stderr=slave)
        with run:
            os.close(slave)
            keeper.let_through(2)
            keeper.arrivals(3)
            os.close(master)  # the kernel sends SIGHUP, and all that is printed from now on fails
            run.wait(MINUTES)
    report = json.loads((folder / "r.json").read_text())
    assert (run.returncode, report["exit_code"], report["summary"]["written"] in (1, 2)) == (129, 129, True)


def test_nohup_is_obeyed(folder: Path) -> None:
    with gate(folder / "gate") as keeper, gated_run(folder, keeper.gate.folder, "nohup", stdout=-1, stderr=-1) as run:
        keeper.let_through(2)
        keeper.arrivals(3)
        run.send_signal(signal.SIGHUP)
        keeper.let_through(3)
        run.communicate(timeout=MINUTES)
    assert run.returncode == 0
    assert_all_written(folder)


def test_a_name_that_is_not_unicode_goes_through_a_pipe_as_it_is(folder: Path) -> None:
    command: Sequence[str | bytes] = [
        sys.executable,
        "-m",
        "render",
        "render",
        "source/d0.yaml",
        "--to",
        "txt",
        "--out",
    ]
    done = subprocess.run([*command, b"out\xff"], cwd=folder, env=ENVIRONMENT, capture_output=True, timeout=MINUTES)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"out\xff/d0.txt\n", b"")
    latin = {**ENVIRONMENT, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([*command, "žemė"], cwd=folder, env=latin, capture_output=True, timeout=MINUTES)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"\\u017eem\\u0117/d0.txt\n", b"")
