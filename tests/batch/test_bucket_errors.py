"""What can fail with an object store: each is one clear error, and no output is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from render.batch.lock import locked
from render.errors import OutputError
from render.output import s3
from tests.batch.bucket_command import COMMAND, ROOT, engross
from tests.batch.conftest import BatchFolder
from tests.batch.gate import gate
from tests.batch.s3 import BucketClient
from tests.processes import assert_ended


def test_a_second_run_on_this_machine_reports_the_first(
    bucket_batch: BatchFolder, tmp_path: Path, variables: dict[str, str]
) -> None:
    bucket_batch.source("a")
    bucket_batch.options.out.prepare()
    with locked(bucket_batch.options.out):
        done = engross(tmp_path, variables, "--out", f"{bucket_batch.options.out}/")
    assert done.returncode == 75
    assert f"{bucket_batch.options.out}: process {os.getpid()} on " in done.stderr


def test_a_missing_bucket_is_one_clear_error(
    bucket_batch: BatchFolder, tmp_path: Path, variables: dict[str, str]
) -> None:
    bucket_batch.source("a")
    done = engross(tmp_path, variables, "--out", "s3://nobody-has-this")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "engross: s3://nobody-has-this: can't list this bucket (The specified bucket does not exist); "
        "check the bucket's name, AWS_ENDPOINT_URL, and your permissions\n"
    )


def test_a_store_that_cannot_be_reached_is_one_clear_error(
    bucket_batch: BatchFolder, tmp_path: Path, variables: dict[str, str]
) -> None:
    bucket_batch.source("a")
    nowhere = {**variables, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    done = engross(tmp_path, nowhere, "--out", "s3://bucket/out")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("engross: s3://bucket/out: can't list this bucket (Could not connect to the endpoint")
    assert len(done.stderr.splitlines()) == 1


def test_an_object_that_cannot_be_written_is_an_error_of_its_own(
    bucket_batch: BatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError

    def refused(path: str, data: bytes, **_: object) -> object:
        if path.endswith(".html"):
            raise PermissionError("Access Denied")
        if path.endswith(".txt"):
            raise ClientError({"Error": {"Code": "X", "Message": "So it is"}}, "PutObject")
        return {"ETag": "x"}

    bucket_batch.source("a")
    monkeypatch.setattr(s3._file_system(), "pipe_file", refused)
    outcome = bucket_batch.run()["a"]
    faults = {output.name: output.error for output in outcome.outputs}
    assert faults["a.docx"] == ""
    assert faults["a.html"].startswith(
        f"{bucket_batch.options.out.location('a.html')}: can't write this object (Access Denied); "
        "an existing object is unchanged; check"
    )
    assert "So it is" in faults["a.txt"]


def test_a_build_database_that_cannot_be_written_is_one_clear_error(
    bucket_batch: BatchFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_batch.source("a")
    (tmp_path / "state").write_text("")
    with pytest.raises(OutputError, match=r"choose a folder for the build database of s3://.* with XDG_STATE_HOME"):
        bucket_batch.run()


def test_a_killed_run_leaves_whole_objects_and_is_repaired_by_a_rerun(
    bucket_batch: BatchFolder, bucket: BucketClient, variables: dict[str, str], tmp_path: Path
) -> None:
    for number in range(12):
        bucket_batch.source(f"d{number}", "Text. " * 50)
    arguments = ("--out", str(bucket_batch.options.out), "--jobs", "2")
    environment = {**os.environ, **variables, "PYTHONPATH": str(ROOT)}
    with gate(tmp_path / "gate") as keeper:
        command = [sys.executable, "-m", "tests.batch.gated_command", str(keeper.gate.folder), *COMMAND[3:], *arguments]
        with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE) as run:
            keeper.let_through(4)
            workers = [psutil.Process(arrival.pid) for arrival in keeper.arrivals(6)[4:]]
            run.kill()
            keeper.let_through(2)  # a worker that is still alive goes on to write
        assert_ended(*workers)
    assert run.returncode == -signal.SIGKILL
    left = {name.removeprefix("out/"): bucket[name] for name in bucket.names()}
    assert 4 * 3 <= len(left) < 12 * 3
    done = engross(tmp_path, variables, *arguments)
    assert (done.returncode, len(bucket.names())) == (0, 12 * 3)
    assert left == {name: bucket[f"out/{name}"] for name in left}
