"""Call the command: in this process, unless a test is about the process itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from render.cli.commands import main
from tests.printer import sharing_printer

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class CommandResult:
    """The exit code and the output of a command."""

    returncode: int
    stdout: str
    stderr: str
    output: str
    """Both, as they appear in a terminal."""


def engross(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str | None] | None = None, input: str | bytes | None = None
) -> CommandResult:
    """Run the command in this process. None unsets a variable. An exception that would be a traceback is raised."""
    with chdir(cwd), sharing_printer():
        result = CliRunner(env=env).invoke(main, [str(argument) for argument in arguments], input=input)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return CommandResult(result.exit_code, result.stdout, result.stderr, result.output)


def engross_process(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None, input: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "render", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    return subprocess.run(command, cwd=cwd, env=environment, input=input, capture_output=True, text=True, check=False)
