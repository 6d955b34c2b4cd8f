"""House styles from strangers: what unpacks to too much, what loads something from elsewhere, what tells too much."""

from __future__ import annotations

import bz2
import re
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from render.errors import UsageError
from render.write.docx.house_style import archive
from render.write.docx.template_package import load_house_style
from render.write.docx.writer import write_word
from render.write.theme import Theme
from tests.extract import DECLARATION, viewed
from tests.houses import changed, ministry_a

MIB = 2**20


def refusal(folder: Path, data: bytes) -> str:
    """Why Engross refuses a house style."""
    house = folder / "house.docx"
    house.write_bytes(data)
    with pytest.raises(UsageError) as refused:
        load_house_style(Theme(house_style=house))
    message = str(refused.value)
    assert message.startswith(f"{house}: ")
    assert "; " in message
    return message.removeprefix(f"{house}: ")


def copied(folder: Path, data: bytes) -> dict[str, bytes]:
    """The parts of a Word copy in a house style."""
    house = folder / "house.docx"
    house.write_bytes(data)
    copy = write_word(viewed(DECLARATION), Theme(house_style=house))
    with zipfile.ZipFile(BytesIO(copy)) as file:
        return {name: file.read(name) for name in file.namelist()}


# Sizes that the archive only claims


def entry(name: str, method: int, packed: bytes, claimed: int) -> tuple[bytes, bytes, bytes]:
    """The head, content and directory entry of a part that claims to have `claimed` bytes."""
    checksum = zlib.crc32(b"")
    common = struct.pack("<HHHHHIIIHH", 20, 0, method, 0, 33, checksum, len(packed), claimed, len(name), 0)
    return b"PK\3\4" + common + name.encode(), packed, b"PK\1\2" + struct.pack("<H", 20) + common


def archive_of(*entries: tuple[bytes, bytes, bytes], names: tuple[str, ...]) -> bytes:
    data, directory = b"", b""
    for (head, packed, listed), name in zip(entries, names, strict=True):
        directory += listed + struct.pack("<HHHII", 0, 0, 0, 0, len(data)) + name.encode()
        data += head + packed
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(entries), len(entries), len(directory), len(data), 0)
    return data + directory + end


def deflated_zeros(size: int) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    pieces = [compressor.compress(bytes(MIB)) for _ in range(size // MIB)]
    return b"".join([*pieces, compressor.flush()])


def bombs() -> Iterator[tuple[str, int, bytes]]:
    yield "deflate", zipfile.ZIP_DEFLATED, deflated_zeros(600 * MIB)
    compressor = bz2.BZ2Compressor(9)
    pieces = [compressor.compress(bytes(MIB)) for _ in range(300)]
    yield "bzip2", zipfile.ZIP_BZIP2, b"".join([*pieces, compressor.flush()])


@pytest.fixture(scope="module", params=list(bombs()), ids=lambda bomb: bomb[0])
def lying_bomb(request: pytest.FixtureRequest) -> bytes:
    """A small file whose only part claims 900 bytes, and has hundreds of megabytes."""
    _, method, packed = request.param
    name = "_rels/.rels"
    return archive_of(entry(name, method, packed, 900), names=(name,))


def test_a_part_that_is_larger_than_it_claims_is_never_unpacked(tmp_path: Path, lying_bomb: bytes) -> None:
    assert len(lying_bomb) < MIB
    tracemalloc.start()
    try:
        refusal(tmp_path, lying_bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * MIB


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_word_never_uses_is_refused_in_any_part(tmp_path: Path, method: int) -> None:
    data = BytesIO(ministry_a())
    with zipfile.ZipFile(data, "a") as file:
        file.writestr("word/unused.xml", b"<x/>", method)
    message = refusal(tmp_path, data.getvalue())
    assert message == "word/unused.xml is compressed as Word never does; save it again in Word as .docx or .dotx"


def test_a_part_may_be_stored(tmp_path: Path) -> None:
    data = BytesIO()
    with zipfile.ZipFile(BytesIO(ministry_a())) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "word/document.xml" in copied(tmp_path, data.getvalue())


def test_parts_that_are_read_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL", 100_000)
    monkeypatch.setattr(archive.HouseArchive, "_check_claims", lambda self: None)
    message = refusal(tmp_path, ministry_a())
    assert message == "unpacks to too much; save it again in Word as .docx or .dotx"


def test_entries_are_counted_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for number in range(archive.MAX_PARTS + 1):
            file.writestr(f"{number}", b"")

    monkeypatch.setattr(zipfile, "ZipFile", lambda _: pytest.fail("the directory was read"))
    assert refusal(tmp_path, data.getvalue()).startswith("unpacks to 5001 parts, which is too much")


def test_a_picture_that_is_named_often_is_kept_once(tmp_path: Path) -> None:
    file = ministry_a()
    with zipfile.ZipFile(BytesIO(file)) as parts:
        rels = next(name for name in parts.namelist() if re.fullmatch(r"word/_rels/header\d\.xml\.rels", name))
    blips = "".join(f'<a:blip r:embed="more{number}"/>' for number in range(50))
    name = rels.replace("_rels/", "").removesuffix(".rels")

    def relate(text: str) -> str:
        (one,) = re.findall(r"<Relationship [^>]*/>", text)
        more = (re.sub(r'Id="\w+"', f'Id="more{number}"', one) for number in range(50))
        return text.replace(one, one + "".join(more))

    def use(text: str) -> str:
        return re.sub(r"(<a:blip [^>]*?/?>)", lambda found: blips_with_namespaces(blips) + found[1], text, count=1)

    parts_of_copy = copied(tmp_path, changed(file, {rels: relate, name: use}))
    assert len([part for part in parts_of_copy if part.startswith("word/media/house")]) == 1


def blips_with_namespaces(blips: str) -> str:
    namespaces = (
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    )
    return blips.replace("<a:blip ", f"<a:blip {namespaces} ")
