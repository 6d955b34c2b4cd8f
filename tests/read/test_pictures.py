"""Pictures: which files are one, their size and their bytes."""

from __future__ import annotations

import os
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from render.model import declaration as model
from render.read.pictures import MAX_PICTURE
from tests.read.sources import DATA, HEAD, declaration, problems


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 4, height: int = 4, *extra: bytes) -> bytes:
    """A PNG with as much of a picture as its header promises, but never more than 100 rows."""
    rows = (b"\0" + b"\xff" * 3 * width) * min(height, 100)
    chunks = [chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), *extra]
    chunks += [chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def dots(horizontal: int, vertical: int) -> bytes:
    """The chunk that says how many dots a metre has."""
    return chunk(b"pHYs", struct.pack(">IIB", horizontal, vertical, 1))


def picture(folder: Path, name: str = "a.png") -> model.Image:
    (image,) = declaration(f"{HEAD}body:\n  - {{image: '{name}', decorative: true}}\n", folder).body
    assert isinstance(image, model.Image)
    return image


def picture_problem(folder: Path, name: str = "a.png") -> str:
    (problem,) = problems(f"{HEAD}body:\n  - {{image: '{name}', decorative: true}}\n", folder)
    place, _, problem = problem.partition(": ")
    assert place == "x.yaml:5:13"
    return problem


def test_a_picture_is_read_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(96, 48))
    found = picture(tmp_path).image
    assert (found.name, found.data, found.media_type) == ("a.png", png(96, 48), "image/png")
    assert found.pixels == (96, 48)
    assert found.millimetres == pytest.approx((25.4, 12.7))


def test_the_size_of_a_picture_follows_its_resolution(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(100, 100, dots(10_000, 5_000)))
    assert picture(tmp_path).image.millimetres == pytest.approx((10, 20))


@pytest.mark.parametrize("metre", [(0, 0), (1, 1), (2**32 - 1, 2**32 - 1)])
def test_an_implausible_resolution_is_ignored(tmp_path: Path, metre: tuple[int, int]) -> None:
    (tmp_path / "a.png").write_bytes(png(96, 96, dots(*metre)))
    assert picture(tmp_path).image.millimetres == pytest.approx((25.4, 25.4))


def test_a_jpeg_is_a_picture_whatever_it_is_called(tmp_path: Path) -> None:
    data = BytesIO()
    Image.new("RGB", (8, 8)).save(data, "JPEG", dpi=(72, 72))
    (tmp_path / "a.png").write_bytes(data.getvalue())
    found = picture(tmp_path).image
    assert (found.media_type, found.pixels) == ("image/jpeg", (8, 8))
    assert found.millimetres == pytest.approx((8 / 72 * 25.4, 8 / 72 * 25.4))


def test_a_picture_may_lie_in_a_folder_below(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(png())
    assert picture(tmp_path, "pictures/../pictures/a.png").image.pixels == (4, 4)


def test_a_missing_picture_is_reported(tmp_path: Path) -> None:
    what = "can't read the picture 'a.png' (No such file or directory)"
    assert picture_problem(tmp_path) == f"{what}; put the file into the folder of the source, or below it"


@pytest.mark.parametrize(
    "name", ["../a.png", "below/../../a.png", "{outside}/a.png", "link.png", "below/a.png", "/dev/zero"]
)
def test_no_picture_outside_the_sources_folder_is_read(tmp_path: Path, name: str) -> None:
    outside, folder = tmp_path, tmp_path / "folder"
    folder.mkdir()
    (outside / "a.png").write_bytes(png())
    (folder / "link.png").symlink_to(outside / "a.png")
    (folder / "below").symlink_to(outside)
    name = name.format(outside=outside)
    assert picture_problem(folder, name).endswith(
        "is outside the folder of the source; put the file into that folder, or below it"
    )


def test_a_link_to_a_picture_in_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(png())
    (tmp_path / "a.png").symlink_to("b.png")
    assert picture(tmp_path).image.pixels == (4, 4)


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.png").write_bytes(png())
    (tmp_path / "link").symlink_to("folder")
    assert picture(tmp_path / "link").image.pixels == (4, 4)


def test_circular_links_are_reported(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to("b.png")
    (tmp_path / "b.png").symlink_to("a.png")
    assert "can't read the picture 'a.png' (Too many levels of symbolic links)" in picture_problem(tmp_path)


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_a_picture_that_is_not_a_regular_file_is_refused_without_waiting(tmp_path: Path, kind: str) -> None:
    if kind == "folder":
        (tmp_path / "a.png").mkdir()
    else:
        os.mkfifo(tmp_path / "a.png")
    assert picture_problem(tmp_path) == "the picture 'a.png' isn't a file; name a PNG or JPEG file"


def saved(kind: str) -> bytes:
    data = BytesIO()
    Image.radial_gradient("L").save(data, kind)
    return data.getvalue()


JPEG = saved("JPEG")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        saved("GIF"),
        png()[:20],
        (DATA / "chart.png").read_bytes()[:400],
        JPEG[: len(JPEG) // 2],
        png(0, 0),
        png(4, 4, chunk(b"zTXt", b"k\0\0" + zlib.compress(b"a" * 70_000_000))),
        b"\xff\xd8\xff\xe0",
    ],
    ids=["empty", "text", "SVG", "GIF", "only a head", "cut PNG", "cut JPEG", "no pixels", "text bomb", "only a mark"],
)
def test_a_file_that_is_not_a_whole_png_or_jpeg_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert picture_problem(tmp_path) == "'a.png' isn't a complete PNG or JPEG picture; save it again as PNG or JPEG"


def test_a_cut_picture_is_refused_where_weasyprint_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint sets it
    (tmp_path / "a.png").write_bytes((DATA / "chart.png").read_bytes()[:400])
    assert "isn't a complete PNG or JPEG picture" in picture_problem(tmp_path)
    assert ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize("side", [7072, 10_000, 60_000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_read(tmp_path: Path, side: int) -> None:
    (tmp_path / "a.png").write_bytes(png(side, side))
    assert picture_problem(tmp_path) == "the picture 'a.png' has more than 50,000,000 pixels; reduce its size"


def test_a_picture_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(MAX_PICTURE + 1)
    what = "the picture 'a.png' has 20,971,521 bytes"
    assert picture_problem(tmp_path) == f"{what}; the maximum is 20,971,520: reduce its size"


def test_a_picture_that_is_named_often_is_held_once(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    first, second = declaration(HEAD + "body:\n" + "  - {image: a.png, decorative: true}\n" * 2, tmp_path).body
    assert isinstance(first, model.Image)
    assert isinstance(second, model.Image)
    assert first.image is second.image
