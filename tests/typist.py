"""A person at LibreOffice: opens copies, goes through the motions of editing, saves. Run by LibreOffice's own Python.

    python3 typist.py < job.json

The job names the office's profile, and for each copy the file to open, the files to save it as, and the steps. A step
is a command of LibreOffice as its menus and keys give it, with its arguments by name; or words that are to be selected,
or to be gone to `Before` or `After` in their paragraph.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

FILTERS = {".docx": "MS Word 2007 XML", ".pdf": "writer_pdf_Export"}
PLACES = ("Select", "Before", "After")
PATIENCE = 60
"""Seconds that the office may take to start."""


def named(**values: Any) -> tuple[Any, ...]:
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


def connect(pipe: str) -> Any:
    """The office's context, as soon as it answers."""
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


class Typist:
    """One who works at one document at a time."""

    def __init__(self, context: Any) -> None:
        make = context.ServiceManager.createInstanceWithContext
        self.desktop = make("com.sun.star.frame.Desktop", context)
        self.dispatcher = make("com.sun.star.frame.DispatchHelper", context)

    def edit(self, opened: str, saved: Sequence[str], steps: Sequence[Sequence[Any]]) -> None:
        document = self.desktop.loadComponentFromURL(Path(opened).as_uri(), "_blank", 0, named(Hidden=True))
        for command, *arguments in steps:
            if command in PLACES:
                self.go(document, command, *arguments)
            else:
                self.command(document, command, *arguments)
        for name in map(Path, saved):
            document.storeToURL(name.as_uri(), named(FilterName=FILTERS[name.suffix]))
        document.close(True)

    def go(self, document: Any, place: str, words: str) -> None:
        """Go to the last such words: the contents, which come first, have those of a heading too."""
        search = document.createSearchDescriptor()
        search.SearchString, search.SearchCaseSensitive = words, True
        found = document.findAll(search)
        if not found.Count:
            raise LookupError(f"{words!r} does not stand in the document")
        last = found.getByIndex(found.Count - 1)
        cursor = last.Text.createTextCursorByRange(last)
        if place == "Before":
            cursor.collapseToStart()
            cursor.gotoStartOfParagraph(False)
        elif place == "After":
            cursor.collapseToEnd()
            cursor.gotoEndOfParagraph(False)
        document.CurrentController.ViewCursor.gotoRange(cursor, False)

    def command(self, document: Any, name: str, arguments: Mapping[str, Any] | None = None) -> None:
        frame = document.CurrentController.Frame
        self.dispatcher.executeDispatch(frame, f".uno:{name}", "", 0, named(**arguments or {}))


def main() -> None:
    job = json.load(sys.stdin)
    pipe = f"typist-{Path(job['profile']).parent.name}"
    profile = f"-env:UserInstallation={Path(job['profile']).as_uri()}"
    office = subprocess.Popen(["soffice", "--headless", "--norestore", f"--accept=pipe,name={pipe};urp", profile])
    try:
        typist = Typist(connect(pipe))
        for copy in job["copies"]:
            typist.edit(**copy)
        typist.desktop.terminate()
    finally:
        if office.poll() is None:
            office.terminate()
        office.wait()


if __name__ == "__main__":
    main()
