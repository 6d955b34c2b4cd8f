"""The process that prints: it imports WeasyPrint once, and prints page after page until its parent is gone."""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from pathlib import Path

from render.errors import PrintError
from render.processes import exit_when_closed, read_message, take_standard_output, write_message

PDF, ERROR = b"P", b"E"
"""The first byte of an answer: before a PDF, or before the text of an error."""


def main(lifeline: int, templates: str) -> None:
    """Print the pages (HTML, in UTF-8) that come in, with the fonts in `templates`/fonts. Never returns."""
    exit_when_closed(lifeline)
    gc.disable()  # printing leaves few cycles, and the process is short-lived
    outbox = take_standard_output()
    start_error = prepare(Path(templates) if templates else None)
    with suppress(EOFError, BrokenPipeError):
        while True:
            page = read_message(0).decode("utf-8", "surrogatepass")
            answer = start_error or print_or_error(page)
            write_message(outbox, ERROR + str(answer).encode() if isinstance(answer, PrintError) else PDF + answer)
    os._exit(0)


def prepare(templates: Path | None) -> PrintError | None:
    """Import WeasyPrint. Returns the error if it can't be imported, or can't use the fonts."""
    try:
        from render.write.pdf.printer import prepare

        prepare(templates)
    except PrintError as error:
        return error
    except (ImportError, OSError) as error:
        return PrintError(f"PDF: WeasyPrint can't start ({error}); install Pango and HarfBuzz (the README says how)")
    return None


def print_or_error(page: str) -> bytes | PrintError:
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
