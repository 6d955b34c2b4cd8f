"""How a run works: the number of its jobs and their limits."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_TIMEOUT = 60.0
"""Seconds for each document."""
DEFAULT_MEMORY = 2 << 30
"""Bytes of address space for the process of each document."""

MIN_MEMORY = 128 << 20
"""Bytes of address space in which a worker can render a short text."""
MIN_MEMORY_TO_PRINT = 384 << 20
"""The same, if it prints a PDF: WeasyPrint and its libraries need most of it."""


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """How a run works: the number of jobs at a time, and for each a timeout in seconds and a number of bytes of memory.

    `isolate` renders even a single document in a process of its own, which the limits need. `wait` is how many seconds
    to wait for another run to end. `verify` reads existing outputs again, and `prune` removes orphaned and withdrawn
    ones. `keep_edited` counts edited copies that were kept as done. `take_over` writes outputs that belong to another
    source with the same id. `scheduler` is the address of a Dask scheduler; then `jobs` counts for each thread of the
    cluster.
    """

    jobs: int = 1
    timeout: float = DEFAULT_TIMEOUT
    memory: int = DEFAULT_MEMORY
    isolate: bool = False
    wait: float = 0.0
    verify: bool = False
    prune: bool = False
    keep_edited: bool = False
    take_over: bool = False
    scheduler: str = ""
