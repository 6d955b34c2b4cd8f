"""A batch on a cluster gives the same bytes and errors as here, whatever dies, and ends all its jobs."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from distributed import Client, LocalCluster

from render.batch import executors
from render.batch.cluster import _size, _SystemLibrary
from render.errors import ClusterError
from render.output.store import Folder, store_at
from render.write.formats import FORMATS
from render.write.theme import Theme
from tests.batch import poison
from tests.batch.clock import Patiently
from tests.batch.conftest import SOURCE, BatchFolder
from tests.batch.gate import MINUTES, Arrival, GateKeeper, gate, gated
from tests.batch.s3 import BucketClient
from tests.processes import assert_ended

pytestmark = pytest.mark.xdist_group("cluster")  # one process starts the cluster

ROOT = Path(__file__).parents[2]
ALL = tuple(FORMATS.values())
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
DASK = [str(Path(sys.executable).with_name("dask"))]


class Cluster:
    """A scheduler and workers, as they are started by hand: by `dask scheduler` and `dask worker`."""

    def __init__(self, stack: ExitStack, workers: int, environment: dict[str, str], folder: Path) -> None:
        self._stack, self._environment, self._folder = stack, environment, folder
        self.scheduler, line = self._started("scheduler at:", "scheduler", "--host", "127.0.0.1", "--port", "0")
        found = re.search(r"tcp://\S+", line)
        assert found
        self.url = found[0]
        self.nannies = [self.add_worker() for _ in range(workers)]

    def add_worker(self) -> subprocess.Popen[str]:
        return self._started("Registered to:", "worker", self.url, "--nthreads", "1")[0]

    def _started(self, ready: str, *arguments: str) -> tuple[subprocess.Popen[str], str]:
        """A process, when it has printed that it is ready; and that line."""
        log = self._folder / f"{arguments[0]}-{time.monotonic_ns()}.log"
        with log.open("w") as file:
            process = subprocess.Popen(
                [*DASK, *arguments, "--no-dashboard"],
                cwd=self._folder,
                env=self._environment,
                stderr=file,
                text=True,
            )
        self._stack.callback(end, process)
        deadline = time.monotonic() + MINUTES
        while time.monotonic() < deadline and process.poll() is None:
            for line in log.read_text().splitlines():
                if ready.lower() in line.lower():
                    return process, line
            time.sleep(0.05)
        raise AssertionError(log.read_text())


def end(process: subprocess.Popen[str]) -> None:
    """End a process and all that it started."""
    if process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def cluster(server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(stack, 2, {**ENVIRONMENT, **server}, tmp_path_factory.mktemp("dask"))


@pytest.fixture
def cluster_batch(batch: BatchFolder, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> BatchFolder:
    """A folder whose batches run on the cluster."""
    batch.settings = replace(batch.settings, scheduler=cluster.url)
    monkeypatch.chdir(batch.folder.parent)
    return batch


def engross(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "render", "render", "source", *arguments]
    return subprocess.run(
        command, cwd=folder, env=ENVIRONMENT | env, capture_output=True, text=True, check=False, timeout=MINUTES
    )


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def chunk_of(worker: Arrival) -> psutil.Process:
    """The process that has the chunk of which a worker has a document."""
    parents = psutil.Process(worker.pid).parents()
    return next(parent for parent in parents if "render.batch.cluster_worker" in parent.cmdline())


def gated_run(keeper: GateKeeper, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A run in which every document waits at a gate, with two processes for each chunk."""
    command = [sys.executable, "-m", "tests.batch.gated_command", str(keeper.gate.folder), "render", "source"]
    command += ["--to", "docx", "--jobs", "2", *arguments]
    return subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)


# Results


