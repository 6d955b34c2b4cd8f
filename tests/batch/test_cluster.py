"""On a cluster a batch gives the same bytes and the same blame as here, whatever dies, and nothing goes on alone."""

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

from render.batch import executors as ways
from render.batch.cluster import _size
from render.errors import ClusterError
from render.output.store import Folder, store_at
from render.write.formats import FORMATS
from render.write.theme import Theme
from tests.batch import poison
from tests.batch.clock import Patiently
from tests.batch.conftest import SOURCE, Desk
from tests.batch.gate import MINUTES, Arrival, GateKeeper, gate, gated
from tests.batch.s3 import Objects

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
        """A process, when it has said that it is ready; and that line."""
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
def there(desk: Desk, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose batches go to the cluster."""
    desk.settings = replace(desk.settings, scheduler=cluster.url)
    monkeypatch.chdir(desk.folder.parent)
    return desk


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


def assert_ended(*processes: psutil.Process) -> None:
    """What has ended may wait for long for someone to ask how."""
    _, left = psutil.wait_procs(processes, MINUTES)
    assert [process for process in left if process.status() != psutil.STATUS_ZOMBIE] == []


def gated_run(keeper: GateKeeper, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A run in which every document waits at a gate, with two processes for each chunk."""
    command = [sys.executable, "-m", "tests.batch.gated_command", str(keeper.gate.folder), "render", "source"]
    command += ["--to", "docx", "--jobs", "2", *arguments]
    return subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)


# Results


def test_the_bytes_of_all_formats_are_those_made_here_and_nothing_is_done_twice(
    there: Desk, cluster: Cluster, tmp_path: Path
) -> None:
    for number in range(5):
        there.source(f"d{number}", f"Text {number}.")
    shutil.copy(ROOT / "tests" / "data" / "a-b.yaml", there.folder)
    arguments = ("--to", "pdf,docx,html,txt", "--scheduler", cluster.url)
    done = engross(tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (0, "24 files written, 0 up to date\n")
    assert sorted(done.stdout.split()) == sorted(f"build/{name}" for name in files(tmp_path / "build"))
    assert engross(tmp_path, "--to", "pdf,docx,html,txt", "--out", "here").returncode == 0
    assert files(tmp_path / "build") == files(tmp_path / "here")
    assert len(files(tmp_path / "here")) == 24
    again = engross(tmp_path, "--to", "pdf,docx,html,txt", ENGROSS_SCHEDULER=cluster.url)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "0 files written, 24 up to date\n")


def test_a_source_with_a_fault_has_the_same_faults_as_here(there: Desk, tmp_path: Path) -> None:
    there.source("a")
    (there.folder / "b.yaml").write_text("id: b\ntitel: B\nlanguages: [en]\nbody: []\n")
    (there.folder / "c.yaml").write_text("")
    elsewhere = there.run(Path("source"))
    here = there.run(Path("source"), scheduler="", out=Folder(tmp_path / "here"))
    assert {name: result.errors for name, result in elsewhere.items()} == {
        name: result.errors for name, result in here.items()
    }
    assert there.outputs() == ["a.docx", "a.html", "a.txt"]


