"""Runs the commands that documents show: engross in this process where it can, all else in a shell."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.command import engross
from tests.docs.pages import PROJECT, ROOT

BIN = Path(sys.executable).parent
_FOR_THE_SHELL = re.compile(r"[|<>;&$*#()]")
_WITHOUT = ("SOURCE_DATE_EPOCH",)


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, and all that it printed."""

    code: int
    output: str


def run(command: str, folder: Path) -> Ended:
    """Run a command in a folder, as a reader would."""
    if command.startswith("engross ") and not _FOR_THE_SHELL.search(command):
        result = engross(*shlex.split(command)[1:], cwd=folder, env=dict.fromkeys(_WITHOUT))
        return Ended(result.returncode, result.output)
    return in_shell(command, folder)


def in_shell(command: str, folder: Path) -> Ended:
    """Run a command, or several lines of them, in a strict shell."""
    environment = {name: value for name, value in os.environ.items() if name not in _WITHOUT}
    environment["PATH"] = f"{BIN}{os.pathsep}{environment['PATH']}"
    arguments = ["bash", "-euo", "pipefail", "-c", command]
    done = subprocess.run(
        arguments, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return Ended(done.returncode, done.stdout)


# Commands that do not run here, and what is checked of each instead


def is_a_target(line: str) -> None:
    """It would set up, test and render in the middle of a test."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(line.split()[1:]) <= targets


def installs_what_is_built(line: str) -> None:
    """It would change the environment that the tests run in; .ci/run builds the wheel and installs it."""
    assert line.split()[-1] == f"dist/{PROJECT['name']}-{PROJECT['version']}-py3-none-any.whl"


def builds_as_ci_does(line: str) -> None:
    """.ci/run builds the wheel by the same module."""
    assert "-m build --wheel" in line
    assert "-m build --wheel" in (ROOT / ".ci" / "run").read_text("utf-8")


def system_libraries() -> set[str]:
    """The packages that Engross itself needs of Debian."""
    base = (ROOT / ".ci" / "system.sh").read_text("utf-8").split("base)\n")[1].split(";;")[0]
    return set(re.findall(r"need (lib\S+)", base))


def installs_what_setup_needs(line: str) -> None:
    """It would change the machine."""
    assert set(line.split("install ")[1].split()) == system_libraries()


def prints_a_script(line: str) -> None:
    """It belongs in a shell's start-up file, and the shell may not be here."""
    shell = re.findall(r"_ENGROSS_COMPLETE=(\w+)_source", line)[0]
    environment = os.environ | {"_ENGROSS_COMPLETE": f"{shell}_source"}
    script = subprocess.run([BIN / "engross"], env=environment, capture_output=True, text=True, check=True).stdout
    assert f"_ENGROSS_COMPLETE={shell}_complete" in script


def is_there_for(line: str) -> None:
    """It checks or tests the whole project, as `make lint` and `make test` do, or this test in itself."""
    program, *arguments = line.split()
    assert (BIN / Path(program).name).is_file()
    assert all((ROOT / argument).exists() for argument in arguments if "/" in argument)


def takes_these_options(line: str) -> None:
    """It takes long."""
    program, *options = line.split(" --")
    ended = in_shell(shlex.join([sys.executable, *program.split()[1:], "--help"]), ROOT)
    assert ended.code == 0
    assert all(f"--{option.split()[0]}" in ended.output for option in options)


def uses_the_dockerfile(line: str) -> None:
    """It needs a container engine, and a registry of images."""
    names = re.findall(r"--file (\S+)", line)
    assert all((ROOT / name).is_file() for name in names)


EXCEPTIONS: Mapping[str, Callable[[str], None]] = {
    r"make ": is_a_target,
    r"pip install ": installs_what_is_built,
    r"\.venv/bin/python -m build ": builds_as_ci_does,
    r"sudo apt-get install ": installs_what_setup_needs,
    r"(eval.*)?_ENGROSS_COMPLETE=": prints_a_script,
    r"\.venv/bin/(pytest|ruff|mypy|lint-imports)\b": is_there_for,
    r"\.venv/bin/python (-m tests\.bench\.|tests/bench/)": takes_these_options,
    r"docker ": uses_the_dockerfile,
}
"""What begins such a command, with what is checked of it instead; the reason is in the docstring."""


def exception(line: str) -> Callable[[str], None] | None:
    """The check of a command that does not run here; None where it runs."""
    return next((check for pattern, check in EXCEPTIONS.items() if re.match(pattern, line)), None)
