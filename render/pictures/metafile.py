"""Windows metafiles, EMF and WMF, without descriptions, comments and programs for printers ([MS-EMF], [MS-WMF])."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_EMF_HEADER, _EMF_COMMENT, _EMF_END = 1, 70, 14
_EMF_SIGNATURE = b" EMF"
_EMF_PLUS = b"EMF+"
"""The only comments that draw something ([MS-EMF], 2.3.3.2)."""
_HEADER_SIZES = (108, 100, 88)
"""Bytes of the header with both extensions, with one, and without ([MS-EMF], 2.3.4.2)."""
_PLACEABLE, _PLACEABLE_SIZE = b"\xd7\xcd\xc6\x9a", 22
_WMF_KINDS = (b"\1\0\x09\0", b"\2\0\x09\0")
_WMF_HEADER = 18
_WMF_ESCAPE, _WMF_END = 0x0626, 0


def is_emf(data: bytes) -> bool:
    """Whether a file begins as an EMF file does."""
    return data[:4] == b"\1\0\0\0" and data[40:44] == _EMF_SIGNATURE


def is_wmf(data: bytes) -> bool:
    """Whether a file begins as a WMF file does."""
    return data.startswith(_PLACEABLE) or data.startswith(_WMF_KINDS)


def strip_emf(data: bytes) -> bytes:
    """An EMF file without its description, comments, and bytes after its end. Raises ValueError if it isn't whole."""
    kept = []
    for kind, record in _emf_records(data):
        if kind == _EMF_HEADER:
            kept.append(_emf_header(record))
        elif kind != _EMF_COMMENT or record[12:16] == _EMF_PLUS:
            kept.append(record)
    size = struct.pack("<II", sum(map(len, kept)), len(kept))
    return b"".join([kept[0][:48], size, kept[0][56:], *kept[1:]])


def _emf_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    position, kind = 0, _EMF_HEADER
    while kind != _EMF_END:
        kind, size = _unpacked("<II", data, position)
        record = data[position : position + size]
        if size < 8 or len(record) != size or (kind == _EMF_HEADER) != (position == 0):
            raise ValueError("a damaged record")
        yield kind, record
        position += size


def _emf_header(record: bytes) -> bytes:
    """The header without the description and the pixel format that follow it ([MS-EMF], 2.3.4.2)."""
    length, offset = _unpacked("<II", record, 60)
    starts = [offset] if length and offset >= 88 else []
    if len(record) >= 100 and not (starts and starts[0] < 100):
        length, offset = _unpacked("<II", record, 88)
        starts += [offset] if length and offset >= 100 else []
    end = min([len(record), *starts])
    size = next((size for size in _HEADER_SIZES if size <= end), 0)
    if not size:
        raise ValueError("a damaged header")
    pixel_format = bytes(8) if size >= 100 else b""
    head = record[:4] + struct.pack("<I", size) + record[8:60] + bytes(8) + record[68:88]
    return head + pixel_format + record[88 + len(pixel_format) : size]


def strip_wmf(data: bytes) -> bytes:
    """A WMF file without escapes, which hold comments, and bytes after its end. Raises ValueError if it isn't whole."""
    start = _PLACEABLE_SIZE if data.startswith(_PLACEABLE) else 0
    header = data[start : start + _WMF_HEADER]
    if not header.startswith(_WMF_KINDS) or len(header) != _WMF_HEADER:
        raise ValueError("a damaged header")
    records = [record for kind, record in _wmf_records(data, start + _WMF_HEADER) if kind != _WMF_ESCAPE]
    words = (_WMF_HEADER + sum(map(len, records))) // 2
    return b"".join([data[:start], header[:6], struct.pack("<I", words), header[10:], *records])


def _wmf_records(data: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    kind = _WMF_ESCAPE
    while kind != _WMF_END:
        words, kind = _unpacked("<IH", data, position)
        record = data[position : position + 2 * words]
        if words < 3 or len(record) != 2 * words:
            raise ValueError("a damaged record")
        yield kind, record
        position += 2 * words


def _unpacked(form: str, data: bytes, position: int) -> tuple[int, int]:
    """Two numbers in data. Raises ValueError if they aren't there."""
    try:
        one, other = struct.unpack_from(form, data, position)
    except struct.error:
        raise ValueError("cut off") from None
    return int(one), int(other)
