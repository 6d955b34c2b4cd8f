"""The house's styles with our ids, and with those of our styles that the house doesn't have.

Styles match by name, as in Word: ids differ between the language versions of Word. A house's style that matches one of
ours gets our id, so that everything that names our style finds the house's.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import count, groupby
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

_RELATED = tuple(map(qn, ("w:basedOn", "w:next", "w:link")))
_STYLE_REFERENCES = tuple(map(qn, ("w:pStyle", "w:rStyle", "w:tblStyle", "w:styleLink", "w:numStyleLink")))
_DEFAULT_SIZE = 20
"""The size of letters if no style sets one, in half-points (ISO/IEC 29500-1, 17.3.2.38)."""


class Styles:
    """The house's styles beside ours, both by our ids."""

    def __init__(self, house: Any, ours: Any) -> None:
        self.root = house
        self.ours = {_id(style): style for style in _styles(ours)}
        _tidy(house)
        self.ids = _new_ids(house, self.ours)
        """The new id of each of the house's styles that gets one, by its old id."""
        replace_ids(house, self.ids)
        _make_names_unique(house, self.ours)
        self.own = {_id(style): style for style in _styles(house)}
        """The house's styles by id; after `add_missing`, with ours that were added."""
        self.added: dict[str, Any] = {}
        """Our styles that the house doesn't have, by id."""

    def add_missing(self, width: int, our_width: int) -> None:
        """Add our styles that the house doesn't have, scaled to its letters and to the width of its text in twips."""
        scale = self._body_size(self.own) / self._body_size(self.ours)
        names = {style_name(style).casefold() for style in self.own.values()}
        for id_, style in self.ours.items():
            if id_ not in self.own:
                self.added[id_] = self._fitted(style, scale, width / our_width, names)
        self.root.extend(self.added.values())
        self.own |= self.added
        for id_, style in self.ours.items():
            _keep_outline_level(self.own[id_], style)

    def _fitted(self, style: Any, letters: float, width: float, taken_names: Container[str]) -> Any:
        """A copy of a style of ours that goes with the house's: scaled, with a name of its own, not the default."""
        fitted = _scaled(style, letters, width)
        type_, name = str(fitted.get(qn("w:type"))), style_name(fitted)
        if name.casefold() in taken_names:
            fitted.find(qn("w:name")).set(qn("w:val"), f"{name} ({type_})")
        if any(own.get(qn("w:default")) == "1" for own in self.own.values() if own.get(qn("w:type")) == type_):
            fitted.attrib.pop(qn("w:default"), None)
        return fitted

    def numbering(self, id_: str) -> tuple[int, int] | None:
        """The numbering instance and level of a style, its own or the one that it inherits."""
        for style in self.chain(id_):
            if (own := own_numbering(style)) is not None:
                return own
        return None

    def set_numbering(self, id_: str, instance: int, level: int = 0) -> None:
        """Set a style's numbering instance and level. Instance 0 means none (ISO/IEC 29500-1, 17.9.18)."""
        properties = self.own[id_].get_or_add_pPr()
        old = properties.find(qn("w:numPr"))
        if old is not None and instance == 0:
            properties.remove(old)
            _remove_hanging_indent(properties)
        numbering = properties.get_or_add_numPr()
        for child in list(numbering):
            numbering.remove(child)
        if level:
            numbering.get_or_add_ilvl().val = level
        numbering.get_or_add_numId().val = instance

    def chain(self, id_: str) -> Iterator[Any]:
        """A style, the style that it is based on, and so on."""
        seen: set[str] = set()
        while id_ in self.own and id_ not in seen:
            seen.add(id_)
            yield self.own[id_]
            based_on = self.own[id_].find(qn("w:basedOn"))
            id_ = "" if based_on is None else based_on.get(qn("w:val"))

    def notes(self) -> list[str]:
        """What a user should know about missing styles: a sentence for each group that is based on like styles."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for id_, style in self.added.items():
            if not _is_hidden(style):
                base = self._house_base(id_)
                groups.setdefault(_without_number(base), []).append((style_name(style), base))
        return [_missing_note(*zip(*members, strict=True)) for members in groups.values()]

    def _house_base(self, id_: str) -> str:
        """The name of the nearest style of the house's that an added style is based on; "" if there is none."""
        return next((style_name(style) for style in self.chain(id_) if style not in self.added.values()), "")

    @staticmethod
    def _body_size(styles: Mapping[str, Any]) -> int:
        """The size of letters in body text, in half-points."""
        normal = styles["Normal"]
        for element in (normal, normal.getparent().find(qn("w:docDefaults"))):
            size = None if element is None else next(element.iter(qn("w:sz")), None)
            if size is not None:
                return int(size.get(qn("w:val")))
        return _DEFAULT_SIZE


def replace_ids(root: Any, ids: Mapping[str, str]) -> None:
    """Replace the ids of styles in a part, by old id."""
    for element in root.iter(qn("w:style"), *_RELATED, *_STYLE_REFERENCES):
        attribute = qn("w:styleId") if element.tag == qn("w:style") else qn("w:val")
        old = element.get(attribute)
        element.set(attribute, ids.get(old, old))


def remove_unknown(root: Any, known: Container[str]) -> None:
    """Remove references to styles that don't exist from a part."""
    for element in list(root.iter(*_STYLE_REFERENCES)):
        if element.get(qn("w:val")) not in known:
            element.getparent().remove(element)


def own_numbering(style: Any) -> tuple[int, int] | None:
    """The numbering instance and level that a style itself names."""
    num_id = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    if num_id is None:
        return None
    level = num_id.getparent().find(qn("w:ilvl"))
    return int(num_id.get(qn("w:val"))), 0 if level is None else int(level.get(qn("w:val")))


