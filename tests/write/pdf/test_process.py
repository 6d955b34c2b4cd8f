"""The printer in its own process: it prints many pages, requests nothing, and its death is an ordinary error."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from render.errors import PrintError
from render.write.pdf.process import PdfProcess

PAGE = "<!DOCTYPE html><html lang=en><title>A</title><body><p>{}</p></body></html>"


@pytest.fixture(scope="module")
def printer() -> Iterator[PdfProcess]:
    process = PdfProcess()
    yield process
    process.close()


def test_the_process_prints_page_after_page(printer: PdfProcess) -> None:
    for words in ("One", "Two"):
        printer.send(PAGE.format(words))
        assert printer.receive().startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="https://example.org/x.png" alt="x">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<link rel="stylesheet" href="http://example.org/x.css">',
        "<style>p { background: url(file:///etc/passwd) }</style>",
        "<style>@import url(http://example.org/x.css);</style>",
        "<style>@font-face { font-family: x; src: url(file:///etc/passwd) } p { font-family: x }</style>",
        '<img src="relative.png" alt="x">',
        "<style>p { colour: red }</style>",
        "\u4e2d",
    ],
)
def test_a_page_that_cannot_be_printed_as_meant_is_an_error(printer: PdfProcess, markup: str) -> None:
    printer.send(PAGE.format(markup))
    with pytest.raises(PrintError, match=r"^PDF: "):
        printer.receive()


def test_an_error_does_not_end_the_process(printer: PdfProcess) -> None:
    printer.send(PAGE.format("\u4e2d"))
    with pytest.raises(PrintError, match=r"U\+4E2D"):
        printer.receive()
    printer.send(PAGE.format("One"))
    assert printer.receive().startswith(b"%PDF")


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_death_of_the_process_is_an_error_that_names_the_signal(when: str) -> None:
    killed = PdfProcess()
    if when == "after":
        os.kill(killed.pid, signal.SIGSTOP)  # it has the page, and will never finish it
        killed.send(PAGE.format("One"))
    os.kill(killed.pid, signal.SIGKILL)
    with pytest.raises(PrintError, match=r"the printing process died \(SIGKILL\)"):
        if when == "before":
            while True:
                killed.send(PAGE.format("One" * 100_000))
        killed.receive()
    killed.close()
