"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.office import Office


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files again; read what changed")
    parser.addoption("--fuzz-minutes", type=float, default=60, help="how long `pytest -m proof` runs the fuzzer")


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """The one LibreOffice of this pytest process."""
    opened = Office()
    yield opened
    opened.close()
