"""No file is lost or written that isn't ours: edited copies, links, names with two owners, and what a run leaves."""

from __future__ import annotations

import errno
import io
import os
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import docx
import psutil
import pytest

from render.batch.events import SourceResult
from render.batch.fork_server_folder import is_ending
from render.batch.run import run
from render.batch.sources import FROM_STANDARD_INPUT, Source
from render.cli.scaffold import save_house_style, write_starter
from render.errors import OutputError
from render.output import s3, swap
from render.output.atomic import is_held
from render.output.store import Folder, store_at
from render.pipeline import RenderOptions
from render.write.formats import FORMATS
from render.write.pdf import printer
from tests.batch.conftest import SOURCE, BatchFolder, stop_fork_server
from tests.batch.gate import MINUTES, gate
from tests.batch.s3 import BucketClient, s3_server
from tests.command import ROOT, engross

FORMATS_OF_BATCH = tuple(FORMATS[name] for name in ("docx", "txt"))


@pytest.fixture
def batch(tmp_path: Path) -> BatchFolder:
    """Sources in a folder, and Word and text beside it."""
    (tmp_path / "source").mkdir()
    return BatchFolder(tmp_path / "source", RenderOptions(FORMATS_OF_BATCH, Folder(tmp_path / "build")))


def edited(data: bytes, words: str = "Edited.") -> bytes:
    """A Word copy as a person's program saves it."""
    document = docx.Document(io.BytesIO(data))
    document.paragraphs[-1].add_run(words)
    document.save(file := io.BytesIO())
    return file.getvalue()


def save_by_rename(path: Path, data: bytes) -> None:
    """Save as Word does."""
    path.with_name("~new").write_bytes(data)
    path.with_name("~new").replace(path)


def save_in_place(path: Path, data: bytes) -> None:
    """Save as LibreOffice does."""
    path.write_bytes(data)


def once_before(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, do: Callable[[], object]) -> None:
    """Have something happen once, right before a function is called the next time."""
    function = getattr(owner, name)
    pending = [do]

    def with_that_before(*arguments: object) -> object:
        if pending:
            pending.pop()()
        return function(*arguments)

    monkeypatch.setattr(owner, name, with_that_before)


# An edited copy is never lost


@pytest.mark.parametrize("save", [save_by_rename, save_in_place])
@pytest.mark.parametrize("known", [True, False])
def test_a_copy_that_is_saved_between_our_look_and_our_rename_is_kept(
    batch: BatchFolder, monkeypatch: pytest.MonkeyPatch, save: Callable[[Path, bytes], None], known: bool
) -> None:
    batch.source("a")
    batch.run()
    copy, theirs = batch.out / "a.docx", edited((batch.out / "a.docx").read_bytes())
    if not known:
        (batch.out / ".engross").rename(batch.folder.parent / "lost")
    batch.source("a", "Two.")
    # The data is waited for after the look and before the rename.
    once_before(monkeypatch, os, "fsync", lambda: save(copy, theirs))
    result = batch.run()["a"]
    assert result.errors == [
        f"{batch.folder}/a.yaml: {copy}: edited since Engross wrote it, and therefore kept; "
        "move the file away, or add --force to replace it"
    ]
    assert copy.read_bytes() == theirs
    assert b"Two." in (batch.out / "a.txt").read_bytes()
    assert batch.outputs() == ["a.docx", "a.txt"]


