"""The private names of other packages that batches use are there. If one is gone, keep the cap in pyproject.toml."""

from __future__ import annotations

from typing import get_args

import pytest
from distributed import Worker
from distributed.core import Status
from distributed.worker_state_machine import TaskState, TaskStateState, WorkerState

GONE = "Dask no longer has {}, by which render/batch/cluster.py sees that a chunk was cancelled; find its new name"


@pytest.mark.parametrize(
    ("name", "is_there"),
    [
        ("Worker.get_current_task", hasattr(Worker, "get_current_task")),
        ("WorkerState.tasks", "tasks" in WorkerState.__annotations__),
        ("TaskState.state", "state" in TaskState.__annotations__),
        ("the state 'executing'", "executing" in get_args(TaskStateState)),
        ("the status 'running'", "running" in Status.__members__),
        ("the status 'paused'", "paused" in Status.__members__),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_dask_has_the_names_by_which_a_chunk_is_cancelled(name: str, is_there: bool) -> None:
    assert is_there, GONE.format(name)
