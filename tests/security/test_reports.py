"""The report is true however a run ends, every problem has a stable code, and JSON logs hold every message."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

import jsonschema
import psutil
import pytest

from render.batch import executors
from render.batch import run as run_module
from render.batch.job import Job
from render.batch.lock import locked
from render.batch.outcomes import Failed, FailureKind
from render.cli.reporters import TextReporter
from render.errors import Code, OutputError
from render.output.store import Folder
from tests.batch.conftest import SOURCE
from tests.batch.gate import MINUTES, gate
from tests.command import ROOT, CommandResult, engross

SCHEMA = json.loads((ROOT / "render" / "batch" / "report.schema.json").read_text("utf-8"))
REPORTS = ("--report", "report.json", "--report", "report.xml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two sources, and the report of a run before."""
    (tmp_path / "source").mkdir()
    for name in "ab":
        (tmp_path / "source" / f"{name}.yaml").write_text(SOURCE.format(id=name, text="One."))
    for name in ("report.json", "report.xml"):
        (tmp_path / name).write_text("of a run before")
    return tmp_path


def render(folder: Path, *arguments: str, **environment: str) -> CommandResult:
    return engross("render", *arguments, cwd=folder, env=environment)


def report_of(folder: Path) -> dict[str, Any]:
    """The JSON report, which is by its schema."""
    report: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    jsonschema.validate(report, SCHEMA)
    return report


def junit_errors(folder: Path) -> list[tuple[str | None, str | None]]:
    """The types and messages of what isn't about a source, as readers of JUnit show them."""
    root = ElementTree.parse(folder / "report.xml").getroot()
    errors = [(error.get("type"), error.get("message")) for error in root.iter("error")]
    assert root.get("errors") == root[0].get("errors") == str(len(errors))
    return errors


def notices(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(notice["code"], notice["message"]) for notice in report["notices"]]


def test_the_schema_and_the_codes_are_of_one_version() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == f"urn:engross:report:{SCHEMA['properties']['version']['const']}"
    assert sorted(SCHEMA["$defs"]["code"]["enum"]) == sorted(["", *get_args(Code)])


# However it ends


def test_a_run_that_another_run_keeps_out_is_reported(folder: Path) -> None:
    (folder / "build").mkdir()
    with locked(Folder(folder / "build")):
        done = render(folder, "source", "--to", "txt", *REPORTS)
    report = report_of(folder)
    assert report["exit_code"] == done.returncode == 75
    ((code, message),) = notices(report)
    assert code == "locked"
    assert done.stderr == f"engross: {message}\n"
    assert report["not_tried"] == ["source/a.yaml", "source/b.yaml"]
    assert report["summary"]["not_tried"] == 2
    assert junit_errors(folder) == [("locked", message)]


def copy_with_same_id(folder: Path) -> None:
    (folder / "source" / "c.yaml").write_text(SOURCE.format(id="a", text="Two."))


def bad_configuration(folder: Path) -> None:
    (folder / "engross.toml").write_text("nonsense = 1\n")


