"""The pictures that a source names: only files in its folder or below it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from unicodedata import category

from render.model.picture import PictureFile
from render.read.context import quote
from render.read.links import path_inside
from render.regular_files import SpecialFileError, TooLargeError, read_regular

MAX_PICTURE = 20 * 1024 * 1024
"""Bytes of a picture file."""
MAX_PIXELS = 50_000_000
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
_MILLIMETRES_PER_INCH = 25.4
_DEFAULT_RESOLUTION = 96.0
"""Dots per inch of a file that names no resolution (CSS Values and Units 4, 6.2)."""


class InvalidPicture(Exception):
    """A picture that can't be used: what is wrong with it, and how to fix it."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what, hint)
        self.what, self.hint = what, hint


def read_picture(name: str, folder: Path) -> PictureFile:
    """The picture `name` in `folder` or below it.

    Raises InvalidPicture if it isn't there, is outside the folder, is too large, or is neither PNG nor JPEG.
    """
    if len(name.splitlines()) > 1 or any(category(letter) == "Cc" for letter in name):
        what = f"the name of the picture {quote(name)} has a control character or a line end"
        raise InvalidPicture(what, "give the file another name")
    path = _path_inside(name, folder)
    try:
        return _identify(name, read_regular(path, MAX_PICTURE))
    except (SpecialFileError, IsADirectoryError):
        raise InvalidPicture(f"the picture {quote(name)} isn't a file", "name a PNG or JPEG file") from None
    except TooLargeError as error:
        what = f"the picture {quote(name)} has {error.size:,} bytes"
        raise InvalidPicture(what, f"the maximum is {MAX_PICTURE:,}: reduce its size") from None
    except OSError as error:
        what = f"can't read the picture {quote(name)} ({error.strerror})"
        raise InvalidPicture(what, "put the file into the folder of the source, or below it") from None


@contextmanager
def _complete_files_only() -> Iterator[None]:
    """Let Pillow refuse a truncated file. WeasyPrint, where it is imported, lets Pillow load what is there."""
    from PIL import ImageFile

    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _path_inside(name: str, folder: Path) -> Path:
    """The path of a file, with links followed first, so that none leads out of the folder."""
    path = path_inside(folder / name, folder)
    if path is None:
        what = f"the picture {quote(name)} is outside the folder of the source"
        raise InvalidPicture(what, "put the file into that folder, or below it")
    return path


def _identify(name: str, data: bytes) -> PictureFile:
    from PIL import Image

    with warnings.catch_warnings(), _complete_files_only():
        # Pillow warns about oddities in files that it can read.
        warnings.simplefilter("ignore")
        try:
            with Image.open(BytesIO(data), formats=list(_MEDIA_TYPES)) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise Image.DecompressionBombError
                image.load()
        except Image.DecompressionBombError:
            what = f"the picture {quote(name)} has more than {MAX_PIXELS:,} pixels"
            raise InvalidPicture(what, "reduce its size") from None
        except Exception:  # Pillow's parsers raise many kinds for bytes that aren't a picture
            what = f"{quote(name)} isn't a complete PNG or JPEG picture"
            raise InvalidPicture(what, "save it again as PNG or JPEG") from None
    across, down = map(_resolution, image.info.get("dpi", (_DEFAULT_RESOLUTION, _DEFAULT_RESOLUTION)))
    millimetres = (image.width / across * _MILLIMETRES_PER_INCH, image.height / down * _MILLIMETRES_PER_INCH)
    return PictureFile(name, data, _MEDIA_TYPES[str(image.format)], image.size, millimetres)


def _resolution(dots_per_inch: float) -> float:
    """The resolution that a file names; the default instead of a value that can't be meant."""
    return dots_per_inch if 1 <= dots_per_inch <= 100_000 else _DEFAULT_RESOLUTION
