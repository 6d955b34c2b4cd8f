"""Outputs in an object store are what they would be in a folder: whole, left alone when right, and never lost."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from render.batch.lock import locked
from render.cli.types import StoreType
from render.errors import OutputError, UsageError
from render.output import s3 as module
from render.output.s3 import Bucket
from render.output.store import Folder, store_at
from render.write.formats import FORMATS
from tests.batch.conftest import SOURCE, Desk, names
from tests.batch.gate import gate
from tests.batch.s3 import Objects
from tests.command import engross_process
from tests.processes import assert_ended

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "render", "render", "source", "--to", "docx,html,txt"]
ALL = ["a.docx", "a.html", "a.txt"]


@pytest.fixture
def cloud(desk: Desk, objects: Objects) -> Desk:
    """Sources in a folder, and all formats but the PDF in a bucket."""
    desk.options = replace(desk.options, out=store_at(f"s3://{objects.name}/out/"))
    return desk


def engross(folder: Path, variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return engross_process(*COMMAND[3:], *arguments, cwd=folder, env=variables)


# What is a store


@pytest.mark.parametrize("place", ["build", "./s3:/x", "s3:/x", "/s3://x", "a b"])
def test_a_path_is_a_folder(place: str) -> None:
    assert store_at(place) == Folder(Path(place))


@pytest.mark.parametrize(
    ("place", "url"), [("s3://b", "s3://b"), ("s3://b/", "s3://b"), ("s3://b/c/d//", "s3://b/c/d")]
)
def test_a_url_is_a_bucket(place: str, url: str) -> None:
    assert store_at(place) == Bucket(url)
    assert (str(Bucket(url)), Bucket(url).location("a.txt")) == (url, f"{url}/a.txt")


@pytest.mark.parametrize("place", ["gs://b/c", "file:///tmp", "s3://", "s3:///c", "s3://b/c?versionId=1", "S3://b"])
def test_any_other_url_is_refused(place: str) -> None:
    with pytest.raises(UsageError, match=r"s3://bucket"):
        store_at(place)


def test_the_command_refuses_it_too(tmp_path: Path) -> None:
    done = engross(tmp_path, {}, "--out", "gs://bucket")
    assert done.returncode == 2
    assert "gs://bucket: unknown kind of URL; write a folder, or s3://bucket/folder" in done.stderr


def test_every_format_has_a_media_type() -> None:
    assert sorted(module._MEDIA_TYPES) == sorted(format_.suffix for format_ in FORMATS.values())
    assert StoreType().convert("s3://b/c", None, None) == Bucket("s3://b/c")


def test_without_s3fs_one_is_told_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.yaml").write_text(SOURCE.format(id="a", text="One."))
    (tmp_path / "s3fs.py").write_text("raise ImportError")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}", "XDG_STATE_HOME": str(tmp_path / "state")}
    command = [*COMMAND, "--out", "s3://b"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("engross: s3:// needs s3fs, which isn't installed; run: pip install 'engross[s3]'\n")


# What is stale


def test_the_bytes_are_those_in_a_folder(cloud: Desk, objects: Objects, tmp_path: Path) -> None:
    for name in "abc":
        cloud.source(name, f"Text {name}.")
    assert len(cloud.written(jobs=2)) == 9
    cloud.run(out=Folder(tmp_path / "here"))
    here = {path.name: path.read_bytes() for path in (tmp_path / "here").iterdir() if path.is_file()}
    assert {name.removeprefix("out/"): objects[name] for name in objects.names()} == here
    assert objects.get("out/a.html")["ContentType"] == "text/html; charset=utf-8"


def asked(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The methods of the requests that came to the server since this was asked last."""
    found = [re.search(r"\b(GET|HEAD|PUT|DELETE|POST) /", record.getMessage()) for record in caplog.records]
    caplog.clear()
    return [match[1] for match in found if match]


