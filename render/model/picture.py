"""The picture files that a source names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A PNG or JPEG file as it was read: its bytes, and its size in pixels and in millimetres."""

    name: str
    data: bytes
    media_type: str
    pixels: tuple[int, int]
    millimetres: tuple[float, float]
