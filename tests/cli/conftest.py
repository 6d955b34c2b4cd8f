"""The sources that several modules render."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.batch.conftest import SOURCE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three sources, the second of which has a fault."""
    (tmp_path / "source").mkdir()
    for name in "abc":
        (tmp_path / "source" / f"{name}.yaml").write_text(SOURCE.format(id=name, text="One."))
    (tmp_path / "source" / "b.yaml").write_text("id: b\ntitel: B\nlanguages: [en]\nbody: []\n")
    return tmp_path