def nothing(folder: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("arguments", "prepare", "code", "message"),
    [
        ("source", copy_with_same_id, "duplicate-name", "have the same id 'a'"),
        ("nowhere/*.yaml", nothing, "usage", "no source matches this pattern"),
        ("source --with-text", nothing, "usage", "--with-text needs a briefing"),
        ("source --house-style nowhere.docx --to docx", nothing, "usage", "nowhere.docx"),
        ("source --house-style nowhere.docx --to docx -q", nothing, "usage", "nowhere.docx"),
        ("", nothing, "usage", "Missing argument"),
        ("source --to nonsense", nothing, "usage", "unknown format 'nonsense'"),
        ("source --jobs none", nothing, "usage", "not a valid integer"),
        ("source --nonsense", nothing, "usage", "No such option '--nonsense'"),
        ("source --keep-edited --force", nothing, "usage", "--keep-edited and --force"),
        ("source", bad_configuration, "usage", "unknown key 'nonsense'"),
    ],
)
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_command_that_cannot_be_carried_out_is_reported(
    folder: Path, arguments: str, prepare: Callable[[Path], None], code: str, message: str, log_format: str
) -> None:
    prepare(folder)
    done = render(folder, *arguments.split(), "--log-format", log_format, *REPORTS)
    report = report_of(folder)
    assert report["exit_code"] == done.returncode == 2
    ((found, text),) = notices(report)
    assert found == code
    assert message in text
    assert junit_errors(folder) == [(code, text)]
    if log_format == "json":
        notice, end = map(json.loads, done.stderr.splitlines())
        assert notice == {"event": "notice", **report["notices"][0]}
        assert end == {"event": "end", "exit_code": 2, "summary": report["summary"]}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_is_reported_even_if_it_comes_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int
) -> None:
    def interrupted(*_: object) -> None:
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), number)

    monkeypatch.setattr(run_module, "find_orphans", interrupted)
    done = render(folder, "source", "--to", "txt", *REPORTS)
    report = report_of(folder)
    assert report["exit_code"] == done.returncode == code
    assert notices(report) == [
        ("interrupted", f"the run was interrupted ({number.name}); run the same command again to do the rest")
    ]
    assert [document["status"] for document in report["documents"]] == ["written", "written"]
    assert [kind for kind, _ in junit_errors(folder)] == ["interrupted"]


@pytest.mark.parametrize("error", [BrokenPipeError(32, "Broken pipe"), RuntimeError("Surprise"), MemoryError()])
def test_what_nobody_expected_is_reported_before_it_is_raised(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(TextReporter, "report", fail)
    try:
        render(folder, "source", "--to", "txt", *REPORTS)
    except type(error):
        pass
    report = report_of(folder)
    assert report["exit_code"] == 1
    ((code, message),) = notices(report)
    assert code == "internal"
    assert type(error).__name__ in message
    assert len(report["not_tried"]) == 2 - len(report["documents"])


def test_the_report_of_a_run_that_was_killed_has_no_exit_code(folder: Path, tmp_path: Path) -> None:
    with gate(tmp_path / "gate") as keeper:
        arguments = [str(keeper.gate.folder), "render", "source", "--to", "txt", "--jobs", "1", *REPORTS]
        command = [sys.executable, "-m", "tests.batch.gated_command", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE) as process:
            worker = psutil.Process(keeper.arrival().pid)
            process.kill()
            keeper.let_through(1)
        psutil.wait_procs([worker], MINUTES)
    report = report_of(folder)
    assert report["exit_code"] is None
    assert report["documents"] == []
    assert report["not_tried"] == ["source/a.yaml", "source/b.yaml"]
    assert junit_errors(folder) == [("running", "the run hasn't ended, or was killed")]


def test_the_report_names_what_failed_besides_sources(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Folder) -> None:
        raise OutputError("build: the files may not be on the disk yet")

    monkeypatch.setattr(Folder, "sync", fail)
    assert render(folder, "source", "--to", "txt", *REPORTS).returncode == 1
    assert notices(report_of(folder)) == [("output", "build: the files may not be on the disk yet")]
    assert junit_errors(folder) == [("output", "build: the files may not be on the disk yet")]


def test_a_report_in_the_folder_of_outputs_that_is_still_to_be_made_is_written(folder: Path) -> None:
    assert render(folder, "source", "--to", "txt", "--report", "build/r.json").returncode == 0
    assert json.loads((folder / "build" / "r.json").read_text())["exit_code"] == 0


def test_a_report_that_cannot_be_written_fails_the_run_but_not_the_outputs(folder: Path) -> None:
    done = render(folder, "source", "--to", "txt", "--log-format", "json", "--report", "nowhere/r.json")
    assert done.returncode == 1
    assert sorted(path.name for path in (folder / "build").glob("*.txt")) == ["a.txt", "b.txt"]
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(event["event"], event.get("code")) for event in events[-2:]] == [("notice", "output"), ("end", None)]
    assert events[-1]["exit_code"] == 1


