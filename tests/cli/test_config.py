"""The configuration of the command, by files, variables and options."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.batches import engross

Write = Callable[[str, str], None]


@pytest.fixture
def write(folder: Path) -> Write:
    def write_(name: str, text: str) -> None:
        (folder / name).write_text(text)

    return write_


def test_options_override_variables_which_override_the_configuration(folder: Path, write: Write) -> None:
    write("engross.toml", 'to = ["txt", "html"]\nout = "there"\n')
    named = ("--config", "engross.toml")
    assert engross(folder, "source/a.yaml", *named).stdout.split() == ["there/a.txt", "there/a.html"]
    assert engross(folder, "source/c.yaml", *named, ENGROSS_TO="html").stdout == "there/c.html\n"
    assert engross(folder, "source/c.yaml", *named, "--to", "txt", ENGROSS_TO="html").stdout == "there/c.txt\n"


def test_configuration_is_read_from_pyproject_toml(folder: Path, write: Write) -> None:
    write(
        "pyproject.toml", '[project]\nname = "x"\n[tool.engross]\nto = "txt"\nfail-fast = true\nreport = ["r.json"]\n'
    )
    assert engross(folder, "source/a.yaml", "--config", "pyproject.toml").stdout == "build/a.txt\n"
    assert (folder / "r.json").exists()
    write("engross.toml", 'to = "html"\n')
    assert engross(folder, "source/a.yaml").stdout == "build/a.html\n"
    write("other.toml", 'to = "docx"\n')
    assert engross(folder, "source/a.yaml", "--config", "other.toml").stdout == "build/a.docx\n"


def test_a_configuration_file_beside_a_source_is_ignored(folder: Path) -> None:
    (folder / "source" / "engross.toml").write_text('to = "docx"\n')
    assert engross(folder, "source/a.yaml", "--to", "txt").stdout == "build/a.txt\n"
    assert engross(folder, "source/a.yaml").stdout.split() != ["build/a.docx"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("engross.toml", "job = 2\n", "engross.toml: unknown key 'job'; did you mean 'jobs'?"),
        ("engross.toml", "to = \n", "engross.toml: invalid TOML"),
        ("engross.toml", 'to = "pfd"\n', "unknown format 'pfd'; did you mean 'pdf'?"),
        ("engross.toml", 'memory = "lots"\n', "invalid size 'lots'; write 500M or 2G"),
        ("engross.toml", "config = 'x'\n", "unknown key 'config'"),
        ("pyproject.toml", "[tool.engross]\ntimeuot = 2\n", "pyproject.toml: unknown key 'timeuot'; did you mean"),
        ("pyproject.toml", "[tool]\nengross = 2\n", "write [tool.engross]"),
    ],
)
def test_a_mistake_in_the_configuration_is_one_clear_error(
    folder: Path, write: Write, name: str, text: str, message: str
) -> None:
    write(name, text)
    done = engross(folder, "source/a.yaml")
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "build").exists()


def test_a_missing_configuration_file_is_an_error(folder: Path) -> None:
    done = engross(folder, "source/a.yaml", "--config", "missing.toml")
    assert (done.returncode, "missing.toml: can't read this file" in done.stderr) == (2, True)