def test_poison_is_blamed_as_it_is_here(there: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned = ["raises", "segfault", "killed", "hang", "hog"]
    for name in (*poisoned, *(f"good-{number}" for number in range(10))):
        there.source(name)
    monkeypatch.setattr(ways, "make_work", Patiently(poison.make_poisoned_work, tmp_path))
    outcomes = there.run(memory=1 << 30, jobs=2)
    assert {name: outcome.error for name, outcome in outcomes.items() if outcome.errors} == {
        "raises": "ZeroDivisionError: by nought; this is a bug in Engross, please report it",
        "segfault": "its process crashed twice (SIGSEGV); raise the limit with --memory, "
        "and if that doesn't help, please report this",
        "killed": "its process was killed several times (SIGKILL); free some memory, or use fewer --jobs",
        "hang": "not finished after 60 s; raise the limit with --timeout, or divide the text",
        "hog": "out of memory; raise the limit with --memory, or divide the text",
    }
    assert len(there.outputs()) == 30


def test_the_standard_input_goes_along(cluster: Cluster, tmp_path: Path) -> None:
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


def test_outputs_go_from_the_workers_to_an_object_store(there: Desk, objects: Objects, tmp_path: Path) -> None:
    for number in range(6):
        there.source(f"d{number}", f"Text {number}.")
    there.options = replace(there.options, out=store_at(f"s3://{objects.name}"), formats=ALL)
    assert len(there.written()) == 6 * len(ALL)
    assert there.written() == []
    there.run(scheduler="", out=Folder(tmp_path / "here"))
    assert {name: objects[name] for name in objects.names()} == files(tmp_path / "here")


def test_templates_of_ones_own_are_used_there(there: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    own = there.folder.parent / "house" / "text"
    own.mkdir(parents=True)
    (own / "page.txt.j2").write_text("Our own\n")
    there.source("a")
    there.run(theme=Theme(Path("house")))
    assert (there.out / "a.txt").read_text() == "Our own\n"


@pytest.mark.parametrize(("jobs", "threads", "size"), [(1, 8, 1), (30, 2, 8), (10_000, 2, 200), (10_000, 100, 50)])
def test_chunks_are_as_large_as_leaves_work_for_all(jobs: int, threads: int, size: int) -> None:
    assert _size(jobs, threads) == size


# What can die


def test_a_worker_that_is_killed_in_mid_run_harms_no_document(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    for number in range(20):
        desk.source(f"d{number}", f"Text {number}.")
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
        monkeypatch.setattr(ways, "make_work", gated(keeper.gate, only="d0"))
        run = thread.submit(desk.run, scheduler=local.scheduler_address)
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
    assert len(desk.outputs()) == 60
    made = files(desk.out)
    monkeypatch.undo()
    desk.run(scheduler="", out=Folder(tmp_path / "here"), jobs=2)
    assert made == files(tmp_path / "here")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_when_a_run_ends_before_its_time_its_work_ends_too(
    there: Desk, cluster: Cluster, tmp_path: Path, number: signal.Signals
) -> None:
    for index in range(40):
        there.source(f"d{index}")
    with (
        gate(tmp_path / "gate") as keeper,
        gated_run(keeper, tmp_path, "--scheduler", cluster.url) as run,
    ):
        keeper.let_through(6)
        held = keeper.arrivals(6 + 4)[-4:]  # two chunks of two processes; those that passed are done when all four wait
        made = there.outputs()
        processes = {value for worker in held for value in (psutil.Process(worker.pid), chunk_of(worker))}
        run.send_signal(number)
        said = run.communicate(timeout=MINUTES)[1]
        assert_ended(*processes)
        assert there.outputs() == made
    assert len(made) == 6
    assert run.returncode == (-number if number == signal.SIGKILL else 128 + number)
    assert "Traceback" not in said


def test_all_that_a_lost_scheduler_had_is_said_to_be_lost_and_a_rerun_does_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for index in range(20):
        desk.source(f"d{index}")
    with ExitStack() as stack:
        keeper = stack.enter_context(gate(tmp_path / "gate"))
        cluster = Cluster(stack, 1, ENVIRONMENT, tmp_path)
        run = stack.enter_context(gated_run(keeper, tmp_path, "--scheduler", cluster.url))
        keeper.let_through(6)
        keeper.arrivals(6 + 2)
        assert len(desk.outputs()) == 6
        cluster.scheduler.kill()
        said = run.communicate(timeout=MINUTES)[1]
    assert run.returncode == 1
    assert "Traceback" not in said
    assert "source/d9.yaml: the cluster's scheduler was lost; run the command again" in said
    desk.options = replace(desk.options, formats=(FORMATS["docx"],))
    desk.run(jobs=2)
    assert len(desk.outputs()) == 20


@pytest.mark.proof
def test_a_chunk_whose_workers_die_one_after_the_other_is_said_to_be_lost(
    there: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("doomed", "a", "b", "c"):
        there.source(name)
    with gate(tmp_path / "gate") as keeper, ThreadPoolExecutor(1) as thread:
        monkeypatch.setattr(ways, "make_work", gated(keeper.gate, only="doomed"))
        run = thread.submit(there.run, formats=(FORMATS["txt"],))
        for _ in range(4):  # Dask gives a task up when this number of workers died of it
            chunk_of(keeper.arrival()).parent().kill()
        outcomes = run.result(MINUTES)
    assert outcomes["doomed"].error == "several Dask workers died while they rendered its chunk; run the command again"
    assert {name for name, outcome in outcomes.items() if not outcome.errors} >= {"b", "c"}


# What is refused


def test_a_worker_that_would_make_other_files_is_refused(there: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from render.batch import fingerprint as fingerprint

    there.source("a")
    versions = fingerprint._versions()
    monkeypatch.setattr(fingerprint, "_versions", lambda: {**versions, "lxml": "0.1"})
    with pytest.raises(
        ClusterError,
        match=rf"^tcp://\S+: this worker would write different files: lxml is {versions['lxml']}, was 0.1;",
    ):
        there.run()
    assert there.outputs() == []


def test_a_worker_that_joins_later_and_would_make_other_files_is_refused_too(
    there: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from render.batch import cluster as module

    there.source("a")
    monkeypatch.setattr(module, "_refuse_unfit", lambda *_: None)
    monkeypatch.setattr(
        module, "_SYSTEM_LIBRARIES", {"pango": module._SystemLibrary("libpango-1.0.so.0", "no_version")}
    )
    there.options = replace(there.options, formats=ALL)
    fault = there.run()["a"].error
    assert re.match(
        "this worker would write different files: harfbuzz was added, pango is [0-9.]+, was unknown; install", fault
    )
    assert there.outputs() == []


def test_a_worker_that_does_not_see_our_folder_is_refused(
    there: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from render.batch import cluster as module

    there.source("a")
    monkeypatch.setattr(module, "save", lambda *_: None)
    with pytest.raises(
        ClusterError, match=f"this worker doesn't see the same folder {there.out}; share it with all workers"
    ):
        there.run()
    monkeypatch.undo()
    monkeypatch.setattr(Path, "cwd", lambda: tmp_path / "gone")
    with pytest.raises(ClusterError, match=f"this worker doesn't have the folder {tmp_path}/gone; share it"):
        there.run()


def test_a_scheduler_that_does_not_answer_is_one_clear_error(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from render.batch import cluster as module

    desk.source("a")
    monkeypatch.setattr(module, "_TIMEOUT", 0.5)
    with pytest.raises(
        ClusterError, match=r"^tcp://127\.0\.0\.1:9: no Dask scheduler answers \(.*; check the address$"
    ):
        desk.run(scheduler="tcp://127.0.0.1:9")
    done = engross(tmp_path, "--to", "txt", "--scheduler", "nowhere://x")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("engross: nowhere://x: no Dask scheduler answers (")
    assert len(done.stderr.splitlines()) == 1


def test_a_scheduler_without_workers_is_one_clear_error(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.source("a")
    wait = Client.wait_for_workers
    monkeypatch.setattr(Client, "wait_for_workers", lambda client, number, timeout: wait(client, number, timeout=0.1))
    with ExitStack() as stack:
        url = Cluster(stack, 0, ENVIRONMENT, tmp_path).url
        with pytest.raises(ClusterError, match=f"{url}: the cluster has no worker; start one: dask worker {url}"):
            desk.run(scheduler=url)


def test_without_dask_one_is_told_what_to_install(desk: Desk, tmp_path: Path) -> None:
    desk.source("a")
    (tmp_path / "distributed.py").write_text("raise ImportError")
    done = engross(tmp_path, "--to", "txt", "--scheduler", "tcp://127.0.0.1:9", PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == "engross: --scheduler needs Dask, which isn't installed; run: pip install 'engross[cluster]'\n"
    )
