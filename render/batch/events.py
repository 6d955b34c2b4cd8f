"""What a run reports while it goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from render.batch.job import Output
from render.batch.plan import NONE
from render.errors import Problem


class Outcome(NamedTuple):
    """What came of a source: its outputs written or failed, those that were up to date, and all that is wrong with it.

    `reasons` says of each output that was made why it was. A `fault` is a failure that no problem places in the source;
    `seconds` and `memory` (bytes, at the peak) are what it took.
    """

    path: Path
    id: str
    hash: str
    outputs: tuple[Output, ...] = ()
    fresh: tuple[Output, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()
    fault: str = ""
    reasons: Mapping[str, str] = NONE
    seconds: float = 0.0
    memory: int = 0

    @property
    def faults(self) -> Sequence[str]:
        """Everything that failed, each with its place."""
        errors = [str(problem) for problem in self.problems if problem.severity == "error"]
        faults = [self.fault, *(it.fault for it in self.outputs)]
        return [*errors, *(f"{self.path}: {fault}" for fault in faults if fault)]


class OrphanedOutput(NamedTuple):
    """An output that no source makes any longer, and where it is; whether it was removed, or why not."""

    name: str
    place: str
    removed: bool = False
    fault: str = ""


class Notice(NamedTuple):
    """What a user ought to know of no output in particular; `failed` is whether the run did not do what it should."""

    text: str
    failed: bool = False
