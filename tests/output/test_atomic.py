"""An output is the old whole file or the new whole file."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from render.errors import OutputError
from render.output.atomic import hash_of, is_temporary, make_folder, save, stamp_of, start_write, sync_folder


def test_a_new_file_holds_the_data_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    save(b"new", tmp_path / "x.pdf")
    assert (tmp_path / "x.pdf").read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [tmp_path / "x.pdf"]


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o027])
def test_a_file_has_the_mode_that_the_umask_leaves(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        save(b"new", tmp_path / "x.pdf")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x.pdf").stat().st_mode) == 0o666 & ~mask


def test_a_link_is_replaced_and_its_target_is_unchanged(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"other")
    (tmp_path / "x.pdf").symlink_to(other)
    save(b"new", tmp_path / "x.pdf")
    assert other.read_bytes() == b"other"
    assert not (tmp_path / "x.pdf").is_symlink()
    assert (tmp_path / "x.pdf").read_bytes() == b"new"


@pytest.mark.parametrize("call", ["fsync", "fdopen"])
def test_a_full_disk_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    target = tmp_path / "x.pdf"
    target.write_bytes(b"old")

    def full(descriptor: int, *_: object) -> None:
        if call == "fdopen":
            os.close(descriptor)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OutputError, match=r"x\.pdf: can't write this file \(No space left on device\)"):
        save(b"new", target)
    monkeypatch.undo()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_data_is_on_the_disk_before_the_name_leads_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(descriptor: int) -> None:
        steps.append("sync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")
        fsync(descriptor)

    def noted_replace(self: Path, target: Path) -> Path:
        steps.append("replace")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    save(b"new", tmp_path / "x.pdf")
    assert steps == ["sync file", "replace", "sync folder"]


def test_what_is_begun_is_beside_the_old_file_until_it_is_finished(tmp_path: Path) -> None:
    target = tmp_path / "x.pdf"
    target.write_bytes(b"old")
    finish = start_write(b"newer", target)
    assert target.read_bytes() == b"old"
    (beside,) = set(tmp_path.iterdir()) - {target}
    assert beside.read_bytes() == b"newer"
    assert is_temporary(beside.name)
    saved = finish()
    assert target.read_bytes() == b"newer"
    assert list(tmp_path.iterdir()) == [target]
    status = target.stat()
    assert (saved.hash, saved.size, saved.stamp) == (hash_of(b"newer"), 5, stamp_of(status))


def test_a_folder_that_cannot_be_synced_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OutputError, match=r"may not be on the disk yet \(Input/output error\); run the command again"):
        sync_folder(tmp_path)


def test_a_folder_instead_of_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").mkdir()
    with pytest.raises(OutputError, match="Is a directory"):
        save(b"new", tmp_path / "x.pdf")
    assert list(tmp_path.iterdir()) == [tmp_path / "x.pdf"]


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    name = "n" * 250 + ".pdf"
    save(b"new", tmp_path / name)
    assert (tmp_path / name).read_bytes() == b"new"


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_a_file_instead_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match="this is a file, not a folder; choose a folder with --out"):
        make_folder(tmp_path / "out")
    with pytest.raises(OutputError, match=r"can't make this folder \(Not a directory\)"):
        make_folder(tmp_path / "out" / "below")


def test_a_folder_that_cannot_be_written_in_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(OutputError, match="can't write into this folder"):
        make_folder(tmp_path)
