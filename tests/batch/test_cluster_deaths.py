"""Whatever dies, a batch on a cluster loses no document, and ends all its jobs."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from render.batch import executors
from render.output.store import Folder
from render.write.formats import FORMATS
from tests.batch.clusters import ENVIRONMENT, ROOT, Cluster, chunk_of, files, gated_run
from tests.batch.conftest import BatchFolder
from tests.batch.gate import MINUTES, gate, gated
from tests.processes import assert_ended

pytestmark = pytest.mark.xdist_group("cluster")  # one process starts the cluster


def test_a_worker_killed_during_a_run_loses_no_document(
    batch: BatchFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    for number in range(20):
        batch.source(f"d{number}", f"Text {number}.")
    with ExitStack() as stack:
        keeper = stack.enter_context(gate(tmp_path / "gate"))
        thread = stack.enter_context(ThreadPoolExecutor(1))
        own = Cluster(stack, 2, ENVIRONMENT, tmp_path)
        monkeypatch.setattr(executors, "make_work", gated(keeper.gate, only="d0"))
        run = thread.submit(batch.run, scheduler=own.url)
        held = keeper.arrival()
        chunk = chunk_of(held)
        document = psutil.Process(held.pid)
        chunk.parent().kill()
        assert_ended(chunk, document)
        assert keeper.arrival().id == "d0"  # once more, with another worker
        keeper.let_through(1)
        outcomes = run.result(MINUTES)
    assert {name: outcome.errors for name, outcome in outcomes.items() if outcome.errors} == {}
    assert len(batch.outputs()) == 60
    written = files(batch.out)
    monkeypatch.undo()
    batch.run(scheduler="", out=Folder(tmp_path / "here"), jobs=2)
    assert written == files(tmp_path / "here")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_run_ends_its_jobs_on_the_cluster(
    cluster_batch: BatchFolder, cluster: Cluster, tmp_path: Path, number: signal.Signals
) -> None:
    for index in range(40):
        cluster_batch.source(f"d{index}")
    with (
        gate(tmp_path / "gate") as keeper,
        gated_run(keeper, tmp_path, "--scheduler", cluster.url) as run,
    ):
        keeper.let_through(6)
        held = keeper.arrivals(6 + 4)[-4:]  # two chunks of two processes; those that passed are done when all four wait
        written = cluster_batch.outputs()
        processes = {value for worker in held for value in (psutil.Process(worker.pid), chunk_of(worker))}
        run.send_signal(number)
        stderr = run.communicate(timeout=MINUTES)[1]
        assert_ended(*processes)
        assert cluster_batch.outputs() == written
    assert len(written) == 6
    assert run.returncode == (-number if number == signal.SIGKILL else 128 + number)
    assert "Traceback" not in stderr


def test_the_jobs_of_a_lost_scheduler_are_reported_and_a_rerun_does_them(
    batch: BatchFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for index in range(20):
        batch.source(f"d{index}")
    with ExitStack() as stack:
        keeper = stack.enter_context(gate(tmp_path / "gate"))
        cluster = Cluster(stack, 1, ENVIRONMENT, tmp_path)
        run = stack.enter_context(gated_run(keeper, tmp_path, "--scheduler", cluster.url))
        keeper.let_through(6)
        keeper.arrivals(6 + 2)
        assert len(batch.outputs()) == 6
        cluster.scheduler.kill()
        stderr = run.communicate(timeout=MINUTES)[1]
    assert run.returncode == 1
    assert "Traceback" not in stderr
    assert "source/d9.yaml: the cluster's scheduler was lost; run the command again" in stderr
    batch.options = replace(batch.options, formats=(FORMATS["docx"],))
    batch.run(jobs=2)
    assert len(batch.outputs()) == 20


@pytest.mark.proof
def test_a_chunk_whose_workers_die_one_after_another_is_reported_as_lost(
    cluster_batch: BatchFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("doomed", "a", "b", "c"):
        cluster_batch.source(name)
    with gate(tmp_path / "gate") as keeper, ThreadPoolExecutor(1) as thread:
        monkeypatch.setattr(executors, "make_work", gated(keeper.gate, only="doomed"))
        run = thread.submit(cluster_batch.run, formats=(FORMATS["txt"],))
        for _ in range(4):  # Dask gives a task up when this number of workers died of it
            chunk_of(keeper.arrival()).parent().kill()
        outcomes = run.result(MINUTES)
    assert outcomes["doomed"].error == "several Dask workers died while they rendered its chunk; run the command again"
    assert {name for name, outcome in outcomes.items() if not outcome.errors} >= {"b", "c"}
