"""A seal for files that people edit: it is valid as long as nobody has changed the file.

The seal is the comment at the end of a zip archive, or the first header of a mail. It holds the SHA-256 of the rest of
the file. Programs that save the file drop the seal, or keep one that no longer matches. So Engross can see from the
file alone, wherever it was copied to, that overwriting it would lose a person's edits.
"""

from __future__ import annotations

from hashlib import sha256

_PREFIX = b"engross sha256 "
_SEAL_LENGTH = len(_PREFIX) + 64
_HEADER = b"X-Engross-Seal: sha256 %s\r\n"


def sealed(archive: bytes) -> bytes:
    """A zip archive with the seal as its comment (APPNOTE.TXT, 4.3.16 and 4.4.12). It must have no comment yet."""
    seal = _PREFIX + sha256(archive).hexdigest().encode()
    return archive[:-2] + len(seal).to_bytes(2, "little") + seal


def sealed_mail(mail: bytes) -> bytes:
    """A mail with the seal as its first header."""
    return _HEADER % sha256(mail).hexdigest().encode() + mail


def is_as_sealed(data: bytes) -> bool:
    """Whether a file is a sealed archive or mail that nobody has changed."""
    return data in (sealed(data[: -_SEAL_LENGTH - 2] + b"\0\0"), sealed_mail(data.partition(b"\r\n")[2]))
