"""Outputs in an object store are what they would be in a folder: whole, up to date, and never lost."""

from __future__ import annotations

import io
import os
import re
import subprocess
from pathlib import Path

import pytest

from render.cli.types import StoreType
from render.errors import UsageError
from render.output import s3
from render.output.s3 import Bucket
from render.output.store import Folder, store_at
from render.write.formats import FORMATS
from tests.batch.bucket_command import COMMAND, ROOT, engross
from tests.batch.conftest import OUTPUTS_OF_A, SOURCE, BatchFolder, names
from tests.batch.s3 import BucketClient

# Kinds of store


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


def test_the_command_refuses_any_other_url_too(tmp_path: Path) -> None:
    done = engross(tmp_path, {}, "--out", "gs://bucket")
    assert done.returncode == 2
    assert "gs://bucket: unknown kind of URL; write a folder, or s3://bucket/folder" in done.stderr


def test_every_format_has_a_media_type() -> None:
    assert sorted(s3._MEDIA_TYPES) == sorted(format_.suffix for format_ in FORMATS.values())
    assert StoreType().convert("s3://b/c", None, None) == Bucket("s3://b/c")


def test_without_s3fs_the_error_names_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.yaml").write_text(SOURCE.format(id="a", text="One."))
    (tmp_path / "s3fs.py").write_text("raise ImportError")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}", "XDG_STATE_HOME": str(tmp_path / "state")}
    command = [*COMMAND, "--out", "s3://b"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("engross: s3:// needs s3fs, which isn't installed; run: pip install 'engross[s3]'\n")


def test_the_configuration_and_the_environment_name_a_bucket_too(
    bucket_batch: BatchFolder, bucket: BucketClient, variables: dict[str, str], tmp_path: Path
) -> None:
    bucket_batch.source("a")
    (tmp_path / "engross.toml").write_text(f'out = "s3://{bucket.name}/by-file"\nto = "txt"\n')
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ENGROSS_CONFIG": "engross.toml"}
    done = subprocess.run(COMMAND[:5], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"s3://{bucket.name}/by-file/a.txt\n")
    done = engross(tmp_path, {**variables, "ENGROSS_OUT": f"s3://{bucket.name}"}, "--explain", "--report", "r.json")
    assert f"s3://{bucket.name}/a.html: new" in done.stderr
    assert f'"path": "s3://{bucket.name}/a.html"' in (tmp_path / "r.json").read_text()
    assert {"a.docx", "a.html", "a.txt", "by-file/a.txt"} == set(bucket.names())


# Stale outputs


def test_the_bytes_in_a_bucket_are_those_in_a_folder(
    bucket_batch: BatchFolder, bucket: BucketClient, tmp_path: Path
) -> None:
    for name in "abc":
        bucket_batch.source(name, f"Text {name}.")
    assert len(bucket_batch.written(jobs=2)) == 9
    bucket_batch.run(out=Folder(tmp_path / "here"))
    here = {path.name: path.read_bytes() for path in (tmp_path / "here").iterdir() if path.is_file()}
    assert {name.removeprefix("out/"): bucket[name] for name in bucket.names()} == here
    assert bucket.get("out/a.html")["ContentType"] == "text/html; charset=utf-8"


def asked(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The methods of the requests that came to the server since this was asked last."""
    found = [re.search(r"\b(GET|HEAD|PUT|DELETE|POST) /", record.getMessage()) for record in caplog.records]
    caplog.clear()
    return [match[1] for match in found if match]


def test_up_to_date_objects_are_skipped_after_a_single_request(
    bucket_batch: BatchFolder, bucket: BucketClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "werkzeug")
    for name in "ab":
        bucket_batch.source(name)
    assert len(bucket_batch.written()) == 6
    assert asked(caplog).count("PUT") == 6
    assert bucket_batch.written() == []
    assert asked(caplog) == ["GET"]
    assert bucket_batch.written(verify=True) == []
    assert asked(caplog).count("GET") >= 7


def test_a_missing_or_changed_object_is_written_again(bucket_batch: BatchFolder, bucket: BucketClient) -> None:
    bucket_batch.source("a")
    bucket_batch.run()
    good = bucket["out/a.html"]
    bucket["out/a.html"] = good.replace(b"One.", b"Two.")
    del bucket["out/a.txt"]
    assert bucket_batch.run()["a"].reasons == {
        "a.html": "the file changed since it was written",
        "a.txt": "the file is missing",
    }
    assert bucket["out/a.html"] == good


def test_an_object_that_was_replaced_by_the_same_bytes_is_skipped(
    bucket_batch: BatchFolder, bucket: BucketClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "werkzeug")
    bucket_batch.source("a")
    bucket_batch.run()
    before = bucket.get("out/a.html")["ETag"]
    bucket.put_in_parts("out/a.html", bucket["out/a.html"])
    assert bucket.get("out/a.html")["ETag"] != before
    assert bucket_batch.written() == []
    asked(caplog)
    assert bucket_batch.written() == []
    assert asked(caplog) == ["GET"]


def test_without_the_build_database_everything_is_written_again(bucket_batch: BatchFolder, tmp_path: Path) -> None:
    import shutil

    bucket_batch.source("a")
    bucket_batch.run()
    shutil.rmtree(tmp_path / "state")
    assert bucket_batch.written() == OUTPUTS_OF_A
    assert bucket_batch.written() == []


def test_a_bucket_at_another_endpoint_has_its_own_build_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://a")
    homes = {store_at("s3://b").state_folder, store_at("s3://b/c").state_folder}
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://b")
    assert len({*homes, store_at("s3://b").state_folder}) == 3


# Edited copies, and objects without a source


def edit(data: bytes) -> bytes:
    import docx

    document = docx.Document(io.BytesIO(data))
    document.paragraphs[-1].add_run(" And so say all of us.")
    document.save(file := io.BytesIO())
    return file.getvalue()


@pytest.mark.parametrize("build_db", [True, False])
def test_an_edited_word_copy_is_kept(
    bucket_batch: BatchFolder, bucket: BucketClient, build_db: bool, tmp_path: Path
) -> None:
    bucket_batch.source("a")
    bucket_batch.run()
    edited = bucket["out/a.docx"] = edit(bucket["out/a.docx"])
    if not build_db:
        (tmp_path / "state").rename(tmp_path / "lost")
    bucket_batch.source("a", "Two.")
    url = bucket_batch.options.out.location("a.docx")
    assert bucket_batch.run()["a"].errors == [
        f"{bucket_batch.folder}/a.yaml: {url}: edited since Engross wrote it, and therefore kept; "
        "move the file away, or add --force to replace it"
    ]
    assert bucket["out/a.docx"] == edited
    assert b"Two." in bucket["out/a.txt"]
    assert not bucket_batch.run(force=True)["a"].errors
    assert bucket["out/a.docx"] != edited


def test_objects_without_a_source_are_reported_and_removed_on_request(
    bucket_batch: BatchFolder, bucket: BucketClient
) -> None:
    for name in "abc":
        bucket_batch.source(name)
    bucket["out/other.txt"] = b"somebody's"
    bucket_batch.run()
    bucket["out/c.docx"] = edit(bucket["out/c.docx"])
    for name in "bc":
        (bucket_batch.folder / f"{name}.yaml").unlink()
    bucket_batch.run()
    assert sorted(orphan.name for orphan in bucket_batch.gone) == names(["docx", "html", "txt"], "b") + names(
        ["docx", "html", "txt"], "c"
    )
    bucket_batch.run(prune=True)
    assert [orphan.name for orphan in bucket_batch.gone if orphan.error] == ["c.docx"]
    assert bucket.names() == [*(f"out/{name}" for name in OUTPUTS_OF_A), "out/c.docx", "out/other.txt"]
    bucket_batch.run(prune=True, force=True)
    assert "out/c.docx" not in bucket.names()