def test_a_copy_that_appears_between_our_look_and_our_rename_is_kept(
    batch: BatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch.source("a")
    batch.run()
    copy = batch.out / "a.docx"
    theirs = edited(copy.read_bytes())
    copy.unlink()
    once_before(monkeypatch, os, "fsync", lambda: save_by_rename(copy, theirs))
    assert "edited since" in batch.run()["a"].errors[0]
    assert copy.read_bytes() == theirs
    assert batch.outputs() == ["a.docx", "a.txt"]


def test_a_copy_that_a_program_is_still_saving_is_kept(batch: BatchFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    batch.source("a")
    batch.run()
    copy = batch.out / "a.docx"
    theirs = edited(copy.read_bytes())
    batch.source("a", "Two.")
    opened: list[io.BufferedRandom] = []
    once_before(monkeypatch, os, "fsync", lambda: opened.append(copy.open("r+b")))
    result = batch.run()["a"]
    with opened[0] as file:  # what it saves now goes where it opened the file
        file.truncate(0)
        file.write(theirs)
    assert result.errors == [
        f"{batch.folder}/a.yaml: {copy}: another program has this file open, and it was therefore kept; "
        "close it there, or add --force to replace it"
    ]
    assert copy.read_bytes() == theirs
    assert batch.outputs() == ["a.docx", "a.txt"]


def test_of_two_saves_in_a_moment_the_later_has_the_name_and_the_earlier_is_kept_beside_it(
    batch: BatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch.source("a")
    batch.run()
    copy = batch.out / "a.docx"
    first, second = (edited(copy.read_bytes(), words) for words in ("First.", "Second."))
    batch.source("a", "Two.")
    once_before(monkeypatch, os, "fsync", lambda: save_by_rename(copy, first))
    once_before(monkeypatch, swap, "_put_back", lambda: save_by_rename(copy, second))
    (error,) = batch.run()["a"].errors
    (aside,) = [name for name in batch.outputs() if name not in ("a.docx", "a.txt")]
    assert aside.startswith("a.edited-")
    assert f"the version before is {batch.out / aside}" in error
    assert copy.read_bytes() == second
    assert (batch.out / aside).read_bytes() == first


def test_a_copy_that_we_hold_when_the_run_is_killed_gets_its_name_again(
    batch: BatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch.source("a")
    batch.run()
    copy = batch.out / "a.docx"
    theirs = edited(copy.read_bytes())
    batch.source("a", "Two.")
    with monkeypatch.context() as patched:
        once_before(patched, os, "fsync", lambda: save_by_rename(copy, theirs))
        for owner, name in ((swap, "_settle"), (Folder, "remove_partial")):  # what comes after a kill doesn't happen
            patched.setattr(owner, name, lambda *_: None)
        batch.run()
    assert copy.read_bytes() != theirs
    assert [name for name in batch.outputs() if is_held(name)]
    batch.run()
    assert copy.read_bytes() == theirs
    assert batch.outputs() == ["a.docx", "a.txt"]


def test_where_the_system_cannot_exchange_names_we_look_again_right_before_the_rename(
    batch: BatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(swap, "_rename", unsupported)
    batch.source("a")
    assert sorted(batch.written()) == ["a.docx", "a.txt"]
    copy = batch.out / "a.docx"
    theirs = edited(copy.read_bytes())
    batch.source("a", "Two.")
    assert "a.docx" in batch.written()
    batch.source("a", "Three.")
    once_before(monkeypatch, os, "fsync", lambda: save_by_rename(copy, theirs))
    assert "edited since" in batch.run()["a"].errors[0]
    assert copy.read_bytes() == theirs
    (batch.folder / "a.yaml").unlink()
    batch.source("b")
    batch.run(prune=True)
    assert batch.outputs() == ["a.docx", "b.docx", "b.txt"]


def test_an_orphaned_copy_that_is_saved_right_before_it_would_be_removed_is_kept(
    batch: BatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        batch.source(name)
    batch.run()
    copy = batch.out / "b.docx"
    theirs = edited(copy.read_bytes())
    (batch.folder / "b.yaml").unlink()
    once_before(monkeypatch, Folder, "remove", lambda: save_by_rename(copy, theirs))
    batch.run(prune=True)
    assert [orphan.error for orphan in batch.gone if orphan.name == "b.docx"] == [
        f"{copy}: edited since Engross wrote it, and therefore kept; move the file away, or add --force to replace it"
    ]
    assert copy.read_bytes() == theirs
    assert batch.outputs() == ["a.docx", "a.txt", "b.docx"]


def test_a_house_style_and_a_first_source_replace_no_file_that_appears_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, source = tmp_path / "house.dotx", tmp_path / "a.yaml"
    once_before(monkeypatch, os, "fsync", lambda: house.write_bytes(b"theirs"))
    with pytest.raises(OutputError, match="File exists"):
        save_house_style(house)
    assert house.read_bytes() == b"theirs"
    (tmp_path / "declaration.schema.json").write_text("{}")
    once_before(monkeypatch, os, "fsync", lambda: source.write_bytes(b"theirs"))
    with pytest.raises(OutputError, match="File exists"):
        list(write_starter("a", tmp_path, briefing=False))
    assert source.read_bytes() == b"theirs"


# The same in a bucket


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    with s3_server() as variables:
        yield variables


@pytest.fixture
def bucket(server: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BucketClient]:
    for name, value in {**server, "XDG_STATE_HOME": str(tmp_path / "state")}.items():
        monkeypatch.setenv(name, value)
    s3._file_system.cache_clear()
    stop_fork_server()
    yield BucketClient(f"test-{uuid.uuid4()}")
    s3._file_system.cache_clear()
    stop_fork_server()


@pytest.fixture
def bucket_batch(batch: BatchFolder, bucket: BucketClient) -> BatchFolder:
    batch.options = replace(batch.options, out=store_at(f"s3://{bucket.name}"))
    return batch


def test_an_object_that_is_saved_between_our_look_and_our_upload_is_kept(
    bucket_batch: BatchFolder, bucket: BucketClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_batch.source("a")
    bucket_batch.run()
    theirs = edited(bucket["a.docx"])
    bucket_batch.source("a", "Two.")
    once_before(monkeypatch, s3.Bucket, "_upload", lambda: bucket.__setitem__("a.docx", theirs))
    (error,) = bucket_batch.run()["a"].errors
    assert "edited since Engross wrote it" in error
    assert bucket["a.docx"] == theirs
    assert b"Two." in bucket["a.txt"]


def test_an_object_that_appears_between_our_look_and_our_upload_is_kept(
    bucket_batch: BatchFolder, bucket: BucketClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_batch.source("a")
    bucket_batch.run()
    theirs = edited(bucket["a.docx"])
    del bucket["a.docx"]
    once_before(monkeypatch, s3.Bucket, "_upload", lambda: bucket.__setitem__("a.docx", theirs))
    assert "edited since" in bucket_batch.run()["a"].errors[0]
    assert bucket["a.docx"] == theirs


def test_an_object_that_another_machine_wrote_meanwhile_is_replaced(
    bucket_batch: BatchFolder, bucket: BucketClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_batch.source("a")
    bucket_batch.run()
    ours = bucket["a.docx"]
    bucket_batch.source("a", "Two.")
    bucket_batch.run()
    bucket_batch.source("a", "Three.")
    once_before(monkeypatch, s3.Bucket, "_upload", lambda: bucket.__setitem__("a.docx", ours))
    assert "a.docx" in bucket_batch.written()


def test_an_orphaned_object_that_is_saved_right_before_it_would_be_removed_is_kept(
    bucket_batch: BatchFolder, bucket: BucketClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        bucket_batch.source(name)
    bucket_batch.run()
    theirs = edited(bucket["b.docx"])
    (bucket_batch.folder / "b.yaml").unlink()
    once_before(monkeypatch, s3.Bucket, "_delete", lambda: bucket.__setitem__("b.docx", theirs))
    bucket_batch.run(prune=True)
    assert [orphan.name for orphan in bucket_batch.gone if orphan.error] == ["b.docx"]
    assert bucket["b.docx"] == theirs


def test_a_store_without_conditions_is_looked_at_again_right_before_the_upload(
    bucket_batch: BatchFolder, bucket: BucketClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = s3._file_system().pipe_file

    def without_conditions(*arguments: object, **options: object) -> object:
        if {"IfMatch", "IfNoneMatch"} & options.keys():
            raise OSError(errno.ENOSYS, "A header you provided implies functionality that is not implemented")
        return put(*arguments, **options)

    monkeypatch.setattr(s3._file_system(), "pipe_file", without_conditions)
    bucket_batch.source("a")
    assert sorted(bucket_batch.written()) == ["a.docx", "a.txt"]
    theirs = edited(bucket["a.docx"])
    bucket_batch.source("a", "Two.")
    once_before(monkeypatch, s3.Bucket, "_upload", lambda: bucket.__setitem__("a.docx", theirs))
    assert "edited since" in bucket_batch.run()["a"].errors[0]
    assert bucket["a.docx"] == theirs


# No link is followed into foreign files


DATABASE_FILES = ("build.db", "build.db-wal", "build.db-shm", "build.db-journal")


def test_a_link_in_the_place_of_the_state_folder_is_not_followed(batch: BatchFolder, tmp_path: Path) -> None:
    batch.source("a")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    batch.out.mkdir()
    (batch.out / ".engross").symlink_to(foreign)
    with pytest.raises(OutputError) as caught:
        batch.run()
    assert str(caught.value) == (
        f"{batch.out}/.engross: this is a link, and Engross follows none there; remove the link, and run again"
    )
    assert not list(foreign.iterdir())
    assert batch.outputs() == []


@pytest.mark.parametrize("name", DATABASE_FILES)
@pytest.mark.parametrize("link", [os.symlink, os.link])
@pytest.mark.parametrize("content", [b"", b"theirs"])
def test_a_link_in_the_place_of_the_database_is_removed_and_not_followed(
    batch: BatchFolder, tmp_path: Path, name: str, link: Callable[[Path, Path], None], content: bytes
) -> None:
    batch.source("a")
    batch.run()
    foreign, state = tmp_path / "foreign", batch.out / ".engross"
    foreign.write_bytes(content)
    (state / name).unlink(missing_ok=True)
    link(foreign, state / name)
    assert not batch.run()["a"].errors
    assert foreign.read_bytes() == content
    assert foreign.stat().st_nlink == 1
    assert batch.written() == []
    assert not batch.notices


def test_a_foreign_database_by_a_link_is_not_changed(batch: BatchFolder, tmp_path: Path) -> None:
    batch.source("a")
    batch.run()
    foreign, database = tmp_path / "foreign", batch.out / ".engross" / "build.db"
    with closing(sqlite3.connect(foreign)) as theirs:
        theirs.execute("CREATE TABLE theirs (x)")
    before = foreign.read_bytes()
    database.unlink()
    database.symlink_to(foreign)
    batch.run()
    assert foreign.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["build", "foreign", "source"]


def test_a_lock_that_is_another_files_name_too_is_not_written_into(batch: BatchFolder, tmp_path: Path) -> None:
    batch.source("a")
    foreign = tmp_path / "foreign"
    foreign.write_bytes(b"theirs")
    (batch.out / ".engross").mkdir(parents=True)
    os.link(foreign, batch.out / ".engross" / "lock")
    batch.run()
    assert foreign.read_bytes() == b"theirs"
    (batch.out / ".engross" / "lock").unlink()
    (batch.out / ".engross" / "lock").symlink_to(foreign)
    with pytest.raises(OutputError, match="can't open the lock"):
        batch.run()
    assert foreign.read_bytes() == b"theirs"


SECRET = "root:x:0:0:SECRET\n"


@pytest.mark.parametrize(
    "command", ["render source/a.yaml --edition briefing --to txt", "check source", "commitments source"]
)
def test_an_overlay_that_is_a_link_out_of_its_folder_is_refused_and_not_quoted(
    batch: BatchFolder, tmp_path: Path, command: str
) -> None:
    batch.source("a")
    (tmp_path / "secret").write_text(SECRET)
    (batch.folder / "a.briefing.yaml").symlink_to("../secret")
    done = engross(*command.split(), cwd=tmp_path)
    assert done.returncode == 1
    assert (
        "source/a.briefing.yaml: this file is a link that leads out of the folder source; put the file itself there"
        in done.output
    )
    assert "SECRET" not in done.output


def test_an_overlay_that_is_a_link_inside_its_folder_is_read(batch: BatchFolder, tmp_path: Path) -> None:
    batch.source("a")
    (batch.folder / "kept").mkdir()
    (batch.folder / "kept" / "x.txt").write_text("declaration: a\ntitle: B\nsummary: One.\n")
    (batch.folder / "a.briefing.yaml").symlink_to("kept/x.txt")
    assert engross("check", "source", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("command", ["render source --to txt", "check source", "commitments source"])
def test_a_source_that_is_a_link_out_of_the_folder_in_which_it_was_found_is_refused_and_not_quoted(
    batch: BatchFolder, tmp_path: Path, command: str
) -> None:
    batch.source("a")
    (tmp_path / "secret").write_text(SECRET)
    (batch.folder / "b.yaml").symlink_to("../secret")
    (batch.folder / "b.briefing.yaml").write_text("declaration: a\ntitle: B\nsummary: One.\n")
    done = engross(*command.split(), cwd=tmp_path)
    assert done.returncode == 1
    assert (
        "source/b.yaml: this file is a link that leads out of the folder source; put the file itself there"
        in done.output
    )
    assert "SECRET" not in done.output
    if command.startswith("render"):
        assert batch.outputs() == ["a.txt"]


def test_a_source_that_is_named_or_leads_inside_its_folder_may_be_a_link(batch: BatchFolder, tmp_path: Path) -> None:
    (batch.folder / "kept").mkdir()
    batch.source("a").rename(tmp_path / "elsewhere.txt")
    (tmp_path / "link.yaml").symlink_to("elsewhere.txt")
    assert engross("check", "link.yaml", cwd=tmp_path).returncode == 0
    (tmp_path / "elsewhere.txt").rename(batch.folder / "kept" / "a.txt")
    (batch.folder / "a.yaml").symlink_to("kept/a.txt")
    assert engross("check", "source", cwd=tmp_path).returncode == 0


# A name has one owner


def other_source(batch: BatchFolder, id_: str, text: str = "Other.") -> Path:
    """A source elsewhere with an id that may have an owner."""
    folder = batch.folder.parent / "other"
    folder.mkdir(exist_ok=True)
    path = folder / f"{id_}.yaml"
    path.write_text(SOURCE.format(id=id_, text=text))
    return path


def refusal(batch: BatchFolder, name: str, owner: object) -> str:
    return (
        f"{batch.out / name}: built from {owner}, which has the same id; "
        "give one of the two sources another id, or add --take-over to build the file from this one from now on"
    )


@pytest.mark.parametrize("how", [{}, {"force": True}])
def test_a_second_source_of_a_name_is_refused_and_both_are_named(batch: BatchFolder, how: dict[str, bool]) -> None:
    first, second = batch.source("a"), other_source(batch, "a")
    batch.run(first)
    before = {name: (batch.out / name).read_bytes() for name in batch.outputs()}
    for _ in range(2):
        result = batch.run(second, **how)["a"]
        owner = os.path.relpath(first)
        assert result.errors == [f"{second}: {refusal(batch, name, owner)}" for name in ("a.docx", "a.txt")]
        assert {name: (batch.out / name).read_bytes() for name in batch.outputs()} == before
    assert batch.written(first) == []


def test_a_source_takes_a_name_over_if_that_is_asked_for(batch: BatchFolder) -> None:
    first, second = batch.source("a"), other_source(batch, "a")
    batch.run(first)
    assert sorted(batch.written(second, take_over=True)) == ["a.docx", "a.txt"]
    assert b"Other." in (batch.out / "a.txt").read_bytes()
    assert batch.written(second) == []
    assert [error.split(": ")[2].split(",")[0] for error in batch.run(first)["a"].errors] == [
        f"built from {os.path.relpath(second)}"
    ] * 2


def test_the_command_takes_a_name_over(batch: BatchFolder, tmp_path: Path) -> None:
    batch.source("a")
    other_source(batch, "a")
    to_text = ("--to", "txt")
    assert engross("render", "source", *to_text, cwd=tmp_path).returncode == 0
    done = engross("render", "other", *to_text, cwd=tmp_path)
    assert done.returncode == 1
    assert "other/a.yaml: build/a.txt: built from source/a.yaml, which has the same id; " in done.stderr
    assert engross("render", "other", *to_text, "--take-over", cwd=tmp_path).returncode == 0
    assert (
        "source/a.yaml: build/a.txt: built from other/a.yaml"
        in engross("render", "source", *to_text, cwd=tmp_path).stderr
    )


def test_only_the_names_that_have_another_owner_are_refused(batch: BatchFolder) -> None:
    first, second = batch.source("a"), other_source(batch, "a")
    batch.run(first, formats=(FORMATS["txt"],))
    result = batch.run(second)["a"]
    assert [output.name for output in result.outputs if output.saved] == ["a.docx"]
    assert result.errors == [f"{second}: {refusal(batch, 'a.txt', os.path.relpath(first))}"]


def test_an_owner_that_is_missing_or_has_another_id_or_another_path_owns_nothing(
    batch: BatchFolder, tmp_path: Path
) -> None:
    first, second = batch.source("a"), other_source(batch, "a")
    batch.run(first)
    (tmp_path / "link.yaml").symlink_to(first)
    assert not batch.run(tmp_path / "link.yaml")["a"].errors
    batch.run(first)
    first.rename(batch.folder / "renamed.yaml")
    assert not batch.run(batch.folder / "renamed.yaml")["a"].errors
    batch.source("b", file="renamed.yaml")
    assert not batch.run(batch.folder / "renamed.yaml", second)["a"].errors
    assert sorted(orphan.name for orphan in batch.gone) == []


def test_the_standard_input_owns_names_like_a_file(batch: BatchFolder) -> None:
    def piped(path: Path, take_over: bool = False) -> SourceResult:
        settings = replace(batch.settings, take_over=take_over)
        source = Source(FROM_STANDARD_INPUT, path.read_bytes())
        (result,) = (event for event in run([source], batch.options, settings) if isinstance(event, SourceResult))
        return result

    first, second = batch.source("a"), other_source(batch, "a")
    assert not piped(first).errors
    assert f": {refusal(batch, 'a.docx', '<stdin>')}" in batch.run(second)["a"].errors[0]
    assert not batch.run(first)["a"].errors
    assert not piped(first).errors
    assert not batch.run(first)["a"].errors
    assert refusal(batch, "a.docx", os.path.relpath(first)) in piped(second).errors[0]
    assert not piped(second, take_over=True).errors


# Nothing is left behind


def test_the_fonts_of_a_run_need_no_file_that_a_kill_would_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = dict(os.environ)
    with printer._fonts(tmp_path / "house"):
        assert not list(tmp_path.iterdir())
        monkeypatch.delenv("FONTCONFIG_FILE")
    assert dict(os.environ) == {name: value for name, value in before.items() if name != "FONTCONFIG_FILE"}


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder with a short path: that of a socket has at most 107 bytes."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


def test_a_run_that_is_killed_leaves_no_folder_of_its_workers(
    batch: BatchFolder, tmp_path: Path, temporary: Path
) -> None:
    for name in "ab":
        batch.source(name)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    with gate(tmp_path / "gate") as keeper:
        command = [sys.executable, "-m", "tests.batch.gated_command", str(keeper.gate.folder), "render", "source"]
        with subprocess.Popen([*command, "--to", "txt", "--jobs", "1"], cwd=tmp_path, env=environment) as process:
            keeper.arrival()
            children = psutil.Process(process.pid).children(recursive=True)
            assert [path.name[:5] for path in temporary.iterdir()] == ["pymp-"]
            process.kill()
            keeper.let_through(2)
        _, alive = psutil.wait_procs(children, MINUTES)
    assert not alive
    assert not list(temporary.iterdir())


def test_a_process_that_lives_or_has_ended_is_known_as_such() -> None:
    assert not is_ending(os.getpid())
    with subprocess.Popen(["true"]) as process:
        pass
    assert is_ending(process.pid)
