"""What a run reports while it goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from render.batch.job import FileHashes
from render.errors import Problem
from render.pipeline import OutputResult


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What a run did with a source.

    `outputs` were written or failed, and `up_to_date` were not touched; `reasons` says why each of `outputs` was made.
    `files` were read with the source. `error` is a failure that has no place in the source. `withdrawn` are existing
    outputs of a source that may not be published. `seconds` and `memory` (bytes, at the peak) are what the job used, 0
    if there was none.
    """

    path: Path
    id: str
    hash: str
    outputs: tuple[OutputResult, ...] = ()
    up_to_date: tuple[OutputResult, ...] = ()
    files: FileHashes = ()
    problems: tuple[Problem, ...] = ()
    error: str = ""
    withdrawn: tuple[OrphanedOutput, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    memory: int = 0

    @property
    def errors(self) -> Sequence[str]:
        """Everything that failed, each with its place."""
        in_source = [str(problem) for problem in self.problems if problem.severity == "error"]
        elsewhere = [self.error, *(output.error for output in self.outputs)]
        still_there = [output.error for output in self.withdrawn if output.error]
        return [*in_source, *still_there, *(f"{self.path}: {error}" for error in elsewhere if error)]


class OrphanedOutput(NamedTuple):
    """An output that no source produces any more, and where it is; whether it was removed, or why it couldn't be.

    An output that was withdrawn and is still there always has an error.
    """

    name: str
    location: str
    removed: bool = False
    error: str = ""


class Notice(NamedTuple):
    """What a user should know about the whole run; `failed` if it means that the run failed."""

    text: str
    failed: bool = False


BatchEvent = SourceResult | OrphanedOutput | Notice
