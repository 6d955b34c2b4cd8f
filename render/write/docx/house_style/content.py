"""What a part of a house's file may refer to: pictures in the file, and links to the web or to a mail address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docx.oxml.ns import nsmap, qn

from render.write.docx.house_style.archive import SAVE_AGAIN, InvalidHouseStyle
from render.write.docx.house_style.field_codes import IncompleteField, forbidden_field

STRICT = "http://purl.oclc.org/ooxml/"
"""The start of the namespaces of Strict Open XML (ISO/IEC 29500-1). Some programs read both kinds alike."""
_R = f"{{{nsmap['r']}}}"
_O = "{urn:schemas-microsoft-com:office:office}"
_V = "{urn:schemas-microsoft-com:vml}"
_VML = (f"{_V}imagedata", f"{_V}fill", f"{_V}stroke")
ALLOWED_REFERENCES: Mapping[tuple[str, str], str] = {
    (qn("a:blip"), f"{_R}embed"): "image",
    **{(tag, attribute): "image" for tag in _VML for attribute in (f"{_R}id", f"{_O}relid")},
    (qn("w:hyperlink"), f"{_R}id"): "hyperlink",
    (qn("a:hlinkClick"), f"{_R}id"): "hyperlink",
    (qn("a:hlinkHover"), f"{_R}id"): "hyperlink",
}
"""The type of the relationship that an attribute of an element may name. No other reference is allowed."""
_LINK = re.compile(r"(https?://|mailto:)\S*|#.*")
_REFERENCES = frozenset((f"{_O}relid",))
_ADDRESSES = frozenset(("src", f"{_O}href", f"{_O}althref"))
"""Attributes that name a file or an address, from which programs load something."""
_OPAQUE_ATTRIBUTE = f"{_O}gfxdata"
"""A package inside an attribute, with relationships of its own ([MS-OI29500], 2.1.1745)."""
_EMBEDDED = ("webVideoPr", "binData", "movie", "contentPart", "altChunk", "subDoc", "control", "OLEObject")
"""The local names of elements that hold or load what isn't a part of the page."""
_EXTENSION = qn("a:ext")


def check_content(root: Any, name: str) -> None:
    """Raise InvalidHouseStyle for a field, a shape or an element that loads something from outside the file.

    Removes extensions (ISO/IEC 29500-1, 20.1.2.2.14) with references, such as the SVG form of a picture, which has a
    PNG too; and packages inside attributes.
    """
    _remove_extensions(root)
    for element in root.iter():
        element.attrib.pop(_OPAQUE_ATTRIBUTE, None)
        _check_element(element, name)
    try:
        objection = forbidden_field(root)
    except IncompleteField:
        hint = "accept or reject all changes, and insert the field again"
        raise InvalidHouseStyle(f"{name} has an incomplete field; {hint}") from None
    if objection:
        raise InvalidHouseStyle(f"{name} has {objection}, which a house style can't use; remove it")


def check_references(root: Any, name: str, types: Mapping[str, str]) -> frozenset[str]:
    """The ids of all relationships that a part uses. `types` has the type of each relationship of the part.

    Raises InvalidHouseStyle for a reference to a relationship of another type than the element needs.
    """
    used = set()
    for element in root.iter():
        for attribute, id_ in _references(element):
            if id_ not in types:
                raise InvalidHouseStyle(f"{name} is damaged; {SAVE_AGAIN}")
            if ALLOWED_REFERENCES.get((element.tag, attribute)) != types[id_]:
                what = f"{_local(element.tag)} {_local(attribute)}"
                raise InvalidHouseStyle(
                    f"{name} loads something from elsewhere ({what}), which a house style can't use; remove it"
                )
            used.add(id_)
    return frozenset(used)


def remove_references(root: Any) -> Any:
    """An element, after all references to relationships were removed from it: for parts that a copy takes alone."""
    for element in root.iter():
        for attribute, _ in list(_references(element)):
            del element.attrib[attribute]
    return root


def _check_element(element: Any, name: str) -> None:
    names = (element.tag, *element.attrib)
    if any(each.startswith(f"{{{STRICT}") for each in names):
        raise InvalidHouseStyle(f"{name} is in Strict Open XML, which Engross can't read; {SAVE_AGAIN}")
    if _local(element.tag) in _EMBEDDED:
        raise InvalidHouseStyle(f"{name} has something embedded ({_local(element.tag)}); remove it")
    if any(element.get(attribute) for attribute in _ADDRESSES):
        raise InvalidHouseStyle(f"{name} shows a picture from outside the file; insert the picture itself")
    address = element.get("href")
    if address and not _LINK.fullmatch(address):
        raise InvalidHouseStyle(f"{name} refers to {address}, which a house style can't use; remove it")
    if element.get("action"):
        raise InvalidHouseStyle(f"{name} has a link with an action, which a house style can't use; remove it")


def _references(element: Any) -> Iterator[tuple[str, str]]:
    """The attributes of an element that name relationships, with their values."""
    for attribute, value in element.attrib.items():
        if attribute.startswith(_R) or attribute in _REFERENCES:
            yield attribute, value


def _remove_extensions(root: Any) -> None:
    for extension in list(root.iter(_EXTENSION)):
        if any(_is_opaque(element) for element in extension.iter()):
            extension.getparent().remove(extension)


def _is_opaque(element: Any) -> bool:
    return _local(element.tag) in _EMBEDDED or any(_references(element))


def _local(name: str) -> str:
    return name.rpartition("}")[2]
