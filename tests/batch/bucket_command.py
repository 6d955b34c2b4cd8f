"""The command, with a bucket for its outputs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.command import engross_process

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "render", "render", "source", "--to", "docx,html,txt"]


def engross(folder: Path, variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return engross_process(*COMMAND[3:], *arguments, cwd=folder, env=variables)
