"""The standard streams of the command: they may be closed, full, or a pipe that nobody reads any more."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from typing import Any

import click

from render.printable import json_text, printable

_DESCRIPTORS = (0, 1, 2)


class _TolerantFile(io.FileIO):
    """A stream of this process whose errors don't stop what the process does. `error` is the first one."""

    error: OSError | None = None

    def write(self, data: Any, /) -> int:
        """Write the data, or drop it if that isn't possible."""
        try:
            while (written := super().write(data)) is None:  # a stream that another program made non-blocking
                _wait_until_ready(self)
            return written
        except OSError as error:
            self.error = self.error or error
            return memoryview(data).nbytes


def _wait_until_ready(file: io.FileIO) -> None:
    from select import select

    select([], [file], [])


def _encode_rest(error: UnicodeError) -> tuple[str | bytes, int]:
    """Bytes of a file name as they are, and an escape for a character that the terminal's encoding lacks."""
    handlers = [codecs.lookup_error(name) for name in ("surrogateescape", "backslashreplace")]
    try:
        return handlers[0](error)
    except UnicodeError:
        return handlers[1](error)


codecs.register_error("render.cli.streams", _encode_rest)


def open_streams() -> None:
    """Make sure that the three standard streams are open, and that output to them never raises an error.

    A descriptor that is closed would go to the next file that is opened, such as the build database, and messages would
    be written into it. Streams that something else has replaced stay as they are.
    """
    for descriptor in _DESCRIPTORS:
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest descriptor that is free, which is this one
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115  # a descriptor; open as long as the process runs
    if sys.stdout is sys.__stdout__:
        sys.stdout = _tolerant(1, "render.cli.streams")
    if sys.stderr is sys.__stderr__:
        sys.stderr = _tolerant(2, "backslashreplace")


def _tolerant(descriptor: int, errors: str) -> io.TextIOWrapper:
    file = _TolerantFile(descriptor, "w", closefd=False)
    given = sys.__stdout__ if descriptor == 1 else sys.__stderr__
    encoding = given.encoding if given else "utf-8"
    return io.TextIOWrapper(io.BufferedWriter(file), encoding, errors, line_buffering=True)


def output_error() -> str:
    """Why something on the standard output was lost; "" if nothing was, or if its reader had read enough."""
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    error = raw.error if isinstance(raw, _TolerantFile) else None
    return "" if error is None or error.errno == errno.EPIPE else str(error.strerror)


def write_message(text: object, *, to_stdout: bool = False) -> None:
    """Print a message on one line."""
    click.echo(printable(text), err=not to_stdout)


def write_location(location: str) -> None:
    """Print where an output is: for another program with all its bytes, for a terminal as a message."""
    click.echo(printable(location) if sys.stdout.isatty() else location)


def write_event(event: Any) -> None:
    """Print an event as a line of JSON, on the standard error."""
    click.echo(json_text(event), err=True)
