"""A picture file as it goes into outputs: complete, within limits, upright, and without anything but the picture."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from render.pictures.jpeg import TooManyScans, check_segments, strip_jpeg
from render.pictures.png import SIGNATURE as PNG_SIGNATURE
from render.pictures.png import Stripped, check_chunks, strip_png

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 50_000_000
_MILLIMETRES_PER_INCH = 25.4
_DEFAULT_RESOLUTION = 96.0
"""Dots per inch of a file that names no resolution (CSS Values and Units 4, 6.2)."""
_PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
_ORIENTATION = 0x0112
"""The Exif tag that says how to turn a picture before it is shown (Exif 3.0, 4.6.5.1.6)."""
_SIDEWAYS = range(5, 9)
"""The orientations of pictures whose rows are shown as columns."""


class UnusablePicture(Exception):
    """A picture that outputs can't have: what is wrong, with `{}` for its name, and how to fix it."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what, hint)
        self.what, self.hint = what, hint


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture file, its media type, and its width and height as it is shown."""

    data: bytes
    media_type: str
    pixels: tuple[int, int]
    millimetres: tuple[float, float]


def clean_picture(data: bytes) -> CleanPicture:
    """A PNG or JPEG file as a picture that every program shows alike. Raises UnusablePicture.

    Pixels and colours stay as they are. Only a JPEG file that its Exif block turns is compressed again, with its own
    tables, and a PNG file of 16 bits that its Exif block turns has 8 bits afterwards.
    """
    with _complete_files_only():
        stripped, resolution, image = _decoded(data)
        orientation = _orientation(stripped.exif)
        if orientation != 1:
            resolution = (resolution[1], resolution[0]) if orientation in _SIDEWAYS else resolution
            image = _turned(image, orientation)
            stripped = Stripped(_saved(image, stripped.data, resolution), b"")
    return _clean(stripped, image, resolution)


def _clean(stripped: Stripped, image: Image.Image, resolution: tuple[float, float]) -> CleanPicture:
    across, down = map(_usual_resolution, resolution)
    millimetres = (image.width / across * _MILLIMETRES_PER_INCH, image.height / down * _MILLIMETRES_PER_INCH)
    media_type = "image/png" if stripped.data.startswith(PNG_SIGNATURE) else "image/jpeg"
    return CleanPicture(stripped.data, media_type, image.size, millimetres)


def strip_picture(data: bytes) -> CleanPicture:
    """A PNG or JPEG file without anything but the picture, which isn't turned. Raises UnusablePicture."""
    with _complete_files_only():
        stripped, resolution, image = _decoded(data)
    return _clean(stripped, image, resolution)


def as_png(data: bytes) -> CleanPicture:
    """The first picture of a GIF, BMP or TIFF file as PNG. Raises UnusablePicture."""
    from PIL import Image

    file = BytesIO()
    with _complete_files_only(), _unusable("{} isn't a picture that Engross can read"):
        with Image.open(BytesIO(data), formats=["GIF", "BMP", "TIFF"]) as image:
            _check_pixels(image)
            image.load()
        shown = image if image.mode in _PNG_MODES else image.convert("RGBA" if "A" in image.mode else "RGB")
        shown.save(file, "PNG", **_colours_of(image))
        return strip_picture(file.getvalue())


def _decoded(data: bytes) -> tuple[Stripped, tuple[float, float], Image.Image]:
    """The file with the picture alone, the dots per inch that the file names, and the picture, loaded."""
    from PIL import Image

    with _unusable("{} isn't a complete PNG or JPEG picture"):
        _check_parts(data)  # Pillow keeps each of them
        with Image.open(BytesIO(data), formats=["PNG", "JPEG"]) as image:
            _check_pixels(image)
            resolution = image.info.get("dpi", (_DEFAULT_RESOLUTION, _DEFAULT_RESOLUTION))
        stripped = _stripped(data)
        with Image.open(BytesIO(stripped.data), formats=["PNG", "JPEG"]) as image:
            image.load()
    return stripped, resolution, image


def _check_pixels(image: Image.Image) -> None:
    """Raise UnusablePicture for a picture with too many pixels, before any is decoded."""
    if image.width * image.height > MAX_PIXELS:
        what = f"the picture {{}} has more than {MAX_PIXELS:,} pixels"
        raise UnusablePicture(what, "reduce its size")


@contextmanager
def _unusable(unreadable: str) -> Iterator[None]:
    """Raise UnusablePicture for whatever goes wrong while a picture is decoded."""
    from PIL import Image

    try:
        yield
    except UnusablePicture:
        raise
    except TooManyScans:
        raise UnusablePicture("the picture {} has too many scans", "save it again as a baseline JPEG") from None
    except Image.DecompressionBombError:
        what = f"the picture {{}} has more than {MAX_PIXELS:,} pixels"
        raise UnusablePicture(what, "reduce its size") from None
    except Exception:  # Pillow's parsers raise many kinds for bytes that aren't a picture
        raise UnusablePicture(unreadable, "save it again as PNG or JPEG") from None


def _check_parts(data: bytes) -> None:
    if data.startswith(PNG_SIGNATURE):
        check_chunks(data)
    else:
        check_segments(data)


def _stripped(data: bytes) -> Stripped:
    return strip_png(data) if data.startswith(PNG_SIGNATURE) else strip_jpeg(data)


def _usual_resolution(dots_per_inch: float) -> float:
    """The resolution that a file names; the default instead of a value that can't be meant."""
    return dots_per_inch if 1 <= dots_per_inch <= 100_000 else _DEFAULT_RESOLUTION


@contextmanager
def _complete_files_only() -> Iterator[None]:
    """Let Pillow refuse a truncated file, and pass over its warnings about oddities in files that it can read.

    WeasyPrint, where it is imported, lets Pillow load what is there.
    """
    from PIL import ImageFile

    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


# Upright


def _orientation(block: bytes) -> int:
    """The orientation that an Exif block names, from 1 to 8; 1 for none."""
    from PIL import Image

    if not block:
        return 1
    exif = Image.Exif()
    try:
        exif.load(block)
        orientation = exif.get(_ORIENTATION, 1)
    except Exception:  # Pillow's parser raises many kinds for a damaged block
        return 1
    return orientation if orientation in range(1, 9) else 1


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    """The picture upright. It keeps its quantisation tables, turned too, as `quantization`."""
    from PIL import Image

    methods = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    tables = getattr(image, "quantization", None)
    turned = image.transpose(methods[orientation])
    if tables:
        sideways = orientation in _SIDEWAYS
        vars(turned)["quantization"] = [_transposed(table) if sideways else list(table) for table in tables.values()]
    return turned


def _transposed(table: list[int]) -> list[int]:
    """A table of 8 rows with its rows as columns."""
    return [table[row + 8 * column] for row in range(8) for column in range(8)]


def _saved(image: Image.Image, original: bytes, resolution: tuple[float, float]) -> bytes:
    """The file of a turned picture, in the format and with the colours of the original."""
    file = BytesIO()
    if original.startswith(PNG_SIGNATURE):
        image.save(file, "PNG", dpi=resolution, **_colours_of(image))
    else:
        tables, profile = vars(image)["quantization"], image.info.get("icc_profile")
        image.save(file, "JPEG", dpi=resolution, qtables=tables, subsampling=0, icc_profile=profile)
    return _stripped(file.getvalue()).data


def _colours_of(image: Image.Image) -> dict[str, Any]:
    """The options by which a PNG file keeps the colours of a picture."""
    return {key: image.info[key] for key in ("icc_profile", "transparency") if key in image.info}
