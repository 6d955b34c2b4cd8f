"""One printing process for most tests of a pytest process: to start one takes as long as to print a declaration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from unittest.mock import patch

from render.errors import EngrossError
from render.view.blocks import View
from render.write.formats import Printer
from render.write.html import write_print
from render.write.pdf import process
from render.write.pdf.process import PdfProcess


class SharedPrinter:
    """The printer that all share. To close it has no effect."""

    def __init__(self) -> None:
        self._process = PdfProcess()
        self._is_printing = False

    def send(self, page: str) -> None:
        if self._is_printing:  # for a caller that failed before it received the PDF
            with suppress(EngrossError):
                self.receive()
        self._process.send(page)
        self._is_printing = True

    def receive(self) -> bytes:
        self._is_printing = False
        return self._process.receive()

    def close(self) -> None:
        pass


@cache
def shared_printer() -> SharedPrinter:
    return SharedPrinter()


def printed(view: View, printer: Printer | None = None) -> bytes:
    """The PDF of a view, by the shared printer if not by another."""
    chosen = printer or shared_printer()
    chosen.send(write_print(view))
    return chosen.receive()


@contextmanager
def sharing_printer() -> Iterator[None]:
    """What Engross prints in this process goes to the shared printer, unless it needs fonts of the user's."""

    def opened(templates: Path | None = None, may_fork: bool = False) -> Printer:
        return PdfProcess(templates) if templates else shared_printer()

    with patch.object(process, "PdfProcess", opened):
        yield
