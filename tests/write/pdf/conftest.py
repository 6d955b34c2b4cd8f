"""Printing in the process of the tests."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from functools import cache

import pytest

from tests.write.pdf.reader import Pdf, Printer, read


@pytest.fixture(scope="package")
def printed() -> Iterator[Printer]:
    """Prints a page (HTML) in this process, and reads the PDF; each page once."""
    from render.write.pdf import printer

    environment = dict(os.environ)
    printer.prepare()
    os.environ.clear()
    os.environ.update(environment)

    @cache
    def print_and_read(page: str) -> Pdf:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", ResourceWarning
            )  # WeasyPrint leaves closing of its colour profile to Python
            return read(printer.print_page(page))

    yield print_and_read
    # Other tests print in forks of this process: each has to set up fonts for itself.
    printer._font_configuration.cache_clear()