def test_a_cluster_writes_the_same_bytes_and_nothing_twice(
    cluster_batch: BatchFolder, cluster: Cluster, tmp_path: Path
) -> None:
    for number in range(2):
        cluster_batch.source(f"d{number}", f"Text {number}.")
    shutil.copy(ROOT / "tests" / "data" / "a-b.yaml", cluster_batch.folder)
    arguments = ("--to", "pdf,docx,html,txt", "--scheduler", cluster.url)
    done = engross(tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (0, "12 files written, 0 up to date\n")
    assert sorted(done.stdout.split()) == sorted(f"build/{name}" for name in files(tmp_path / "build"))
    assert engross(tmp_path, "--to", "pdf,docx,html,txt", "--out", "here").returncode == 0
    assert files(tmp_path / "build") == files(tmp_path / "here")
    assert len(files(tmp_path / "here")) == 12
    again = engross(tmp_path, "--to", "pdf,docx,html,txt", ENGROSS_SCHEDULER=cluster.url)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "0 files written, 12 up to date\n")


def test_a_bad_source_has_the_same_problems_on_a_cluster(cluster_batch: BatchFolder, tmp_path: Path) -> None:
    cluster_batch.source("a")
    (cluster_batch.folder / "b.yaml").write_text("id: b\ntitel: B\nlanguages: [en]\nbody: []\n")
    (cluster_batch.folder / "c.yaml").write_text("")
    elsewhere = cluster_batch.run(Path("source"))
    here = cluster_batch.run(Path("source"), scheduler="", out=Folder(tmp_path / "here"))
    assert {name: result.errors for name, result in elsewhere.items()} == {
        name: result.errors for name, result in here.items()
    }
    assert cluster_batch.outputs() == ["a.docx", "a.html", "a.txt"]


def test_a_poisoned_job_gets_the_same_error_on_a_cluster(
    cluster_batch: BatchFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned = ["raises", "segfault", "killed", "hang", "hog"]
    for name in (*poisoned, *(f"good-{number}" for number in range(10))):
        cluster_batch.source(name)
    monkeypatch.setattr(executors, "make_work", Patiently(poison.make_poisoned_work, tmp_path))
    outcomes = cluster_batch.run(memory=1 << 30, jobs=2)
    assert {name: outcome.error for name, outcome in outcomes.items() if outcome.errors} == {
        "raises": "ZeroDivisionError: by nought; this is a bug in Engross, please report it",
        "segfault": "its process crashed twice (SIGSEGV); please report this",
        "killed": "its process was killed several times (SIGKILL); free some memory, or use fewer --jobs",
        "hang": "not finished after 60 s; raise the limit with --timeout, or divide the text",
        "hog": "out of memory; raise the limit with --memory, or divide the text",
    }
    assert len(cluster_batch.outputs()) == 30


def test_the_standard_input_is_sent_to_the_cluster(cluster: Cluster, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "render", "render", "-", "--to", "txt", "--scheduler", cluster.url],
        cwd=tmp_path,
        env=ENVIRONMENT,
        input=SOURCE.format(id="a", text="One."),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "build/a.txt\n")


def test_workers_write_outputs_to_an_object_store(
    cluster_batch: BatchFolder, bucket: BucketClient, tmp_path: Path
) -> None:
    for number in range(4):
        cluster_batch.source(f"d{number}", f"Text {number}.")
    cluster_batch.options = replace(cluster_batch.options, out=store_at(f"s3://{bucket.name}"))
    assert len(cluster_batch.written()) == 4 * 3
    assert cluster_batch.written() == []
    cluster_batch.run(scheduler="", out=Folder(tmp_path / "here"))
    assert {name: bucket[name] for name in bucket.names()} == files(tmp_path / "here")