def style_name(style: Any) -> str:
    """The name that the file gives a style."""
    name = style.find(qn("w:name"))
    return "" if name is None else str(name.get(qn("w:val"), ""))


def display_name(name: str) -> str:
    """A style's name as Word shows it: "Heading 1" for "heading 1"."""
    return name.upper() if name.startswith("toc ") else name[:1].upper() + name[1:]


def _styles(root: Any) -> Iterator[Any]:
    yield from root.iterchildren(qn("w:style"))


def _id(style: Any) -> Any:
    return style.get(qn("w:styleId"))


def _new_ids(house: Any, ours: Mapping[str, Any]) -> dict[str, str]:
    """The new id of each of the house's styles that gets one, by its old id.

    A style with the name of one of ours gets our id, or else one with that name as an alias (ISO/IEC 29500-1,
    17.7.4.1). Case matters only if two of the house's styles differ by nothing else. If another style has an id of ours
    by chance, it gets a free one.
    """
    house_styles = list(_styles(house))
    ids: dict[str, str] = {}
    for names_of in (_names, _folded_names, _aliases):
        by_name = {
            (name, style.get(qn("w:type"))): _id(style) for style in reversed(house_styles) for name in names_of(style)
        }
        for id_, style in ours.items():
            name = names_of(style)[0] if names_of is not _aliases else style_name(style).casefold()
            found = by_name.get((name, style.get(qn("w:type"))))
            if found is not None and id_ not in ids.values() and found not in ids:
                ids[found] = id_
    if "Normal" not in ids.values():
        ids |= {_id(style): "Normal" for style in house_styles if _is_default(style)}
    taken = {*ours, *map(_id, house_styles)}
    for old in map(_id, house_styles):
        if old not in ids and old in ours:
            ids[old] = next(new for number in count(1) if (new := f"{old}-{number}") not in taken)
    return ids


def _is_default(style: Any) -> bool:
    return bool(style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) == "1")


def _names(style: Any) -> list[str]:
    return [style_name(style)]


def _folded_names(style: Any) -> list[str]:
    return [style_name(style).casefold()]


def _aliases(style: Any) -> list[str]:
    aliases = style.find(qn("w:aliases"))
    return [] if aliases is None else [alias.strip().casefold() for alias in aliases.get(qn("w:val"), "").split(",")]


def _tidy(house: Any) -> None:
    """Remove styles without a name or an id, references to styles that don't exist, and languages.

    The declaration sets the language.
    """
    for style in [style for style in _styles(house) if not (style_name(style) and _id(style))]:
        house.remove(style)
    known = set(map(_id, _styles(house)))
    for element in list(house.iter(qn("w:lang"), *_RELATED)):
        if element.tag == qn("w:lang") or element.get(qn("w:val")) not in known:
            element.getparent().remove(element)


def _make_names_unique(house: Any, ours: Mapping[str, Any]) -> None:
    """Number styles whose names differ by case alone: LibreOffice writes "caption" and "Caption"."""
    taken: set[str] = set()
    numbers: dict[str, Iterator[int]] = {}  # for each name, the numbers that no style has tried yet
    for style in sorted(_styles(house), key=lambda style: _id(style) not in ours):
        name = style_name(style)
        if name.casefold() in taken:
            untried = numbers.setdefault(name.casefold(), count(1))
            name = next(new for number in untried if (new := f"{name} {number}").casefold() not in taken)
            style.find(qn("w:name")).set(qn("w:val"), name)
        taken.add(name.casefold())


def _scaled(style: Any, letters: float, width: float) -> Any:
    """A copy of a style with its letters and right tabs scaled, and without numbering."""
    scaled = deepcopy(style)
    for size in scaled.iter(qn("w:sz"), qn("w:szCs")):
        size.set(qn("w:val"), str(round(int(size.get(qn("w:val"))) * letters)))
    for tab in scaled.iter(qn("w:tab")):
        if tab.get(qn("w:val")) == "right":
            tab.set(qn("w:pos"), str(round(int(tab.get(qn("w:pos"))) * width)))
    for numbering in list(scaled.iter(qn("w:numPr"))):
        numbering.getparent().remove(numbering)
    return scaled


def _keep_outline_level(style: Any, ours: Any) -> None:
    """Give a style the outline level of ours, if it has none: headings must be in the outline."""
    level = ours.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    if level is not None and style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}") is None:
        properties = style.get_or_add_pPr()
        outline = OxmlElement("w:outlineLvl", {qn("w:val"): level.get(qn("w:val"))})
        properties.insert_element_before(outline, "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange")


def _remove_hanging_indent(properties: Any) -> None:
    """Remove the hanging indent, which made room for the number."""
    indent = properties.find(qn("w:ind"))
    if indent is not None and indent.get(qn("w:hanging")):
        properties.remove(indent)


def _is_hidden(style: Any) -> bool:
    return style.find(qn("w:semiHidden")) is not None


def _missing_note(names: Sequence[str], bases: Sequence[str]) -> str:
    noun = "style" if len(names) == 1 else "styles"
    based_on = f", based on {_joined(dict.fromkeys(bases))}" if bases[0] else ""
    return f"missing {noun} {_joined(names)}; Engross adds its own{based_on}"


def _joined(names: Iterable[str]) -> str:
    """The names in quotation marks; "'Heading 1' to 'Heading 3'" for names that differ only by their number."""
    ranges = []
    for _, group in groupby(map(display_name, names), key=_without_number):
        members = list(group)
        ranges.append(f"{members[0]!r} to {members[-1]!r}" if len(members) > 1 else repr(members[0]))
    return ", ".join(ranges)


def _without_number(name: str) -> str:
    return re.sub(r" ?\d+$", "", name)
