"""A house's styles made to answer to our names, completed by those of ours that it lacks.

Styles are known by their names, as Word knows them: their ids differ from one language of Word to the next. The house's
get our ids, so that whatever names ours finds the house's.
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
_NAMING = tuple(map(qn, ("w:pStyle", "w:rStyle", "w:tblStyle", "w:styleLink", "w:numStyleLink")))
_WORDS_OWN_SIZE = 20
"""Half-points of letters where nothing says otherwise."""


class Styles:
    """A house's styles beside ours, both known by our ids."""

    def __init__(self, house: Any, ours: Any) -> None:
        self.root = house
        self.ours = {it.get(qn("w:styleId")): it for it in _styles(ours)}
        _tidy(house)
        self.ids = _our_ids(house, self.ours)
        """The new id of each of the house's that gets one."""
        rename(house, self.ids)
        _distinguish(house, self.ours)
        self.own = {it.get(qn("w:styleId")): it for it in _styles(house)}
        """The house's styles by their ids, and after `complete` ours that were added."""
        self.added: dict[str, Any] = {}
        """Ours that the house lacks."""

    def complete(self, width: int, our_width: int) -> None:
        """Add what the house lacks: its letters in proportion to the house's, tabs at the margin of its page."""
        scale = self._size(self.own) / self._size(self.ours)
        names = {called(it).casefold() for it in self.own.values()}
        for identifier, style in self.ours.items():
            if identifier not in self.own:
                added = _fitted(style, scale, width / our_width)
                if called(added).casefold() in names:
                    added.find(qn("w:name")).set(qn("w:val"), f"{called(added)} ({added.get(qn('w:type'))})")
                if any(it.get(qn("w:default")) == "1" for it in self.of_type(str(added.get(qn("w:type"))))):
                    added.attrib.pop(qn("w:default"), None)
                self.added[identifier] = added
        self.root.extend(self.added.values())
        self.own |= self.added
        for identifier, style in self.ours.items():
            _keep_outline(self.own, identifier, style)

    def of_type(self, kind: str) -> Iterator[Any]:
        """The house's styles of a type."""
        return (it for it in self.own.values() if it.get(qn("w:type")) == kind)

    def number(self, identifier: str) -> tuple[int, int] | None:
        """The numbering instance and level that a style has, itself or by what it is based on."""
        for style in self.chain(identifier):
            found = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
            if found is not None:
                level = found.getparent().find(qn("w:ilvl"))
                return int(found.get(qn("w:val"))), 0 if level is None else int(level.get(qn("w:val")))
        return None

    def set_number(self, identifier: str, number: int, level: int = 0) -> None:
        """Give a style a numbering instance; 0 is none."""
        properties = self.own[identifier].get_or_add_pPr()
        old = properties.find(qn("w:numPr"))
        if old is not None and number == 0:
            properties.remove(old)
            _drop_hanging(properties)
        numbering = properties.get_or_add_numPr()
        for child in list(numbering):
            numbering.remove(child)
        if level:
            numbering.get_or_add_ilvl().val = level
        numbering.get_or_add_numId().val = number

    def chain(self, identifier: str) -> Iterator[Any]:
        """A style, and those that it is based on, one after the other."""
        seen: set[str] = set()
        while identifier in self.own and identifier not in seen:
            seen.add(identifier)
            yield self.own[identifier]
            based = self.own[identifier].find(qn("w:basedOn"))
            identifier = "" if based is None else based.get(qn("w:val"))

    def lacking(self) -> list[str]:
        """What a user should know of the styles that the house lacks, a line for each kind of its own they stand on."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for identifier, style in self.added.items():
            if not _is_hidden(style):
                base = self._house_base(identifier)
                groups.setdefault(_stem(base), []).append((called(style), base))
        return [_lacking(*zip(*members, strict=True)) for members in groups.values()]

    def _house_base(self, identifier: str) -> str:
        """The style of the house's that an added one is based on, perhaps through others of ours; "" for none."""
        return next((called(it) for it in self.chain(identifier) if it not in self.added.values()), "")

    @staticmethod
    def _size(styles: Mapping[str, Any]) -> int:
        """Half-points of the letters of body text."""
        normal = styles["Normal"]
        for place in (normal, normal.getparent().find(qn("w:docDefaults"))):
            size = None if place is None else next(place.iter(qn("w:sz")), None)
            if size is not None:
                return int(size.get(qn("w:val")))
        return _WORDS_OWN_SIZE


def rename(root: Any, ids: Mapping[str, str]) -> None:
    """Call styles in a part by their new ids."""
    for element in root.iter(qn("w:style"), *_RELATED, *_NAMING):
        attribute = qn("w:styleId") if element.tag == qn("w:style") else qn("w:val")
        old = element.get(attribute)
        element.set(attribute, ids.get(old, old))


def forget_unknown(root: Any, known: Container[str]) -> None:
    """Take out of a part what names styles that are not there."""
    for element in list(root.iter(*_NAMING)):
        if element.get(qn("w:val")) not in known:
            element.getparent().remove(element)


def called(style: Any) -> str:
    """A style's name."""
    name = style.find(qn("w:name"))
    return "" if name is None else str(name.get(qn("w:val"), ""))


