"""Many sources by the command: what it prints, reports and exits with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import psutil
import pytest
from click.testing import CliRunner

from render.batch.lock import locked
from render.cli.commands import main
from render.output.store import Folder
from tests.batch.conftest import SOURCE
from tests.batch.gate import MINUTES, gate
from tests.cli.batches import ENVIRONMENT, ROOT, engross
from tests.processes import assert_ended

SCHEMA = json.loads((ROOT / "render" / "batch" / "report.schema.json").read_text("utf-8"))
COMMAND = [sys.executable, "-m", "render", "render"]


# Messages


def test_a_summary_names_every_failure_with_its_place(folder: Path) -> None:
    done = engross(folder, "source", "missing.yaml", "--to", "txt")
    assert (done.returncode, sorted(done.stdout.split())) == (1, ["build/a.txt", "build/c.txt"])
    lines = done.stderr.splitlines()
    assert "2 files written, 0 up to date" in lines
    summary = lines[lines.index("2 of 4 sources failed:") + 1 :]
    assert sorted(line.strip().split(" ")[0] for line in summary) == [
        "missing.yaml:",
        "source/b.yaml:1:1:",
        "source/b.yaml:2:1:",
    ]


def test_quiet_prints_only_failures(folder: Path) -> None:
    assert engross(folder, "source/a.yaml", "source/c.yaml", "--to", "txt", "-q").stderr == ""
    assert "files written" not in engross(folder, "source", "--to", "txt", "-q").stderr


def test_explain_prints_why_a_file_is_written(folder: Path) -> None:
    engross(folder, "source/a.yaml", "--to", "txt")
    (folder / "build" / "a.txt").unlink()
    done = engross(folder, "source/a.yaml", "--to", "txt,html", "--explain")
    assert done.stderr.splitlines()[:2] == ["build/a.txt: the file is missing", "build/a.html: new"]


def test_a_source_or_a_list_of_sources_is_read_from_standard_input(folder: Path) -> None:
    text = (folder / "source" / "a.yaml").read_text()
    assert engross(folder, "-", "--to", "txt", stdin=text).stdout == "build/a.txt\n"
    listed = "source/c.yaml\n"
    assert engross(folder, "--from-file", "-", "--to", "txt", stdin=listed).stdout == "build/c.txt\n"
    assert "<stdin>:1:1: " in engross(folder, "-", "--to", "txt", stdin="ID: x\n").stderr


def test_outputs_without_a_source_are_reported_until_they_are_removed(folder: Path) -> None:
    engross(folder, "source", "--to", "txt")
    (folder / "source" / "c.yaml").unlink()
    listed = "build/c.txt: no source produces this file any more; add --prune to remove it"
    assert listed in engross(folder, "source/a.yaml", "--to", "txt").stderr.splitlines()
    done = engross(folder, "source/a.yaml", "--to", "txt", "--prune")
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        0,
        "build/c.txt: removed, because no source produces this file any more",
    )


def test_events_are_lines_of_json(folder: Path) -> None:
    done = engross(folder, "source", "--to", "txt", "--log-format", "json")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [event["event"] for event in events] == ["document"] * 3 + ["end"]
    assert sorted(event["status"] for event in events[:-1]) == ["failed", "written", "written"]
    assert events[-1]["exit_code"] == done.returncode == 1
    assert events[-1]["summary"]["written"] == 2


def test_a_progress_bar_is_shown_only_on_a_terminal(folder: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [*COMMAND, "source/a.yaml", "source/c.yaml", "--to", "txt"]
    with subprocess.Popen(
        command, cwd=folder, env=ENVIRONMENT | {"TERM": "xterm"}, stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while data := os.read(ours, 4096):
                shown += data
        except OSError:  # the other end is closed
            pass
        assert process.stdout
        assert sorted(process.stdout.read().split()) == [b"build/a.txt", b"build/c.txt"]
    os.close(ours)
    assert b"2/2" in shown
    assert b"\x1b[" in shown
    assert "\x1b[" not in engross(folder, "source", "--to", "txt").stderr


# Reports


def test_the_report_follows_its_schema_and_lists_what_was_done(folder: Path) -> None:
    done = engross(folder, "source", "--to", "txt,html", "--report", "report.json", "--report", "report.xml")
    report = json.loads((folder / "report.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(report, SCHEMA)
    assert report["exit_code"] == done.returncode == 1
    assert report["summary"] == {"sources": 3, "failed": 1, "not_tried": 0, "written": 4, "up_to_date": 0, "kept": 0}
    documents = {document["id"]: document for document in report["documents"]}
    assert {id_: document["status"] for id_, document in documents.items()} == {
        "a": "written",
        "b": "failed",
        "c": "written",
    }
    assert documents["a"]["peak_memory"] > 1 << 20
    assert documents["a"]["seconds"] > 0
    assert [(document["line"], document["column"]) for document in documents["b"]["problems"]] == [(1, 1), (2, 1)]
    for output in documents["a"]["outputs"]:
        data = (folder / output["path"]).read_bytes()
        from hashlib import sha256

        assert (output["sha256"], output["bytes"]) == (sha256(data).hexdigest(), len(data))


def test_the_report_of_an_up_to_date_run_follows_its_schema_too(folder: Path) -> None:
    engross(folder, "source", "--to", "txt")
    (folder / "source" / "c.yaml").unlink()
    engross(folder, "source/a.yaml", "--to", "txt", "--report", "report.json")
    report = json.loads((folder / "report.json").read_text("utf-8"))
    jsonschema.validate(report, SCHEMA)
    assert [(document["status"], document["outputs"][0]["status"]) for document in report["documents"]] == [
        ("up to date",) * 2
    ]
    assert [orphan["path"] for orphan in report["orphaned"]] == ["build/c.txt"]


def test_the_junit_report_has_a_test_for_each_source(folder: Path) -> None:
    engross(folder, "source", "--to", "txt", "--report", "report.xml", "--fail-fast", "--jobs", "1")
    suite = ElementTree.parse(folder / "report.xml").getroot()[0]
    cases = {case.get("name"): case for case in suite}
    assert {name for name, cas in cases.items() if cas.find("failure") is not None} == {"b"}
    failure = cases["b"].find("failure")
    assert failure is not None
    assert failure.text
    assert "source/b.yaml:2:1: unknown key 'titel'" in failure.text
    skipped = sum(case.find("skipped") is not None for case in suite)
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", str(skipped))


def test_an_unknown_kind_of_report_is_refused_before_the_run(folder: Path) -> None:
    done = engross(folder, "source/a.yaml", "--report", "report.txt")
    assert (done.returncode, done.stderr) == (
        2,
        "engross: report.txt: unknown kind of report; end its name in .json or .xml\n",
    )
    assert not (folder / "build").exists()


# The end of a run


def test_a_run_ends_after_max_failures(folder: Path) -> None:
    for number in range(8):
        (folder / "source" / f"bad{number}.yaml").write_text("id: [\n")
    done = engross(folder, "source", "--to", "txt", "--max-failures", "3", "--jobs", "1")
    assert done.returncode == 1
    assert "3 of 11 sources failed:" in done.stderr
    assert "sources not tried" in done.stderr
    done = engross(folder, "source", "--to", "txt", "--fail-fast")
    assert "1 of 11 sources failed:" in done.stderr


def test_a_second_run_in_one_folder_exits_with_75_or_waits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "build").mkdir()
    other = ExitStack()
    other.enter_context(locked(Folder(folder / "build")))
    done = engross(folder, "source/a.yaml", "--to", "txt")
    assert done.returncode == 75
    assert f"engross: build: process {os.getpid()} on " in done.stderr
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            other.close()

    monkeypatch.setattr("render.batch.lock.time.sleep", sleep)
    monkeypatch.chdir(folder)
    waited = CliRunner().invoke(main, ["render", "source/a.yaml", "--to", "txt", "--wait", "60"])
    assert (waited.exit_code, len(waits)) == (0, 3), waited.output
    assert (folder / "build" / "a.txt").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_which_reports_its_progress(
    folder: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    (folder / "source" / "b.yaml").unlink()
    for index in range(20):
        (folder / "source" / f"d{index}.yaml").write_text(SOURCE.format(id=f"d{index}", text="Words. " * 300))
    arguments = ["source", "--to", "txt,docx", "--report", "report.json", "--jobs", "2"]
    with gate(tmp_path / "gate") as keeper:
        command = [sys.executable, "-m", "tests.batch.gated_command", str(keeper.gate.folder), "render", *arguments]
        with subprocess.Popen(
            command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            keeper.let_through(5)
            workers = [psutil.Process(arrival.pid) for arrival in keeper.arrivals(7)[5:]]
            first = process.stdout.readline()
            process.send_signal(number)
            rest, stderr = process.communicate(timeout=MINUTES)
        assert_ended(*workers)
    assert process.returncode == code
    assert "Traceback" not in stderr
    written = {line.removeprefix("build/") for line in (first + rest).split()}
    assert 0 < len(written) <= 2 * 5
    report = json.loads((folder / "report.json").read_text("utf-8"))
    jsonschema.validate(report, SCHEMA)
    assert report["exit_code"] == code
    assert len(report["not_tried"]) == report["summary"]["not_tried"] > 0
    left = {path.name for path in (folder / "build").iterdir()} - {".engross"}
    assert {name for name in left if name.startswith(".")} == set()
    assert written <= left
    assert engross(folder, "source", "--to", "txt,docx", "-q").returncode == 0


# Limits


def test_limits_apply_to_a_single_source_too(folder: Path) -> None:
    house = folder / "house" / "text"
    house.mkdir(parents=True)
    (house / "page.txt.j2").write_text("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")
    done = engross(folder, "source/a.yaml", "--to", "txt", "--templates", "house", "--timeout", "1")
    assert (done.returncode, done.stderr) == (
        1,
        "source/a.yaml: not finished after 1 s; raise the limit with --timeout, or divide the text\n",
    )
    (house / "page.txt.j2").write_text("{{ 'x' * 900000000 }}{{ 'x' * 900000000 }}")
    done = engross(folder, "source/a.yaml", "--to", "txt", "--templates", "house", "--memory", "600M")
    assert (done.returncode, done.stderr) == (
        1,
        "source/a.yaml: out of memory; raise the limit with --memory, or divide the text\n",
    )
