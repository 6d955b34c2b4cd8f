"""The context of reading a tree: the languages, the pictures, and every problem found so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from render.errors import Finding, HintBudget, NodePath, did_you_mean
from render.model.picture import PictureFile

MAX_PROBLEMS = 1000
"""Problems after which Engross stops to read a source. An author starts with the first of them anyway."""
MAX_LANGUAGES = 100
"""Languages of one declaration. The work of reading is that of its texts times its languages."""
MAX_QUOTED = 60
"""Characters of a value that a problem quotes."""


class TooManyProblems(Exception):
    """A source has more problems than anyone would read."""


@dataclass(slots=True)
class ReadContext:
    """Collects the problems that readers report. A reader goes on after a problem, but nobody uses its result.

    `picture` reads the picture with a file name; it raises InvalidPicture.
    """

    languages: tuple[str, ...]
    picture: Callable[[str], PictureFile]
    findings: list[Finding] = field(default_factory=list)
    hint_budget: HintBudget = field(default_factory=HintBudget)

    def report(self, path: NodePath, what: str, hint: str, offset: int = 0, at_key: bool = False) -> None:
        """Add what is wrong at a path, and how to fix it. Raises TooManyProblems."""
        if len(self.findings) == MAX_PROBLEMS:
            raise TooManyProblems
        self.findings.append(Finding(path, what, hint, offset, at_key=at_key))

    def did_you_mean(self, word: str, known: Iterable[str]) -> str:
        """A hint about an unknown word, as in `errors.did_you_mean`."""
        return did_you_mean(word, known, self.hint_budget)

    def report_kind(self, path: NodePath, value: object, expected: str, hint: str) -> None:
        """Add that a value is of another kind than expected. Raises TooManyProblems."""
        self.report(path, f"expected {expected}, found {kind_of(value)}", hint)


def kind_of(value: object) -> str:
    """What a user would call a value of the tree."""
    if isinstance(value, str):
        return "text" if value.strip() else "nothing"
    return "a list" if isinstance(value, list) else "a mapping"


def quote(text: str, max_length: int = MAX_QUOTED) -> str:
    """A text in quotation marks, cut if it is longer than `max_length` characters."""
    return repr(text if len(text) <= max_length else f"{text[:max_length]}…")