def test_a_users_templates_are_used_on_a_cluster(cluster_batch: BatchFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    own = cluster_batch.folder.parent / "house" / "text"
    own.mkdir(parents=True)
    (own / "page.txt.j2").write_text("Our own\n")
    cluster_batch.source("a")
    cluster_batch.run(theme=Theme(Path("house")))
    assert (cluster_batch.out / "a.txt").read_text() == "Our own\n"


@pytest.mark.parametrize(("jobs", "threads", "size"), [(1, 8, 1), (30, 2, 8), (10_000, 2, 200), (10_000, 100, 50)])
def test_chunks_are_small_enough_to_give_every_worker_jobs(jobs: int, threads: int, size: int) -> None:
    assert _size(jobs, threads) == size


# Processes that die


def test_a_worker_killed_during_a_run_loses_no_document(
    batch: BatchFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    for number in range(20):
        batch.source(f"d{number}", f"Text {number}.")
    with (
        gate(tmp_path / "gate") as keeper,
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
        ) as local,
        Client(local) as client,
        ThreadPoolExecutor(1) as thread,
    ):
        workers = {psutil.Process(pid) for pid in client.run(os.getpid).values()}
        assert len(workers) == 2
        monkeypatch.setattr(executors, "make_work", gated(keeper.gate, only="d0"))
        run = thread.submit(batch.run, scheduler=local.scheduler_address)
        held = keeper.arrival()
        chunk = chunk_of(held)
        (doomed,) = (worker for worker in workers if worker.pid == chunk.ppid())
        document = psutil.Process(held.pid)
        doomed.kill()
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


# Refused workers and clusters


def test_a_worker_that_would_write_different_files_is_refused(
    cluster_batch: BatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from render.batch import fingerprint

    cluster_batch.source("a")
    versions = fingerprint._versions()
    monkeypatch.setattr(fingerprint, "_versions", lambda: {**versions, "lxml": "0.1"})
    with pytest.raises(
        ClusterError,
        match=rf"^tcp://\S+: this worker would write different files: lxml is {versions['lxml']}, was 0.1;",
    ):
        cluster_batch.run()
    assert cluster_batch.outputs() == []


def test_a_later_worker_that_would_write_different_files_is_refused_too(
    cluster_batch: BatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster_batch.source("a")
    monkeypatch.setattr("render.batch.cluster._refuse_unfit", lambda *_: None)
    monkeypatch.setattr(
        "render.batch.cluster._SYSTEM_LIBRARIES", {"pango": _SystemLibrary("libpango-1.0.so.0", "no_version")}
    )
    cluster_batch.options = replace(cluster_batch.options, formats=ALL)
    fault = cluster_batch.run()["a"].error
    assert re.match(
        "this worker would write different files: harfbuzz was added, pango is [0-9.]+, was unknown; install", fault
    )
    assert cluster_batch.outputs() == []


def test_a_worker_that_does_not_share_the_output_folder_is_refused(
    cluster_batch: BatchFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cluster_batch.source("a")
    monkeypatch.setattr("render.batch.cluster.save", lambda *_: None)
    with pytest.raises(
        ClusterError, match=f"this worker doesn't see the same folder {cluster_batch.out}; share it with all workers"
    ):
        cluster_batch.run()
    monkeypatch.undo()
    monkeypatch.setattr(Path, "cwd", lambda: tmp_path / "gone")
    with pytest.raises(ClusterError, match=f"this worker doesn't have the folder {tmp_path}/gone; share it"):
        cluster_batch.run()


def test_a_scheduler_that_does_not_answer_is_one_clear_error(
    batch: BatchFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch.source("a")
    monkeypatch.setattr("render.batch.cluster._TIMEOUT", 0.5)
    with pytest.raises(
        ClusterError, match=r"^tcp://127\.0\.0\.1:9: no Dask scheduler answers \(.*; check the address$"
    ):
        batch.run(scheduler="tcp://127.0.0.1:9")
    done = engross(tmp_path, "--to", "txt", "--scheduler", "nowhere://x")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("engross: nowhere://x: no Dask scheduler answers (")
    assert len(done.stderr.splitlines()) == 1


def test_a_scheduler_without_workers_is_one_clear_error(
    batch: BatchFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch.source("a")
    wait = Client.wait_for_workers
    monkeypatch.setattr(Client, "wait_for_workers", lambda client, number, timeout: wait(client, number, timeout=0.1))
    with ExitStack() as stack:
        url = Cluster(stack, 0, ENVIRONMENT, tmp_path).url
        with pytest.raises(ClusterError, match=f"{url}: the cluster has no worker; start one: dask worker {url}"):
            batch.run(scheduler=url)


def test_without_dask_the_error_names_what_to_install(batch: BatchFolder, tmp_path: Path) -> None:
    batch.source("a")
    (tmp_path / "distributed.py").write_text("raise ImportError")
    done = engross(tmp_path, "--to", "txt", "--scheduler", "tcp://127.0.0.1:9", PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == "engross: --scheduler needs Dask, which isn't installed; run: pip install 'engross[cluster]'\n"
    )
