"""A job that goes wrong is named for what it did, and harms no other."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path

import psutil
import pytest

from render.batch import supervisor
from render.batch.outcomes import Done, Failed, Limits
from render.batch.supervisor import supervise
from tests.batch.clock import PatientClock
from tests.batch.gate import MINUTES
from tests.batch.poison import make_work_that_announces, work_once_made
from tests.processes import assert_ended

GOOD = [f"good {number}" for number in range(60)]
BLAME = {
    "raises": ("error", "ZeroDivisionError: by nought"),
    "leaves": ("crash", "exit 3"),
    "gives_up": ("error", "SystemExit: 0"),
    "segfault": ("crash", "SIGSEGV"),
    "killed": ("crash", "SIGKILL"),
    "hang": ("timeout", "not finished after 60 s"),
    "hog": ("memory", "out of memory"),
    "regex": ("timeout", "not finished after 60 s"),
}
LIMITS = Limits(memory=1 << 30)

MakeWork = Callable[[], Callable[[str], object]]


def outcomes(jobs: list[str], make_work: MakeWork = work_once_made) -> dict[str, object]:
    ended = list(supervise(make_work, jobs, 2, LIMITS))
    assert len(ended) == len(jobs)
    return {
        outcome.job: outcome.result if isinstance(outcome, Done) else (outcome.kind, outcome.what) for outcome in ended
    }


@pytest.fixture
def patiently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeWork:
    """Work whose time is up only once all workers hang."""
    clock = PatientClock(tmp_path)
    monkeypatch.setattr(supervisor, "time", clock)
    monkeypatch.setattr(supervisor, "wait", clock.wait)
    return partial(make_work_that_announces, tmp_path)


@pytest.mark.parametrize("order", range(2))
def test_only_poisoned_jobs_fail_and_each_has_its_own_error(patiently: MakeWork, order: int) -> None:
    jobs = [*GOOD, *BLAME]
    random.Random(order).shuffle(jobs)
    assert outcomes(jobs, patiently) == {**{job: job.upper() for job in GOOD}, **BLAME}


def test_a_job_is_out_of_time_by_the_real_clock_too() -> None:
    (failed,) = supervise(work_once_made, ["hang"], 1, Limits(seconds=0.5))
    assert isinstance(failed, Failed)
    assert (failed.kind, failed.what) == ("timeout", "not finished after 0.5 s")
    assert failed.seconds >= 0.5


def test_a_result_that_cannot_be_sent_is_its_jobs_error() -> None:
    ended = outcomes(["unpicklable", "good"])
    assert ended["good"] == "GOOD"
    assert str(ended["unpicklable"]).startswith("('error', ")


def test_a_crash_is_tried_once_more(tmp_path: Path) -> None:
    job = f"killed_once:{tmp_path / 'tried'}"
    assert outcomes([job, "good"]) == {job: job, "good": "GOOD"}


def test_a_worker_does_one_job_after_another_and_is_replaced_after_a_set_number() -> None:
    pids = [
        outcome.result
        for outcome in supervise(work_once_made, ["pid:"] * 7, 1, Limits(jobs=3))
        if isinstance(outcome, Done)
    ]
    assert [pids.count(fromkey) for fromkey in dict.fromkeys(pids)] == [3, 3, 1]


def test_no_more_workers_than_were_asked_for() -> None:
    pids = {outcome.result for outcome in supervise(work_once_made, ["pid:"] * 40, 3) if isinstance(outcome, Done)}
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


def test_no_jobs_give_no_outcomes() -> None:
    assert list(supervise(work_once_made, [], 2)) == []


class Hung:
    """What hears of the jobs that hang."""

    def __init__(self, folder: Path, supervisor_pid: int) -> None:
        self._path = folder / f"hanging-{supervisor_pid}"
        os.mkfifo(self._path)
        self._pipe = os.open(self._path, os.O_RDWR)

    def wait_for_one(self) -> None:
        assert wait([self._pipe], MINUTES)
        os.close(self._pipe)


def test_workers_end_when_no_more_outcomes_are_requested(tmp_path: Path) -> None:
    hung = Hung(tmp_path, os.getpid())
    ended = supervise(partial(make_work_that_announces, tmp_path), ["pid:", "hang", "hang"], 2)
    first = next(ended)
    assert isinstance(first, Done)
    worker = psutil.Process(int(str(first.result)))
    hung.wait_for_one()
    ended.close()
    assert_ended(worker)


def test_workers_end_with_their_parent_even_if_they_hang(tmp_path: Path) -> None:
    code = (
        "import sys; from functools import partial; from pathlib import Path\n"
        "from render.batch.supervisor import supervise\n"
        "from tests.batch.poison import make_work_that_announces\n"
        "sys.stdin.readline()\n"
        "work = partial(make_work_that_announces, Path(sys.argv[1]))\n"
        "ended = supervise(work, ['pid:', 'regex', 'regex'], 1)\n"
        "print(next(ended).result, flush=True)\n"
        "next(ended)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin and parent.stdout
        hung = Hung(tmp_path, parent.pid)
        parent.stdin.write(b"\n")
        parent.stdin.flush()
        worker = psutil.Process(int(parent.stdout.readline()))
        hung.wait_for_one()
        parent.kill()
    assert_ended(worker)


def test_random_kills_of_workers_lose_no_job() -> None:
    _kill_at_random(jobs=150, kills=10)


@pytest.mark.proof
def test_a_hundred_random_kills_lose_none_of_1500_jobs() -> None:
    _kill_at_random(jobs=1500, kills=100)


def _kill_at_random(jobs: int, kills: int) -> None:
    """Kill workers that answered lately: at their next job, or before they have that."""
    chance = random.Random(jobs)
    # So early that none of those that are tried again, which come last, is hit once more.
    doomed = set(chance.sample(range(jobs - 3 * kills), kills))
    due, ended, pids, killed = 0, [], [], set()
    for number, outcome in enumerate(supervise(work_once_made, [f"pid:{number}" for number in range(jobs)], 2)):
        assert isinstance(outcome, Done), outcome
        ended.append(outcome.job)
        pids.append(int(str(outcome.result)))
        due += number in doomed
        alive = [pid for pid in dict.fromkeys(pids[-4:]) if pid not in killed and psutil.pid_exists(pid)]
        if due and alive:
            pid = chance.choice(alive)
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
            due -= 1
    assert len(killed) == kills
    assert sorted(ended) == sorted(f"pid:{number}" for number in range(jobs))
