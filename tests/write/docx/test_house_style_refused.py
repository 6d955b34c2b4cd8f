"""Which house styles are refused, and what is left out of one."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest

from render.errors import EngrossError, UsageError
from render.write.formats import FORMATS, validate_theme
from render.write.theme import Theme
from tests.extract import DECLARATION
from tests.houses import changed, ministry_a, ministry_b
from tests.write.docx.house_styles import in_house_style, saved


def relation(kind: str, target: str, mode: str = "") -> Callable[[str], str]:
    """A change that adds a relationship to those of a part."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    added = f'<Relationship Id="bad1" Type="{base}/{kind}" Target="{target}"{mode}/></Relationships>'
    return lambda text: text.replace("</Relationships>", added)


EXTERNAL = ' TargetMode="External"'


def header_of(file: bytes) -> str:
    """The name of a header with a logo."""
    with zipfile.ZipFile(BytesIO(file)) as archive:
        return next(name for name in archive.namelist() if re.fullmatch(r"word/_rels/header\d\.xml\.rels", name))


def header_with_relation(kind: str, target: str, mode: str = "") -> bytes:
    file = ministry_a()
    return changed(file, {header_of(file): relation(kind, target, mode)})


def header_with_field(code: str) -> bytes:
    file = ministry_a()
    field = f'<w:fldSimple w:instr=" {code} "><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p></w:hdr>'
    name = header_of(file).replace("_rels/", "").removesuffix(".rels")
    return changed(file, {name: lambda text: re.sub(r"</w:p>\s*</w:hdr>", lambda _: field, text)})


def header_with_shape(attribute: str) -> bytes:
    file = ministry_a()
    shape = f'<w:p><w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" {attribute}/></w:pict></w:r></w:p>'
    name = header_of(file).replace("_rels/", "").removesuffix(".rels")
    return changed(file, {name: lambda text: text.replace("</w:hdr>", f"{shape}</w:hdr>")})


def zip_bomb() -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", b" " * 80_000_000)
    return data.getvalue()


def many_parts() -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for number in range(5_001):
            archive.writestr(str(number), b"")
    return data.getvalue()


def add_doctype(styles: str) -> str:
    return re.sub(r"(<w:styles)", '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\\1', styles, count=1)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "no zip": (lambda: b"Dear all,", "not a Word file, or damaged; save it in Word as .docx or .dotx"),
    "empty": (lambda: b"", "not a Word file, or damaged"),
    "old or locked": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 600, "locked with a password"),
    "another zip": (many_parts, "5001 parts, which is too much"),
    "bomb": (zip_bomb, "unpacks to 76 MiB"),
    "cut off": (lambda: ministry_a()[:9000], "or damaged"),
    "a part cut off": (
        lambda: changed(ministry_a(), {"word/styles.xml": lambda text: text[:-30]}),
        "word/styles.xml is damaged",
    ),
    "doctype": (lambda: changed(ministry_a(), {"word/styles.xml": add_doctype}), "has a DOCTYPE"),
    "strict": (
        lambda: changed(
            ministry_a(),
            {
                "word/document.xml": lambda text: text.replace(
                    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    "http://purl.oclc.org/ooxml/wordprocessingml/main",
                )
            },
        ),
        "in Strict Open XML",
    ),
    "picture from elsewhere": (
        lambda: header_with_relation("image", "https://example.org/x.png", EXTERNAL),
        "https://example.org/x.png outside the file (image)",
    ),
    "file elsewhere": (lambda: header_with_relation("hyperlink", "file:///etc/passwd", EXTERNAL), "file:///etc/passwd"),
    "object": (lambda: header_with_relation("oleObject", "embeddings/x.bin"), "word/embeddings/x.bin (oleObject)"),
    "control": (lambda: header_with_relation("control", "activeX/x.xml"), "(control)"),
    "missing part": (lambda: header_with_relation("image", "media/none.png"), "or damaged"),
    "lost relationship": (
        lambda: changed(ministry_a(), {header_of(ministry_a()): lambda text: re.sub("<Relationship [^>]*>", "", text)}),
        ".xml is damaged",
    ),
    "shape from elsewhere": (
        lambda: header_with_shape('src="https://example.org/x.png"'),
        "shows a picture from outside the file",
    ),
    "large part": (
        lambda: changed(
            ministry_a(),
            {"word/styles.xml": lambda text: f"{text}<!--{random.Random(1).randbytes(9_000_000).hex()}-->"},
        ),
        "word/styles.xml is larger than 16 MiB",
    ),
    "field that runs": (lambda: header_with_field("DDEAUTO c:\\\\x"), "has a field DDEAUTO"),
    "field that brings in": (lambda: header_with_field("INCLUDETEXT x.docx"), "has a field INCLUDETEXT"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_invalid_house_style_is_refused_with_a_hint(tmp_path: Path, what: str) -> None:
    make, message = REFUSED[what]
    house = saved(tmp_path / "house.docx", make())
    with pytest.raises(UsageError, match=re.escape(message)) as refused:
        in_house_style(DECLARATION, house)
    assert str(refused.value).startswith(f"{house}: ")
    assert "; " in str(refused.value)


@pytest.mark.parametrize("name", ["none.docx", "."])
def test_a_missing_house_style_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"name a \.docx or \.dotx file"):
        validate_theme(FORMATS.values(), Theme(house_style=tmp_path / name))


def test_macros_are_left_out(tmp_path: Path) -> None:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with_macros = "application/vnd.ms-word.document.macroEnabled.main+xml"
    types = {"[Content_Types].xml": lambda text: text.replace(main, with_macros)}
    macros = {"word/vbaProject.bin": b"macros"}
    house = saved(tmp_path / "house.docm", changed(ministry_a(), types, macros))
    with zipfile.ZipFile(BytesIO(in_house_style(DECLARATION, house))) as copy:
        assert not [name for name in copy.namelist() if "vba" in name]
        assert b"macro" not in copy.read("[Content_Types].xml")


def test_links_in_a_header_are_kept(tmp_path: Path) -> None:
    house = saved(tmp_path / "house.docx", header_with_relation("hyperlink", "https://example.org/", EXTERNAL))
    document = docx.Document(BytesIO(in_house_style(DECLARATION, house)))
    relations = document.sections[0].first_page_header.part.rels.values()
    assert [relation.target_ref for relation in relations if relation.is_external] == ["https://example.org/"]


def test_a_damaged_house_style_is_an_error_without_a_traceback(tmp_path: Path) -> None:
    chance = random.Random(1)
    file = ministry_b()
    with zipfile.ZipFile(BytesIO(file)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for number in range(60):
        name = chance.choice([part for part in parts if part.endswith((".xml", ".rels"))])
        cut = chance.choice(list(re.finditer(r'<[^/!?][^>]*/>| [\w:]+="[^"]*"', parts[name])))
        text = parts[name][: cut.start()] + parts[name][cut.end() :]
        house = saved(tmp_path / f"{number}.dotx", repacked(parts | {name: text}))
        try:
            assert zipfile.is_zipfile(BytesIO(in_house_style(DECLARATION, house)))
        except EngrossError as error:
            assert str(error).startswith(str(house))


def repacked(parts: dict[str, str]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()
