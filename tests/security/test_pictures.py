"""Pictures in outputs: the picture alone, upright in every format, each once, and decoded within limits."""

from __future__ import annotations

import random
import re
import struct
import subprocess
import tracemalloc
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path

import lxml.html
import pytest
from PIL import Image, ImageChops, ImageCms, ImageFile, ImageOps

from render.compose.edition import compose
from render.errors import SourceError
from render.model.declaration import Declaration
from render.pictures.clean import CleanPicture, UnusablePicture, clean_picture
from render.pictures.icc import neutral_profile
from render.pictures.jpeg import MAX_SCANS
from render.pipeline import load, render
from render.read import pictures as reading
from render.write.html import write_print
from tests.conformance.browser import chromium
from tests.conformance.conftest import TOOLS, run
from tests.conformance.test_html import VNU_KNOWS_NO_HASHES
from tests.loud_pictures import (
    LOUD,
    SECRET,
    chunk,
    drawing,
    exif,
    loud_jpeg,
    loud_png,
    profile,
    says_something,
    segment,
)


def source_with(folder: Path, name: str, data: bytes, count: int = 1) -> Path:
    picture = folder / name
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(data)
    source = folder / "a.yaml"
    image = f"  - {{image: {name}, alternative: a drawing}}\n"
    source.write_text(f"id: a\nlanguages: [en]\ntitle: A\nbody:\n{image * count}", "utf-8")
    return source


def pieces(output: bytes, suffix: str) -> Iterator[bytes]:
    """All bytes of an output, unpacked."""
    yield output
    if suffix == "docx":
        with zipfile.ZipFile(BytesIO(output)) as file:
            yield from (name.encode() for name in file.namelist())
            yield from map(file.read, file.namelist())
    if suffix == "eml":
        for part in message_from_bytes(output, policy=policy.default).walk():
            yield part.as_bytes()
            if not part.is_multipart():
                payload = part.get_payload(decode=True)
                assert isinstance(payload, bytes)
                yield payload
    if suffix == "html":
        yield from map(b64decode, re.findall(rb"data:image/\w+;base64,([\w+/=]+)", output))
    if suffix == "pdf":
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", output, re.DOTALL):
            yield stream
            yield zlib.decompressobj().decompress(stream) if stream[:1] == b"\x78" else b""


def pictures_in(output: bytes, suffix: str) -> list[Image.Image]:
    found: list[Image.Image] = []
    for piece in pieces(output, suffix):
        if piece.startswith((b"\x89PNG", b"\xff\xd8")):
            found.append(Image.open(BytesIO(piece)))
    return found


# Nothing but the picture


@pytest.mark.parametrize("kind", LOUD)
def test_the_pictures_in_these_tests_have_something_to_hide(kind: str) -> None:
    assert LOUD[kind]().count(SECRET) > 6
    assert says_something(profile())


@pytest.mark.parametrize("kind", LOUD)
@pytest.mark.parametrize("suffix", ["html", "docx", "eml", "pdf"])
def test_an_output_has_the_picture_and_nothing_else_of_its_file(tmp_path: Path, kind: str, suffix: str) -> None:
    name = f"internal/codename-zeus/plan.{kind}"
    output = render(load(source_with(tmp_path, name, LOUD[kind]())), suffix)
    assert not [piece[:200] for piece in pieces(output, suffix) if says_something(piece) or b"plan." in piece]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_keeps_every_pixel(mode: str) -> None:
    picture = drawing().convert("L").convert("I;16") if mode == "I;16" else drawing(mode)
    clean = clean_picture(loud_png(picture=picture)).data
    assert not says_something(clean)
    with Image.open(BytesIO(clean)) as opened:
        assert opened.mode == picture.mode
        assert opened.tobytes() == picture.tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_keeps_every_pixel(mode: str, progressive: bool) -> None:
    data = loud_jpeg(picture=drawing(mode), progressive=progressive)
    clean = clean_picture(data).data
    assert not says_something(clean)
    with Image.open(BytesIO(clean)) as opened, Image.open(BytesIO(data)) as original:
        assert opened.mode == mode
        assert opened.tobytes() == original.tobytes()


@pytest.mark.parametrize("kind", LOUD)
def test_a_picture_that_is_clean_stays_as_it_is(kind: str) -> None:
    clean = clean_picture(LOUD[kind]())
    assert clean_picture(clean.data) == clean


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_without_metadata_keeps_its_bytes(kind: str) -> None:
    file = BytesIO()
    drawing().save(file, kind, dpi=(150, 150))
    assert clean_picture(file.getvalue()).data == file.getvalue()


