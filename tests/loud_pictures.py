"""Pictures with something to hide in every place that their formats have."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageCms, PngImagePlugin

SECRET = b"codename-zeus"
UTF16 = SECRET.decode().encode("utf-16-be")
ORIENTATION = 0x0112


def exif(orientation: int = 1) -> bytes:
    block = Image.Exif()
    block[ORIENTATION] = orientation
    block[0x010E] = SECRET.decode()  # ImageDescription
    block.get_ifd(0x8825)[0x001B] = SECRET  # GPSProcessingMethod
    return bytes(block.tobytes())


def profile() -> bytes:
    """A colour profile that names its owner in a tag, in its header and between its tags."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (count,) = struct.unpack_from(">I", plain, 128)
    table = [list(struct.unpack_from(">4sII", plain, 132 + 12 * number)) for number in range(count)]
    tags = [(name, plain[at : at + size]) for name, at, size in table] + [(b"mmod", b"text\0\0\0\0" + SECRET + b"\0")]
    at, data, entries = 132 + 12 * len(tags), b"", b""
    for name, content in tags:
        entries += struct.pack(">4sII", name, at + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    data += SECRET
    head = plain[4:80] + b"zeus" + plain[84:128]
    return struct.pack(">I", at + len(data)) + head + struct.pack(">I", len(tags)) + entries + data


def drawing(mode: str = "RGB", size: tuple[int, int] = (48, 32)) -> Image.Image:
    """A picture in which every orientation is seen: its quarters differ."""
    picture = Image.new("RGB", size, "white")
    for place, colour in {(0, 0): "red", (1, 0): "lime", (0, 1): "blue"}.items():
        corner = (place[0] * size[0] // 2, place[1] * size[1] // 2)
        picture.paste(Image.new("RGB", (size[0] // 2, size[1] // 2), colour), corner)
    return picture.convert(mode)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def loud_png(orientation: int = 1, picture: Image.Image | None = None) -> bytes:
    """A PNG with something to hide in every place that the format has."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    text.add_text("Comment", SECRET.decode(), zip=True)
    text.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{SECRET.decode()}</x:xmpmeta>")
    file = BytesIO()
    (picture or drawing()).save(
        file, "PNG", pnginfo=text, exif=exif(orientation), icc_profile=profile(), dpi=(96, 96), compress_level=0
    )
    data = file.getvalue()
    end = data.index(b"IEND") - 4
    extra = chunk(b"tIME", b"zeus\0\0\0") + chunk(b"zeUs", SECRET) + chunk(b"gAMA", SECRET)
    return data[:end] + extra + chunk(b"IEND", b"") + SECRET


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def loud_jpeg(orientation: int = 1, picture: Image.Image | None = None, **options: object) -> bytes:
    """A JPEG with something to hide in every place that the format has."""
    file = BytesIO()
    given = {"quality": 95, "subsampling": 0, "dpi": (96, 96), **options}
    (picture or drawing()).save(file, "JPEG", exif=exif(orientation), icc_profile=profile(), comment=SECRET, **given)
    data = file.getvalue()
    at = data.index(b"JFIF\0") + 5
    thumbnail = data[at : at + 7] + b"\1\5" + SECRET + b"\0\0"
    hidden = [
        segment(0xE0, b"JFIF\0" + thumbnail),
        segment(0xE0, b"JFXX\0\x10" + SECRET),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
        segment(0xED, b"Photoshop 3.0\0" + SECRET),
        segment(0xE2, b"FPXR\0" + SECRET),
        segment(0xEF, SECRET),
        segment(0xFE, SECRET),
        b"\xff\xff",
    ]
    start = 2 + 2 + 16
    return data[:2] + b"".join(hidden)[:-2] + data[start:-2] + segment(0xFE, SECRET) + data[-2:] + SECRET + data


LOUD = {"png": loud_png, "jpg": loud_jpeg}


def says_something(data: bytes) -> bool:
    return SECRET in data or UTF16 in data or b"zeus" in data.lower()
