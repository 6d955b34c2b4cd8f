"""A house's numbering made to count as ours does: the look of a number is the house's, the number is the text's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from docx.oxml.ns import qn

from render.write.docx.house_style.styles import Styles, called, titled
from render.write.docx.numbering import highest

_LEVEL_ORDER = tuple(
    map(
        qn,
        "w:start w:numFmt w:lvlRestart w:pStyle w:isLgl w:suff w:lvlText w:lvlPicBulletId w:legacy w:lvlJc w:pPr "
        "w:rPr".split(),
    )
)
"""The order of what is in a level (ISO/IEC 29500-1, 17.9.6)."""
_SAID = tuple(map(qn, ("w:start", "w:numFmt", "w:pStyle", "w:lvlText")))
"""What of a level makes the number, or ties it to its style."""
_LOOKS = tuple(map(qn, ("w:suff", "w:lvlJc", "w:pPr", "w:rPr")))
"""What of a level is how the number looks."""


class NumberedStyle(NamedTuple):
    """A style of ours, its numbering instance and its level."""

    style: str
    number: int
    level: int


class Numbers:
    """A house's numbering beside ours; every style of ours ends with an instance that counts as ours does."""

    def __init__(self, house: Any, ours: Any, styles: Styles, used: Iterable[str]) -> None:
        self.root, self._ours, self._styles, self._used = house, ours, styles, set(used)
        self._groups: dict[int, list[NumberedStyle]] = defaultdict(list)
        for place in _places(styles.ours.values()):
            self._groups[place.number].append(place)
        self._barred = {place.style for place in self._groups.pop(0, [])}
        """Our styles that say of themselves that they do not count."""
        self._abstracts = {int(it.get(qn("w:abstractNumId"))): it for it in house.iter(qn("w:abstractNum"))}
        self.unnumbered: list[str] = []
        """The house's styles that count there, and must not here."""

    def fit(self) -> None:
        """Tie the styles of ours to the house's instances where these will do, and to ours where not."""
        self._stop_counting()
        fresh = {}
        for number, places in self._groups.items():
            if _is_bulleted(self._ours, number):
                places = [it for it in places if self._abstract(self._styles.number(it.style)) is None]
            elif found := self._usable(places):
                self._tie(places, found)
                continue
            fresh[number] = places
        fresh |= {number: [] for number in _numbers(self._ours) if number not in self._groups}
        self._prune()
        for number, places in fresh.items():
            self._add(number, places)

    def _stop_counting(self) -> None:
        """No style of the house's counts that does not count with us: a number would be added to the text."""
        counted = {place.style for places in self._groups.values() for place in places}
        for identifier in (it for it in self._styles.ours if it not in counted):
            number = self._styles.number(identifier)
            counts = number is not None and number[0] != 0
            if counts and identifier not in self._styles.added:
                self.unnumbered.append(titled(called(self._styles.own[identifier])))
            if counts or identifier in self._barred:
                self._styles.set_number(identifier, 0)
                self._untie(identifier)

    def _usable(self, places: list[NumberedStyle]) -> tuple[int, Any] | None:
        """The house's instance that its own styles among these share, at our levels, with no style of other kind."""
        found = [(it, number) for it in places if (number := self._styles.number(it.style)) and number[0]]
        numbers = {number for _, (number, _) in found}
        abstract = self._abstract(found[0][1]) if len(numbers) == 1 else None
        if abstract is None or any(place.level != level for place, (_, level) in found):
            return None
        tied = {it.get(qn("w:val")) for it in abstract.iter(qn("w:pStyle"))}
        if abstract.find(qn("w:numStyleLink")) is not None or not tied <= {it.style for it in places}:
            return None
        return numbers.pop(), abstract

    def _tie(self, places: list[NumberedStyle], found: tuple[int, Any]) -> None:
        """Let styles count by an instance of the house's, its levels completed by ours."""
        number, abstract = found
        for override in list(self._instance(number).iter(qn("w:lvlOverride"))):
            override.getparent().remove(override)
        ours = _abstract(self._ours, places[0].number)
        levels = {it.get(qn("w:ilvl")): it for it in abstract.iter(qn("w:lvl"))}
        for level in ours.iter(qn("w:lvl")):
            if (old := levels.get(level.get(qn("w:ilvl")))) is not None:
                old[:] = _merged(level, old)
            else:
                abstract.append(deepcopy(level))
        abstract[:] = sorted(abstract, key=lambda it: int(it.get(qn("w:ilvl"), "-1")))
        kind = abstract.find(qn("w:multiLevelType"))
        if kind is not None:
            kind.set(qn("w:val"), "multilevel")
        for place in places:
            self._styles.set_number(place.style, number, place.level)

    def _add(self, number: int, places: list[NumberedStyle]) -> None:
        """Let styles count by an instance of ours; none if it is tied to others alone."""
        if not places and number in self._groups:
            return
        new = highest(self.root.iter(qn("w:num")), "w:numId") + 1
        abstract, instance = deepcopy(_abstract(self._ours, number)), deepcopy(_instance(self._ours, number))
        identifier = highest(self.root.iter(qn("w:abstractNum")), "w:abstractNumId") + 1
        abstract.set(qn("w:abstractNumId"), str(identifier))
        instance.set(qn("w:numId"), str(new))
        instance[0].set(qn("w:val"), str(identifier))
        styles = {place.style for place in places}
        for tie in list(abstract.iter(qn("w:pStyle"))):
            if tie.get(qn("w:val")) not in styles:
                tie.getparent().remove(tie)
        for place in places:
            self._untie(place.style)
            self._styles.set_number(place.style, new, place.level)
        _distinguish(abstract, self.root)
        first = self.root.find(qn("w:num"))
        self.root.insert(len(self.root) if first is None else self.root.index(first), abstract)
        self.root.append(instance)

    def _untie(self, style: str) -> None:
        for tie in list(self.root.iter(qn("w:pStyle"))):
            if tie.get(qn("w:val")) == style:
                tie.getparent().remove(tie)

    def _prune(self) -> None:
        """Take out what only the house's text used, and what comes after the instances, which nothing needs."""
        used = self._used | {it.get(qn("w:val")) for it in self._styles.root.iter(qn("w:numId"))}
        for number in list(self.root.iter(qn("w:num"))):
            if number.get(qn("w:numId")) not in used:
                self.root.remove(number)
        kept = {it.find(qn("w:abstractNumId")).get(qn("w:val")) for it in self.root.iter(qn("w:num"))}
        linked = (qn("w:styleLink"), qn("w:numStyleLink"))
        for abstract in list(self.root.iter(qn("w:abstractNum"))):
            if abstract.get(qn("w:abstractNumId")) not in kept and all(abstract.find(it) is None for it in linked):
                self.root.remove(abstract)
        for last in list(self.root.iter(qn("w:numIdMacAtCleanup"))):
            self.root.remove(last)

    def _instance(self, number: int) -> Any:
        return _instance(self.root, number)

    def _abstract(self, number: tuple[int, int] | None) -> Any:
        instance = self._instance(number[0]) if number else None
        if instance is None:
            return None
        return self._abstracts.get(int(instance.find(qn("w:abstractNumId")).get(qn("w:val"))))


