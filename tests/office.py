"""LibreOffice: Word copies converted, and edited as a person would edit them in Word.

One office does all editing of a pytest process: starting it takes longer than most of what it does.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, NoReturn

from tests.fonts import OFFICE, font_environment

PYTHON = "/usr/bin/python3"
"""Debian's own Python, which python3-uno belongs to."""
TYPIST = Path(__file__).with_name("typist.py")
PATIENCE = 300.0
"""Seconds for one document, many times what any takes: LibreOffice can lay out pages for ever."""

Step = Sequence[Any]
Steps = Iterable[Step]


class OfficeError(Exception):
    """LibreOffice failed, or did not answer in time."""


@dataclass(frozen=True)
class Edited:
    """A copy as it was saved, and as it is printed."""

    docx: bytes
    pdf: bytes


class Office:
    """One LibreOffice with a profile of its own. It starts when it is first needed, and again after it failed."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def edit(self, copy: bytes, edits: Mapping[str, Steps], patience: float = PATIENCE) -> Mapping[str, Edited]:
        """The copy after each of the edits by its name, each from the copy as it was.

        Raises OfficeError where it fails, or doesn't answer within `patience` seconds; it is ended then.
        """
        return {name: self._edited(copy, list(steps), patience) for name, steps in edits.items()}

    def processes(self) -> list[int]:
        """The numbers of all processes of this office that there are."""
        return _session(self.process.pid) if self.process else []

    def close(self) -> None:
        """End it, and all that it started."""
        if self.process:
            self._end()

    def _edited(self, copy: bytes, steps: Sequence[Step], patience: float) -> Edited:
        with tempfile.TemporaryDirectory() as folder:  # of its own: what died may have left a lock in another
            opened, docx, pdf = (Path(folder, name) for name in ("opened.docx", "saved.docx", "saved.pdf"))
            opened.write_bytes(copy)
            self._ask({"opened": str(opened), "saved": [str(docx), str(pdf)], "steps": steps}, patience)
            return Edited(docx.read_bytes(), pdf.read_bytes())

    def _ask(self, job: Mapping[str, Any], patience: float) -> None:
        process = self.process = self.process or self._started()
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(job).encode() + b"\n")
        process.stdin.flush()
        if not wait([process.stdout.fileno()], patience):
            self._fail(f"LibreOffice did not answer within {patience:g} s")
        answer = process.stdout.readline()
        if answer != b"done\n":
            self._fail(json.loads(answer) if answer else "LibreOffice died")

    def _started(self) -> subprocess.Popen[bytes]:
        """The typist and the office that it starts, in a session of their own, by which both can be ended."""
        self._profile = tempfile.TemporaryDirectory()
        return subprocess.Popen(
            [PYTHON, TYPIST, self._profile.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=font_environment(OFFICE),
            start_new_session=True,
        )

    def _fail(self, what: str) -> NoReturn:
        self._end()
        raise OfficeError(what)

    def _end(self) -> None:
        process = self.process
        assert process and process.stdin and process.stdout
        kill_session(process.pid)
        process.wait()
        process.stdout.close()
        with suppress(BrokenPipeError):  # what was not yet sent
            process.stdin.close()
        self._profile.cleanup()
        self.process = None


def convert(copies: Sequence[bytes], suffix: str = ".pdf", patience: float = PATIENCE) -> list[bytes]:
    """Word copies as LibreOffice saves them in another format, by an office of its own, in the fonts that they ask for.

    Raises OfficeError where it fails, or takes longer than `patience` seconds for a copy.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        opened = [folder / f"{number}.docx" for number in range(len(copies))]
        for path, copy in zip(opened, copies, strict=True):
            path.write_bytes(copy)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", suffix[1:], "--outdir", temporary]
        _run([*command, *map(str, opened)], patience * len(copies))
        return [path.with_suffix(suffix).read_bytes() for path in opened]


def _run(command: Sequence[str], seconds: float) -> None:
    """Run a command to its end, and leave none of what it started."""
    with subprocess.Popen(
        command, env=font_environment(), start_new_session=True, stdout=subprocess.DEVNULL
    ) as process:
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise OfficeError(f"LibreOffice did not end within {seconds:g} s") from None
        finally:
            kill_session(process.pid)
    if code:
        raise OfficeError(f"LibreOffice exited with {code}")


def kill_session(leader: int) -> None:
    """Kill all processes of a session."""
    for number in _session(leader):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def _session(leader: int) -> list[int]:
    """The numbers of the processes of a session: what a process started belongs to it, unless it made its own."""
    return [number for number in _numbers() if _session_of(number) == leader]


def _numbers() -> Iterator[int]:
    return (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())


def _session_of(number: int) -> int:
    try:
        return os.getsid(number)
    except ProcessLookupError:
        return 0


# What a person does


def select(words: str) -> list[Step]:
    """The last such words, selected."""
    return [["Select", words]]


def after(words: str) -> list[Step]:
    """The cursor at the end of the paragraph that contains the words."""
    return [["After", words]]


def before(words: str) -> list[Step]:
    """The cursor at the start of the paragraph that contains the words."""
    return [["Before", words]]


def write(words: str) -> list[Step]:
    return [["InsertText", {"Text": words}]]


def style(name: str) -> list[Step]:
    return [["StyleApply", {"Style": name, "FamilyName": "ParagraphStyles"}]]


ENTER: list[Step] = [["InsertPara"]]
UPDATE: list[Step] = [["UpdateAll"]]