def test_colours_are_converted_as_before() -> None:
    srgb = ImageCms.createProfile("sRGB")
    for given in (profile(), ImageCms.ImageCmsProfile(srgb).tobytes()):
        neutral = neutral_profile(given)
        assert neutral
        assert neutral_profile(neutral) == neutral
        assert not says_something(neutral)
        lab = ImageCms.createProfile("LAB")
        converted = [
            ImageCms.profileToProfile(drawing(), ImageCms.ImageCmsProfile(BytesIO(data)), lab, outputMode="LAB")
            for data in (given, neutral)
        ]
        assert converted[0] and converted[1]
        assert converted[0].tobytes() == converted[1].tobytes()


@pytest.mark.parametrize("data", [b"", b"zeus" * 40, profile()[:200], profile()[:128] + b"\xff" * 200])
def test_a_damaged_profile_is_left_out(data: bytes) -> None:
    assert neutral_profile(data) is None


def png_of(rows: bytes, interlaced: bool, *packed: bytes) -> bytes:
    """A PNG of 3 by 3 pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 3, 8, 2, 0, 0, int(interlaced)))
    data = [chunk(b"IDAT", piece) for piece in packed]
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(data) + chunk(b"IEND", b"")


def packed_in(png: bytes) -> bytes:
    """The packed rows of a PNG."""
    position, found = 8, b""
    while position < len(png):
        length, kind = struct.unpack_from(">I4s", png, position)
        found += png[position + 8 : position + 8 + length] if kind == b"IDAT" else b""
        position += 12 + length
    return found


# An interlaced picture of 3 by 3 pixels has rows in the passes 1, 4, 5, 6 and 7 (PNG, 8.2).
ROWS = {False: (b"\0" + bytes(range(9))) * 3, True: b"\0abc\0def\0ghijkl\0mno\0pqr\0stuvwxyz!"}


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("hidden", ["rows", "data", "chunks", "a long stream"])
def test_what_is_packed_after_the_last_row_is_left_out(interlaced: bool, hidden: str) -> None:
    rows = ROWS[interlaced]
    packed = {
        "rows": (zlib.compress(rows + SECRET, 0),),
        "data": (zlib.compress(rows) + SECRET,),
        "chunks": (zlib.compress(rows), SECRET),
        "a long stream": (zlib.compress(rows + bytes(200_000_000)),),
    }
    data = png_of(rows, interlaced, *packed[hidden])
    tracemalloc.start()
    clean = clean_picture(data).data
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000
    assert zlib.decompress(packed_in(clean)) == rows
    assert not says_something(clean)


@pytest.mark.parametrize("interlaced", [False, True])
def test_rows_without_anything_after_them_stay_as_they_are(interlaced: bool) -> None:
    packed = zlib.compress(ROWS[interlaced])
    data = png_of(ROWS[interlaced], interlaced, packed[:9], b"", packed[9:])
    assert clean_picture(data).data == data


def test_only_the_first_picture_of_an_animation_is_taken() -> None:
    file = BytesIO()
    drawing().save(file, "PNG", save_all=True, append_images=[drawing("L").convert("RGB")])
    assert b"fdAT" in file.getvalue()
    clean = clean_picture(file.getvalue()).data
    assert not re.search(b"fdAT|acTL|fcTL", clean)
    with Image.open(BytesIO(clean)) as opened:
        assert opened.tobytes() == drawing().tobytes()


def test_only_the_first_of_several_pictures_in_a_jpeg_is_taken() -> None:
    file = BytesIO()
    drawing().save(file, "MPO", save_all=True, append_images=[drawing("L").convert("RGB")])
    assert file.getvalue().count(b"\xff\xd8\xff") == 2
    assert clean_picture(file.getvalue()).data.count(b"\xff\xd8\xff") == 1


# Upright


@pytest.mark.parametrize("kind", LOUD)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_upright_in_every_format(tmp_path: Path, kind: str, orientation: int) -> None:
    data = LOUD[kind](orientation)
    with Image.open(BytesIO(data)) as original:
        upright = ImageOps.exif_transpose(original)
    clean = clean_picture(data)
    assert clean.pixels == upright.size == ((32, 48) if orientation > 4 else (48, 32))
    declaration = load(source_with(tmp_path, f"a.{kind}", data))
    for suffix in ("html", "docx", "eml"):
        output = render(declaration, suffix)
        assert not [piece for piece in pieces(output, suffix) if says_something(piece)]
        (shown,) = pictures_in(output, suffix)
        assert shown.size == upright.size
        assert not shown.getexif()
        assert furthest(shown, upright) < (1 if kind == "png" else 12)


def furthest(one: Image.Image, other: Image.Image) -> int:
    """The largest difference between the channels of two pictures, in levels of 255."""
    pairs = zip(one.convert("RGB").tobytes(), other.convert("RGB").tobytes(), strict=True)
    return max(abs(left - right) for left, right in pairs)


def test_a_picture_turned_sideways_keeps_its_size_on_paper() -> None:
    file = BytesIO()
    drawing().save(file, "PNG", exif=exif(6), dpi=(96, 48))
    clean = clean_picture(file.getvalue())
    assert clean.millimetres == pytest.approx((32 / 48 * 25.4, 48 / 96 * 25.4), rel=0.01)


def test_a_damaged_exif_block_turns_nothing() -> None:
    file = BytesIO()
    drawing().save(file, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff")
    assert clean_picture(file.getvalue()).pixels == (48, 32)


# Limits


def with_scans(count: int) -> bytes:
    """A progressive JPEG with this many scans, the last of them many times."""
    file = BytesIO()
    drawing("L").save(file, "JPEG", progressive=True)
    data = file.getvalue()
    scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + scan * (count - data.count(b"\xff\xda")) + data[-2:]


def test_the_scans_of_a_picture_are_counted_before_any_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def decoded(*_: object) -> None:
        pytest.fail("the picture was decoded")

    assert clean_picture(with_scans(MAX_SCANS)).pixels == (48, 32)
    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded)
    with pytest.raises(UnusablePicture) as refused:
        clean_picture(with_scans(MAX_SCANS + 1))
    assert refused.value.what == "the picture {} has too many scans"


def test_a_picture_of_too_many_scans_is_a_problem_with_its_place(tmp_path: Path) -> None:
    source = source_with(tmp_path, "a.jpg", with_scans(MAX_SCANS + 1))
    with pytest.raises(SourceError) as refused:
        load(source)
    (problem,) = refused.value.problems
    hint = "save it again as a baseline JPEG"
    assert str(problem) == f"{source}:5:13: the picture 'a.jpg' has too many scans; {hint}"


@pytest.mark.parametrize(("limit", "unit"), [("MAX_PICTURES", "bytes"), ("MAX_ALL_PIXELS", "pixels")])
def test_the_pictures_of_a_source_are_limited_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, unit: str
) -> None:
    source = source_with(tmp_path, "a.png", loud_png())
    clean = clean_picture(loud_png())
    size = {"bytes": len(clean.data), "pixels": 48 * 32}[unit]
    monkeypatch.setattr(reading, limit, 2 * size - 1)
    load(source)
    (tmp_path / "b.png").write_bytes(loud_png())
    source.write_text(source.read_text() + "  - {image: b.png, decorative: true}\n")
    with pytest.raises(SourceError) as refused:
        load(source)
    (problem,) = refused.value.problems
    what = f"with 'b.png', the pictures have more than {2 * size - 1:,} {unit}; reduce their size"
    assert str(problem) == f"{source}:6:13: {what}"


def test_a_file_that_can_not_be_used_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []

    def counted(data: bytes) -> CleanPicture:
        read.append(data)
        return clean_picture(data)

    monkeypatch.setattr("render.pictures.clean.clean_picture", counted)
    with pytest.raises(SourceError) as refused:
        load(source_with(tmp_path, "a.png", loud_png()[:400], count=20))
    assert len(refused.value.problems) == 20
    assert len(read) == 1


def test_a_file_of_very_many_parts_is_refused_before_they_are_kept() -> None:
    jpeg, png = loud_jpeg(), loud_png()
    many = {
        "JPEG": jpeg[:20] + segment(0xFE, b"") * 200_000 + jpeg[20:],
        "PNG": png[:33] + chunk(b"zeUs", b"") * 150_000 + png[33:],
    }
    for data in many.values():
        tracemalloc.start()
        with pytest.raises(UnusablePicture, match="isn't a complete PNG or JPEG picture"):
            clean_picture(data)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 3 * len(data) + 2**20


# Each picture once

COUNT = 40


def large_png() -> bytes:
    """A picture of 300 kB that can't be packed."""
    file = BytesIO()
    Image.frombytes("RGB", (316, 316), random.Random(1).randbytes(316 * 316 * 3)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def often(tmp_path_factory: pytest.TempPathFactory) -> Declaration:
    """A declaration that shows a picture often, also from another file, in a sub-paragraph and as decoration."""
    folder = tmp_path_factory.mktemp("often")
    source = source_with(folder, "a.png", large_png(), COUNT)
    (folder / "b.png").write_bytes(large_png())
    (folder / "c.png").write_bytes(loud_png())
    more = (
        "  - {image: b.png, decorative: true}\n"
        "  - {image: c.png, alternative: another}\n"
        "  - {id: p, text: T, body: [{image: a.png, alternative: in a paragraph}]}\n"
    )
    source.write_text(source.read_text("utf-8") + more, "utf-8")
    return load(source)


@pytest.mark.parametrize("suffix", ["html", "docx", "eml", "pdf"])
def test_a_picture_that_is_shown_often_is_in_an_output_once(often: Declaration, suffix: str) -> None:
    output = render(often, suffix)
    assert len(large_png()) < len(output) < 2 * len(large_png())
    if suffix != "pdf":
        assert len(pictures_in(output, suffix)) == 2


def test_the_page_to_print_has_a_picture_once(often: Declaration) -> None:
    page = write_print(compose(often, "en"))
    assert len(page) < 2 * len(large_png())
    assert page.count("picture:picture_1") == COUNT + 2
    assert page.count("data:image/png") == 2


def test_every_showing_of_a_picture_has_its_words(often: Declaration) -> None:
    page = lxml.html.document_fromstring(render(often, "html").decode())
    drawings = page.xpath("//figure/svg")
    assert len(drawings) == COUNT + 2
    words = [(drawing.get("role"), drawing.get("aria-label"), drawing.get("aria-hidden")) for drawing in drawings]
    assert words == [
        *[("img", "a drawing", None)] * COUNT,
        (None, None, "true"),
        ("img", "in a paragraph", None),
    ]
    assert len(page.xpath("//figure/svg/image[@id='picture_1']")) == 1
    assert page.xpath("//figure/svg/use/@href") == ["#picture_1"] * (COUNT + 1)
    assert [image.get("alt") for image in page.xpath("//img")] == ["another"]


def test_a_page_without_repeated_pictures_has_no_style_for_them(tmp_path: Path) -> None:
    once = render(load(source_with(tmp_path, "a.png", loud_png())), "html").decode()
    assert "<svg" not in once
    assert "figure svg" not in once


def test_the_pdf_has_a_figure_for_every_showing(often: Declaration) -> None:
    pdf = BytesIO(render(often, "pdf"))
    shown = subprocess.run(["pdfimages", "-list", "-"], input=pdf.getvalue(), capture_output=True, check=True).stdout
    rows = [line.split() for line in shown.decode().splitlines()[2:]]
    objects = [row[10] for row in rows]
    assert len(objects) == COUNT + 2  # a decorative picture is a pattern
    assert len(set(objects)) == 2


@pytest.mark.conformance
def test_a_browser_shows_a_repeated_picture_as_it_shows_others(tmp_path: Path) -> None:
    shown = []
    for name, files in {"repeated": "aaa", "others": "abc"}.items():
        folder = tmp_path / name
        folder.mkdir()
        for number, letter in enumerate("abc"):
            file = BytesIO()
            # Browsers pass over the resolution, so these files differ and look alike.
            drawing(size=(960, 320)).save(file, "PNG", dpi=(96 + number, 96))
            (folder / f"{letter}.png").write_bytes(file.getvalue())
        images = "".join(f"  - {{image: {letter}.png, alternative: a drawing}}\n" for letter in files)
        source = folder / "a.yaml"
        source.write_text(f"id: a\nlanguages: [en]\ntitle: A\nbody:\n{images}", "utf-8")
        page = folder / "a.html"
        page.write_bytes(render(load(source), "html"))
        chromium(tmp_path, "--window-size=500,800", f"--screenshot={folder / 'page.png'}", page.as_uri())
        with Image.open(folder / "page.png") as screen:
            shown.append(screen.convert("RGB"))
        done = run(TOOLS / "vnu", "--Werror", "--filterpattern", VNU_KNOWS_NO_HASHES, page)
        assert (done.returncode, done.stderr) == (0, "")
    assert shown[0].getcolors(2**20) and (255, 0, 0) in [colour for _, colour in shown[0].getcolors(2**20) or []]
    assert ImageChops.difference(*shown).getbbox() is None
