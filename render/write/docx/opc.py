"""The parts of a Word copy, by their names, as they come together (ISO/IEC 29500-2, the Open Packaging Conventions)."""

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

TYPES = "[Content_Types].xml"
"""What kind each part is of (10.1.2.2)."""
DOCUMENT = "word/document.xml"
STYLES = "word/styles.xml"
NUMBERING = "word/numbering.xml"
SETTINGS = "word/settings.xml"
FOOTNOTES = "word/footnotes.xml"
COMMENTS = "word/comments.xml"
_PICTURE = "word/media/image"
"""The names of a text's own pictures begin so."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every entry: the earliest that a zip file can bear."""
_QUICK = 3
"""How hard a part that no other copy has is packed: within 8 % of the smallest, in less than half the time."""
NO_RELATIONS = f'<Relationships xmlns="{NAMESPACE.OPC_RELATIONSHIPS}"/>'.encode()


class Package:
    """Parts, each as bytes until it is opened to be changed."""

    def __init__(self, parts: Parts) -> None:
        self._parts = dict(parts)
        self._roots: dict[str, Any] = {}

    def bytes_of(self, name: str) -> bytes:
        """A part that nobody has opened."""
        return self._parts[name]

    def root(self, name: str) -> Any:
        """The root of a part, to be changed."""
        if name not in self._roots:
            self._roots[name] = parse_xml(self._parts[name])
        return self._roots[name]

    def put(self, name: str, root: Any) -> None:
        """Put a part in, or in the place of another."""
        self._roots[name] = root

    def names(self) -> Sequence[str]:
        """The names of all parts."""
        return sorted({*self._parts, *self._roots})

    def target(self, source: str, identifier: str) -> str:
        """The part that another one's relationship leads to."""
        found = next(it for it in self.root(relations_of(source)) if it.get("Id") == identifier)
        return normpath(join(dirname(source), found.get("Target")))

    def relate(self, source: str, identifier: str, kind: str, target: str, external: bool = False) -> None:
        """Let a part have a relationship to another, or to an address outside of the package."""
        name = relations_of(source)
        if name not in self._parts:
            self._parts[name] = NO_RELATIONS
        relate(self.root(name), identifier, kind, target, external)

    def add_comments(self, root: Any) -> None:
        """Put the comments in, which a package without any has no part for."""
        self.put(COMMENTS, root)
        override(self.root(TYPES), COMMENTS, CONTENT_TYPE.WML_COMMENTS)
        self.relate(DOCUMENT, "comments", RELATIONSHIP_TYPE.COMMENTS, f"/{COMMENTS}")

    def add_picture(self, number: int, data: bytes, media_type: str) -> str:
        """Put a picture in. Gives the document's relationship to it."""
        suffix = media_type.rpartition("/")[2]
        name, identifier = f"{_PICTURE}{number}.{suffix}", f"image{number}"
        self._parts[name] = data
        default(self.root(TYPES), suffix, media_type)
        self.relate(DOCUMENT, identifier, RELATIONSHIP_TYPE.IMAGE, f"/{name}")
        return identifier

    def packed(self) -> bytes:
        """The file's bytes: the content types first, then what other copies may have too, and what this alone has."""
        changed = {name: serialize_part_xml(root) for name, root in self._roots.items()}
        parts = {**self._parts, **changed}
        own = {it: parts[it] for it in parts if it != TYPES and (it in changed or is_own(it))}
        common = [(it, parts[it]) for it in sorted(parts) if it not in own]
        return _appended(_packed(tuple(common)), own)


def relations_of(part: str) -> str:
    """Where the relationships of a part are (9.3.3)."""
    folder, _, base = part.rpartition("/")
    return f"{folder}/_rels/{base}.rels"


# Relationships and content types


def relate(relations: Any, identifier: str, kind: str, target: str, external: bool = False) -> None:
    """Add a relationship to those of a part."""
    mode = {"TargetMode": "External"} if external else {}
    relations.append(_element(relations, "Relationship", Id=identifier, Type=kind, Target=target, **mode))


def override(types: Any, name: str, content_type: str) -> None:
    """Say of what kind a part is."""
    types.append(_element(types, "Override", PartName=f"/{name}", ContentType=content_type))


def default(types: Any, suffix: str, content_type: str) -> None:
    """Say of what kind all parts with a suffix are, where that is not said."""
    if not any(it.get("Extension") == suffix for it in types):
        types.insert(0, _element(types, "Default", Extension=suffix, ContentType=content_type))


def _element(parent: Any, tag: str, **attributes: str) -> Any:
    return parent.makeelement(f"{{{parent.nsmap[None]}}}{tag}", attributes)


# The file


def is_own(name: str) -> bool:
    """Whether a part has words or pictures of the text, or says something of it."""
    return name == "word/header1.xml" or name.startswith(("docProps/", _PICTURE))


@lru_cache(maxsize=4)
def _packed(parts: tuple[tuple[str, bytes], ...]) -> bytes:
    """Parts that many copies have are packed once, and well; of names so sorted that the content types come first."""
    return _appended(b"", dict(parts), zlib.Z_BEST_COMPRESSION)


def _appended(archive: bytes, parts: Parts, level: int = _QUICK) -> bytes:
    """An archive, or none yet, with more parts, and nothing of the clock or the machine in it."""
    file = BytesIO(archive)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(parts, key=lambda name: (name != TYPES, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            packed.writestr(entry, parts[name], zipfile.ZIP_DEFLATED, level)
    return file.getvalue()
