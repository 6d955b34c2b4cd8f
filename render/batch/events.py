"""What a run reports while it goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from render.batch.job import FileHashes
from render.errors import Code, Problem
from render.pipeline import OutputResult


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What a run did with a source.

    `outputs` were written or failed, `up_to_date` were not touched, and `kept` were edited and are to be kept.
    `reasons` says why each of `outputs` was made. `files` were read with the source. `error` is a failure that has no
    place in the source, and `code` its kind. `withdrawn` are existing outputs of a source that may not be published.
    `seconds` and `memory` (bytes, at the peak) are what the job used, 0 if there was none.
    """

    path: Path
    id: str
    hash: str
    outputs: tuple[OutputResult, ...] = ()
    up_to_date: tuple[OutputResult, ...] = ()
    kept: tuple[OutputResult, ...] = ()
    files: FileHashes = ()
    problems: tuple[Problem, ...] = ()
    error: str = ""
    code: Code | Literal[""] = ""
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

    `code` is the kind of the `error`. Without an error, the output was edited and is to be kept. An output that was
    withdrawn and is still there always has an error.
    """

    name: str
    location: str
    removed: bool = False
    error: str = ""
    code: Code | Literal[""] = ""


class Notice(NamedTuple):
    """What a user should know about the whole run, and its kind; `failed` if it means that the run failed.

    `begins_with_place` is whether the text begins with the name of a file.
    """

    text: str
    code: Code
    failed: bool = False
    begins_with_place: bool = False


BatchEvent = SourceResult | OrphanedOutput | Notice
