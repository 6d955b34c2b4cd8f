"""JPEG files with the picture alone (ITU-T T.81)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from render.pictures.icc import neutral_profile
from render.pictures.png import Stripped

SIGNATURE = b"\xff\xd8"
MAX_SCANS = 50
"""Scans of a progressive picture, each of which takes as long as a whole picture. Programs write about 10."""
_END, _SCAN, _JFIF, _EXIF, _PROFILE, _ADOBE = 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE
_PICTURE = frozenset((*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD)) - {0xC8}
"""The markers of the segments that a picture is decoded from: frames, tables and scans (table B.1)."""
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
"""Markers without a segment."""
_MARKER_IN_SCAN = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]", re.DOTALL)
"""The marker that ends the data of a scan: neither a stuffed byte nor a restart marker (B.1.1.5)."""
_NAMES = {_JFIF: b"JFIF\0", _EXIF: b"Exif\0\0", _PROFILE: b"ICC_PROFILE\0", _ADOBE: b"Adobe"}
"""How the segments for applications begin that say how a picture looks."""
_FIXED = 12
"""Bytes of a JFIF segment before its thumbnail (JFIF 1.02), and of Adobe's segment."""
_MAX_SEGMENTS = 5_000
"""Segments of a file. Programs write fewer than 300, most of them for a colour profile."""
_MAX_PROFILE_PIECE = 65_519


class TooManyScans(Exception):
    """A picture has more scans than any program writes."""


class _Segment(NamedTuple):
    marker: int
    content: bytes
    scan: bytes = b""
    """The data that follows the head of a scan."""

    @property
    def name(self) -> bytes:
        """The name of a segment for applications that is known; "" for any other segment."""
        name = _NAMES.get(self.marker, b"")
        return name if self.content.startswith(name) else b""


def strip_jpeg(data: bytes) -> Stripped:
    """A JPEG file with its picture and colours alone. Raises TooManyScans, and ValueError for a file that isn't whole.

    Left out are Exif, XMP, IPTC, comments, thumbnails, further pictures, bytes after the end, and the names in a colour
    profile. No pixel is decoded.
    """
    segments = check_segments(data)
    named: dict[bytes, list[bytes]] = {}
    kept = [SIGNATURE]
    for segment in segments:
        if segment.marker in _PICTURE or segment.marker == _END:
            kept.append(_written(segment))
        elif segment.name:
            if segment.name not in named:
                kept.append(segment.name)  # its place, filled below
            named.setdefault(segment.name, []).append(segment.content)
    heads = {name: _head(name, contents) for name, contents in named.items()}
    exif = named.get(_NAMES[_EXIF], [b""])[0][len(_NAMES[_EXIF]) :]
    return Stripped(b"".join(heads.get(piece, piece) for piece in kept), exif)


def check_segments(data: bytes) -> list[_Segment]:
    """The segments of a file. Raises TooManyScans, and ValueError if they are damaged, or more than programs write."""
    segments = list(islice(_segments(data), _MAX_SEGMENTS + 1))
    if len(segments) > _MAX_SEGMENTS:
        raise ValueError("more segments than any program writes")
    if sum(segment.marker == _SCAN for segment in segments) > MAX_SCANS:
        raise TooManyScans
    return segments


def _segments(data: bytes) -> Iterator[_Segment]:
    """The segments of a file up to its end. Raises ValueError for one that is cut off."""
    position, marker = len(SIGNATURE), 0
    while marker != _END and position < len(data):
        position, marker = _marker(data, position)
        if marker in _ALONE:
            continue
        if marker == _END:
            yield _Segment(marker, b"")
            continue
        length = int.from_bytes(data[position : position + 2], "big")
        content = data[position + 2 : position + length]
        if length < 2 or len(content) != length - 2:
            raise ValueError("a segment is cut off")
        position += length
        found = _MARKER_IN_SCAN.search(data, position) if marker == _SCAN else None
        end = position if marker != _SCAN else found.start() if found else len(data)
        yield _Segment(marker, content, data[position:end])
        position = end


def _marker(data: bytes, position: int) -> tuple[int, int]:
    """The place after the next marker, and the marker (B.1.1.2). Raises ValueError if there is none."""
    start = position
    while data[position : position + 1] == b"\xff":
        position += 1
    marker = data[position : position + 1]
    if position == start or not marker or marker in (b"\0", SIGNATURE[1:], b"\xde", b"\xdf"):
        raise ValueError("no marker of a JPEG file")
    return position + 1, marker[0]


def _head(name: bytes, contents: list[bytes]) -> bytes:
    """The segments of a name after what isn't needed to show the picture was removed."""
    if name == _NAMES[_JFIF]:
        return _written(_Segment(_JFIF, contents[0][:_FIXED] + b"\0\0"))
    if name == _NAMES[_ADOBE]:
        return _written(_Segment(_ADOBE, contents[0][:_FIXED]))
    if name == _NAMES[_PROFILE]:
        return b"".join(map(_written, _profile_segments(name, contents)))
    return b""


def _profile_segments(name: bytes, contents: list[bytes]) -> Iterator[_Segment]:
    """The segments of a colour profile (ICC.1:2022, B.4): after their name, their number and how many there are."""
    start = len(name) + 2
    ordered = sorted(contents, key=lambda content: content[len(name) : start])
    profile = neutral_profile(b"".join(content[start:] for content in ordered)) or b""
    pieces = [profile[at : at + _MAX_PROFILE_PIECE] for at in range(0, len(profile), _MAX_PROFILE_PIECE)]
    for number, piece in enumerate(pieces if len(pieces) < 256 else (), 1):
        yield _Segment(_PROFILE, name + bytes((number, len(pieces))) + piece)


def _written(segment: _Segment) -> bytes:
    head = bytes((0xFF, segment.marker))
    if segment.marker == _END:
        return head
    return head + (len(segment.content) + 2).to_bytes(2, "big") + segment.content + segment.scan
