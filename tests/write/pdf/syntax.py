"""The objects of a PDF and their syntax (ISO 32000-1, 7.2 and 7.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class Name(str):
    """A name object, without its slash."""


class Reference(NamedTuple):
    """A reference to an indirect object."""

    number: int


@dataclass(frozen=True)
class Stream:
    """A stream object, its data inflated."""

    entries: Mapping[str, Any]
    data: bytes


class Operator(str):
    """An operator of a content stream, or a keyword."""


_TOKEN = re.compile(
    rb"""[\s\0]*(?: %[^\r\n]* [\s\0]*)*
    (?: (?P<open><<|\[) | (?P<close>>>|\]) | (?P<literal>\() | <(?P<hex>[0-9A-Fa-f\s]*)>
    | /(?P<name>[^\s\0()<>\[\]{}/%]*)
    | (?P<reference>\d+\ \d+\ R\b) | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?![^\s\0()<>\[\]{}/%]))
    | (?P<keyword>[^\s\0()<>\[\]{}/%]+) )""",
    re.VERBOSE,
)
_KEYWORDS = {"true": True, "false": False, "null": None}


class Parser:
    """Reads values one after the other (7.3)."""

    def __init__(self, data: bytes, start: int = 0) -> None:
        self.data, self.position = data, start

    def values(self) -> Iterator[Any]:
        while (found := self.next()) is not END:
            yield found

    def next(self) -> Any:
        found = _TOKEN.match(self.data, self.position)
        if not found:
            assert not self.data[self.position :].strip(b"\0 \r\n\t"), self.data[self.position : self.position + 60]
            return END
        self.position = found.end()
        text = found[0].strip()
        match found.lastgroup:
            case "open":
                return self.dictionary() if text.endswith(b"<<") else self.sequence()
            case "close":
                return END
            case "literal":
                return self.literal()
            case "hex":
                digits = re.sub(rb"\s", b"", found["hex"]).decode()
                return bytes.fromhex(digits + "0" * (len(digits) % 2))
            case "name":
                return Name(re.sub(rb"#(..)", lambda code: bytes.fromhex(code[1].decode()), found["name"]).decode())
            case "reference":
                return Reference(int(found["reference"].split()[0]))
            case "number":
                return float(found["number"]) if b"." in found["number"] else int(found["number"])
            case _:
                word = found["keyword"].decode("latin-1")
                return _KEYWORDS[word] if word in _KEYWORDS else Operator(word)

    def sequence(self) -> list[Any]:
        return list(self.values())

    def dictionary(self) -> dict[str, Any]:
        items = self.sequence()
        assert all(isinstance(name, Name) for name in items[::2])
        assert len(set(items[::2])) == len(items) // 2, "a key that is there twice"
        return dict(zip(items[::2], items[1::2], strict=True))

    def literal(self) -> bytes:
        found = re.compile(rb"((?:[^()\\]|\\.)*)([()])", re.DOTALL)
        text, depth = b"", 1
        while depth:
            piece = found.match(self.data, self.position)
            assert piece, "a string that isn't ended"
            self.position = piece.end()
            depth += 1 if piece[2] == b"(" else -1
            text += piece[1] + (piece[2] if depth else b"")
        return re.sub(rb"\\(.)", rb"\1", text, flags=re.DOTALL)


END = object()
