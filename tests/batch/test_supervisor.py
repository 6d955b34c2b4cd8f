"""A job that goes wrong is named for what it did, and harms no other."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from render.batch.outcomes import Done, Limits
from render.batch.supervisor import supervise
from tests.batch.poison import work_once_made

GOOD = [f"good {number}" for number in range(60)]
BLAME = {
    "raises": ("error", "ZeroDivisionError: by nought"),
    "leaves": ("crash", "exit 3"),
    "gives_up": ("error", "SystemExit: 0"),
    "segfault": ("crash", "SIGSEGV"),
    "killed": ("crash", "SIGKILL"),
    "hang": ("timeout", "not finished after 1.5 s"),
    "hog": ("memory", "out of memory"),
    "regex": ("timeout", "not finished after 1.5 s"),
}
LIMITS = Limits(seconds=1.5, memory=1 << 30)


def outcomes(jobs: list[str], workers: int = 2, limits: Limits = LIMITS) -> dict[str, object]:
    ended = list(supervise(work_once_made, jobs, workers, limits))
    assert len(ended) == len(jobs)
    return {it.job: it.result if isinstance(it, Done) else (it.kind, it.what) for it in ended}


def test_exactly_the_poison_fails_and_each_is_blamed_for_what_it_did() -> None:
    jobs = [*GOOD, *BLAME]
    random.Random(5).shuffle(jobs)
    assert outcomes(jobs) == {**{job: job.upper() for job in GOOD}, **BLAME}


def test_a_result_that_cannot_be_sent_is_its_jobs_error() -> None:
    ended = outcomes(["unpicklable", "good"])
    assert ended["good"] == "GOOD"
    assert str(ended["unpicklable"]).startswith("('error', ")


def test_a_crash_is_tried_once_more(tmp_path: Path) -> None:
    job = f"killed_once:{tmp_path / 'tried'}"
    assert outcomes([job, "good"]) == {job: job, "good": "GOOD"}


def test_a_worker_does_one_job_after_another_and_is_replaced_after_so_many() -> None:
    pids = [it.result for it in supervise(work_once_made, ["pid:"] * 7, 1, Limits(jobs=3)) if isinstance(it, Done)]
    assert [pids.count(it) for it in dict.fromkeys(pids)] == [3, 3, 1]


def test_no_more_workers_than_were_asked_for() -> None:
    pids = {it.result for it in supervise(work_once_made, ["pid:"] * 40, 3) if isinstance(it, Done)}
    assert len(pids) <= 3
    assert str(os.getpid()) not in pids


def test_jobs_are_taken_when_a_worker_is_free() -> None:
    taken = []

    def jobs() -> Iterator[str]:
        for number in range(50):
            taken.append(number)
            yield f"good {number}"

    ended = supervise(work_once_made, jobs(), 2)
    next(ended)
    assert len(taken) <= 4
    ended.close()


def test_no_job_is_no_outcome() -> None:
    assert list(supervise(work_once_made, [], 2)) == []


def test_workers_end_when_nobody_wants_more() -> None:
    ended = supervise(work_once_made, ["pid:", "hang", "hang"], 2)
    first = next(ended)
    assert isinstance(first, Done)
    ended.close()
    assert is_gone(int(str(first.result)))


def test_workers_end_with_their_parent_even_if_they_hang() -> None:
    code = (
        "from render.batch.supervisor import supervise\n"
        "from tests.batch.poison import work_once_made\n"
        "ended = supervise(work_once_made, ['pid:', 'regex', 'regex'], 1)\n"
        "print(next(ended).result, flush=True)\n"
        "next(ended)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE)
    assert parent.stdout
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert is_gone(worker)


def is_gone(pid: int) -> bool:
    """Whether a process ends within ten seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_random_kills_of_workers_lose_no_job() -> None:
    _kill_at_random(jobs=150, kills=10)


@pytest.mark.proof
def test_a_hundred_random_kills_lose_none_of_1500_jobs() -> None:
    _kill_at_random(jobs=1500, kills=100)


def _kill_at_random(jobs: int, kills: int) -> None:
    """Kill whichever worker answered last, at random moments: at its next job, or before it has that."""
    chance = random.Random(jobs)
    doomed = set(chance.sample(range(jobs - 5), kills))
    ended, pids = [], []
    for number, it in enumerate(supervise(work_once_made, [f"pid:{number}" for number in range(jobs)], 2)):
        assert isinstance(it, Done), it
        ended.append(it.job)
        pids.append(int(str(it.result)))
        if number in doomed:
            time.sleep(chance.random() / 500)
            try:
                os.kill(chance.choice(pids[-4:]), signal.SIGKILL)
            except ProcessLookupError:
                doomed.add(number + 1)
    assert sorted(ended) == sorted(f"pid:{number}" for number in range(jobs))
    assert len(set(pids)) > kills / 2