def test_what_is_right_is_left_alone_after_a_single_look(
    cloud: Desk, objects: Objects, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "werkzeug")
    for name in "ab":
        cloud.source(name)
    assert len(cloud.written()) == 6
    assert asked(caplog).count("PUT") == 6
    assert cloud.written() == []
    assert asked(caplog) == ["GET"]
    assert cloud.written(verify=True) == []
    assert asked(caplog).count("GET") >= 7


def test_an_object_that_is_gone_or_was_changed_is_made_again(cloud: Desk, objects: Objects) -> None:
    cloud.source("a")
    cloud.run()
    good = objects["out/a.html"]
    objects["out/a.html"] = good.replace(b"One.", b"Two.")
    del objects["out/a.txt"]
    assert cloud.run()["a"].reasons == {
        "a.html": "the file changed since it was written",
        "a.txt": "the file is missing",
    }
    assert objects["out/a.html"] == good


def test_an_object_that_was_put_again_as_it_was_is_left_alone(
    cloud: Desk, objects: Objects, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "werkzeug")
    cloud.source("a")
    cloud.run()
    before = objects.get("out/a.html")["ETag"]
    objects.put_in_parts("out/a.html", objects["out/a.html"])
    assert objects.get("out/a.html")["ETag"] != before
    assert cloud.written() == []
    asked(caplog)
    assert cloud.written() == []
    assert asked(caplog) == ["GET"]


def test_without_its_ledger_all_is_made_again(cloud: Desk, tmp_path: Path) -> None:
    import shutil

    cloud.source("a")
    cloud.run()
    shutil.rmtree(tmp_path / "state")
    assert cloud.written() == ALL
    assert cloud.written() == []


def test_a_bucket_elsewhere_has_a_ledger_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://a")
    homes = {store_at("s3://b").state_folder, store_at("s3://b/c").state_folder}
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://b")
    assert len({*homes, store_at("s3://b").state_folder}) == 3


# What is a person's, and what is nobody's


def edit(data: bytes) -> bytes:
    import docx

    document = docx.Document(io.BytesIO(data))
    document.paragraphs[-1].add_run(" And so say all of us.")
    document.save(file := io.BytesIO())
    return file.getvalue()


@pytest.mark.parametrize("build_db", [True, False])
def test_a_word_copy_that_was_edited_is_kept(cloud: Desk, objects: Objects, build_db: bool, tmp_path: Path) -> None:
    cloud.source("a")
    cloud.run()
    edited = objects["out/a.docx"] = edit(objects["out/a.docx"])
    if not build_db:
        (tmp_path / "state").rename(tmp_path / "lost")
    cloud.source("a", "Two.")
    url = cloud.options.out.location("a.docx")
    assert cloud.run()["a"].errors == [
        f"{cloud.folder}/a.yaml: {url}: edited since Engross wrote it, and therefore kept; "
        "move the file away, or add --force to replace it"
    ]
    assert objects["out/a.docx"] == edited
    assert b"Two." in objects["out/a.txt"]
    assert not cloud.run(force=True)["a"].errors
    assert objects["out/a.docx"] != edited


def test_objects_without_a_source_are_named_and_removed_if_that_is_asked_for(cloud: Desk, objects: Objects) -> None:
    for name in "abc":
        cloud.source(name)
    objects["out/other.txt"] = b"somebody's"
    cloud.run()
    objects["out/c.docx"] = edit(objects["out/c.docx"])
    for name in "bc":
        (cloud.folder / f"{name}.yaml").unlink()
    cloud.run()
    assert sorted(orphan.name for orphan in cloud.gone) == names(["docx", "html", "txt"], "b") + names(
        ["docx", "html", "txt"], "c"
    )
    cloud.run(prune=True)
    assert [orphan.name for orphan in cloud.gone if orphan.error] == ["c.docx"]
    assert objects.names() == [*(f"out/{name}" for name in ALL), "out/c.docx", "out/other.txt"]
    cloud.run(prune=True, force=True)
    assert "out/c.docx" not in objects.names()


# What can go wrong


