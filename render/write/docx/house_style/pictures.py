"""The pictures of a house's file, as copies get them: the pictures alone, under neutral names."""

from __future__ import annotations

import re
from typing import Any

from docx.oxml.ns import qn

PICTURE_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "emf": "image/x-emf", "wmf": "image/x-wmf"}
"""The media types of the pictures that a copy may have, by suffix."""
MAX_ALL_PIXELS = 200_000_000
"""Pixels of all pictures in a house style."""

_V = "{urn:schemas-microsoft-com:vml}"
_PICTURE = qn("pic:cNvPr")
_NAMED = (_PICTURE, qn("wp:docPr"), f"{_V}shape", f"{_V}rect", f"{_V}imagedata")
_WORDS = ("descr", "title", "alt", "{urn:schemas-microsoft-com:office:office}title")
"""Attributes that describe a picture. Older versions of Word put the path of its file there."""
_FILE_NAME = re.compile(r"\\|://|\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp|heic|psd|eps|ai)\b", re.IGNORECASE)


class HousePictures:
    """Cleans the pictures of one house style, within a limit for all of them together."""

    def __init__(self) -> None:
        self._pixels_left = MAX_ALL_PIXELS

    def clean(self, data: bytes) -> tuple[str, bytes]:
        """The suffix and bytes of a picture without metadata. Raises UnusablePicture.

        It isn't turned: Word shows the pictures of its files as they are. GIF, BMP and TIFF become PNG.
        """
        from render.pictures.clean import UnusablePicture  # most Word copies have no house style
        from render.pictures.metafile import is_emf, is_wmf, strip_emf, strip_wmf

        for is_form, strip, suffix in ((is_emf, strip_emf, "emf"), (is_wmf, strip_wmf, "wmf")):
            if is_form(data):
                try:
                    return suffix, strip(data)
                except ValueError:
                    raise UnusablePicture("{} is damaged", "insert it again") from None
        return self._raster(data)

    def _raster(self, data: bytes) -> tuple[str, bytes]:
        from render.pictures.clean import UnusablePicture, as_png, strip_picture

        is_known = data.startswith((b"\x89PNG", b"\xff\xd8"))
        clean = strip_picture(data) if is_known else as_png(data)
        self._pixels_left -= clean.pixels[0] * clean.pixels[1]
        if self._pixels_left < 0:
            what = f"with {{}}, the pictures have more than {MAX_ALL_PIXELS:,} pixels"
            raise UnusablePicture(what, "reduce their size")
        return clean.media_type.rpartition("/")[2], clean.data


def remove_file_names(root: Any) -> None:
    """Remove the names and paths of the files from which pictures in a part were inserted."""
    for number, element in enumerate(root.iter(*_NAMED), 1):
        if element.tag == _PICTURE or _FILE_NAME.search(element.get("name", "")):
            element.set("name", f"Picture {number}")
        for attribute in _WORDS:
            if _FILE_NAME.search(element.get(attribute, "")):
                del element.attrib[attribute]
