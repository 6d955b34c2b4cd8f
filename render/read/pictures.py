"""The pictures that a source names: files beside it, and nothing else."""

from __future__ import annotations

import warnings
from io import BytesIO
from os.path import realpath
from pathlib import Path
from stat import S_ISREG

from render.model.picture import PictureFile
from render.read.context import quote

MAX_PICTURE = 20 * 1024 * 1024
"""Bytes."""
MAX_PIXELS = 50_000_000
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
_INCH = 25.4
_RESOLUTION = 96.0
"""Dots an inch of a file that does not say (CSS Values and Units 4, 6.2)."""


def read_picture(name: str, folder: Path) -> PictureFile:
    """The picture `name` in `folder` or below it.

    Raises ValueError("what; mend") where it is not there, leads out of the folder, or is neither PNG nor JPEG.
    """
    path = _inside(name, folder)
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise ValueError(f"the picture {quote(name)} is no file; name a PNG or JPEG file")
        if status.st_size > MAX_PICTURE:
            raise ValueError(f"a picture of {status.st_size:,} bytes; the most is {MAX_PICTURE:,}")
        return _identify(name, path.read_bytes())
    except OSError as error:
        what = f"the picture {quote(name)} can't be read ({error.strerror})"
        raise ValueError(f"{what}; put the file beside the source") from None


def _inside(name: str, folder: Path) -> Path:
    """The file's own path: links are followed first, so that none leads out of the folder."""
    # Not Path.resolve, which raises RuntimeError for links that lead in a circle before Python 3.13.
    path = Path(realpath(folder / name))
    if not path.is_relative_to(realpath(folder)):
        raise ValueError(f"the picture {quote(name)} is outside the source's folder; put the file beside the source")
    return path


def _identify(name: str, data: bytes) -> PictureFile:
    from PIL import Image

    with warnings.catch_warnings():
        # Pillow's remarks on what is odd in files that it can read.
        warnings.simplefilter("ignore")
        try:
            with Image.open(BytesIO(data), formats=list(_MEDIA_TYPES)) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise Image.DecompressionBombError
                image.load()
        except Image.DecompressionBombError:
            raise ValueError(f"a picture of more than {MAX_PIXELS:,} pixels; save it smaller") from None
        except Exception:  # whatever its parsers raise for bytes that are no picture
            raise ValueError(f"{quote(name)} is no whole PNG or JPEG picture; save it as one of these") from None
    horizontal, vertical = map(_dots, image.info.get("dpi", (_RESOLUTION, _RESOLUTION)))
    millimetres = (image.width / horizontal * _INCH, image.height / vertical * _INCH)
    return PictureFile(name, data, _MEDIA_TYPES[str(image.format)], image.size, millimetres)


def _dots(resolution: float) -> float:
    """Dots an inch; where a file says what can't be meant, as though it said nothing."""
    return resolution if 1 <= resolution <= 100_000 else _RESOLUTION
