"""A person at LibreOffice: opens copies, goes through the motions of editing, saves. Run by LibreOffice's own Python.

    python3 typist.py PROFILE

PROFILE is the folder of the office's profile. Each line of the standard input is a document, as JSON: the file to open,
the files to save it as, and the steps. Each line of the standard output answers one: `done`, or what failed, as JSON.
The office ends with the input. A step is a command of LibreOffice as its menus and keys give it, with its arguments by
name; or words that are to be selected, or to be gone to `Before` or `After` in their paragraph.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

FILTERS = {".docx": "MS Word 2007 XML", ".odt": "writer8", ".pdf": "writer_pdf_Export"}
PLACES = ("Select", "Before", "After")


def named(**values: Any) -> tuple[Any, ...]:
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


def connect(pipe: str, office: subprocess.Popen[bytes]) -> Any:
    """The office's context, as soon as it answers. The process that started this one ends it if that takes too long."""
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    while office.poll() is None:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.05)
    raise RuntimeError(f"soffice exited with {office.returncode}")


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


def answer(typist: Typist, job: Mapping[str, Any]) -> str:
    try:
        typist.edit(**job)
    except Exception:  # whatever it was, the test that asked fails with it
        return json.dumps(traceback.format_exc())
    return "done"


def read(lines: SimpleQueue[str]) -> None:
    """Pass the documents on. At their end, end this process and the office, whatever either is at."""
    for line in sys.stdin:
        lines.put(line)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    profile = Path(sys.argv[1])
    pipe = f"typist-{profile.name}"
    command = ["soffice", "--headless", "--norestore", f"--accept=pipe,name={pipe};urp"]
    command.append(f"-env:UserInstallation={profile.as_uri()}")
    office = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    lines: SimpleQueue[str] = SimpleQueue()
    Thread(target=read, args=(lines,), daemon=True).start()
    typist = Typist(connect(pipe, office))
    while True:
        print(answer(typist, json.loads(lines.get())), flush=True)


if __name__ == "__main__":
    main()
