"""PNG files with the picture alone (Portable Network Graphics, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from render.pictures.icc import neutral_profile

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SIZES = {
    b"PLTE": 768,
    b"tRNS": 256,
    b"cHRM": 32,
    b"gAMA": 4,
    b"sBIT": 4,
    b"sRGB": 1,
    b"cICP": 4,
    b"pHYs": 9,
    b"bKGD": 6,
}
"""The chunks that say how the picture looks, each allowed once, with the bytes that they have at most (11.2, 11.3)."""
_MAX_PROFILE = 4 * 2**20
"""Bytes of a colour profile, unpacked."""
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""The channels of a pixel, by colour type (11.2.1)."""
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""The first column and row, and the steps between columns and rows, in each pass of an interlaced picture (8.2)."""
_MAX_CHUNKS = 100_000
"""Chunks of a file. The largest file has a hundredth of them if its chunks have 20 kB, which is usual."""
_PIECE = 2**16
"""Bytes that are unpacked at a time."""


class Stripped(NamedTuple):
    """A picture file after everything but the picture was removed, and the Exif block that it had, or b""."""

    data: bytes
    exif: bytes


def strip_png(data: bytes) -> Stripped:
    """A PNG file with its picture and colours alone. Raises ValueError for a file that isn't whole.

    Left out are text, Exif and time (11.3.3 to 11.3.6), the further pictures of an animation, private chunks, bytes
    after the end of the picture or of the file, and the names in a colour profile.
    """
    kept: dict[bytes, list[bytes]] = {}
    exif, header = b"", b""
    for kind, content in _chunks(data):
        if kind == b"IHDR":
            header = content
        if kind == b"eXIf":
            exif = content
        elif kind == b"iCCP":
            content = _profile_chunk(content)
        if _is_kept(kind, content, kept):
            kept.setdefault(kind, []).append(content)
    if len(header) != 13 or b"IDAT" not in kept or b"IEND" not in kept:
        raise ValueError("not a whole PNG file")
    kept[b"IDAT"] = _rows_alone(kept[b"IDAT"], _size_of_rows(header))
    return Stripped(SIGNATURE + b"".join(_chunk(kind, each) for kind, group in kept.items() for each in group), exif)


def check_chunks(data: bytes) -> None:
    """Raise ValueError if the chunks of a file are damaged, or more than programs write."""
    for _ in _chunks(data):
        pass


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a file up to its end (5.3). Raises ValueError for one that is cut off or damaged."""
    position, kind = len(SIGNATURE), b""
    for _ in range(_MAX_CHUNKS):
        if position + 12 > len(data):
            raise ValueError("a chunk is missing")
        length, kind = struct.unpack_from(">I4s", data, position)
        content = data[position + 8 : position + 8 + length]
        checksum = data[position + 8 + length : position + 12 + length]
        if checksum != zlib.crc32(kind + content).to_bytes(4, "big"):
            raise ValueError("a chunk is damaged")
        yield kind, content
        if kind == b"IEND":
            return
        position += 12 + length
    raise ValueError("more chunks than any program writes")


def _is_kept(kind: bytes, content: bytes, kept: dict[bytes, list[bytes]]) -> bool:
    """Whether a chunk belongs to the picture. Raises ValueError for one without which the picture can't be shown."""
    if kind == b"IDAT":
        return True
    if kind in (b"IHDR", b"IEND", b"iCCP"):
        return kind not in kept and (kind != b"IEND" or not content) and (kind != b"iCCP" or bool(content))
    if kind in _SIZES:
        return kind not in kept and len(content) <= _SIZES[kind]
    if kind[:1].isupper():
        raise ValueError("an unknown kind of PNG file")
    return False


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return len(content).to_bytes(4, "big") + kind + content + checksum.to_bytes(4, "big")


def _profile_chunk(content: bytes) -> bytes:
    """The content of an iCCP chunk with a neutral profile under a neutral name; b"" if the profile is invalid."""
    _, _, packed = content.partition(b"\0")
    try:
        profile = zlib.decompressobj().decompress(packed[1:], _MAX_PROFILE)
    except zlib.error:
        return b""
    neutral = neutral_profile(profile)
    return b"ICC\0\0" + zlib.compress(neutral, 9) if neutral else b""


# The picture itself


def _size_of_rows(header: bytes) -> int:
    """The bytes of all rows, unpacked. Raises ValueError for an unknown kind of picture."""
    width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if colours not in _CHANNELS:
        raise ValueError("an unknown kind of PNG file")
    bits = depth * _CHANNELS[colours]
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    return sum(
        _size(-(-(width - column) // across), -(-(height - row) // down), bits) for column, row, across, down in passes
    )


def _size(width: int, height: int, bits: int) -> int:
    """The bytes of `height` rows of `width` pixels, each with the byte that names its filter (7.3)."""
    return height * (1 + -(-width * bits // 8)) if width > 0 and height > 0 else 0


def _rows_alone(packed: list[bytes], size: int) -> list[bytes]:
    """The contents of the IDAT chunks; packed again if they hold anything but the rows of the picture.

    Raises ValueError if rows are missing.
    """
    if _is_exact(packed, size):
        return packed
    packer, left = zlib.compressobj(), size
    rows = []
    with suppress(zlib.error):  # after the last row, or rows are missing
        for piece in _unpacked(packed, zlib.decompressobj()):
            rows.append(packer.compress(piece[:left]))
            left -= len(piece[:left])
            if not left:
                return [b"".join([*rows, packer.flush()])]
    raise ValueError("rows are missing")


def _is_exact(packed: list[bytes], size: int) -> bool:
    """Whether the rows end where the packed data ends."""
    unpacker, found = zlib.decompressobj(), 0
    try:
        for piece in _unpacked(packed, unpacker):
            found += len(piece)
            if found > size:
                return False
    except zlib.error:
        return False
    return unpacker.eof and found == size and not unpacker.unused_data


def _unpacked(packed: list[bytes], unpacker: Any) -> Iterator[bytes]:
    """What packed data unpacks to, in pieces of a bounded size. What follows its end is `unused_data`."""
    for content in packed:
        for start in range(0, len(content), _PIECE):
            rest = content[start : start + _PIECE]
            while rest:
                yield unpacker.decompress(rest, _PIECE)
                rest = unpacker.unconsumed_tail
