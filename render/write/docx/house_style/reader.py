"""Reads a ministry's own Word file, which may be malicious: only what a Word copy takes from it, and within limits.

Parts that a copy doesn't take are never read: macros, properties, comments, custom XML, embedded fonts.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml import etree

from render.errors import UsageError
from render.regular_files import TooLargeError, read_regular
from render.write.docx.house_style.archive import MAX_FILE, SAVE_AGAIN, HouseArchive, InvalidHouseStyle
from render.write.docx.house_style.content import STRICT, check_content, check_references, remove_references
from render.write.docx.house_style.pictures import HousePictures, remove_file_names

KINDS = ("default", "first", "even")
"""The pages that a header or footer can be for (ISO/IEC 29500-1, 17.18.36)."""

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""The first bytes of a .doc file, and of a .docx file with a password ([MS-CFB], 2.2)."""
_SAVE = "save it in Word as .docx or .dotx"
DAMAGED = f"not a Word file, or damaged; {_SAVE}"


@dataclass(frozen=True, slots=True)
class HousePart:
    """A part of the house's file that a copy takes."""

    root: Any
    pictures: Mapping[str, tuple[str, bytes]]
    """Suffix and bytes of each picture, by the relationship's id."""
    links: Mapping[str, str]
    """The address of each link, by the relationship's id."""


@dataclass(frozen=True, slots=True)
class HouseFile:
    """What a copy takes from the house's file."""

    styles: HousePart
    numbering: HousePart | None
    theme: HousePart | None
    fonts: HousePart | None
    settings: HousePart | None
    section: Any
    """The properties of the last section (w:sectPr), or None."""
    headers: Mapping[str, HousePart]
    """By the kind of page, one of `KINDS`."""
    footers: Mapping[str, HousePart]


def read_house_file(path: Path) -> HouseFile:
    """What a copy takes from a house style. Raises UsageError for a file that can't be used."""
    try:
        data = read_regular(path, MAX_FILE)
        if data.startswith(_OLE):
            raise InvalidHouseStyle(f"an old .doc file, or locked with a password; {_SAVE}, without a password")
        return _Reader(HouseArchive(data)).read()
    except InvalidHouseStyle as error:
        raise UsageError(f"{path}: {error}") from None
    except TooLargeError:
        raise UsageError(f"{path}: larger than {MAX_FILE // 2**20} MiB; delete its text and pictures") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}; name a .docx or .dotx file") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError):
        raise UsageError(f"{path}: {DAMAGED}") from None


@dataclass(frozen=True, slots=True)
class _Relationship:
    """A relationship of a part to another part, or to an address outside the file."""

    id: str
    type: str
    """The last word of the relationship's type, such as "image"."""
    target: str
    """The other part's name, or the address."""
    is_external: bool

    @property
    def suffix(self) -> str:
        return self.target.rpartition(".")[2].lower()


