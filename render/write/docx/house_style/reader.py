"""A ministry's own Word file, read with suspicion: what a Word copy takes from it, and nothing else.

A part that is not taken is never looked into: the body, macros, properties, comments, custom XML, the fonts embedded.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from render.errors import UsageError

MAX_FILE = 64 * 2**20
MAX_PART = 16 * 2**20
MAX_WHOLE = 256 * 2**20
"""Bytes: of the file, of a part that is taken, and of all parts together, unpacked."""
MAX_PARTS = 5_000
STEEPEST = 200
"""How many times larger than the file all parts may be together, unpacked; Word's own files come to about 10."""
PICTURES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "emf": "image/x-emf",
    "wmf": "image/x-wmf",
    "svg": "image/svg+xml",
}
"""The media types of the pictures that a part may have, by suffix."""
KINDS = ("default", "first", "even")
"""The pages that a header or footer can be for (17.18.36)."""

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = "http://purl.oclc.org/ooxml/"
_WORD = "save it in Word as .docx or .dotx"
DAMAGED = f"no Word file, or a damaged one; {_WORD}"
_FIELDS = re.compile(r"\b(DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|IMPORT|LINK|DATABASE|MACROBUTTON|AUTOTEXT)\b", re.I)
"""Fields that bring in what is elsewhere, or run something."""


@dataclass(frozen=True, slots=True)
class HousePart:
    """A part: its root, and what it leads to by relationship: pictures (suffix, bytes), and addresses."""

    root: Any
    pictures: Mapping[str, tuple[str, bytes]]
    links: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class House:
    """What is taken from a house style. `section` is the page set-up of its last section."""

    styles: HousePart
    numbering: HousePart | None
    theme: HousePart | None
    fonts: HousePart | None
    settings: HousePart | None
    section: Any
    headers: Mapping[str, HousePart]
    footers: Mapping[str, HousePart]


def read_house(path: Path) -> House:
    """What is taken from a house style. Raises UsageError for a file that is none, or holds what is not allowed."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise InvalidHouseStyle(f"larger than {MAX_FILE // 2**20} MiB; take out what only its text needs")
        data = path.read_bytes()
        if data.startswith(_OLE):
            raise InvalidHouseStyle(f"an old .doc, or locked with a password; {_WORD}, without a password")
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _House(archive, len(data)).house()
    except InvalidHouseStyle as error:
        raise UsageError(f"{path}: {error}") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}; name a .docx or .dotx file") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError):
        raise UsageError(f"{path}: {DAMAGED}") from None


class InvalidHouseStyle(Exception):
    """Why a file can't be a house style, and the mend."""


