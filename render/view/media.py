"""Files inside a view: pictures and attachments."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG or JPEG file: its bytes, and its width and height in pixels and in millimetres."""

    name: str
    data: bytes
    media_type: str
    pixels: tuple[int, int]
    millimetres: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is embedded in an output."""

    name: str
    data: bytes
    media_type: str
