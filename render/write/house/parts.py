"""Parts put together into a package: what they lead to goes with them, and the package learns of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docx.opc.constants import CONTENT_TYPE, NAMESPACE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml

from render.write.house.reading import PICTURES, HousePart

Parts = Mapping[str, bytes]

RELATIONS = "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"


class Builder:
    """The parts of a house style, beside ours."""

    def __init__(self, ours: Parts) -> None:
        self._parts: dict[str, bytes] = {}
        self._types = parse_xml(ours[TYPES])
        self._relations = parse_xml(ours[RELATIONS])
        self._pictures = 0
        self._sheets: dict[int, str] = {}

    def put(self, name: str, part: HousePart) -> None:
        """Put a part under a name, with its pictures and links."""
        folder, _, base = name.rpartition("/")
        relations = parse_xml(f'<Relationships xmlns="{NAMESPACE.OPC_RELATIONSHIPS}"/>')
        for identifier, (suffix, data) in part.pictures.items():
            self._pictures += 1
            picture = f"word/media/house{self._pictures}.{suffix}"
            self._parts[picture] = data
            self._default(suffix)
            _relate(relations, identifier, RELATIONSHIP_TYPE.IMAGE, f"/{picture}")
        for identifier, address in part.links.items():
            _relate(relations, identifier, RELATIONSHIP_TYPE.HYPERLINK, address, external=True)
        self._parts[name] = serialize_part_xml(part.root)
        if len(relations):
            self._parts[f"{folder}/_rels/{base}.rels"] = serialize_part_xml(relations)

    def sheet(self, part: HousePart, footer: bool) -> str:
        """The relationship of the document to a header or footer; each is put in once."""
        if id(part) not in self._sheets:
            identifier = f"house{len(self._sheets) + 1}"
            self._sheets[id(part)] = identifier
            self.put(f"word/{identifier}.xml", part)
            kind = CONTENT_TYPE.WML_FOOTER if footer else CONTENT_TYPE.WML_HEADER
            self._types.append(_element(self._types, "Override", PartName=f"/word/{identifier}.xml", ContentType=kind))
            relation = RELATIONSHIP_TYPE.FOOTER if footer else RELATIONSHIP_TYPE.HEADER
            _relate(self._relations, identifier, relation, f"{identifier}.xml")
        return self._sheets[id(part)]

    def leave_out(self, kind: str) -> None:
        """Take our own headers or footers out of the document."""
        for it in list(self._relations):
            if it.get("Type") == kind and not it.get("Id", "").startswith("house"):
                self._relations.remove(it)

    def ours(self, name: str) -> str:
        """The relationship of the document to a part of ours."""
        return str(next(it.get("Id") for it in self._relations if it.get("Target") == name))

    def parts(self) -> Parts:
        """All parts."""
        return self._parts | {TYPES: serialize_part_xml(self._types), RELATIONS: serialize_part_xml(self._relations)}

    def _default(self, suffix: str) -> None:
        if not any(it.get("Extension") == suffix for it in self._types):
            self._types.insert(0, _element(self._types, "Default", Extension=suffix, ContentType=PICTURES[suffix]))


def _element(parent: Any, tag: str, **attributes: str) -> Any:
    return parent.makeelement(parent.tag.replace(parent.tag.rpartition("}")[2], tag), attributes)


def _relate(relations: Any, identifier: str, kind: str, target: str, external: bool = False) -> None:
    mode = {"TargetMode": "External"} if external else {}
    relations.append(_element(relations, "Relationship", Id=identifier, Type=kind, Target=target, **mode))