class _Reader:
    """Reads parts of a Word file by name, and follows relationships between them."""

    def __init__(self, archive: HouseArchive) -> None:
        self._archive, self._cleaner = archive, HousePictures()
        self._pictures: dict[str, tuple[str, bytes]] = {}

    def read(self) -> HouseFile:
        main = next((found for found in self._relationships("") if found.type == "officeDocument"), None)
        if main is None:
            raise InvalidHouseStyle(f"not a Word file; {_SAVE}")
        document = self._root(main.target)
        _check_document(document)
        relationships = {found.id: found for found in self._relationships(main.target)}
        names = {found.type: found.target for found in relationships.values() if not found.is_external}
        if "styles" not in names:
            raise InvalidHouseStyle(f"has no styles; {SAVE_AGAIN}")
        sections = list(document.iter(qn("w:sectPr")))
        headers = self._referenced(sections, "headerReference", relationships)
        footers = self._referenced(sections, "footerReference", relationships)
        return HouseFile(
            styles=HousePart(remove_references(self._root(names["styles"])), {}, {}),
            numbering=self._part(names.get("numbering")),
            theme=self._part(names.get("theme")),
            fonts=self._root_only(names.get("fontTable")),
            settings=self._root_only(names.get("settings")),
            section=remove_references(sections[-1]) if sections else None,
            headers=headers,
            footers=footers,
        )

    def _referenced(
        self, sections: list[Any], tag: str, relationships: Mapping[str, _Relationship]
    ) -> Mapping[str, HousePart]:
        """The last section's headers or footers, by kind; it inherits from the section before (17.10.5)."""
        names: dict[str, str] = {}
        for section in sections:
            for reference in section.iter(qn(f"w:{tag}")):
                names[reference.get(qn("w:type"))] = relationships[reference.get(qn("r:id"))].target
        parts = {name: self._part(name) for name in names.values()}
        return {kind: part for kind in KINDS if (part := parts.get(names.get(kind, "")))}

    def _root_only(self, name: str | None) -> HousePart | None:
        """A part without the pictures and links that it refers to."""
        return HousePart(remove_references(self._root(name)), {}, {}) if name else None

    def _part(self, name: str | None) -> HousePart | None:
        """A part with its pictures and links. Raises InvalidHouseStyle if it refers to anything else."""
        if name is None:
            return None
        root = self._root(name)
        check_content(root, name)
        remove_file_names(root)
        relationships = {found.id: found for found in self._relationships(name)}
        for found in relationships.values():
            _check_relationship(found, name)
            if not found.is_external and found.target not in self._archive:
                raise InvalidHouseStyle(DAMAGED)
        used = check_references(root, name, {id_: found.type for id_, found in relationships.items()})
        links = {id_: found.target for id_, found in relationships.items() if found.type == "hyperlink"}
        pictures = {id_: relationships[id_] for id_ in relationships if id_ in used and id_ not in links}
        return HousePart(root, {id_: self._picture(found.target) for id_, found in pictures.items()}, links)

    def _picture(self, target: str) -> tuple[str, bytes]:
        """The suffix and bytes of a picture, which is cleaned once."""
        from render.pictures.clean import UnusablePicture

        if target not in self._pictures:
            try:
                self._pictures[target] = self._cleaner.clean(self._archive.bytes_of(target))
            except UnusablePicture as unusable:
                raise InvalidHouseStyle(f"{unusable.what.format(target)}; {unusable.hint}") from None
        return self._pictures[target]

    def _root(self, name: str) -> Any:
        try:
            root = parse_xml(self._archive.bytes_of(name))
        except SyntaxError:
            raise InvalidHouseStyle(f"{name} is damaged; {SAVE_AGAIN}") from None
        if root.getroottree().docinfo.doctype:
            raise InvalidHouseStyle(f"{name} has a DOCTYPE, which Word never writes; {SAVE_AGAIN}")
        etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)  # they can divide the code of a field
        return root

    def _relationships(self, name: str) -> Iterator[_Relationship]:
        """The relationships of a part; those of the package for ""."""
        folder, _, base = name.rpartition("/")
        path = join(folder, "_rels", f"{base}.rels")
        if path not in self._archive:
            return
        for element in self._root(path).iter("{*}Relationship"):
            target, is_external = element.get("Target", ""), element.get("TargetMode") == "External"
            inside = target[1:] if target.startswith("/") else normpath(join(dirname(name), target))
            type_ = element.get("Type", "").rpartition("/")[2]
            yield _Relationship(element.get("Id"), type_, target if is_external else inside, is_external)


def _check_relationship(found: _Relationship, name: str) -> None:
    """Raise InvalidHouseStyle unless it leads to a picture in the file, or is a link to the web or a mail address."""
    if found.type == "image" and not found.is_external:
        return
    if found.type == "hyperlink" and found.is_external and re.match(r"(https?://|mailto:)", found.target):
        return
    where = " outside the file" if found.is_external else ""
    raise InvalidHouseStyle(
        f"{name} refers to {found.target}{where} ({found.type}), which a house style can't use; remove it"
    )


def _check_document(document: Any) -> None:
    """Raise InvalidHouseStyle unless the main part is that of a Word file as Word usually writes it."""
    if document.tag == qn("w:document"):
        return
    if document.tag.startswith(f"{{{STRICT}"):
        raise InvalidHouseStyle(f"in Strict Open XML, which Engross can't read; {_SAVE}, but not as Strict Open XML")
    raise InvalidHouseStyle(f"not a Word file; {_SAVE}")
