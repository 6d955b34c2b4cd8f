"""The parts of a Word file, by name, and how they are packed (ISO/IEC 29500-2, the Open Packaging Conventions)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import Any

from docx.opc.constants import CONTENT_TYPE, NAMESPACE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml

Parts = Mapping[str, bytes]
"""The bytes of each part, by the part's name without a leading slash."""

TYPES = "[Content_Types].xml"
"""The content type of each part (10.1.2.2)."""
DOCUMENT = "word/document.xml"
STYLES = "word/styles.xml"
NUMBERING = "word/numbering.xml"
SETTINGS = "word/settings.xml"
FOOTNOTES = "word/footnotes.xml"
COMMENTS = "word/comments.xml"
_PICTURE_PREFIX = "word/media/image"
"""The start of the names of the declaration's pictures."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every entry, instead of the clock's: the earliest that a zip file can have."""
_QUICK_COMPRESSION = 3
"""For parts that only this file has: at most 8 % larger than the best compression, in less than half the time."""
NO_RELATIONSHIPS = f'<Relationships xmlns="{NAMESPACE.OPC_RELATIONSHIPS}"/>'.encode()


class Package:
    """The parts of a Word file. A part is parsed when it is first changed."""

    def __init__(self, parts: Parts) -> None:
        self._parts = dict(parts)
        self._roots: dict[str, Any] = {}

    def bytes_of(self, name: str) -> bytes:
        """A part as it was given, without changes made to its root."""
        return self._parts[name]

    def root(self, name: str) -> Any:
        """The root element of a part. The caller may change it."""
        if name not in self._roots:
            self._roots[name] = parse_xml(self._parts[name])
        return self._roots[name]

    def put(self, name: str, root: Any) -> None:
        """Add a part, or replace it."""
        self._roots[name] = root

    def names(self) -> Sequence[str]:
        """The names of all parts, sorted."""
        return sorted({*self._parts, *self._roots})

    def target(self, source: str, id_: str) -> str:
        """The name of the part that a relationship of the part `source` leads to."""
        relationships = self.root(relationships_path(source))
        found = next(relationship for relationship in relationships if relationship.get("Id") == id_)
        return normpath(join(dirname(source), found.get("Target")))

    def relate(self, source: str, id_: str, type_: str, target: str, external: bool = False) -> None:
        """Add a relationship from the part `source` to another part, or to an address outside the package."""
        name = relationships_path(source)
        if name not in self._parts:
            self._parts[name] = NO_RELATIONSHIPS
        add_relationship(self.root(name), id_, type_, target, external)

    def add_comments(self, root: Any) -> None:
        """Add the part for comments, which the package has only if there are any."""
        self.put(COMMENTS, root)
        add_content_type(self.root(TYPES), COMMENTS, CONTENT_TYPE.WML_COMMENTS)
        self.relate(DOCUMENT, "comments", RELATIONSHIP_TYPE.COMMENTS, f"/{COMMENTS}")

    def add_picture(self, number: int, data: bytes, media_type: str) -> str:
        """Add a picture. Returns the id of the document's relationship to it."""
        suffix = media_type.rpartition("/")[2]
        name, id_ = f"{_PICTURE_PREFIX}{number}.{suffix}", f"image{number}"
        self._parts[name] = data
        add_default_type(self.root(TYPES), suffix, media_type)
        self.relate(DOCUMENT, id_, RELATIONSHIP_TYPE.IMAGE, f"/{name}")
        return id_

    def to_bytes(self) -> bytes:
        """The file: the content types, then parts that other files may share, then the parts of this file alone."""
        changed = {name: serialize_part_xml(root) for name, root in self._roots.items()}
        parts = {**self._parts, **changed}
        own = {name: parts[name] for name in parts if name != TYPES and (name in changed or depends_on_text(name))}
        shared = [(name, parts[name]) for name in sorted(parts) if name not in own]
        return _appended(_packed(tuple(shared)), own)


def depends_on_text(name: str) -> bool:
    """Whether Engross's part of this name holds words, pictures or properties of the declaration."""
    return name == "word/header1.xml" or name.startswith(("docProps/", _PICTURE_PREFIX))


# Relationships and content types


def relationships_path(part: str) -> str:
    """The name of the part that holds a part's relationships (9.3.3)."""
    folder, _, base = part.rpartition("/")
    return f"{folder}/_rels/{base}.rels"


def add_relationship(relationships: Any, id_: str, type_: str, target: str, external: bool = False) -> None:
    """Add a relationship to a part's relationships (9.3.2)."""
    mode = {"TargetMode": "External"} if external else {}
    relationships.append(_element(relationships, "Relationship", Id=id_, Type=type_, Target=target, **mode))


def add_content_type(types: Any, name: str, content_type: str) -> None:
    """Add the content type of a part."""
    types.append(_element(types, "Override", PartName=f"/{name}", ContentType=content_type))


def add_default_type(types: Any, suffix: str, content_type: str) -> None:
    """Add the content type of all parts with a suffix, unless the package has one."""
    if not any(element.get("Extension") == suffix for element in types):
        types.insert(0, _element(types, "Default", Extension=suffix, ContentType=content_type))


def _element(parent: Any, tag: str, **attributes: str) -> Any:
    return parent.makeelement(f"{{{parent.nsmap[None]}}}{tag}", attributes)


# The file


@lru_cache(maxsize=4)
def _packed(parts: tuple[tuple[str, bytes], ...]) -> bytes:
    """An archive of parts that many files share: they are compressed once, as well as possible."""
    return _appended(b"", dict(parts), zlib.Z_BEST_COMPRESSION)


def _appended(archive: bytes, parts: Parts, level: int = _QUICK_COMPRESSION) -> bytes:
    """An archive, or b"", with more parts, the content types first. The bytes don't depend on clock or machine."""
    file = BytesIO(archive)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as appended:
        for name in sorted(parts, key=lambda name: (name != TYPES, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            appended.writestr(entry, parts[name], zipfile.ZIP_DEFLATED, level)
    return file.getvalue()
