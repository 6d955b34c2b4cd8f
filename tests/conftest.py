"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest

from tests.office import Office
from tests.printer import shared_printer
from tests.processes import assert_ended


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files again; read what changed")
    parser.addoption("--fuzz-minutes", type=float, default=60, help="how long `pytest -m proof` runs the fuzzer")


@pytest.fixture(scope="session", autouse=True)
def _printer() -> None:
    """Start the shared printer before any test: a fork of this process keeps what a test has opened or locked."""
    shared_printer()


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """The one LibreOffice of this pytest process. Nothing of it may be left at the end."""
    opened = Office()
    yield opened
    processes = [psutil.Process(number) for number in opened.processes()]
    opened.close()
    assert_ended(*processes)
