"""A batch on a cluster gives the same bytes and errors as here, and refuses what would not."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from distributed import Client

from render.batch import executors
from render.batch.cluster import _size, _SystemLibrary
from render.errors import ClusterError
from render.output.store import Folder, store_at
from render.write.formats import FORMATS
from render.write.theme import Theme
from tests.batch import poison
from tests.batch.clock import PatientWork
from tests.batch.clusters import ENVIRONMENT, ROOT, Cluster, engross, files
from tests.batch.conftest import SOURCE, BatchFolder
from tests.batch.s3 import BucketClient

pytestmark = pytest.mark.xdist_group("cluster")  # one process starts the cluster

ALL = tuple(FORMATS.values())


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
    monkeypatch.setattr(executors, "make_work", PatientWork(poison.make_poisoned_work, tmp_path))
    outcomes = cluster_batch.run(memory=1 << 30, jobs=2)
    assert {name: outcome.error for name, outcome in outcomes.items() if outcome.errors} == {
        "raises": "ZeroDivisionError: by nought; this is a bug in Engross, please report it",
        "segfault": "its process crashed twice (SIGSEGV); raise the limit with --memory, "
        "and if that doesn't help, please report this",
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
