"""The outcomes of a chunk as text, for the way from a cluster's workers to the command.

The command believes no worker. The text is JSON, which becomes outcomes only if every value has its type and range.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Annotated, NamedTuple

import msgspec

from render.batch.job import Job, JobResult
from render.batch.outcomes import Done, Failed, FailureKind

Outcome = Done[Job, JobResult] | Failed[Job]
_Count = Annotated[int, msgspec.Meta(ge=0)]
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e9)]


class _OutcomeOf(NamedTuple):
    """The outcome of a job, by its index in the chunk: a result, or the kind of its failure and what happened."""

    job: _Count
    result: JobResult | None
    kind: FailureKind
    what: str
    seconds: _Seconds
    memory: _Count


def as_text(outcomes: Iterable[Outcome], jobs: Sequence[Job]) -> str:
    """The outcomes of the jobs of a chunk, as ASCII."""
    indexes = {job.path: index for index, job in enumerate(jobs)}
    return json.dumps(msgspec.to_builtins([_outcome_of(outcome, indexes[outcome.job.path]) for outcome in outcomes]))


def _outcome_of(outcome: Outcome, index: int) -> _OutcomeOf:
    if isinstance(outcome, Done):
        return _OutcomeOf(index, outcome.result, "error", "", outcome.seconds, outcome.memory)
    return _OutcomeOf(index, None, outcome.kind, outcome.what, outcome.seconds, 0)


def outcomes_in(text: object, jobs: Sequence[Job]) -> list[Outcome]:
    """The outcomes of the jobs of a chunk, in a worker's answer. Raises ValueError if the answer can't be right."""
    if not isinstance(text, str):
        raise ValueError("it isn't text")
    try:
        answers = msgspec.convert(json.loads(text), list[_OutcomeOf])
    except RecursionError:
        raise ValueError("its brackets go too deep") from None
    if sorted(answer.job for answer in answers) != list(range(len(jobs))):
        raise ValueError("it isn't about the jobs of its chunk")
    return list(_checked(answers, jobs))


def _checked(answers: Iterable[_OutcomeOf], jobs: Sequence[Job]) -> Iterator[Outcome]:
    for index, result, kind, what, seconds, memory in answers:
        job = jobs[index]
        if result is None:
            yield Failed(job, kind, what, seconds)
            continue
        if result.hash and result.id != job.id:
            raise ValueError(f"it has the id {result.id!r} for {job.path}")
        for name in (*(output.name for output in result.outputs), *result.public_names):
            if name != PurePath(name).name:
                raise ValueError(f"{name!r} isn't the name of an output")
        for name, _ in result.files:
            if PurePath(name).is_absolute() or ".." in PurePath(name).parts:
                raise ValueError(f"{name!r} isn't in the folder of {job.path}")
        yield Done(job, result, seconds, memory)
