"""Text that is safe to show: no escape sequence, forged line or credential in it reaches a terminal or a log."""

from __future__ import annotations

import re
from typing import Any

# C0, DEL and C1 controls, line and paragraph separators, marks that reorder text, and bytes that aren't UTF-8.
_UNPRINTABLE = "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
_CREDENTIALS = r"""\b([A-Za-z][A-Za-z0-9+.-]*:/{1,2})[^/\s"'<>]*@"""
"""The user and the password in a URL, also where a path has lost one of its two slashes."""


def printable(text: object) -> str:
    """A message on one line: each character that isn't printable as an escape, and *** for the credentials in URLs.

    A file name may hold any of these: a line feed, ESC, or a byte that isn't UTF-8.
    """
    shown = without_credentials(str(text))
    return shown if shown.isprintable() else re.sub(_UNPRINTABLE, _escaped, shown)


def json_text(value: Any, indent: int | None = None) -> str:
    """A value as JSON that has only printable characters, and no credentials."""
    import json

    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub(_UNPRINTABLE_IN_JSON, lambda found: f"\\u{ord(found[0]):04x}", without_credentials(text))


_UNPRINTABLE_IN_JSON = _UNPRINTABLE.replace("\x00-\x1f", "")
"""JSON escapes the C0 controls itself, and needs line feeds for its indents."""


def without_credentials(text: str) -> str:
    """The text with *** in place of the user and the password in a URL."""
    return re.sub(_CREDENTIALS, r"\1***@", text) if "@" in text else text


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name (PEP 383)
        code -= 0xDC00
    return _SHORT.get(found[0]) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
