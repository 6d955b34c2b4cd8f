"""The command as its users call it, but in the process of the test: starting Python takes longer than most of its work.

Tests of processes, signals, terminals, imports and the like start it themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from render.cli import main


@dataclass(frozen=True)
class Done:
    """What a command that has ended exited with and printed."""

    returncode: int
    stdout: str
    stderr: str


def engross(*arguments: str | Path, cwd: Path, stdin: str = "", env: Mapping[str, str] | None = None) -> Done:
    """Run the command in a folder. Whatever it raises and doesn't catch, which its users would see, is raised here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd)
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], stdin, env, prog_name="engross")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)
