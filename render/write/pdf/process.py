"""Two presses: one in a process of its own, and one in this process.

The first imports WeasyPrint, which takes a third of a second, while its parent reads and composes, and then prints page
after page. Only pages go in, through a private pipe, and only PDFs come out. The second is for a process that has
imported WeasyPrint already, and is itself one that may die.
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
    """A press in a process of its own, so that a page is printed while its sender goes on."""

    def __init__(self, templates: Path | None = None) -> None:
        """Starts the process. `templates` is the user's own folder, whose fonts/ are used too."""
        inbox, to_child = os.pipe()
        from_child, outbox = os.pipe()
        # A fork is ready at once and shares what is imported already. Nothing here runs threads that it would break.
        self._process = os.fork()
        if self._process == 0:
            os.close(to_child)  # or the end of the parent would go unnoticed
            os.close(from_child)
            _serve(os.fdopen(inbox, "rb"), os.fdopen(outbox, "wb"), templates)
        os.close(inbox)
        os.close(outbox)
        self._to, self._from = os.fdopen(to_child, "wb"), os.fdopen(from_child, "rb")

    def send(self, page: str) -> None:
        """Begin to print a page (HTML). Raises PrintError where the process has died."""
        try:
            pickle.dump(page, self._to)
            self._to.flush()
        except OSError:
            raise self._death() from None

    def receive(self) -> bytes:
        """The PDF of the page sent last. Raises PrintError."""
        try:
            answer = pickle.load(self._from)
        except (EOFError, OSError, pickle.UnpicklingError):
            raise self._death() from None
        if isinstance(answer, EngrossError):
            raise answer
        return bytes(answer)

    def close(self) -> None:
        """End the process, which has nothing to lose."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            self._reap()
        for pipe in (self._to, self._from):
            with suppress(OSError):  # what was not sent yet is for no one
                pipe.close()

    def _death(self) -> PrintError:
        code = self._reap() if self._process else 0
        cause = signal.Signals(-code).name if code < 0 else f"exit {code}"
        return PrintError(f"PDF: the printer died ({cause}); run it again, with more memory if it was killed")

    def _reap(self) -> int:
        """The exit code of the process that has ended."""
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        return os.waitstatus_to_exitcode(status)


class InProcessPdf:
    """A press in this process; it prints when its PDF is asked for."""

    def __init__(self, templates: Path | None = None) -> None:
        """Makes ready. `templates` is the user's own folder, whose fonts/ are used too."""
        self._fault = _prepared(templates)
        self._page = ""

    def send(self, page: str) -> None:
        """Lay a page in."""
        self._page = page

    def receive(self) -> bytes:
        """The PDF of the page sent last. Raises PrintError."""
        printed = self._fault or _printed(self._page)
        if isinstance(printed, PrintError):
            raise printed
        return printed

    def close(self) -> None:
        """Nothing is open."""


def _serve(inbox: IO[bytes], outbox: IO[bytes], templates: Path | None) -> None:
    """Print what comes in until the parent closes its end. Never returns."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a ^C is the parent's to act on
        gc.disable()  # printing leaves few cycles, and the process ends soon
        fault = _prepared(templates)
        while True:
            page = pickle.load(inbox)
            pickle.dump(fault or _printed(page), outbox)
            outbox.flush()
    except (EOFError, BrokenPipeError):
        pass
    finally:
        os._exit(0)


def _prepared(templates: Path | None) -> PrintError | None:
    """What keeps this process from printing, if anything does."""
    try:
        from render.write.pdf.printer import prepare

        prepare(templates)
    except (ImportError, OSError) as error:
        return PrintError(f"PDF: WeasyPrint can't start ({error}); install Pango and HarfBuzz (the README says how)")
    return None


def _printed(page: str) -> bytes | PrintError:
    from render.write.pdf.printer import print_page

    try:
        return print_page(page)
    except PrintError as error:
        return error
    except MemoryError:
        return PrintError("PDF: out of memory; give it more, or divide the text")
    except Exception as error:
        return PrintError(f"PDF: {type(error).__name__}: {error}; a fault of the printer: please report it")
