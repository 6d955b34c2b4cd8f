"""The printer in its own process: many pages, no requests, and a death that harms no one."""

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
    opened = PdfProcess()
    yield opened
    opened.close()


def test_it_prints_page_after_page(printer: PdfProcess) -> None:
    for words in ("One", "Two"):
        printer.send(PAGE.format(words))
        assert printer.receive().startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    "asking",
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
def test_what_it_cannot_print_as_meant_is_an_error(printer: PdfProcess, asking: str) -> None:
    printer.send(PAGE.format(asking))
    with pytest.raises(PrintError, match=r"^PDF: "):
        printer.receive()


def test_an_error_does_not_end_it(printer: PdfProcess) -> None:
    printer.send(PAGE.format("\u4e2d"))
    with pytest.raises(PrintError, match=r"U\+4E2D"):
        printer.receive()
    printer.send(PAGE.format("One"))
    assert printer.receive().startswith(b"%PDF")


@pytest.mark.parametrize("when", ["before", "after"])
def test_its_death_is_an_error_that_says_how_it_died(when: str) -> None:
    dying = PdfProcess()
    if when == "after":
        os.kill(dying._process, signal.SIGSTOP)  # it has the page, and will never be done with it
        dying.send(PAGE.format("One"))
    os.kill(dying._process, signal.SIGKILL)
    with pytest.raises(PrintError, match=r"the printing process died \(SIGKILL\)"):
        if when == "before":
            while True:
                dying.send(PAGE.format("One" * 100_000))
        dying.receive()
    dying.close()
