"""What the supervisor and its workers exchange: limits, and the outcomes of jobs."""

from __future__ import annotations

from typing import Any, Generic, Literal, NamedTuple, TypeVar

J = TypeVar("J")
R = TypeVar("R")

FailureKind = Literal["error", "timeout", "memory", "crash", "lost"]
"""A job is lost if neither the job nor its process failed, but something else did."""


class Limits(NamedTuple):
    """What a job may use: seconds, and bytes of its process's address space; and how many jobs a process does.

    A worker is replaced after its number of jobs, because libraries keep memory that they no longer need.
    """

    seconds: float = 60.0
    memory: int | None = None
    jobs: int = 300


DEFAULT_LIMITS = Limits()
_MAX_TRIES = 2
"""The machine, or another process, may be the cause of one crash; after a second, it is the job."""
_MAX_TRIES_WHEN_KILLED = 5
"""SIGKILL comes from outside, from a person or the kernel, and can hit the same job twice."""


def max_tries(cause: str) -> int:
    """How often to try a job whose process died of this cause."""
    return _MAX_TRIES_WHEN_KILLED if cause == "SIGKILL" else _MAX_TRIES


class Done(NamedTuple, Generic[J, R]):
    """A job and its result, the seconds that it took, and the peak memory of its process in bytes."""

    job: J
    result: R
    seconds: float
    memory: int


class Failed(NamedTuple, Generic[J]):
    """A job without a result: `what` it raised, the signal or exit code of its process, or the limit that it passed."""

    job: J
    kind: FailureKind
    what: str
    seconds: float


class Answer(NamedTuple):
    """What a worker sends about its job. If there is a `failure`, the result is its description."""

    result: Any
    failure: FailureKind | None
    seconds: float
    memory: int