def test_a_second_run_on_this_machine_is_told_that_one_is_at_work(
    cloud: Desk, tmp_path: Path, variables: dict[str, str]
) -> None:
    cloud.source("a")
    cloud.options.out.prepare()
    with locked(cloud.options.out):
        done = engross(tmp_path, variables, "--out", f"{cloud.options.out}/")
    assert done.returncode == 75
    assert f"{cloud.options.out}: process {os.getpid()} on " in done.stderr


def test_no_bucket_is_one_clear_error(cloud: Desk, tmp_path: Path, variables: dict[str, str]) -> None:
    cloud.source("a")
    done = engross(tmp_path, variables, "--out", "s3://nobody-has-this")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "engross: s3://nobody-has-this: can't list this bucket (The specified bucket does not exist); "
        "check the bucket's name, AWS_ENDPOINT_URL, and your permissions\n"
    )


def test_a_store_that_cannot_be_reached_is_one_clear_error(
    cloud: Desk, tmp_path: Path, variables: dict[str, str]
) -> None:
    cloud.source("a")
    nowhere = {**variables, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    done = engross(tmp_path, nowhere, "--out", "s3://bucket/out")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("engross: s3://bucket/out: can't list this bucket (Could not connect to the endpoint")
    assert len(done.stderr.splitlines()) == 1


def test_an_object_that_cannot_be_put_is_a_fault_of_its_own(cloud: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError

    def refused(path: str, data: bytes, **_: object) -> object:
        if path.endswith(".html"):
            raise PermissionError("Access Denied")
        if path.endswith(".txt"):
            raise ClientError({"Error": {"Code": "X", "Message": "So it is"}}, "PutObject")
        return {"ETag": "x"}

    cloud.source("a")
    monkeypatch.setattr(module._file_system(), "pipe_file", refused)
    outcome = cloud.run()["a"]
    faults = {output.name: output.error for output in outcome.outputs}
    assert faults["a.docx"] == ""
    assert faults["a.html"].startswith(
        f"{cloud.options.out.location('a.html')}: can't write this object (Access Denied); "
        "an existing object is unchanged; check"
    )
    assert "So it is" in faults["a.txt"]


def test_a_state_that_cannot_be_kept_is_one_clear_error(
    cloud: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.source("a")
    (tmp_path / "state").write_text("")
    with pytest.raises(OutputError, match=r"choose a folder for the build database of s3://.* with XDG_STATE_HOME"):
        cloud.run()


def test_a_run_that_is_killed_leaves_whole_objects_and_is_mended_by_a_rerun(
    cloud: Desk, objects: Objects, variables: dict[str, str], tmp_path: Path
) -> None:
    for number in range(12):
        cloud.source(f"d{number}", "Text. " * 50)
    arguments = ("--out", str(cloud.options.out), "--jobs", "2")
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
    left = {name.removeprefix("out/"): objects[name] for name in objects.names()}
    assert 4 * 3 <= len(left) < 12 * 3
    done = engross(tmp_path, variables, *arguments)
    assert (done.returncode, len(objects.names())) == (0, 12 * 3)
    assert left == {name: objects[f"out/{name}"] for name in left}


def test_the_configuration_and_the_environment_name_a_bucket_too(
    cloud: Desk, objects: Objects, variables: dict[str, str], tmp_path: Path
) -> None:
    cloud.source("a")
    (tmp_path / "engross.toml").write_text(f'out = "s3://{objects.name}/by-file"\nto = "txt"\n')
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ENGROSS_CONFIG": "engross.toml"}
    done = subprocess.run(COMMAND[:5], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"s3://{objects.name}/by-file/a.txt\n")
    done = engross(tmp_path, {**variables, "ENGROSS_OUT": f"s3://{objects.name}"}, "--explain", "--report", "r.json")
    assert f"s3://{objects.name}/a.html: new" in done.stderr
    assert f'"path": "s3://{objects.name}/a.html"' in (tmp_path / "r.json").read_text()
    assert {"a.docx", "a.html", "a.txt", "by-file/a.txt"} == set(objects.names())
