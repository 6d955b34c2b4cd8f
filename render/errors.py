"""Problems and errors: where, what, and what to do next.

A *finding* is a problem inside a document, placed by its path in it ("the title of the third node of the body").
A *problem* is a finding with its place in a file. Errors carry problems or one sentence, and an exit code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import ClassVar, Literal

Trail = tuple[str | int, ...]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file. Lines and columns count characters from 1; line 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at a path of a document, and its mend. `offset` counts characters inside a text from 0."""

    path: Trail
    what: str
    hint: str
    offset: int = 0
    severity: Severity = "error"
    at_key: bool = False
    """Whether the key at the end of the path is meant, not its value."""

    def at(self, place: Place) -> Problem:
        """The same, with its place in a file."""
        return Problem(place, self.what, self.hint, self.severity)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place, and its mend."""

    place: Place
    what: str
    hint: str
    severity: Severity = "error"

    def __str__(self) -> str:
        kind = "warning: " if self.severity == "warning" else ""
        return f"{self.place}: {kind}{self.what}; {self.hint}"


class EngrossError(Exception):
    """What went wrong, said for a user. `exit_code` is the command's."""

    exit_code: ClassVar[int] = 1


class SourceError(EngrossError):
    """A source that can't be rendered, with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class TemplateError(EngrossError):
    """A template that can't be used: its own fault, or a macro that it lacks."""


class PrintError(EngrossError):
    """A PDF that can't be printed: a letter without a font, a forbidden address, a fault of the printer."""


class OutputError(EngrossError):
    """A file or folder that can't be written."""


class ClusterError(EngrossError):
    """A cluster that can't be used."""


class EditedError(EngrossError):
    """A copy that a person has edited, and that is therefore kept."""


class UsageError(EngrossError):
    """A command that asks for what can't be done, whatever the sources hold."""

    exit_code = 2


class BusyError(EngrossError):
    """A folder that another run is writing into. The code is that of EX_TEMPFAIL (sysexits.h): try again later."""

    exit_code = 75


MAX_COMPARED = 300
"""Known words that another is compared with letter by letter, which takes 20 µs each."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """What to do instead of `word`: the nearest known word, or all of them where there are few."""
    from difflib import get_close_matches

    choices = sorted(known)
    compared = choices if len(choices) <= MAX_COMPARED else _alike(word, choices)
    near = get_close_matches(word, compared, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    if not choices:
        return "there is none that could stand here"
    shown = ", ".join(choices[:12])
    return f"known are {shown} and {len(choices) - 12} more" if len(choices) > 12 else f"known: {shown}"


def _alike(word: str, choices: Iterable[str]) -> list[str]:
    """Of many words those that have the most pairs of letters with `word` in common."""
    pairs = {word[at : at + 2] for at in range(len(word) - 1)}
    shared = ((sum(pair in choice for pair in pairs) / (len(choice) + len(word)), choice) for choice in choices)
    return [choice for _, choice in nlargest(MAX_COMPARED, shared)]