# Codes


@pytest.mark.parametrize("kind", get_args(FailureKind))
def test_a_job_that_fails_has_the_code_of_its_failure(kind: FailureKind) -> None:
    def outcomes() -> Any:
        yield Failed(Job(Path("a.yaml"), "a", "", frozenset(), {}), kind, "what", 1.0)

    (done,) = executors._with_errors(outcomes())
    assert done.result.code == {"error": "internal"}.get(kind, kind)
    assert done.result.code in get_args(Code)


def edit(folder: Path) -> None:
    """Edit the Word copy of a, and then the source."""
    render(folder, "source/a.yaml", "--to", "docx")
    with (folder / "build" / "a.docx").open("ab") as file:
        file.write(b"edited")
    (folder / "source" / "a.yaml").write_text(SOURCE.format(id="a", text="Two."))


def own(folder: Path) -> None:
    render(folder, "source/a.yaml", "--to", "docx")
    (folder / "source" / "x.yaml").write_text((folder / "source" / "a.yaml").read_text())


def output_codes(document: Mapping[str, Any]) -> list[str]:
    return [output["code"] for output in document["outputs"] if output["error"]]


def problem_codes(document: Mapping[str, Any]) -> list[str]:
    return sorted({problem["code"] for problem in document["problems"]})


Codes = Callable[[Mapping[str, Any]], list[str]]


def own_code(document: Mapping[str, Any]) -> list[str]:
    return [document["code"]]


def overlay(folder: Path) -> None:
    (folder / "source" / "a.briefing.yaml").write_text("nonsense: 1\n")


def bad_source(folder: Path) -> None:
    (folder / "source" / "a.yaml").write_text("nonsense: 1\n")


def bad_template(folder: Path) -> None:
    (folder / "house" / "text").mkdir(parents=True)
    (folder / "house" / "text" / "page.txt.j2").write_text("{% nonsense %}")


def no_place(folder: Path) -> None:
    (folder / "build" / "a.txt").mkdir(parents=True)


@pytest.mark.parametrize(
    ("arguments", "prepare", "codes", "code"),
    [
        ("source/a.yaml --to docx", edit, output_codes, "edited"),
        ("source/x.yaml --to docx", own, output_codes, "duplicate-name"),
        ("source/a.yaml --to txt --templates house", bad_template, output_codes, "template"),
        ("source/a.yaml --to txt", no_place, output_codes, "output"),
        ("source/a.yaml --to txt", bad_source, problem_codes, "source"),
        ("nowhere.yaml --to txt", nothing, problem_codes, "unreadable"),
        ("source/a.yaml --to txt --edition briefing", overlay, problem_codes, "overlay"),
        ("source/a.yaml --to txt --edition briefing", nothing, problem_codes, "unreadable"),
        ("source/a.yaml --to txt --public", nothing, problem_codes, "release"),
        ("source/a.yaml --to txt --paragraphs nonsense", nothing, own_code, "usage"),
    ],
)
def test_every_problem_has_a_code(
    folder: Path, arguments: str, prepare: Callable[[Path], None], codes: Codes, code: str
) -> None:
    if "--public" in arguments:
        text = SOURCE.format(id="a", text="One.") + "type: Treaty\nstatus: draft\n"
        (folder / "source" / "a.yaml").write_text(text)
    prepare(folder)
    done = render(folder, *arguments.split(), *REPORTS)
    report = report_of(folder)
    assert report["exit_code"] == done.returncode == 1
    (document,) = report["documents"]
    assert codes(document) == [code]
    failure = ElementTree.parse(folder / "report.xml").find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("type") == code