def _distinguish(abstract: Any, numbering: Any) -> None:
    """Give an abstract numbering a mark of its own: those of one mark are one list to Word (17.9.15)."""
    mark = abstract.find(qn("w:nsid"))
    known = {it.get(qn("w:val")) for it in numbering.iter(qn("w:nsid"))}
    while mark is not None and mark.get(qn("w:val")) in known:
        mark.set(qn("w:val"), f"{int(mark.get(qn('w:val')), 16) + 1:08X}")


def _places(styles: Iterable[Any]) -> Iterator[NumberedStyle]:
    """The styles that count, with their own numbering."""
    for style in styles:
        number = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
        if number is not None:
            level = number.getparent().find(qn("w:ilvl"))
            yield NumberedStyle(style.get(qn("w:styleId")), _value(number), 0 if level is None else _value(level))


def say_alike(numbering: Any, ours: Any) -> None:
    """Let the levels that are tied to styles say what ours do in the language of a text."""
    tied: Mapping[str, Any] = {it.get(qn("w:val")): it.getparent() for it in numbering.iter(qn("w:pStyle"))}
    for tie in ours.iter(qn("w:pStyle")):
        level, old = tie.getparent(), tied.get(tie.get(qn("w:val")))
        if old is not None and level.find(qn("w:numFmt")).get(qn("w:val")) != "bullet":
            old[:] = _merged(level, old)


def _merged(ours: Any, house: Any) -> list[Any]:
    """What is in a level of ours, looking as the house's does."""
    said = [deepcopy(it) for it in ours if it.tag in _SAID]
    looks = [it for it in house if it.tag in _LOOKS]
    lacking = [deepcopy(it) for it in ours if it.tag in _LOOKS and it.tag not in {theme.tag for theme in looks}]
    return sorted([*said, *looks, *lacking], key=lambda it: _LEVEL_ORDER.index(it.tag))


def _is_bulleted(numbering: Any, number: int) -> bool:
    return all(_value(it) == "bullet" for it in _abstract(numbering, number).iter(qn("w:numFmt")))


def _numbers(numbering: Any) -> list[int]:
    return [int(it.get(qn("w:numId"))) for it in numbering.iter(qn("w:num"))]


def _instance(numbering: Any, number: int) -> Any:
    return next((it for it in numbering.iter(qn("w:num")) if it.get(qn("w:numId")) == str(number)), None)


def _abstract(numbering: Any, number: int) -> Any:
    identifier = _instance(numbering, number)[0].get(qn("w:val"))
    return next(it for it in numbering.iter(qn("w:abstractNum")) if it.get(qn("w:abstractNumId")) == identifier)


def _value(element: Any) -> Any:
    value = element.get(qn("w:val"))
    return int(value) if value.lstrip("-").isdigit() else value
