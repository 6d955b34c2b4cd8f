"""A printer in a process of its own.

It imports WeasyPrint, which takes half a second, while its parent reads and composes, and then prints page after page.
Only the page goes in, through a private pipe, and only the PDF comes out.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType

from render.problem import EngrossError, PrintError


class Press:
    """Prints one page at a time: `send` it, do something else, `receive` its PDF."""

    def __init__(self, templates: Path | None = None) -> None:
        """Starts the process. `templates` is the user's own folder, whose fonts/ are used too."""
        # A fork is ready at once and shares what its parent has imported; nothing here runs threads.
        context = multiprocessing.get_context("fork")
        self._pipe, child = context.Pipe()
        self._process = context.Process(target=_serve, args=(child, self._pipe, templates), daemon=True)
        self._process.start()
        child.close()

    def send(self, page: str) -> None:
        """Begin to print a page (HTML)."""
        try:
            self._pipe.send_bytes(page.encode())
        except OSError:
            raise self._death() from None

    def receive(self) -> bytes:
        """The PDF of the page sent last. Raises PrintError, or what the printing raised."""
        try:
            answer = self._pipe.recv()
        except (EOFError, OSError):
            raise self._death() from None
        if isinstance(answer, BaseException):
            raise answer
        return bytes(answer)

    def close(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.join(timeout=1)
        self._process.kill()

    def __enter__(self) -> Press:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _death(self) -> PrintError:
        self._process.join(timeout=5)
        code = self._process.exitcode or 0
        cause = signal.Signals(-code).name if code < 0 else f"exit {code}"
        return PrintError(f"PDF: the printer died ({cause}); run it again, with more memory if it was killed")


def _serve(pipe: Connection, parents_end: Connection, templates: Path | None) -> None:
    """Print what comes through the pipe until the parent closes its end."""
    parents_end.close()  # or the end of the parent would go unnoticed
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a ^C is the parent's to act on
    gc.freeze()
    from render.write.pdf import prepare, print_page

    ready: Exception | None = None
    try:
        prepare(templates)
    except Exception as error:
        ready = error
    while True:
        try:
            page = pipe.recv_bytes().decode()
        except EOFError:
            return
        try:
            if ready:
                raise ready
            pipe.send(print_page(page, templates))
        except EngrossError as error:
            pipe.send(error)
        except OSError as error:
            pipe.send(PrintError(f"PDF: WeasyPrint can't start ({error}); install Pango and HarfBuzz (see the README)"))
        except Exception as error:
            pipe.send(
                PrintError(f"PDF: {type(error).__name__}: {error}; this is a fault of the printer, please report it")
            )