class _House:
    """The parts of a package by their names and relationships."""

    def __init__(self, archive: zipfile.ZipFile, size: int) -> None:
        self._archive = archive
        whole = sum(entry.file_size for entry in archive.infolist())
        if len(archive.infolist()) > MAX_PARTS or whole > min(MAX_WHOLE, max(size * STEEPEST, MAX_PART)):
            raise InvalidHouseStyle(
                f"unpacks to {whole // 2**20} MiB in {len(archive.infolist())} parts, too much; {_WORD} anew"
            )

    def house(self) -> House:
        main = next((it for it in self._relations("") if it.kind == "officeDocument"), None)
        if main is None:
            raise InvalidHouseStyle(f"no Word file; {_WORD}")
        document = self._root(main.target)
        if document.tag != qn("w:document"):
            what = "in Strict Open XML" if document.tag.startswith(f"{{{_STRICT}") else "no Word file"
            raise InvalidHouseStyle(f"{what}; {_WORD}, not as Strict Open XML")
        relations = {it.id: it for it in self._relations(main.target)}
        named = {it.kind: it.target for it in relations.values() if not it.external}
        if "styles" not in named:
            raise InvalidHouseStyle(f"has no styles; {_WORD}")
        sections = list(document.iter(qn("w:sectPr")))
        return House(
            styles=HousePart(self._root(named["styles"]), {}, {}),
            numbering=self._part(named.get("numbering")),
            theme=self._part(named.get("theme")),
            fonts=self._bare(named.get("fontTable")),
            settings=self._bare(named.get("settings")),
            section=sections[-1] if sections else None,
            headers=self._sheets(sections, "headerReference", relations),
            footers=self._sheets(sections, "footerReference", relations),
        )

    def _sheets(self, sections: list[Any], tag: str, relations: Mapping[str, _Relation]) -> Mapping[str, HousePart]:
        """The headers or footers by kind; a section that has none of a kind goes on with those before it (17.10.5)."""
        named: dict[str, str] = {}
        for section in sections:
            for it in section.iter(qn(f"w:{tag}")):
                relation = relations.get(it.get(qn("r:id")))
                if relation is None:
                    raise KeyError(tag)
                named[it.get(qn("w:type"))] = relation.target
        parts = {target: self._part(target) for target in named.values()}
        return {kind: part for kind in KINDS if (part := parts.get(named.get(kind, "")))}

    def _bare(self, name: str | None) -> HousePart | None:
        """A part of which only the words matter, whatever it leads to."""
        return HousePart(self._root(name), {}, {}) if name else None

    def _part(self, name: str | None) -> HousePart | None:
        if name is None:
            return None
        root = self._root(name)
        _refuse_imports(root, name)
        pictures, links = {}, {}
        for it in self._relations(name):
            if it.kind == "image" and not it.external and it.suffix in PICTURES:
                pictures[it.id] = (it.suffix, self._bytes(it.target))
            elif it.kind == "hyperlink" and it.external and re.match(r"(https?://|mailto:)", it.target):
                links[it.id] = it.target
            else:
                where = f"{'outside of the file' if it.external else ''} ({it.kind})".strip()
                raise InvalidHouseStyle(
                    f"{name} needs something that a house style can't have: {it.target} {where}; take it out"
                )
        used = {value for it in root.iter() for key, value in it.attrib.items() if key.startswith(_RELATION)}
        if not used <= {*pictures, *links}:
            raise InvalidHouseStyle(f"{name} is damaged; {_WORD} anew")
        return HousePart(root, pictures, links)

    def _root(self, name: str) -> Any:
        try:
            root = parse_xml(self._bytes(name))
        except SyntaxError:
            raise InvalidHouseStyle(f"{name} is damaged; {_WORD} anew") from None
        if root.getroottree().docinfo.doctype:
            raise InvalidHouseStyle(f"{name} has a DOCTYPE, which no Word file has; {_WORD} anew")
        return root

    def _bytes(self, name: str) -> bytes:
        entry = self._archive.getinfo(name)
        if entry.file_size > MAX_PART:
            raise InvalidHouseStyle(f"{name} is larger than {MAX_PART // 2**20} MiB; make it smaller")
        return self._archive.read(entry)

    def _relations(self, name: str) -> Iterator[_Relation]:
        folder, _, base = name.rpartition("/")
        beside = join(folder, "_rels", f"{base}.rels")
        if beside not in self._archive.namelist():
            return
        for it in self._root(beside).iter("{*}Relationship"):
            target, external = it.get("Target", ""), it.get("TargetMode") == "External"
            inside = target[1:] if target.startswith("/") else normpath(join(dirname(name), target))
            kind = it.get("Type", "").rpartition("/")[2]
            yield _Relation(it.get("Id"), kind, target if external else inside, external)


@dataclass(frozen=True, slots=True)
class _Relation:
    """What a part leads to: another part, or something outside of the file."""

    id: str
    kind: str
    target: str
    external: bool

    @property
    def suffix(self) -> str:
        return self.target.rpartition(".")[2].lower()


def _refuse_imports(root: Any, name: str) -> None:
    """Raises Unfit for a field or a shape that brings in what is elsewhere."""
    codes = [it.text or "" for it in root.iter(qn("w:instrText"))]
    codes += [it.get(qn("w:instr"), "") for it in root.iter(qn("w:fldSimple"))]
    if found := _FIELDS.search(" ".join(codes)) or _FIELDS.search("".join(codes)):
        raise InvalidHouseStyle(f"{name} has a field {found[0].upper()}, which a house style can't have; take it out")
    if any(it.get("src") for it in root.iter("{urn:schemas-microsoft-com:vml}*")):
        raise InvalidHouseStyle(f"{name} shows a picture from elsewhere; insert the picture itself")
