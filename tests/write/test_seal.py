"""A seal shows whether anyone has changed a file since it was written."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from render.write.seal import is_as_sealed, sealed


def archive() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("a.xml", "<a/>" * 100)
    return data.getvalue()


def test_a_sealed_archive_is_still_an_archive_with_the_same_files() -> None:
    data = sealed(archive())
    assert is_as_sealed(data)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        assert file.read("a.xml") == b"<a/>" * 100


def test_any_change_breaks_the_seal() -> None:
    data = sealed(archive())
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        assert not is_as_sealed(bytes(changed)), place


@pytest.mark.parametrize("data", [b"", b"x", archive(), sealed(archive())[:-1], sealed(archive()) + b"\0"])
def test_a_file_without_a_whole_seal_is_not_as_sealed(data: bytes) -> None:
    assert not is_as_sealed(data)


def test_an_archive_that_was_added_to_is_not_as_sealed() -> None:
    file = io.BytesIO(sealed(archive()))
    with zipfile.ZipFile(file, "a") as opened:
        opened.writestr("b.xml", "<b/>")
    assert not is_as_sealed(file.getvalue())


def test_a_word_copy_that_was_opened_and_saved_is_not_as_sealed() -> None:
    from pathlib import Path

    from render import load, render

    data = render(load(Path(__file__).parents[1] / "data" / "kitchen-sink.yaml"), "docx")
    assert is_as_sealed(data)
    saved = io.BytesIO()
    docx.Document(io.BytesIO(data)).save(saved)
    assert not is_as_sealed(saved.getvalue())
