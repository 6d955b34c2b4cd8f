"""The picture files that a source names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A PNG or JPEG file, by the name that the source gives it: its bytes, and its width and height."""

    name: str
    data: bytes
    media_type: str
    pixels: tuple[int, int]
    millimetres: tuple[float, float]
