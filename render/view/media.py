"""Files that a view holds: pictures and attachments."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG or JPEG file's bytes, and its size in pixels and in millimetres."""

    name: str
    data: bytes
    media_type: str
    pixels: tuple[int, int]
    millimetres: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that another holds."""

    name: str
    data: bytes
    media_type: str
