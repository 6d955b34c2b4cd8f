"""What the fuzzer begins with, and how it changes it: sources, overlays, house styles and pictures, by target."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from io import BytesIO

from PIL import Image

from tests.security.fuzz_targets import DATA, SMALL, house_parts

TOKENS = [
    *("", " ", "\n", "\n\n", "\t", "\0", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff", "\u202e", "\u2066", "\u200f"),
    *("é", "e\u0301", "𝄞", "双方", "ก", "إعلان", "\u00a0", "\u200b", "\r", "\r\n", "\u00ad", "\u0f0b", "😀\u200d"),
    *(
        "*",
        "**",
        "***",
        "[",
        "]",
        "[](#first)",
        "[](#lost)",
        "[^n]",
        "[a](https://example.org)",
        "[a]{la}",
        "[a](#art)",
    ),
    *("\\", "{", "}", "](", "]{ar}", "&a ", "*a", "!", "!!str ", "<<: ", "? ", ": ", " #", "# ", "---\n", "...\n"),
    *("%YAML 1.1\n", "%TAG ! x\n", "- ", "|", ">", "'", '"', "`", "@", "null", "~", "true", "NO", "22:30", "1e3"),
    *("2024-02-30", "0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "../x", "/etc/passwd", "rule.png"),
    *("x" * 900, "[" * 70, "{a: " * 70, "*" * 50, "[a]{la}" * 20, "{{ 7 * 7 }}", "{number}", "<b>", "&amp;", "]]>"),
    *("</script>", "<!--", "javascript:alert(1)", "data:text/html,x", "-", "=", "_", "^", "|", "$", "~~~", "```", "1."),
    *(
        "id: ",
        "text: ",
        "body:\n",
        "number: ",
        "title: ",
        "languages: ",
        "notes: ",
        "lead: ",
        "first",
        "second-a",
        "lt",
    ),
    *("99999999999999999999", "32767", "32768", "(a)", "(1)", "²", "Ⅷ", "٣", "ß", "İ", "ﬀ", "𝟙", "\ud800"),
]
"""Strings that have a meaning somewhere on the way from a source to a file."""
XML_TOKENS = [
    *(
        'w:val="',
        'w:val="-1"',
        'w:val=""',
        'w:val="99999999999999999999"',
        "<w:p/>",
        "<w:numPr/>",
        "<w:pPr>",
        "</w:pPr>",
    ),
    *("<w:style/>", "<w:lvl/>", "<w:abstractNum/>", "<w:num/>", "<!--x-->", "<?x y?>", "<!DOCTYPE x>", "&#0;", "&x;"),
    *("<w:instrText>LINK</w:instrText>", 'r:id="rId1"', 'TargetMode="External"', 'Target="/x"', "1.5", "auto", "nan"),
]


def seeds(target: str) -> Sequence[bytes]:
    """The inputs that a target begins with."""
    match target:
        case "overlay":
            return [(DATA / "kitchen-sink.briefing.yaml").read_bytes()]
        case "house":
            small = {name: data for name, data in house_parts().items() if len(data) < 60_000}
            return [name.encode() + b"\n" + data for name, data in small.items()]
        case "picture":
            return [path.read_bytes() for path in sorted(DATA.glob("*.png"))] + _pictures()
        case _:
            return [SMALL, (DATA / "a-b.yaml").read_bytes(), (DATA / "kitchen-sink.yaml").read_bytes()]


def _pictures() -> list[bytes]:
    forms: list[tuple[str, Mapping[str, object]]] = [
        ("JPEG", {"dpi": (300, 300), "exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"}),
        ("JPEG", {"progressive": True}),
        ("PNG", {"dpi": (72, 72)}),
    ]
    pictures = []
    for form, options in forms:
        data = BytesIO()
        Image.new("RGB", (9, 7), "teal").save(data, form, **options)
        pictures.append(data.getvalue())
    return pictures


def mutated(data: bytes, target: str, chance: random.Random) -> bytes:
    """An input with one to three changes: tokens put in, stretches or lines taken out, doubled or moved."""
    for _ in range(chance.randint(1, 3)):
        data = _change_bytes(data, chance) if target == "picture" else _change_text(data, target, chance)
    return data


def _change_text(data: bytes, target: str, chance: random.Random) -> bytes:
    token = chance.choice(XML_TOKENS if target == "house" and chance.random() < 0.7 else TOKENS)
    put = token.encode("utf-8", "surrogatepass")
    parts = data.split(b"\n") if chance.random() < 0.3 else None
    if parts is None:
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice([0, 0, 0, 1, 2, 10, 100]))
        return data[:start] + chance.choice([put, put, data[start:end] * 2, b""]) + data[end:]
    first, second = chance.randrange(len(parts)), chance.randrange(len(parts))
    match chance.randrange(4):
        case 0:
            del parts[first]
        case 1:
            parts.insert(second, parts[first])
        case 2:
            parts[first], parts[second] = parts[second], parts[first]
        case _:
            key, colon, _ = parts[first].partition(b": ")
            parts[first] = key + colon + put
    return b"\n".join(parts)


def _change_bytes(data: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(data))
    match chance.randrange(4):
        case 0:
            return data[:start] + bytes([chance.randrange(256)]) + data[start + 1 :]
        case 1:
            return data[:start]
        case 2:
            return data[:start] + chance.randbytes(chance.choice([1, 4, 8])) + data[start:]
        case _:
            return data[:start] + data[start : start + 64] * 2 + data[start + 64 :]
