"""Collects the parts that a house style adds to the package, with their pictures, links and content types."""

from __future__ import annotations

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml

from render.write.docx.house_style.pictures import PICTURE_TYPES
from render.write.docx.house_style.reader import HousePart
from render.write.docx.opc import (
    DOCUMENT,
    NO_RELATIONSHIPS,
    TYPES,
    Parts,
    add_content_type,
    add_default_type,
    add_relationship,
    relationships_path,
)

_RELATIONSHIPS = relationships_path(DOCUMENT)
HOUSE_PREFIX = "house"
"""The start of the names of headers, footers and pictures from a house style, and of their relationships' ids."""


class PackageBuilder:
    """The parts of a house style, and the document's relationships and content types that go with them."""

    def __init__(self, ours: Parts) -> None:
        self._parts: dict[str, bytes] = {}
        self._types = parse_xml(ours[TYPES])
        self._relationships = parse_xml(ours[_RELATIONSHIPS])
        self._pictures: dict[bytes, str] = {}
        """The name of the part for each picture."""
        self._ids: dict[int, str] = {}
        """The relationship's id for each header or footer, by the part's id()."""

    def add(self, name: str, part: HousePart) -> None:
        """Add a part under a name, with its pictures and links."""
        relationships = parse_xml(NO_RELATIONSHIPS)
        for id_, (suffix, data) in part.pictures.items():
            add_relationship(relationships, id_, RELATIONSHIP_TYPE.IMAGE, f"/{self._picture(suffix, data)}")
        for id_, address in part.links.items():
            add_relationship(relationships, id_, RELATIONSHIP_TYPE.HYPERLINK, address, external=True)
        self._parts[name] = serialize_part_xml(part.root)
        if len(relationships):
            self._parts[relationships_path(name)] = serialize_part_xml(relationships)

    def _picture(self, suffix: str, data: bytes) -> str:
        """The name of the part that holds a picture. Adds the picture once."""
        if data not in self._pictures:
            name = f"word/media/{HOUSE_PREFIX}{len(self._pictures) + 1}.{suffix}"
            self._pictures[data] = name
            self._parts[name] = data
            add_default_type(self._types, suffix, PICTURE_TYPES[suffix])
        return self._pictures[data]

    def add_header(self, part: HousePart) -> str:
        """Add a header, if it is new. Returns the id of the document's relationship to it."""
        return self._add_once(part, CONTENT_TYPE.WML_HEADER, RELATIONSHIP_TYPE.HEADER)

    def add_footer(self, part: HousePart) -> str:
        """Add a footer, if it is new. Returns the id of the document's relationship to it."""
        return self._add_once(part, CONTENT_TYPE.WML_FOOTER, RELATIONSHIP_TYPE.FOOTER)

    def _add_once(self, part: HousePart, content_type: str, relationship_type: str) -> str:
        if id(part) not in self._ids:
            id_ = f"{HOUSE_PREFIX}{len(self._ids) + 1}"
            self._ids[id(part)] = id_
            self.add(f"word/{id_}.xml", part)
            add_content_type(self._types, f"word/{id_}.xml", content_type)
            add_relationship(self._relationships, id_, relationship_type, f"{id_}.xml")
        return self._ids[id(part)]

    def remove_ours(self, relationship_type: str) -> None:
        """Remove the document's relationships of a type to parts of ours."""
        for relationship in list(self._relationships):
            is_ours = not relationship.get("Id", "").startswith(HOUSE_PREFIX)
            if relationship.get("Type") == relationship_type and is_ours:
                self._relationships.remove(relationship)

    def id_of_ours(self, target: str) -> str:
        """The id of the document's relationship to a part of ours."""
        found = next(relationship for relationship in self._relationships if relationship.get("Target") == target)
        return str(found.get("Id"))

    def parts(self) -> Parts:
        """All parts that were added, the content types, and the document's relationships."""
        return self._parts | {
            TYPES: serialize_part_xml(self._types),
            _RELATIONSHIPS: serialize_part_xml(self._relationships),
        }
