"""Two printers (see `Printer` in formats.py): one in a child process, and one in this process.

`PdfProcess` imports WeasyPrint in a child process, while the parent reads and composes: that takes a third of a second.
The child gets pages through one pipe and returns PDFs through another. Its environment and memory are its own, and the
parent goes on if it crashes.

`InProcessPdf` is for a worker process that has imported WeasyPrint and that its own parent can replace.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
from contextlib import suppress
from pathlib import Path
from typing import IO

from render.errors import EngrossError, PrintError


class PdfProcess:
    """A printer in a child process. The caller can go on with other work while a page is printed."""

    def __init__(self, templates: Path | None = None) -> None:
        """Start the process. The fonts in `templates`/fonts, the user's own, are available beside Engross's."""
        inbox, to_child = os.pipe()
        from_child, outbox = os.pipe()
        # A fork starts at once and shares the modules imported so far. It is safe because no thread runs here.
        self._process = os.fork()
        if self._process == 0:
            os.close(to_child)  # or the child would never see that the parent has closed its end
            os.close(from_child)
            _serve(os.fdopen(inbox, "rb"), os.fdopen(outbox, "wb"), templates)
        os.close(inbox)
        os.close(outbox)
        self._to_child, self._from_child = os.fdopen(to_child, "wb"), os.fdopen(from_child, "rb")

    def send(self, page: str) -> None:
        """Start to print a page (HTML). Raises PrintError if the process has died."""
        try:
            pickle.dump(page, self._to_child)
            self._to_child.flush()
        except OSError:
            raise self._death() from None

    def receive(self) -> bytes:
        """The PDF of the page that was sent last; waits for it. Raises PrintError."""
        try:
            answer = pickle.load(self._from_child)
        except (EOFError, OSError, pickle.UnpicklingError):
            raise self._death() from None
        if isinstance(answer, EngrossError):
            raise answer
        return bytes(answer)

    def close(self) -> None:
        """Kill the process, which has nothing to lose."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            self._reap()
        for pipe in (self._to_child, self._from_child):
            with suppress(OSError):  # a page that was buffered and never sent
                pipe.close()

    def _death(self) -> PrintError:
        """The error that says how the process died."""
        code = self._reap() if self._process else 0
        cause = signal.Signals(-code).name if code < 0 else f"exit {code}"
        return PrintError(f"PDF: the printing process died ({cause}); try again, with more memory if it was killed")

    def _reap(self) -> int:
        """The exit code of the process; waits for its end."""
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        return os.waitstatus_to_exitcode(status)


class InProcessPdf:
    """A printer in this process. It prints when the PDF is asked for."""

    def __init__(self, templates: Path | None = None) -> None:
        """Import WeasyPrint. The fonts in `templates`/fonts, the user's own, are available beside Engross's."""
        self._start_error = _prepare(templates)
        self._page = ""

    def send(self, page: str) -> None:
        """Keep a page (HTML) to print."""
        self._page = page

    def receive(self) -> bytes:
        """The PDF of the page that was sent last. Raises PrintError."""
        result = self._start_error or _print(self._page)
        if isinstance(result, PrintError):
            raise result
        return result

    def close(self) -> None:
        """Do nothing: this printer holds nothing open."""


def _serve(inbox: IO[bytes], outbox: IO[bytes], templates: Path | None) -> None:
    """Print the pages that come in until the parent closes its end. Never returns."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl+C
        gc.disable()  # printing leaves few cycles, and the process is short-lived
        start_error = _prepare(templates)
        while True:
            page = pickle.load(inbox)
            pickle.dump(start_error or _print(page), outbox)
            outbox.flush()
    except (EOFError, BrokenPipeError):
        pass
    finally:
        os._exit(0)


def _prepare(templates: Path | None) -> PrintError | None:
    """Import WeasyPrint. Returns the error if it can't be imported."""
    try:
        from render.write.pdf.printer import prepare

        prepare(templates)
    except (ImportError, OSError) as error:
        return PrintError(f"PDF: WeasyPrint can't start ({error}); install Pango and HarfBuzz (the README says how)")
    return None


def _print(page: str) -> bytes | PrintError:
    """The PDF of a page, or the error: what comes out of the process must be one or the other."""
    from render.write.pdf.printer import print_page

    try:
        return print_page(page)
    except PrintError as error:
        return error
    except MemoryError:
        return PrintError("PDF: out of memory; allow more memory, or divide the declaration")
    except Exception as error:
        return PrintError(f"PDF: {type(error).__name__}: {error}; this is a bug in Engross, please report it")
