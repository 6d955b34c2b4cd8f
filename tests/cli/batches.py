"""The command on a folder of sources."""

from __future__ import annotations

import os
from pathlib import Path

from tests import command
from tests.command import CommandResult

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def engross(folder: Path, *arguments: str, stdin: str = "", **env: str) -> CommandResult:
    return command.engross("render", *arguments, cwd=folder, env=env, input=stdin)