def titled(name: str) -> str:
    """A style's name as Word shows it: "Heading 1" for "heading 1"."""
    return name.upper() if name.startswith("toc ") else name[:1].upper() + name[1:]


def _styles(root: Any) -> Iterator[Any]:
    yield from root.iterchildren(qn("w:style"))


def _our_ids(house: Any, ours: Mapping[str, Any]) -> dict[str, str]:
    """The new id of each of the house's styles that gets one: ours for that of the same name, or else alias (17.7.4.1).

    Case makes no difference, unless two of the house's differ by it alone. A style that had an id of ours by chance
    gets one that is free.
    """
    theirs = list(_styles(house))
    ids: dict[str, str] = {}
    for names in (_name, _folded_name, _aliases):
        by_name = {
            (name, it.get(qn("w:type"))): it.get(qn("w:styleId")) for it in reversed(theirs) for name in names(it)
        }
        for identifier, style in ours.items():
            name = names(style)[0] if names is not _aliases else called(style).casefold()
            found = by_name.get((name, style.get(qn("w:type"))))
            if found is not None and identifier not in ids.values() and found not in ids:
                ids[found] = identifier
    if "Normal" not in ids.values():
        ids |= {it.get(qn("w:styleId")): "Normal" for it in theirs if _is_default(it)}
    taken = {*ours, *(it.get(qn("w:styleId")) for it in theirs)}
    for old in (it.get(qn("w:styleId")) for it in theirs):
        if old not in ids and old in ours:
            ids[old] = next(name for number in count(1) if (name := f"{old}-{number}") not in taken)
    return ids


def _is_default(style: Any) -> bool:
    return bool(style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) == "1")


def _name(style: Any) -> list[str]:
    return [called(style)]


def _folded_name(style: Any) -> list[str]:
    return [called(style).casefold()]


def _aliases(style: Any) -> list[str]:
    aliases = style.find(qn("w:aliases"))
    return [] if aliases is None else [it.strip().casefold() for it in aliases.get(qn("w:val"), "").split(",")]


def _tidy(house: Any) -> None:
    """Take out languages, which are the text's matter, and what leads to styles that are not there, or have no name."""
    for style in [it for it in _styles(house) if not (called(it) and it.get(qn("w:styleId")))]:
        house.remove(style)
    known = {it.get(qn("w:styleId")) for it in _styles(house)}
    for element in list(house.iter(qn("w:lang"), *_RELATED)):
        if element.tag == qn("w:lang") or element.get(qn("w:val")) not in known:
            element.getparent().remove(element)


def _distinguish(house: Any, ours: Mapping[str, Any]) -> None:
    """Give each style a name of its own, whatever the case: LibreOffice writes "caption" beside "Caption"."""
    taken: set[str] = set()
    for style in sorted(_styles(house), key=lambda it: it.get(qn("w:styleId")) not in ours):
        name = called(style)
        if name.casefold() in taken:
            name = next(new for number in count(1) if (new := f"{name} {number}").casefold() not in taken)
            style.find(qn("w:name")).set(qn("w:val"), name)
        taken.add(name.casefold())


def _fitted(style: Any, letters: float, width: float) -> Any:
    """A copy of a style of ours in the house's proportions, and not yet numbered."""
    fitted = deepcopy(style)
    for size in fitted.iter(qn("w:sz"), qn("w:szCs")):
        size.set(qn("w:val"), str(round(int(size.get(qn("w:val"))) * letters)))
    for tab in fitted.iter(qn("w:tab")):
        if tab.get(qn("w:val")) == "right":
            tab.set(qn("w:pos"), str(round(int(tab.get(qn("w:pos"))) * width)))
    for number in list(fitted.iter(qn("w:numPr"))):
        number.getparent().remove(number)
    return fitted


def _keep_outline(styles: Mapping[str, Any], identifier: str, ours: Any) -> None:
    """Tie a heading to the outline if the house does not."""
    level = ours.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    if level is not None and styles[identifier].find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}") is None:
        properties = styles[identifier].get_or_add_pPr()
        outline = OxmlElement("w:outlineLvl", {qn("w:val"): level.get(qn("w:val"))})
        properties.insert_element_before(outline, "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange")


def _drop_hanging(properties: Any) -> None:
    """Without its number a first line has no reason to hang."""
    indent = properties.find(qn("w:ind"))
    if indent is not None and indent.get(qn("w:hanging")):
        properties.remove(indent)


def _is_hidden(style: Any) -> bool:
    return style.find(qn("w:semiHidden")) is not None


def _lacking(names: Sequence[str], bases: Sequence[str]) -> str:
    on = f", based on its {_joined(dict.fromkeys(bases))}" if bases[0] else ""
    if len(names) == 1:
        return f"no style {_joined(names)}; engross's own is used{on}"
    return f"no styles {_joined(names)}; engross's own are used{on}"


def _joined(names: Iterable[str]) -> str:
    """Names, those in a row that differ by their last number as a range."""
    shown = []
    for _, run in groupby(map(titled, names), key=_stem):
        members = list(run)
        shown.append(f"{members[0]!r} to {members[-1]!r}" if len(members) > 1 else repr(members[0]))
    return ", ".join(shown)


def _stem(name: str) -> str:
    return re.sub(r" ?\d+$", "", name)
