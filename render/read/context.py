"""What goes along while a tree is read: the languages, where pictures are, and every fault found so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from render.errors import Finding, Trail
from render.model.picture import PictureFile

MAX_FAULTS = 1000
"""Faults after which a source is read no further: whoever has more begins with these."""
MAX_LANGUAGES = 100
"""Of one declaration. The work of reading it is that of its texts times its languages."""
MAX_SHOWN = 60
"""Characters of a text that a problem quotes."""


class TooMany(Exception):
    """More faults than anyone would read."""


@dataclass(slots=True)
class Reading:
    """A reader that meets a fault notes it here and reads on; its result is then of no use, and used by no one."""

    languages: tuple[str, ...]
    picture: Callable[[str], PictureFile]
    """The picture of a file name. Raises ValueError("what; mend")."""
    findings: list[Finding] = field(default_factory=list)

    def fault(self, path: Trail, what: str, hint: str, offset: int = 0, at_key: bool = False) -> None:
        """Note what is wrong at a path, and its mend. Raises TooMany."""
        if len(self.findings) == MAX_FAULTS:
            raise TooMany
        self.findings.append(Finding(path, what, hint, offset, at_key=at_key))


def what_it_is(value: object) -> str:
    """A value of the tree, as a user would call it."""
    if isinstance(value, str):
        return "text" if value.strip() else "nothing"
    return "a list" if isinstance(value, list) else "a mapping"


def quote(text: str, most: int = MAX_SHOWN) -> str:
    """A text in quotation marks, cut where it is longer than `most` characters."""
    return repr(text if len(text) <= most else f"{text[:most]}…")
