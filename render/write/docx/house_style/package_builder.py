"""Parts put together into a package: what they lead to goes with them, and the package learns of it."""

from __future__ import annotations

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml

from render.write.docx.house_style.reader import PICTURES, HousePart
from render.write.docx.opc import DOCUMENT, NO_RELATIONS, TYPES, Parts, default, override, relate, relations_of

_RELATIONS = relations_of(DOCUMENT)


class Builder:
    """The parts of a house style, beside ours."""

    def __init__(self, ours: Parts) -> None:
        self._parts: dict[str, bytes] = {}
        self._types = parse_xml(ours[TYPES])
        self._relations = parse_xml(ours[_RELATIONS])
        self._pictures = 0
        self._sheets: dict[int, str] = {}

    def put(self, name: str, part: HousePart) -> None:
        """Put a part under a name, with its pictures and links."""
        relations = parse_xml(NO_RELATIONS)
        for identifier, (suffix, data) in part.pictures.items():
            self._pictures += 1
            picture = f"word/media/house{self._pictures}.{suffix}"
            self._parts[picture] = data
            default(self._types, suffix, PICTURES[suffix])
            relate(relations, identifier, RELATIONSHIP_TYPE.IMAGE, f"/{picture}")
        for identifier, address in part.links.items():
            relate(relations, identifier, RELATIONSHIP_TYPE.HYPERLINK, address, external=True)
        self._parts[name] = serialize_part_xml(part.root)
        if len(relations):
            self._parts[relations_of(name)] = serialize_part_xml(relations)

    def sheet(self, part: HousePart, footer: bool) -> str:
        """The relationship of the document to a header or footer; each is put in once."""
        if id(part) not in self._sheets:
            identifier = f"house{len(self._sheets) + 1}"
            self._sheets[id(part)] = identifier
            self.put(f"word/{identifier}.xml", part)
            kind = CONTENT_TYPE.WML_FOOTER if footer else CONTENT_TYPE.WML_HEADER
            override(self._types, f"word/{identifier}.xml", kind)
            relation = RELATIONSHIP_TYPE.FOOTER if footer else RELATIONSHIP_TYPE.HEADER
            relate(self._relations, identifier, relation, f"{identifier}.xml")
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
        return self._parts | {TYPES: serialize_part_xml(self._types), _RELATIONS: serialize_part_xml(self._relations)}
