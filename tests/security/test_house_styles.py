"""House styles from strangers: parts that unpack to too much, content from elsewhere, and what pictures disclose."""

from __future__ import annotations

import bz2
import re
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from render.errors import UsageError
from render.write.docx.house_style import archive, pictures
from render.write.docx.house_style.field_codes import ALLOWED_FIELDS
from render.write.docx.template_package import load_house_style
from render.write.docx.writer import write_word
from render.write.theme import Theme
from tests.extract import DECLARATION, viewed
from tests.houses import changed, ministry_a
from tests.loud_pictures import SECRET, drawing, loud_jpeg, loud_png, says_something

MIB = 2**20
ROOT = Path(__file__).parents[2]


def refusal(folder: Path, data: bytes) -> str:
    """Why Engross refuses a house style."""
    house = folder / "house.docx"
    house.write_bytes(data)
    with pytest.raises(UsageError) as refused:
        load_house_style(Theme(house_style=house))
    message = str(refused.value)
    assert message.startswith(f"{house}: ")
    assert "; " in message
    return message.removeprefix(f"{house}: ")


def copied(folder: Path, data: bytes) -> dict[str, bytes]:
    """The parts of a Word copy in a house style."""
    house = folder / "house.docx"
    house.write_bytes(data)
    copy = write_word(viewed(DECLARATION), Theme(house_style=house))
    with zipfile.ZipFile(BytesIO(copy)) as file:
        return {name: file.read(name) for name in file.namelist()}


# Sizes that the archive only claims


def entry(name: str, method: int, packed: bytes, claimed: int) -> tuple[bytes, bytes, bytes]:
    """The head, content and directory entry of a part that claims to have `claimed` bytes."""
    checksum = zlib.crc32(b"")
    common = struct.pack("<HHHHHIIIHH", 20, 0, method, 0, 33, checksum, len(packed), claimed, len(name), 0)
    return b"PK\3\4" + common + name.encode(), packed, b"PK\1\2" + struct.pack("<H", 20) + common


def archive_of(*entries: tuple[bytes, bytes, bytes], names: tuple[str, ...]) -> bytes:
    data, directory = b"", b""
    for (head, packed, listed), name in zip(entries, names, strict=True):
        directory += listed + struct.pack("<HHHII", 0, 0, 0, 0, len(data)) + name.encode()
        data += head + packed
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(entries), len(entries), len(directory), len(data), 0)
    return data + directory + end


