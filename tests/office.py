"""Word copies edited in LibreOffice, as a person would edit them in Word."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PYTHON = "/usr/bin/python3"
"""Debian's own Python, which python3-uno belongs to."""
TYPIST = Path(__file__).with_name("typist.py")

Step = Sequence[Any]
Steps = Iterable[Step]


@dataclass(frozen=True)
class Edited:
    """A copy as it was saved, and as it is printed."""

    docx: bytes
    pdf: bytes


def edit(copy: bytes, edits: Mapping[str, Steps]) -> Mapping[str, Edited]:
    """The copy after each of the edits by its name, each from the copy as it was. One office makes them all."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        opened = folder / "copy.docx"
        opened.write_bytes(copy)
        saved = {name: (folder / f"{number}.docx", folder / f"{number}.pdf") for number, name in enumerate(edits)}
        copies = [
            {"opened": str(opened), "saved": [str(it) for it in saved[name]], "steps": list(steps)}
            for name, steps in edits.items()
        ]
        job = json.dumps({"profile": str(folder / "profile"), "copies": copies})
        done = subprocess.run([PYTHON, TYPIST], input=job, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return {name: Edited(docx.read_bytes(), pdf.read_bytes()) for name, (docx, pdf) in saved.items()}


# What a person does


def select(words: str) -> list[Step]:
    """The last such words, selected."""
    return [["Select", words]]


def after(words: str) -> list[Step]:
    """The cursor at the end of the paragraph that words stand in."""
    return [["After", words]]


def before(words: str) -> list[Step]:
    """The cursor at the start of the paragraph that words stand in."""
    return [["Before", words]]


def write(words: str) -> list[Step]:
    return [["InsertText", {"Text": words}]]


def style(name: str) -> list[Step]:
    return [["StyleApply", {"Style": name, "FamilyName": "ParagraphStyles"}]]


ENTER: list[Step] = [["InsertPara"]]
UPDATE: list[Step] = [["UpdateAll"]]