def test_a_warning_keeps_its_code_when_nothing_has_to_be_rendered(folder: Path) -> None:
    (folder / "source" / "a.briefing.yaml").write_text("declaration: a\ntitle: B\nsummary: One.\ntopics: {unused: X}\n")
    for status in ("written", "up to date"):
        render(folder, "source/a.yaml", "--to", "txt", "--edition", "briefing", *REPORTS)
        (document,) = report_of(folder)["documents"]
        assert document["status"] == status
        assert [(problem["severity"], problem["code"]) for problem in document["problems"]] == [("warning", "overlay")]


# Edited copies that are to be kept


def test_an_edited_copy_counts_as_done_if_it_is_to_be_kept(folder: Path) -> None:
    edit(folder)
    edited = (folder / "build" / "a.docx").read_bytes()
    assert render(folder, "source/a.yaml", "--to", "docx,txt", *REPORTS).returncode == 1
    assert report_of(folder)["documents"][0]["status"] == "failed"
    done = render(folder, "source/a.yaml", "--to", "docx,txt", "--keep-edited", *REPORTS)
    report = report_of(folder)
    assert report["exit_code"] == done.returncode == 0
    (document,) = report["documents"]
    statuses = {output["format"]: (output["status"], output["code"]) for output in document["outputs"]}
    assert statuses == {"docx": ("kept", "edited"), "txt": ("up to date", "")}
    assert document["status"] == "kept"
    assert report["summary"] == {
        "sources": 1, "failed": 0, "not_tried": 0, "written": 0, "up_to_date": 1, "kept": 1
    }  # fmt: skip
    assert "source/a.yaml: build/a.docx: edited since Engross wrote it, and therefore kept" in done.stderr
    assert "0 files written, 1 up to date, 1 kept" in done.stderr
    assert (folder / "build" / "a.docx").read_bytes() == edited
    assert render(folder, "source/a.yaml", "--to", "docx", "--keep-edited", "--quiet").stderr == ""
    (case,) = ElementTree.parse(folder / "report.xml").getroot()[0]
    assert case.find("failure") is None


def test_an_orphaned_copy_that_was_edited_counts_as_done_if_it_is_to_be_kept(folder: Path) -> None:
    edit(folder)
    (folder / "source" / "a.yaml").unlink()
    arguments = ("source/b.yaml", "--to", "txt", "--prune", *REPORTS)
    assert render(folder, *arguments).returncode == 1
    assert [(orphan["code"], bool(orphan["error"])) for orphan in report_of(folder)["orphaned"]] == [("edited", True)]
    done = render(folder, *arguments, "--keep-edited")
    assert done.returncode == 0
    assert "build/a.docx: no source produces this file any more; kept, because somebody edited it" in done.stderr
    assert [(orphan["code"], orphan["error"]) for orphan in report_of(folder)["orphaned"]] == [("edited", "")]
    assert (folder / "build" / "a.docx").exists()


# JSON logs


def test_notes_about_a_house_style_are_events_and_in_the_report(folder: Path) -> None:
    import docx

    docx.Document().save(str(folder / "house.docx"))
    arguments = ("source/a.yaml", "--to", "docx", "--house-style", "house.docx", *REPORTS)
    lines = render(folder, *arguments).stderr.splitlines()
    noted = [message for code, message in notices(report_of(folder)) if code == "house-style"]
    assert noted == [line for line in lines if line.startswith("house.docx: ")]
    assert noted
    done = render(folder, *arguments, "--log-format", "json", "--force")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [event["message"] for event in events if event["event"] == "notice"] == noted
    assert {event["severity"] for event in events if event["event"] == "notice"} == {"warning"}
    assert junit_errors(folder) == []


def test_a_run_that_cannot_begin_ends_with_an_event(folder: Path) -> None:
    (folder / "build").write_text("a file")
    done = render(folder, "source", "--to", "txt", "--log-format", "json")
    notice, end = map(json.loads, done.stderr.splitlines())
    assert (notice["event"], notice["severity"], notice["code"]) == ("notice", "error", "output")
    assert (end["event"], end["exit_code"], end["summary"]["not_tried"]) == ("end", 1, 2)