def deflated_zeros(size: int) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    pieces = [compressor.compress(bytes(MIB)) for _ in range(size // MIB)]
    return b"".join([*pieces, compressor.flush()])


def bombs() -> Iterator[tuple[str, int, bytes]]:
    yield "deflate", zipfile.ZIP_DEFLATED, deflated_zeros(600 * MIB)
    compressor = bz2.BZ2Compressor(9)
    pieces = [compressor.compress(bytes(MIB)) for _ in range(300)]
    yield "bzip2", zipfile.ZIP_BZIP2, b"".join([*pieces, compressor.flush()])


@pytest.fixture(scope="module", params=list(bombs()), ids=lambda bomb: bomb[0])
def lying_bomb(request: pytest.FixtureRequest) -> bytes:
    """A small file whose only part claims 900 bytes, and has hundreds of megabytes."""
    _, method, packed = request.param
    name = "_rels/.rels"
    return archive_of(entry(name, method, packed, 900), names=(name,))


def test_a_part_that_is_larger_than_it_claims_is_never_unpacked(tmp_path: Path, lying_bomb: bytes) -> None:
    assert len(lying_bomb) < MIB
    tracemalloc.start()
    try:
        refusal(tmp_path, lying_bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * MIB


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_word_never_uses_is_refused_in_any_part(tmp_path: Path, method: int) -> None:
    data = BytesIO(ministry_a())
    with zipfile.ZipFile(data, "a") as file:
        file.writestr("word/unused.xml", b"<x/>", method)
    message = refusal(tmp_path, data.getvalue())
    assert message == "word/unused.xml is compressed as Word never does; save it again in Word as .docx or .dotx"


def test_a_part_may_be_stored(tmp_path: Path) -> None:
    data = BytesIO()
    with zipfile.ZipFile(BytesIO(ministry_a())) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "word/document.xml" in copied(tmp_path, data.getvalue())


def test_parts_that_are_read_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL", 100_000)
    monkeypatch.setattr(archive.HouseArchive, "_check_claims", lambda self: None)
    message = refusal(tmp_path, ministry_a())
    assert message == "unpacks to too much; save it again in Word as .docx or .dotx"


def test_entries_are_counted_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for number in range(archive.MAX_PARTS + 1):
            file.writestr(f"{number}", b"")

    monkeypatch.setattr(zipfile, "ZipFile", lambda _: pytest.fail("the directory was read"))
    assert refusal(tmp_path, data.getvalue()).startswith("unpacks to 5001 parts, which is too much")


def test_a_picture_that_is_named_often_is_kept_once(tmp_path: Path) -> None:
    file = ministry_a()
    with zipfile.ZipFile(BytesIO(file)) as parts:
        rels = next(name for name in parts.namelist() if re.fullmatch(r"word/_rels/header\d\.xml\.rels", name))
    blips = "".join(f'<a:blip r:embed="more{number}"/>' for number in range(50))
    name = rels.replace("_rels/", "").removesuffix(".rels")

    def relate(text: str) -> str:
        (one,) = re.findall(r"<Relationship [^>]*/>", text)
        more = (re.sub(r'Id="\w+"', f'Id="more{number}"', one) for number in range(50))
        return text.replace(one, one + "".join(more))

    def use(text: str) -> str:
        return re.sub(r"(<a:blip [^>]*?/?>)", lambda found: blips_with_namespaces(blips) + found[1], text, count=1)

    parts_of_copy = copied(tmp_path, changed(file, {rels: relate, name: use}))
    assert len([part for part in parts_of_copy if part.startswith("word/media/house")]) == 1


def blips_with_namespaces(blips: str) -> str:
    namespaces = (
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    )
    return blips.replace("<a:blip ", f"<a:blip {namespaces} ")


# Content from elsewhere

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
        "wp15": "http://schemas.microsoft.com/office/word/2012/wordprocessingDrawing",
        "sw": "http://purl.oclc.org/ooxml/wordprocessingml/main",
        "sr": "http://purl.oclc.org/ooxml/officeDocument/relationships",
    }.items()
)
RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINK = f'<Relationship Id="link" Type="{RELATIONSHIP}/hyperlink" Target="https://example.org/x" TargetMode="External"/>'
SVG = f'<Relationship Id="svg" Type="{RELATIONSHIP}/image" Target="media/drawing.svg"/>'


def header_with(content: str, relationships: str = LINK, tag: str = "w:p") -> bytes:
    """A house style with `content` in a paragraph of a header that has a logo, by the relationship `logo`."""
    file = ministry_a()
    with zipfile.ZipFile(BytesIO(file)) as parts:
        rels = next(name for name in parts.namelist() if re.fullmatch(r"word/_rels/header\d\.xml\.rels", name))
    header = rels.replace("_rels/", "").removesuffix(".rels")
    added = f"<{tag} {NAMESPACES}>{content}</{tag}></w:hdr>"
    changes = {
        rels: lambda text: re.sub(r'Id="\w+"', 'Id="logo"', text).replace(
            "</Relationships>", f"{relationships}</Relationships>"
        ),
        header: lambda text: re.sub(r'r:embed="\w+"', 'r:embed="logo"', text).replace("</w:hdr>", added),
    }
    return changed(file, changes, {"word/media/drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>'})


def run(content: str) -> str:
    return f"<w:r>{content}</w:r>"


def mark(kind: str) -> str:
    return run(f'<w:fldChar w:fldCharType="{kind}"/>')


def field_of(*codes: str) -> str:
    """A field whose code is divided among these elements."""
    return mark("begin") + "".join(map(run, codes)) + mark("separate") + run("<w:t>1</w:t>") + mark("end")


def code(text: str) -> str:
    return f"<w:instrText>{text}</w:instrText>"


FORBIDDEN_FIELDS = (
    "ADDIN ASK AUTOTEXT AUTOTEXTLIST BIBLIOGRAPHY CONTROL DATA DATABASE DDE DDEAUTO EMBED FILLIN GLOSSARY GOTOBUTTON "
    "HTMLACTIVEX IMPORT INCLUDE INCLUDEPICTURE INCLUDETEXT LINK MACROBUTTON MERGEFIELD NEXT PRINT PRIVATE RD SET "
    "UNHEARD-OF USERADDRESS"
).split()


@pytest.mark.parametrize("name", FORBIDDEN_FIELDS)
def test_a_field_is_refused_unless_it_is_known_to_be_harmless(tmp_path: Path, name: str) -> None:
    message = refusal(tmp_path, header_with(field_of(code(f' {name} "x" '))))
    assert re.search(rf"has a field {name}, which a house style can't use; remove it$", message)


@pytest.mark.parametrize("text", ["INCLUDE x", " include x", "&#9;Include"])
def test_a_field_in_one_element_is_refused_too(tmp_path: Path, text: str) -> None:
    simple = f'<w:fldSimple w:instr="{text}"><w:r><w:t>x</w:t></w:r></w:fldSimple>'
    assert "has a field INCLUDE, which a house style can't use" in refusal(tmp_path, header_with(simple))


DIVIDED = {
    "comment": field_of(code("INCLUDE<!-- a comment -->TEXT x")),
    "processing instruction": field_of(code("INCL<?p q?>UDETEXT x")),
    "comment first": field_of(code(" <!-- PAGE -->INCLUDETEXT x")),
    "runs": field_of(code("INCLU"), code("DETEXT x")),
    "CDATA": field_of(code("<![CDATA[INCLUDE]]>TEXT x")),
    "character references": field_of(code("&#73;NCLUDETEXT x")),
    "text instead of code": field_of("<w:t>INCLUDETEXT x</w:t>"),
    "a field inside the name": mark("begin") + run(code("INCLUDE")) + field_of(code("QUOTE 84")) + mark("end"),
    "a field instead of the name": mark("begin") + field_of(code("QUOTE 73")) + run(code(" x")) + mark("end"),
    "a field after a harmless name": mark("begin") + run(code("DATE")) + field_of(code("QUOTE 84")) + mark("end"),
    "a field inside another": mark("begin") + run(code("IF ")) + field_of(code("INCLUDETEXT x")) + mark("end"),
    "a field in a result": mark("begin")
    + run(code("PAGE"))
    + mark("separate")
    + field_of(code("LINK x"))
    + mark("end"),
    "a code in a result": mark("begin") + run(code("PAGE")) + mark("separate") + run(code("LINK x")) + mark("end"),
    "a code outside a field": run(code("INCLUDETEXT x")),
    "a deleted word": field_of("<w:delInstrText>PAGE </w:delInstrText>", code("INCLUDETEXT x")),
    "an inserted word": mark("begin") + f"<w:ins>{run(code('PAGE '))}</w:ins>" + run(code("LINK x")) + mark("end"),
    "an alternative": mark("begin")
    + f"<mc:AlternateContent><mc:Choice Requires='w'>{run(code('PAGE '))}</mc:Choice></mc:AlternateContent>"
    + run(code("LINK x"))
    + mark("end"),
    "no end": mark("begin") + run(code("PAGE ")),
}


@pytest.mark.parametrize("how", DIVIDED)
def test_no_division_of_its_code_hides_a_field(tmp_path: Path, how: str) -> None:
    message = refusal(tmp_path, header_with(DIVIDED[how]))
    assert re.search(r"has (a field .*, which a house style can't use|an incomplete field); ", message)


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", r"\\\\server\\share", "ftp://example.org/", "javascript:alert(1)", "x.docx"]
)
@pytest.mark.parametrize("form", ["field", "quoted field", "shape"])
def test_a_link_in_a_header_leads_to_the_web_or_to_a_mail_address(tmp_path: Path, address: str, form: str) -> None:
    content = {
        "field": field_of(code(f" HYPERLINK {address} ")),
        "quoted field": field_of(code(f' HYPERLINK "{address}" \\o "tip"')),
        "shape": run(f'<w:pict><v:shape href="{address}"/></w:pict>'),
    }
    assert "which a house style can't use; remove it" in refusal(tmp_path, header_with(content[form]))


@pytest.mark.parametrize(
    "text",
    [
        " PAGE ",
        r"PAGE\* MERGEFORMAT",
        " NUMPAGES   \\* Arabic ",
        ' STYLEREF "Heading 1" \\* MERGEFORMAT',
        ' DATE \\@ "d MMMM yyyy"',
        " =2*3 ",
        ' HYPERLINK "https://example.org/a?b=c" \\o "a tip" \\t "_blank"',
        ' HYPERLINK \\l "top"',
        " HYPERLINK mailto:a@example.org",
    ],
)
def test_a_harmless_field_is_kept(tmp_path: Path, text: str) -> None:
    parts = copied(tmp_path, header_with(field_of(code(text.replace("&", "&amp;")))))
    assert any(text.encode() in part for part in parts.values())


def test_a_harmless_field_in_a_harmless_field_is_kept(tmp_path: Path) -> None:
    nested = mark("begin") + run(code(" IF ")) + field_of(code(" PAGE ")) + run(code(' &gt; 1 "x" ')) + mark("end")
    assert any(b" IF </w:instrText>" in part for part in copied(tmp_path, header_with(nested)).values())


REFERENCES = {
    "a picture by a link": '<w:r><w:drawing><a:blip r:link="link"/></w:drawing></w:r>',
    "a picture as well as a link": '<w:r><w:drawing><a:blip r:embed="logo" r:link="link"/></w:drawing></w:r>',
    "an embedded picture that is a link": '<w:r><w:drawing><a:blip r:embed="link"/></w:drawing></w:r>',
    "a link that is a picture": '<w:hyperlink r:id="logo"><w:r><w:t>x</w:t></w:r></w:hyperlink>',
    "a VML picture that is a link": '<w:r><w:pict><v:imagedata r:id="link"/></w:pict></w:r>',
    "a VML picture by its address": '<w:r><w:pict><v:imagedata r:id="logo" r:href="link"/></w:pict></w:r>',
    "a VML picture by Office's attribute": '<w:r><w:pict><v:imagedata o:relid="link"/></w:pict></w:r>',
    "a fill by its address": '<w:r><w:pict><v:rect><v:fill o:href="https://example.org/x"/></v:rect></w:pict></w:r>',
    "a fill by its other address": '<w:r><w:pict><v:fill o:althref="https://example.org/x"/></w:pict></w:r>',
    "a picture by its source": '<w:r><w:pict><v:fill src="https://example.org/x"/></w:pict></w:r>',
    "sound": '<w:r><w:drawing><a:hlinkClick r:id="link"><a:snd r:embed="logo"/></a:hlinkClick></w:drawing></w:r>',
    "an action": '<w:r><w:drawing><a:hlinkClick r:id="link" action="ppaction://program"/></w:drawing></w:r>',
    "an object": '<w:r><w:object><o:OLEObject r:id="link"/></w:object></w:r>',
    "a control": '<w:r><w:object><w:control r:id="link"/></w:object></w:r>',
    "another file": '<w:r><w:t/></w:r></w:p><w:altChunk r:id="link"/><w:p>',
    "a page inside a video": '<w:r><w:drawing><wp15:webVideoPr embeddedHtml="x"/></w:drawing></w:r>',
    "data": "<w:r><w:pict><w:binData>eA==</w:binData></w:pict></w:r>",
    "a code in Strict Open XML": "<w:r><sw:instrText>INCLUDETEXT x</sw:instrText></w:r>",
    "a reference in Strict Open XML": '<w:r><w:drawing><a:blip sr:link="link"/></w:drawing></w:r>',
}


@pytest.mark.parametrize("what", REFERENCES)
def test_a_reference_needs_a_relationship_of_its_own_type(tmp_path: Path, what: str) -> None:
    message = refusal(tmp_path, header_with(REFERENCES[what]))
    assert re.match(r"word/header\d\.xml ", message)


def test_pictures_and_links_that_are_used_as_such_are_kept(tmp_path: Path) -> None:
    content = (
        '<w:hyperlink r:id="link"><w:r><w:t>x</w:t></w:r></w:hyperlink>'
        '<w:r><w:pict><v:shape href="https://example.org/"><v:imagedata r:id="logo"/></v:shape></w:pict></w:r>'
        '<w:r><w:drawing><a:hlinkClick r:id="link"/><a:blip r:embed="logo"/></w:drawing></w:r>'
    )
    parts = copied(tmp_path, header_with(content))
    assert any(b'<v:imagedata r:id="logo"' in part for part in parts.values())
    assert any(b"https://example.org/x" in part for name, part in parts.items() if name.endswith(".rels"))


# Pictures in SVG, which can refer to anything, and other parts of the file


def test_a_picture_in_svg_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, header_with('<w:r><w:drawing><a:blip r:embed="svg"/></w:drawing></w:r>', SVG))
    assert message == "word/media/drawing.svg isn't a picture that Engross can read; save it again as PNG or JPEG"


def test_of_a_picture_in_svg_and_png_the_png_is_taken(tmp_path: Path) -> None:
    extension = (
        '<a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip r:embed="svg"/></a:ext></a:extLst>'
    )
    content = f'<w:r><w:drawing><a:blip r:embed="logo">{extension}</a:blip></w:drawing></w:r>'
    parts = copied(tmp_path, header_with(content, SVG))
    assert not [name for name, part in parts.items() if b"svgBlip" in part or name.endswith(".svg")]


def test_a_package_inside_an_attribute_is_left_out(tmp_path: Path) -> None:
    parts = copied(tmp_path, header_with('<w:r><w:pict><v:shape o:gfxdata="UEsDBBQ"/></w:pict></w:r>'))
    assert not [name for name, part in parts.items() if b"gfxdata" in part]


def test_comments_in_the_parts_of_a_house_style_are_left_out(tmp_path: Path) -> None:
    parts = copied(tmp_path, header_with("<!-- zeus --><?zeus zeus?>"))
    assert not [name for name, part in parts.items() if b"zeus" in part]


def test_parts_that_are_taken_alone_refer_to_nothing(tmp_path: Path) -> None:
    def add_reference(tag: str) -> Callable[[str], str]:
        attribute = f'xmlns:r="{RELATIONSHIP}" r:id="rId1" '
        return lambda text: re.sub(rf"<{tag}([ />])", rf"<{tag} {attribute}\1", text)

    def with_border(document: str) -> str:
        border = '<w:pgBorders><w:top w:val="apples" r:id="rId1"/></w:pgBorders>'
        return re.sub(r"(<w:pgMar [^>]*/>)", rf"\1{border}", document)

    changes = {
        "word/styles.xml": add_reference("w:name"),
        "word/fontTable.xml": add_reference("w:charset"),
        "word/document.xml": with_border,
    }
    parts = copied(tmp_path, changed(ministry_a(), changes))
    assert b'<w:top w:val="apples"/>' in parts["word/document.xml"]
    assert b'"rId1"' not in parts["word/styles.xml"] + parts["word/fontTable.xml"]


def test_the_documentation_lists_the_fields_that_are_allowed() -> None:
    page = (ROOT / "docs" / "how-to" / "house-style.md").read_text("utf-8")
    listed = page.partition("## Fields in headers and footers")[2].split("```text\n")[1].split("```")[0]
    assert set(listed.split()) == ALLOWED_FIELDS


# What pictures disclose


def emf(description: str = "", comment: bytes = b"", after: bytes = b"") -> bytes:
    """A metafile with a line, and with all that one can hide in it."""
    text = description.encode("utf-16-le")
    head = struct.pack("<8i", 0, 0, 99, 49, 0, 0, 2000, 1000) + b" EMF" + struct.pack("<I", 0x10000)
    line = struct.pack("<IIii", 27, 16, 1, 1) + struct.pack("<IIii", 54, 16, 90, 40)
    drawn = struct.pack("<III", 70, 16, 4) + b"EMF+"
    hidden = struct.pack("<III", 70, 12 + len(comment), len(comment)) + comment if comment else b""
    end = struct.pack("<IIIII", 14, 20, 0, 16, 20)
    size = 108 + len(text)
    counts = struct.pack("<IIHH", size + len(line + drawn + hidden + end), 5 + bool(comment), 1, 0)
    where = struct.pack("<II", len(description), 108 if description else 0)
    rest = struct.pack("<I4i3I2i", 0, 1024, 768, 320, 240, 0, 0, 0, 320_000, 240_000)
    return struct.pack("<II", 1, size) + head + counts + where + rest + text + line + hidden + drawn + end + after


def wmf(comment: bytes = b"", after: bytes = b"", placeable: bool = False) -> bytes:
    line = struct.pack("<IHhh", 5, 0x0213, 40, 90)
    escape = struct.pack("<IHHH", 5 + len(comment) // 2, 0x0626, 15, len(comment)) + comment if comment else b""
    end = struct.pack("<IH", 3, 0)
    words = (18 + len(line + escape + end)) // 2
    head = struct.pack("<IHhhhhHIH", 0x9AC6CDD7, 0, 0, 0, 99, 49, 1440, 0, 0) if placeable else b""
    return head + struct.pack("<HHHIHIH", 1, 9, 0x300, words, 0, 5, 0) + escape + line + end + after


def with_logo(data: bytes, suffix: str) -> bytes:
    """A house style with this picture as its logo."""
    house = BytesIO()
    with zipfile.ZipFile(BytesIO(ministry_a())) as old, zipfile.ZipFile(house, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith(".png"):
                name, part = name.removesuffix("png") + suffix, data
            if name.endswith(".rels"):
                part = part.replace(b"image1.png", f"image1.{suffix}".encode())
            new.writestr(name, part)
    return house.getvalue()


def logo_of(folder: Path, house: bytes) -> tuple[str, bytes]:
    """The suffix and bytes of the only picture in a copy, whose content type is known."""
    parts = copied(folder, house)
    ((name, data),) = ((name, data) for name, data in parts.items() if name.startswith("word/media/"))
    suffix = name.rpartition(".")[2]
    assert f'Extension="{suffix}"'.encode() in parts["[Content_Types].xml"]
    return suffix, data


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_the_pictures_of_a_house_style_have_no_metadata(tmp_path: Path, kind: str) -> None:
    data = loud_png(6) if kind == "png" else loud_jpeg(6)
    suffix, logo = logo_of(tmp_path, with_logo(data, kind))
    assert not says_something(logo)
    with Image.open(BytesIO(data)) as one, Image.open(BytesIO(logo)) as other:  # not turned: Word turns no picture
        assert one.format == other.format == {"png": "PNG", "jpeg": "JPEG"}[suffix]
        assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_pictures_of_other_formats_become_png(tmp_path: Path, kind: str) -> None:
    file = BytesIO()
    drawing().save(file, kind, comment=SECRET, description=SECRET.decode())
    assert (SECRET in file.getvalue()) == (kind != "BMP")
    suffix, logo = logo_of(tmp_path, with_logo(file.getvalue() + SECRET, kind.lower()))
    assert suffix == "png"
    assert not says_something(logo)
    with Image.open(BytesIO(logo)) as opened:
        assert opened.convert("RGB").tobytes() == drawing().tobytes()


def test_a_metafile_keeps_what_it_draws_alone(tmp_path: Path) -> None:
    loud = emf("codename-zeus logo", SECRET + b"zeu", SECRET)
    assert says_something(loud) and "codename-zeus".encode("utf-16-le") in loud
    assert logo_of(tmp_path, with_logo(loud, "emf")) == ("emf", emf())
    assert logo_of(tmp_path, with_logo(emf(), "wmf")) == ("emf", emf())
    for placeable in (False, True):
        loud = wmf(SECRET + b"z", SECRET, placeable)
        assert says_something(loud)
        assert logo_of(tmp_path, with_logo(loud, "wmf")) == ("wmf", wmf(placeable=placeable))


@pytest.mark.parametrize("data", [emf()[:-8], emf()[:70], wmf()[:-2], wmf()[:10], b"not a picture", loud_png()[:400]])
def test_a_damaged_picture_in_a_house_style_is_refused(tmp_path: Path, data: bytes) -> None:
    message = refusal(tmp_path, with_logo(data, "png"))
    assert message.startswith("word/media/image1.png is")


def test_the_pixels_of_all_pictures_in_a_house_style_are_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_ALL_PIXELS", 240 * 80 - 1)
    message = refusal(tmp_path, ministry_a())
    assert message == "with word/media/image1.png, the pictures have more than 19,199 pixels; reduce their size"


def test_the_names_of_picture_files_are_left_out(tmp_path: Path) -> None:
    def name_files(text: str) -> str:
        text = re.sub(r'(<pic:cNvPr [^>]*name=)"[^"]*"', r'\1"codename-zeus plan"', text)
        return re.sub(r'(<wp:docPr [^>]*name=)"[^"]*"', r'\1"zeus.png" descr="C:\\zeus\\logo"', text)

    shape = (
        '<w:r><w:pict><v:shape alt="zeus.emf"><v:imagedata r:id="logo" o:title="zeus.emf"/></v:shape></w:pict></w:r>'
    )
    file = header_with(shape)
    with zipfile.ZipFile(BytesIO(file)) as parts:
        header = next(
            name for name in parts.namelist() if b"codename" in parts.read(name) or b"v:imagedata" in parts.read(name)
        )
    parts_of_copy = copied(tmp_path, changed(file, {header: name_files}))
    assert not [name for name, part in parts_of_copy.items() if b"zeus" in part]


def test_the_words_for_a_picture_are_kept(tmp_path: Path) -> None:
    shape = '<w:r><w:pict><v:shape alt="The arms of A"><v:imagedata r:id="logo"/></v:shape></w:pict></w:r>'
    assert any(b'alt="The arms of A"' in part for part in copied(tmp_path, header_with(shape)).values())
