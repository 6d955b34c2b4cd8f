"""The parts of a ministry's Word file, unpacked within limits that don't depend on the sizes that the file claims."""

from __future__ import annotations

import zipfile
from io import BytesIO

MAX_FILE = 64 * 2**20
"""Bytes of the file."""
MAX_PART = 16 * 2**20
"""Bytes of a part that is read, unpacked."""
MAX_TOTAL = 256 * 2**20
"""Bytes of all parts together, unpacked."""
MAX_PARTS = 5_000
MAX_RATIO = 200
"""How many times larger than the file all parts may be together. Word's own files have a ratio of about 10."""
SAVE_AGAIN = "save it again in Word as .docx or .dotx"

_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The compressions of an Open XML package (ISO/IEC 29500-2, C.4)."""
_ENTRY = b"PK\1\2"
"""The first bytes of each entry of a zip file's directory (APPNOTE.TXT, 4.3.12)."""


class InvalidHouseStyle(Exception):
    """Why a file can't be a house style, and how to fix it."""


class HouseArchive:
    """Reads the parts of a Word file by name, each once. Counts what is unpacked, not what the file claims."""

    def __init__(self, data: bytes) -> None:
        """Raises InvalidHouseStyle for a file that unpacks to too much, or in ways that Word never uses."""
        if (count := data.count(_ENTRY)) > MAX_PARTS:
            raise InvalidHouseStyle(f"unpacks to {count} parts, which is too much; {SAVE_AGAIN}")
        self._archive = zipfile.ZipFile(BytesIO(data))
        self._left = min(MAX_TOTAL, max(len(data) * MAX_RATIO, MAX_PART))
        self._parts: dict[str, bytes] = {}
        for entry in self._archive.infolist():
            if entry.compress_type not in _COMPRESSIONS:
                raise InvalidHouseStyle(f"{entry.filename} is compressed as Word never does; {SAVE_AGAIN}")
        self._check_claims()

    def __contains__(self, name: str) -> bool:
        return name in self._archive.NameToInfo

    def bytes_of(self, name: str) -> bytes:
        """A part. Raises KeyError if there is none, and InvalidHouseStyle if it, or all parts read, are too large."""
        if name not in self._parts:
            self._parts[name] = self._unpacked(name)
        return self._parts[name]

    def _unpacked(self, name: str) -> bytes:
        limit = min(MAX_PART, self._left)
        with self._archive.open(name) as part:
            # With a size, deflated data is unpacked no further than that; without one, all at once.
            data = part.read(limit + 1)
        if len(data) > MAX_PART:
            raise InvalidHouseStyle(f"{name} is larger than {MAX_PART // 2**20} MiB; make it smaller")
        if len(data) > limit:
            raise InvalidHouseStyle(f"unpacks to too much; {SAVE_AGAIN}")
        self._left -= len(data)
        return data

    def _check_claims(self) -> None:
        """Refuse a file by the sizes that it claims, before anything is unpacked."""
        entries = self._archive.infolist()
        total = sum(entry.file_size for entry in entries)
        if total > self._left:
            raise InvalidHouseStyle(
                f"unpacks to {total // 2**20} MiB in {len(entries)} parts, which is too much; {SAVE_AGAIN}"
            )
