"""The pictures that a source names: files beside it, and nothing else."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from render.view import Picture

LARGEST_PICTURE = 20 * 1024 * 1024
"""Bytes."""
MOST_PIXELS = 50_000_000
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
_INCH = 25.4
_RESOLUTION = 96.0
"""Dots an inch of a file that does not say (CSS Values and Units 4, 6.2)."""


def read_picture(name: str, folder: Path) -> Picture:
    """The picture `name` in `folder` or below it.

    Raises ValueError("what; mend") where it is not there, leads out of the folder, or is neither PNG nor JPEG.
    """
    path = _inside(name, folder)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(
            f"the picture {name!r} can't be read ({error.strerror}); put the file beside the source"
        ) from None
    if len(data) > LARGEST_PICTURE:
        raise ValueError(f"a picture of {len(data):,} bytes; the most is {LARGEST_PICTURE:,}")
    return _identify(name, data)


def _inside(name: str, folder: Path) -> Path:
    """The file's own path: links are followed first, so that none leads out of the folder."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"the picture {name!r} is outside the source's folder; put the file beside the source")
    return path


def _identify(name: str, data: bytes) -> Picture:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=list(_MEDIA_TYPES)) as image:
            width, height = image.size
            horizontal, vertical = image.info.get("dpi", (_RESOLUTION, _RESOLUTION))
            media_type = _MEDIA_TYPES[str(image.format)]
            if width * height > MOST_PIXELS:
                raise ValueError(f"a picture of {width:,} by {height:,} pixels; the most is {MOST_PIXELS:,} in all")
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise ValueError(f"{name!r} is no whole PNG or JPEG picture; save it as one of these") from None
    size = (width / (horizontal or _RESOLUTION) * _INCH, height / (vertical or _RESOLUTION) * _INCH)
    return Picture(name, data, media_type, (width, height), size)
