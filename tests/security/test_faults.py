"""The table of the faults that were found once names tests that exist, and every module of tests here."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent
ROWS = re.findall(r"^\| (.*?) \| (test_.*?) \|$", (FOLDER / "faults.md").read_text("utf-8"), re.MULTILINE)


def test_every_module_of_tests_is_in_the_table() -> None:
    named = {name for _, names in ROWS for name in names.split(", ")}
    assert named == {path.name for path in FOLDER.glob("test_*.py")} - {Path(__file__).name}
