"""The picture files that a source names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A PNG or JPEG file, by the name that the source gives it: the picture in it, and its width and height.

    `sha256` is the hash of the file. `data` has its picture alone, upright, without metadata.
    """

    name: str
    sha256: str
    data: bytes
    media_type: str
    pixels: tuple[int, int]
    millimetres: tuple[float, float]
