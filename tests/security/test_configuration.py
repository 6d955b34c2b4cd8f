"""Defaults come from whom the user trusts: a file that Engross finds can't decide where a run writes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from render.cli.command import TrustedOption
from render.cli.commands import main
from tests.command import engross
from tests.docs.pages import PAGES

SOURCE = "id: {id}\ntitle: A title\nlanguages: [en]\nbody: [{{id: one, text: '{text}'}}]\n"
OVERLAY = "declaration: a\ntitle: T\nsummary: S.\nlanguages: [en]\nparagraphs: {one: {topics: [trade], gist: Trade}}\n"
CONFIGURED = ("render", "check", "commitments")
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    write_("source/a.yaml", SOURCE.format(id="a", text="One."))
    return write_


# A file that Engross finds


@pytest.mark.parametrize("file", ["engross.toml", "pyproject.toml"])
def test_a_found_file_connects_to_no_scheduler(write: Write, tmp_path: Path, file: str) -> None:
    table = "[tool.engross.render]\n" if file == "pyproject.toml" else "[render]\n"
    write(file, f'{table}scheduler = "tcp://127.0.0.1:9"\nto = "txt"\n')
    done = engross("render", "source", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "build/a.txt\n")
    assert f"{file}: warning: ignored 'scheduler', " in done.stderr
    assert f"--config {file}" in done.stderr


def test_a_found_file_of_an_earlier_version_still_works(write: Write, tmp_path: Path) -> None:
    write("engross.toml", 'to = ["html", "txt"]\nout = "public"\njobs = 4\nfail_fast = true\n')
    for command in CONFIGURED:
        done = engross(command, "source", cwd=tmp_path)
        assert (done.returncode, "warning: ignored 'out'" in done.stderr) == (0, command == "render")


def test_a_found_file_replaces_and_removes_no_foreign_file(write: Write, tmp_path: Path) -> None:
    foreign = write("elsewhere/a.docx", "somebody's")
    report = write("precious.json", "somebody's")
    write(
        "engross.toml",
        'to = "docx"\nout = "elsewhere"\nforce = true\nprune = true\nreport = ["precious.json"]\n'
        'from-file = "secret"\n',
    )
    done = engross("render", "source", cwd=tmp_path)
    assert foreign.read_text() == report.read_text() == "somebody's"
    assert (done.returncode, done.stdout) == (0, "build/a.docx\n")
    assert "ignored 'force', 'from-file', 'out', 'prune' and 'report'" in done.stderr


def test_the_options_that_reach_beyond_a_run_are_trusted_ones() -> None:
    options = {option.opts[0]: option for option in configurable("render")}
    reaching = {"--scheduler", "--force", "--prune", "--report", "--out", "--from-file", "--state", "--take-over"}
    assert {name for name, option in options.items() if isinstance(option, TrustedOption)} == reaching & set(options)


def test_a_named_file_and_the_environment_and_the_command_line_count(write: Write, tmp_path: Path) -> None:
    write("engross.toml", 'to = "txt"\nout = "there"\n')
    assert engross("render", "source", "--config", "engross.toml", cwd=tmp_path).stdout == "there/a.txt\n"
    by_variable = engross("render", "source", cwd=tmp_path, env={"ENGROSS_CONFIG": "engross.toml"})
    assert (by_variable.returncode, by_variable.stderr) == (0, "0 files written, 1 up to date\n")
    for done in (
        engross("render", "source", "--out", "by-option", cwd=tmp_path),
        engross("render", "source", cwd=tmp_path, env={"ENGROSS_OUT": "by-variable"}),
    ):
        assert (done.returncode, done.stderr) == (0, "")  # what is overridden needs no warning


def test_the_warning_is_an_event_among_json_events(write: Write, tmp_path: Path) -> None:
    write("engross.toml", 'to = "txt"\nout = "there"\n')
    done = engross("render", "source", "--log-format", "json", cwd=tmp_path)
    assert all(line.startswith("{") for line in done.stderr.splitlines())
    assert '"message": "engross.toml: warning: ignored \'out\'' in done.stderr


def test_what_a_command_does_not_have_needs_no_warning(write: Write, tmp_path: Path) -> None:
    write("engross.toml", 'out = "there"\n')
    assert engross("check", "source", cwd=tmp_path).stderr == "1 of 1 source valid\n"


def sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 30 << 30)


@pytest.mark.parametrize("make", [os.mkfifo, sparse, os.mkdir])
def test_a_special_or_endless_file_is_an_error(write: Write, tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "engross.toml")
    done = engross("render", "source", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("engross.toml: ")) == (2, 1)


# By command


def test_the_example_of_the_documentation_works_with_every_command(write: Write, tmp_path: Path) -> None:
    page = PAGES["docs/reference/configuration.md"]
    example = page.split("`engross.toml`:\n\n```toml\n")[1].split("```")[0]
    write("engross.toml", example)
    for command in CONFIGURED:
        done = engross(command, "source", cwd=tmp_path)
        assert (done.returncode, "warning" in done.stderr) == (0, False)


@pytest.mark.parametrize("file", ["engross.toml", "pyproject.toml"])
def test_formats_for_one_command_do_not_stop_another(write: Write, tmp_path: Path, file: str) -> None:
    write(file, ("[tool.engross]\n" if file == "pyproject.toml" else "") + 'to = ["txt", "html"]\n')
    assert engross("commitments", "source", cwd=tmp_path).stdout == "no commitments\n"
    assert engross("check", "source", cwd=tmp_path).returncode == 0
    assert engross("render", "source", cwd=tmp_path).stdout == "build/a.txt\nbuild/a.html\n"
    (tmp_path / file).unlink()
    done = engross("commitments", "source", cwd=tmp_path, env={"ENGROSS_TO": "txt,html"})
    assert (done.returncode, done.stdout) == (0, "no commitments\n")


def test_a_table_is_for_its_command_and_overrides_what_is_outside(write: Write, tmp_path: Path) -> None:
    write("engross.toml", 'to = "html"\nquiet = true\n[render]\nto = "txt"\n[commitments]\nto = "json"\n[check]\n')
    assert engross("render", "source", cwd=tmp_path).stdout == ""
    assert [path.name for path in (tmp_path / "build").glob("a.*")] == ["a.txt"]
    assert engross("commitments", "source", cwd=tmp_path).stdout == "[]\n"
    assert engross("check", "source", cwd=tmp_path).stderr == ""
    write("engross.toml", "quiet = true\n[check]\nquiet = false\n")
    assert engross("check", "source", cwd=tmp_path).stderr == "1 of 1 source valid\n"


def test_a_variable_can_name_its_command(write: Write, tmp_path: Path) -> None:
    variables = {"ENGROSS_TO": "txt", "ENGROSS_COMMITMENTS_TO": "json"}
    assert engross("commitments", "source", cwd=tmp_path, env=variables).stdout == "[]\n"
    assert engross("render", "source", cwd=tmp_path, env=variables).stdout == "build/a.txt\n"
    variables = {"ENGROSS_QUIET": "1", "ENGROSS_CHECK_QUIET": "0"}
    assert engross("check", "source", cwd=tmp_path, env=variables).stderr == "1 of 1 source valid\n"
    assert engross("render", "source", "--to", "html", cwd=tmp_path, env=variables).output == ""


@pytest.mark.parametrize("how", ["file", "table", "variable"])
def test_a_topic_by_default_gives_the_extract(write: Write, tmp_path: Path, how: str) -> None:
    write("source/a.briefing.yaml", OVERLAY)
    lines = {"file": 'topic = "trade"\n', "table": '[render]\ntopic = ["trade"]\n', "variable": ""}
    write("engross.toml", lines[how])
    variables = {"ENGROSS_TOPIC": "trade"} if how == "variable" else {}
    done = engross("render", "source", "--to", "txt", cwd=tmp_path, env=variables)
    assert (done.returncode, done.stdout) == (0, "build/a.topic-trade.txt\n")


@pytest.mark.parametrize("command", CONFIGURED)
def test_defaults_have_exactly_the_names_of_their_options(command: str) -> None:
    for option in configurable(command):
        (name,) = (name.removeprefix("--") for name in option.opts if name.startswith("--"))
        assert option.name == name.replace("-", "_")
        variable = name.upper().replace("-", "_")
        own, *shared = option.envvar or ()
        assert own == f"ENGROSS_{command.upper()}_{variable}"
        assert shared in ([], [f"ENGROSS_{variable}"])


def test_a_name_alone_means_the_same_in_each_command_for_which_it_counts() -> None:
    types: dict[str, set[type]] = {}
    for command in CONFIGURED:
        for option in configurable(command):
            for variable in (option.envvar or ())[1:]:
                types.setdefault(variable, set()).add(type(option.type))
    assert {variable for variable, several in types.items() if len(several) > 1} == set()


# What is wrong in it


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("topics = ['trade']\n", "unknown key 'topics'; did you mean 'topic'?"),
        ("[rendre]\n", "unknown key 'rendre'; did you mean 'render'?"),
        ("[render]\ntopics = ['trade']\n", "[render]: unknown key 'topics'; did you mean 'topic'?"),
        ("[check]\nto = 'pdf'\n", "[check]: unknown key 'to'; choose from quiet"),
        ("render = 1\n", "'render' isn't a table; write [render]"),
        ("jobs = {a = 1}\n", "'jobs' isn't a text or a number"),
        ("to = {a = 1}\n", "'to' isn't a text or a number"),
        ("to = [['pdf']]\n", "'to' isn't a text or a number"),
        ("to = true\n", "'to' isn't a text or a number"),
        ("to = 3\n", "unknown format '3'"),
        ("paper = ['a4', 1]\n", "'a4,1' is not one of"),
        ("force = 'yes'\n", "'force' isn't true or false"),
        ("quiet = [true]\n", "'quiet' isn't true or false"),
        ('templates = "a\\u0000b"\n', "'templates' has a NUL character"),
        ("to = " + "[" * 5000, "too deep"),
        ("jobs = " + "9" * 5000, "invalid TOML"),
    ],
)
def test_a_value_that_cannot_be_is_one_sentence(write: Write, tmp_path: Path, text: str, said: str) -> None:
    write("engross.toml", text)
    done = engross("render", "source", cwd=tmp_path)
    assert (done.returncode, said in done.stderr) == (2, True)
    assert not (tmp_path / "build").exists()


def test_all_faults_of_a_file_are_named_at_once(write: Write, tmp_path: Path) -> None:
    write("engross.toml", "job = 2\nforce = 3\n[check]\nquite = true\n")
    said = engross("render", "source", cwd=tmp_path).stderr
    assert all(f"engross.toml: {what}" in said for what in ("unknown key 'job'", "'force'", "[check]: unknown key"))


def test_dates_are_written_as_toml_has_them(write: Write, tmp_path: Path) -> None:
    write("engross.toml", "[render]\nas-of = 2022-05-23T12:00:00+01:00\n[commitments]\ndue-by = 2026-12-31\n")
    assert engross("commitments", "source", cwd=tmp_path).stdout == "no commitments\n"
    assert "no status, so not for publication" in engross("render", "source", "--public", cwd=tmp_path).stderr


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("ENGROSS_TOPICS", "did you mean 'ENGROSS_TOPIC'?"),
        ("ENGROSS_MAX_FAILURE", "did you mean 'ENGROSS_MAX_FAILURES'?"),
        ("ENGROSS_CHECK_TO", "did you mean 'ENGROSS_"),
    ],
)
@pytest.mark.parametrize("command", CONFIGURED)
def test_an_unknown_variable_is_a_warning(write: Write, tmp_path: Path, command: str, name: str, hint: str) -> None:
    done = engross(command, "source", cwd=tmp_path, env={name: "1"})
    assert done.returncode == 0
    assert f"engross: warning: unknown variable {name}; {hint}" in done.stderr


def test_a_variable_of_another_command_is_known(write: Write, tmp_path: Path) -> None:
    variables = {"ENGROSS_JOBS": "2", "ENGROSS_COMMITMENTS_DUE_BY": "2026-12-31", "_ENGROSS_COMPLETE": ""}
    assert engross("check", "source", cwd=tmp_path, env=variables).stderr == "1 of 1 source valid\n"


def configurable(command: str) -> list[click.Option]:
    options = [option for option in main.commands[command].params if isinstance(option, click.Option)]
    return [option for option in options if option.name != "config"]
