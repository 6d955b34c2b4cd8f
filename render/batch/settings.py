"""How a run works: its jobs and their limits."""

from __future__ import annotations

from typing import NamedTuple

MEMORY = 2 << 30
"""Bytes that a document's process may use, if nothing else is said."""


SECONDS = 60.0
"""Seconds that a document may take, if nothing else is said."""


class Settings(NamedTuple):
    """How a run goes about it: so many jobs at a time, with these limits to each.

    `isolate` is whether a process of its own is wanted even for a single job; `wait` are the seconds to wait for
    another run to end; `verify` is whether outputs are read again, and `prune` whether those without a source go.
    `scheduler` is the address of a Dask cluster's, where one does the work; `jobs` is then for each of its threads.
    """

    jobs: int = 1
    seconds: float = SECONDS
    memory: int = MEMORY
    isolate: bool = False
    wait: float = 0.0
    verify: bool = False
    prune: bool = False
    scheduler: str = ""
