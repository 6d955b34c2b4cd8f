"""The pictures that a source names: only files in its folder or below it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from unicodedata import category

from render.model.picture import PictureFile
from render.read.context import quote
from render.read.links import path_inside
from render.regular_files import SpecialFileError, TooLargeError, read_regular

MAX_PICTURE = 20 * 1024 * 1024
"""Bytes of a picture file."""
MAX_PICTURES = 100 * 1024 * 1024
"""Bytes of all pictures of a source."""
MAX_ALL_PIXELS = 200_000_000
"""Pixels of all pictures of a source."""


class InvalidPicture(Exception):
    """A picture that can't be used: what is wrong with it, and how to fix it."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what, hint)
        self.what, self.hint = what, hint


class PictureReader:
    """Reads the pictures of a source, each once, within limits for all of them together."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.pictures: dict[str, PictureFile] = {}
        """The pictures read so far, by the names that the source gives them."""
        self._invalid: dict[str, InvalidPicture] = {}
        self._bytes = self._pixels = 0

    def read(self, name: str) -> PictureFile:
        """The picture of a name. Raises InvalidPicture, also if all pictures together are too large."""
        if name in self._invalid:
            raise InvalidPicture(*self._invalid[name].args)
        if name not in self.pictures:
            try:
                self.pictures[name] = self._within_limits(read_picture(name, self._folder))
            except InvalidPicture as invalid:
                self._invalid[name] = invalid
                raise
        return self.pictures[name]

    def _within_limits(self, picture: PictureFile) -> PictureFile:
        self._bytes += len(picture.data)
        self._pixels += picture.pixels[0] * picture.pixels[1]
        for total, limit, unit in ((self._bytes, MAX_PICTURES, "bytes"), (self._pixels, MAX_ALL_PIXELS, "pixels")):
            if total > limit:
                what = f"with {quote(picture.name)}, the pictures have more than {limit:,} {unit}"
                raise InvalidPicture(what, "reduce their size")
        return picture


def read_picture(name: str, folder: Path) -> PictureFile:
    """The picture `name` in `folder` or below it.

    Raises InvalidPicture if it isn't there, is outside the folder, is too large, or is neither PNG nor JPEG.
    """
    from render.pictures.clean import UnusablePicture, clean_picture  # most sources have no pictures

    if len(name.splitlines()) > 1 or any(category(letter) == "Cc" for letter in name):
        what = f"the name of the picture {quote(name)} has a control character or a line end"
        raise InvalidPicture(what, "give the file another name")
    path = _path_inside(name, folder)
    try:
        data = read_regular(path, MAX_PICTURE)
        clean = clean_picture(data)
        return PictureFile(
            name, sha256(data).hexdigest(), clean.data, clean.media_type, clean.pixels, clean.millimetres
        )
    except UnusablePicture as unusable:
        raise InvalidPicture(unusable.what.format(quote(name)), unusable.hint) from None
    except (SpecialFileError, IsADirectoryError):
        raise InvalidPicture(f"the picture {quote(name)} isn't a file", "name a PNG or JPEG file") from None
    except TooLargeError as error:
        what = f"the picture {quote(name)} has {error.size:,} bytes"
        raise InvalidPicture(what, f"the maximum is {MAX_PICTURE:,}: reduce its size") from None
    except OSError as error:
        what = f"can't read the picture {quote(name)} ({error.strerror})"
        raise InvalidPicture(what, "put the file into the folder of the source, or below it") from None


def _path_inside(name: str, folder: Path) -> Path:
    """The path of a file, with links followed first, so that none leads out of the folder."""
    path = path_inside(folder / name, folder)
    if path is None:
        what = f"the picture {quote(name)} is outside the folder of the source"
        raise InvalidPicture(what, "put the file into that folder, or below it")
    return path
