"""Printing in the process of the tests, and the documents that several modules read."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache

import pytest

from tests.write.pdf.documents import DOCUMENTS
from tests.write.pdf.reader import Pdf, Printer, read


@pytest.fixture(scope="package")
def printed() -> Iterator[Printer]:
    """Prints a page (HTML) in this process, and reads the PDF; each page once."""
    from render.write.pdf import printer

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FONTCONFIG_FILE", "")  # so that what `prepare` sets is unset again
        printer.prepare()

    @cache
    def print_and_read(page: str) -> Pdf:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint doesn't close its colour profile
            return read(printer.print_page(page))

    yield print_and_read
    # Other tests print in forks of this process: each has to set up fonts for itself.
    printer._font_configuration.cache_clear()


@pytest.fixture(params=DOCUMENTS, scope="module")
def document(request: pytest.FixtureRequest, printed: Printer) -> Pdf:
    return printed(DOCUMENTS[request.param]())
