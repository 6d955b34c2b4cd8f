"""A seal for files that people edit: it holds as long as nobody has changed the file.

The seal is the comment at the end of a zip archive, or the first line of a mail, and has the SHA-256 of all the rest.
Programs that save the file write another one: the seal is gone, or it no longer fits. So a file says for itself,
wherever it was copied to and whatever else was lost, whether a person's work would be lost with it.
"""

from __future__ import annotations

from hashlib import sha256

_MARK = b"engross sha256 "
_LENGTH = len(_MARK) + 64
_HEADER = b"X-Engross-Seal: sha256 %s\r\n"


def sealed(archive: bytes) -> bytes:
    """A zip archive that has no comment, with the seal as its comment (APPNOTE.TXT, 4.3.16 and 4.4.12)."""
    seal = _MARK + sha256(archive).hexdigest().encode()
    return archive[:-2] + len(seal).to_bytes(2, "little") + seal


def sealed_mail(mail: bytes) -> bytes:
    """A mail with the seal as its first header."""
    return _HEADER % sha256(mail).hexdigest().encode() + mail


def is_as_sealed(data: bytes) -> bool:
    """Whether these are the bytes of an archive or a mail as it was when it was sealed."""
    return data in (sealed(data[: -_LENGTH - 2] + b"\0\0"), sealed_mail(data.partition(b"\r\n")[2]))
