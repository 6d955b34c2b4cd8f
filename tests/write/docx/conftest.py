"""The Word copies and house styles that several modules read."""

from __future__ import annotations

from pathlib import Path

import pytest

from render.write.docx.writer import write_house_style, write_word
from tests.extract import DECLARATION, KITCHEN_SINK, viewed
from tests.houses import ministry_a, ministry_b
from tests.write.docx.house_styles import saved


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("houses")


@pytest.fixture(scope="module")
def a(folder: Path) -> Path:
    return saved(folder / "a.docx", ministry_a())


@pytest.fixture(scope="module")
def b(folder: Path) -> Path:
    return saved(folder / "b.dotx", ministry_b())


@pytest.fixture(scope="module")
def default(folder: Path) -> Path:
    return saved(folder / "default.dotx", write_house_style(".dotx"))


@pytest.fixture(params=["a", "b", "default"])
def house(request: pytest.FixtureRequest) -> Path:
    path = request.getfixturevalue(request.param)
    assert isinstance(path, Path)
    return path


@pytest.fixture(scope="module")
def declaration() -> bytes:
    return write_word(viewed(DECLARATION))


@pytest.fixture(scope="module")
def sink() -> bytes:
    return write_word(viewed(KITCHEN_SINK))
