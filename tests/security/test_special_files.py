"""Pipes, devices and sparse files in every place where Engross reads a file: each is an error, at once.

A run that waited for a pipe, or read a device, would never end.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import chdir, closing
from pathlib import Path

import psutil
import pytest

from render.regular_files import SpecialFileError, TooLargeError, read_regular, special_files
from tests.command import CommandResult
from tests.command import engross as command

SECONDS = 120
SOURCE = "id: {}\ntitle: A title\nlanguages: [en]\nbody: [{{id: one, text: One.}}]\n"
PICTURE = "id: a\ntitle: A title\nlanguages: [en]\nbody: [{image: picture.png, alternative: A picture}]\n"
OVERLAY = "paragraphs: {one: {gist: In short.}}\n"

Special = Callable[[Path], None]


def fifo(path: Path) -> None:
    os.mkfifo(path)


def zero(path: Path) -> None:
    path.symlink_to("/dev/zero")


SPECIALS: dict[str, Special] = {"a named pipe": fifo, "a device": zero}
special_kinds = pytest.mark.parametrize("kind", SPECIALS)


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """Fail a test that hangs, or that reads without an end."""

    def stop(number: int, frame: object) -> None:
        raise AssertionError("it hangs")

    handler = signal.signal(signal.SIGALRM, stop)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + (2 << 30), hard))
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, handler)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def engross(folder: Path, *arguments: str) -> CommandResult:
    return command(*arguments, cwd=folder)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text(SOURCE.format("good"))
    return tmp_path


@special_kinds
@pytest.mark.parametrize("arguments", [["render", "--to", "txt"], ["check"], ["commitments"]])
def test_a_source_is_a_regular_file(folder: Path, kind: str, arguments: list[str]) -> None:
    SPECIALS[kind](folder / "a.yaml")
    (folder / "a.briefing.yaml").write_text(OVERLAY)
    for others in ([], ["good.yaml"]):
        done = engross(folder, *arguments, "a.yaml", *others)
        assert done.returncode == 1
        assert f"a.yaml: this is {kind}, not a regular file; name a file" in done.output
    assert (folder / "build" / "good.txt").exists() == ("render" in arguments)


def test_a_folder_of_sources_has_no_special_files(folder: Path) -> None:
    for number, special in enumerate(SPECIALS.values()):
        special(folder / f"{number}.yaml")
    done = engross(folder, "check", ".")
    assert (done.returncode, done.stderr) == (0, "1 of 1 source valid\n")


@special_kinds
def test_an_overlay_is_a_regular_file(folder: Path, kind: str) -> None:
    SPECIALS[kind](folder / "good.briefing.yaml")
    for arguments in (["check"], ["commitments"], ["render", "--to", "txt", "--edition", "briefing"]):
        done = engross(folder, *arguments, "good.yaml")
        assert done.returncode == 1
        # What is not in the folder is a link to it.
        what = f"this is {kind}, not a regular file" if kind == "a named pipe" else "this file is a link that leads out"
        assert f"good.briefing.yaml: {what}" in done.output


@special_kinds
def test_a_picture_is_a_regular_file(folder: Path, kind: str) -> None:
    (folder / "a.yaml").write_text(PICTURE)
    SPECIALS[kind](folder / "picture.png")
    done = engross(folder, "render", "a.yaml", "--to", "html")
    assert done.returncode == 1
    assert "the picture 'picture.png' is" in done.stderr


def test_a_picture_that_became_special_is_an_error_of_its_source(folder: Path, picture: bytes) -> None:
    (folder / "a.yaml").write_text(PICTURE)
    (folder / "picture.png").write_bytes(picture)
    assert engross(folder, "render", "a.yaml", "--to", "html").returncode == 0
    (folder / "picture.png").unlink()
    fifo(folder / "picture.png")
    done = engross(folder, "render", "a.yaml", "--to", "html")
    assert "the picture 'picture.png' isn't a file" in done.stderr


@pytest.fixture
def picture(tmp_path: Path) -> bytes:
    from PIL import Image

    Image.new("RGB", (2, 2)).save(tmp_path / "one.png")
    return (tmp_path / "one.png").read_bytes()


@special_kinds
@pytest.mark.parametrize("name", ["good.docx", "good.html", ".engross/lock", ".engross/build.db"])
def test_an_output_and_what_is_known_of_it_may_be_special_and_nothing_hangs(folder: Path, kind: str, name: str) -> None:
    assert engross(folder, "render", "good.yaml", "--to", "docx,html").returncode == 0
    (folder / "build" / name).unlink()
    SPECIALS[kind](folder / "build" / name)
    for options in ([], ["--verify"]):
        done = engross(folder, "render", "good.yaml", "--to", "docx,html", *options)
        assert "Traceback" not in done.stderr
        if name == "good.docx":
            assert done.returncode == 1
            assert "good.docx: this isn't a file, so it was kept; move it away" in done.stderr
        if name == "good.html":
            assert done.returncode == 0
            assert (folder / "build" / name).is_file()
            assert not (folder / "build" / name).is_symlink()


@special_kinds
def test_a_special_output_of_a_source_that_is_gone_does_not_hang(folder: Path, kind: str) -> None:
    assert engross(folder, "render", "good.yaml", "--to", "docx").returncode == 0
    (folder / "good.yaml").rename(folder / "other.yaml")
    (folder / "build" / "good.docx").unlink()
    SPECIALS[kind](folder / "build" / "good.docx")
    done = engross(folder, "render", "other.yaml", "--to", "txt", "--prune")
    assert "Traceback" not in done.stderr


@special_kinds
@pytest.mark.parametrize("name", ["html/style.css", "html/page.html.j2", "pdf/style.css", "fonts/font.ttf"])
@pytest.mark.parametrize("limits", [[], ["--memory", "2G"]])
def test_a_template_is_a_regular_file(folder: Path, kind: str, name: str, limits: list[str]) -> None:
    path = folder / "house" / name
    path.parent.mkdir(parents=True)
    SPECIALS[kind](path)
    to = "html" if name.startswith("html") else "pdf"
    done = engross(folder, "render", "good.yaml", "--templates", str(folder / "house"), "--to", to, *limits)
    outside = kind == "a device" and not name.startswith("fonts")  # a link out of the folder is as if it weren't there
    assert done.returncode == (0 if outside else 1), done.stderr
    assert outside or f"{path}: can't read this template ({kind}" in done.stderr or "not a regular file" in done.stderr
    assert "bug" not in done.stderr


@special_kinds
def test_a_special_file_among_templates_that_nothing_uses_does_not_hang(folder: Path, kind: str) -> None:
    (folder / "house").mkdir()
    SPECIALS[kind](folder / "house" / "unused")
    assert engross(folder, "render", "good.yaml", "--templates", str(folder / "house"), "--to", "html").returncode == 0


def test_a_template_that_is_not_utf_8_is_an_error_with_its_name(folder: Path) -> None:
    (folder / "house" / "html").mkdir(parents=True)
    (folder / "house" / "html" / "style.css").write_bytes(b"/* \xff */")
    done = engross(folder, "render", "good.yaml", "--templates", str(folder / "house"), "--to", "html")
    assert "style.css: not in UTF-8; save this template as UTF-8" in done.stderr


@special_kinds
def test_a_house_style_is_a_regular_file(folder: Path, kind: str) -> None:
    SPECIALS[kind](folder / "house.docx")
    for quiet in ([], ["--quiet"]):
        done = engross(folder, "render", "good.yaml", "--to", "docx", "--house-style", "house.docx", *quiet)
        assert done.returncode in (1, 2)
        assert f"house.docx: {kind}, not a regular file" in done.stderr


@special_kinds
@pytest.mark.parametrize("options", [[], ["--config", "engross.toml"]])
def test_a_configuration_is_a_regular_file(folder: Path, kind: str, options: list[str]) -> None:
    SPECIALS[kind](folder / "engross.toml")
    done = engross(folder, "render", *options, "good.yaml", "--to", "txt")
    assert done.returncode == 2
    assert "engross.toml: this isn't a regular file; remove it, or name another with --config" in done.stderr


def test_a_project_file_is_a_regular_file(folder: Path) -> None:
    fifo(folder / "pyproject.toml")
    assert "pyproject.toml: this isn't a regular file; remove it" in engross(folder, "check", "good.yaml").stderr


def test_a_list_may_come_from_a_pipe_but_not_from_a_device(folder: Path) -> None:
    fifo(folder / "list")
    writer = threading.Thread(target=(folder / "list").write_text, args=["good.yaml\n"])
    writer.start()
    assert engross(folder, "render", "--from-file", "list", "--to", "txt").returncode == 0
    writer.join()
    done = engross(folder, "render", "--from-file", "/dev/zero", "--to", "txt")
    assert done.returncode == 2
    assert "/dev/zero: this list has more than 268,435,456 bytes; divide it" in done.stderr


# Loops in templates

ENDLESS = (
    "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}{% endfor %}{% endfor %}"
    + ("{% endfor %}")
)


@pytest.mark.parametrize("sources", ["good.yaml", "."])
def test_an_endless_loop_in_a_template_ends_at_the_time_limit_of_its_source(folder: Path, sources: str) -> None:
    (folder / "other.yaml").write_text(SOURCE.format("other"))
    (folder / "house" / "html").mkdir(parents=True)
    (folder / "house" / "html" / "page.html.j2").write_text(ENDLESS)
    done = engross(folder, "render", sources, "--templates", str(folder / "house"), "--to", "html", "--timeout", "1")
    assert done.returncode == 1
    assert "not finished after 1 s; raise the limit with --timeout" in done.stderr


# The reader itself


@pytest.fixture
def sparse(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "sparse.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    yield path


def test_a_regular_file_is_read_up_to_its_limit(tmp_path: Path, sparse: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_regular(path, 5) == b"12345"
    with pytest.raises(TooLargeError) as too_large:
        read_regular(path, 4)
    assert too_large.value.size == 5
    with pytest.raises(TooLargeError):
        read_regular(sparse, 1 << 20)
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "missing", 5)
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path, 5)


def test_a_file_of_unknown_size_is_read_up_to_its_limit() -> None:
    assert read_regular("/proc/self/status", 1 << 20).startswith(b"Name:")
    with pytest.raises(TooLargeError):
        read_regular("/proc/self/status", 10)


def test_a_file_that_is_replaced_by_a_pipe_before_it_is_opened_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"")
    opened = os.open

    def replacing(path: str | Path, flags: int) -> int:
        Path(path).unlink()
        fifo(Path(path))
        return opened(path, flags)

    monkeypatch.setattr(os, "open", replacing)
    with pytest.raises(SpecialFileError, match="a named pipe"):
        read_regular(path, 5)


def test_no_descriptor_is_left_open_by_an_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    descriptor = os.open(tmp_path / "pipe", os.O_RDWR)
    with closing(os.fdopen(descriptor, "rb", buffering=0)):
        before = len(list(Path("/proc/self/fd").iterdir()))
        with pytest.raises(SpecialFileError):
            read_regular(tmp_path / "pipe", 5)
        assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_special_files_are_found_below_a_folder_and_links_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").touch()
    (tmp_path / "a" / "circle").symlink_to(tmp_path)
    with chdir(tmp_path), socket.socket(socket.AF_UNIX) as bound:
        bound.bind("a/socket")  # the name of a socket is short
    (tmp_path / "a" / "broken").symlink_to(tmp_path / "nothing")
    fifo(tmp_path / "a" / "pipe")
    assert sorted(special_files(tmp_path)) == [tmp_path / "a" / "pipe", tmp_path / "a" / "socket"]
