"""Colour profiles without the names in them, of the device and its owner (ICC.1:2022)."""

from __future__ import annotations

import re
import struct

_HEADER = 128
_TAG = struct.Struct(">4sII")
_COLOUR_TAGS = re.compile(
    rb"[rgb](XYZ|TRC)|kTRC|wtpt|bkpt|chad|chrm|cicp|gamt|A2B[0-3]|B2A[0-3]|D2B[0-3]|B2D[0-3]", re.DOTALL
)
"""The tags by which colours are converted (9.2). All others describe the device, the screen or the owner."""
_DATE = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
_LEAST_TAGS = 1


def neutral_profile(profile: bytes) -> bytes | None:
    """A profile with the tags that convert colours, a neutral description and no names; None if it is invalid."""
    try:
        tags = _colour_tags(profile)
    except (struct.error, ValueError):
        return None
    if len(tags) < _LEAST_TAGS or profile[36:40] != b"acsp":
        return None
    return _packed(
        _neutral_header(profile), {b"desc": _description(profile[8]), b"cprt": _copyright(profile[8]), **tags}
    )


def _colour_tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, _HEADER)
    if count > 100:
        raise ValueError("more tags than a profile has")
    tags = {}
    for number in range(count):
        name, offset, size = _TAG.unpack_from(profile, _HEADER + 4 + number * _TAG.size)
        if _COLOUR_TAGS.fullmatch(name):
            tags[name] = profile[offset : offset + size]
            if offset < _HEADER or len(tags[name]) != size:
                raise ValueError("a tag outside the profile")
    return tags


def _neutral_header(profile: bytes) -> bytes:
    """The header (7.2) without the software, platform, manufacturer, model, creator, time and identifier."""
    kind, look = profile[8:24], profile[64:80]
    return b"".join([bytes(4), kind, _DATE, b"acsp", bytes(24), look, bytes(48)])


def _packed(header: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A profile. Tags with the same content share it."""
    start = _HEADER + 4 + len(tags) * _TAG.size
    offsets: dict[bytes, int] = {}
    data = b""
    for content in tags.values():
        if content not in offsets:
            offsets[content] = start + len(data)
            data += content + bytes(-len(content) % 4)
    table = b"".join(_TAG.pack(name, offsets[content], len(content)) for name, content in tags.items())
    size = start + len(data)
    return struct.pack(">I", size) + header + struct.pack(">I", len(tags)) + table + data


def _description(version: int) -> bytes:
    """The tag that describes a profile, which must have one (ICC.1:2001, 6.5.17, up to version 2)."""
    if version >= 4:
        return _localized("ICC")
    return b"desc" + bytes(4) + struct.pack(">I", 4) + b"ICC\0" + bytes(8) + bytes(70)


def _copyright(version: int) -> bytes:
    """The tag for the copyright, which a profile must have, with nothing in it."""
    return _localized("") if version >= 4 else b"text" + bytes(4) + b"\0"


def _localized(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28) + encoded
