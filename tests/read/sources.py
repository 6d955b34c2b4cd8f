"""Sources as text, and what a reader makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from render.errors import SourceError
from render.model.declaration import Declaration
from render.read.reader import read_bytes

DATA = Path(__file__).parents[1] / "data"
HEAD = "id: draft\ntitle: A declaration\nlanguages: [en]\n"


def declaration(source: str, folder: Path = DATA) -> Declaration:
    return read_bytes(source.encode(), "x.yaml", folder).declaration


def problems(source: str, folder: Path = DATA) -> list[str]:
    with pytest.raises(SourceError) as caught:
        read_bytes(source.encode(), "x.yaml", folder)
    return [str(problem) for problem in caught.value.problems]
