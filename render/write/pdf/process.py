"""Two printers (see `Printer` in formats.py): one in a child process, and one in this process.

`PdfProcess` imports WeasyPrint in a child process, while the parent reads and composes: that takes a third of a second.
The child gets pages through one pipe and returns PDFs through another. Its environment and memory are its own, and the
parent goes on if it crashes. The parent may have threads.

`InProcessPdf` is for a worker process that has imported WeasyPrint and that its own parent can replace.
"""

from __future__ import annotations

from pathlib import Path

from render.errors import PrintError
from render.processes import Child, ChildDied
from render.write.pdf.server import PDF, prepare, print_or_error

MAX_SECONDS = 600.0
"""Seconds to wait for a PDF. 1,000 pages take one minute."""


class PdfProcess:
    """A printer in a child process. The caller can go on with other work while a page is printed."""

    def __init__(self, templates: Path | None = None, may_fork: bool = False) -> None:
        """Start the process. The fonts in `templates`/fonts, the user's own, are available beside Engross's.

        `may_fork` is whether the caller is a command that has started nothing else.
        """
        self._child: Child | None = None
        self._start_error = ""
        try:
            self._child = Child("render.write.pdf.server", str(templates or ""), may_fork)
        except OSError as error:
            self._start_error = f"PDF: can't start the printing process ({error.strerror}); close other programs"

    @property
    def pid(self) -> int:
        """The number of the process; 0 once it has ended."""
        return self._child.pid if self._child else 0

    def send(self, page: str) -> None:
        """Start to print a page (HTML). Raises PrintError if the process has died."""
        try:
            self._running().send(page.encode("utf-8", "surrogatepass"), MAX_SECONDS)
        except ChildDied as death:
            raise _died(death) from None
        except TimeoutError:
            raise _late() from None

    def receive(self) -> bytes:
        """The PDF of the page that was sent last; waits for it. Raises PrintError."""
        try:
            answer = self._running().receive(MAX_SECONDS)
        except ChildDied as death:
            raise _died(death) from None
        except TimeoutError:
            raise _late() from None
        if not answer.startswith(PDF):
            raise PrintError(answer[1:].decode())
        return answer[1:]

    def close(self) -> None:
        """Kill the process, which has nothing to lose."""
        if self._child:
            self._child.close()

    def _running(self) -> Child:
        if self._child is None:
            raise PrintError(self._start_error)
        return self._child


def _died(death: ChildDied) -> PrintError:
    return PrintError(f"PDF: the printing process died ({death}); try again, with more memory if it was killed")


def _late() -> PrintError:
    what = f"PDF: not printed after {MAX_SECONDS:g} s"
    return PrintError(f"{what}; divide the declaration, or set a longer time with --timeout")


class InProcessPdf:
    """A printer in this process. It prints when the PDF is asked for."""

    def __init__(self, templates: Path | None = None) -> None:
        """Import WeasyPrint. The fonts in `templates`/fonts, the user's own, are available beside Engross's."""
        self._start_error = prepare(templates)
        self._page = ""

    def send(self, page: str) -> None:
        """Keep a page (HTML) to print."""
        self._page = page

    def receive(self) -> bytes:
        """The PDF of the page that was sent last. Raises PrintError."""
        result = self._start_error or print_or_error(self._page)
        if isinstance(result, PrintError):
            raise result
        return result

    def close(self) -> None:
        """Do nothing: this printer holds nothing open."""
