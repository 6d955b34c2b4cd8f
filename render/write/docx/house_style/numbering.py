"""The house's numbering fitted to ours: a number looks as in the house, and counts as in the declaration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from render.write.docx.house_style.styles import Styles, display_name, own_numbering, style_name
from render.write.docx.numbering import highest

_LEVEL_ORDER = tuple(
    map(
        qn,
        "w:start w:numFmt w:lvlRestart w:pStyle w:isLgl w:suff w:lvlText w:lvlPicBulletId w:legacy w:lvlJc w:pPr "
        "w:rPr".split(),
    )
)
"""The order of the elements in a level (ISO/IEC 29500-1, 17.9.6)."""
_COUNTING = tuple(map(qn, ("w:start", "w:numFmt", "w:pStyle", "w:lvlText")))
"""The elements of a level that decide which number it has, and which style it belongs to."""
_LOOK = tuple(map(qn, ("w:suff", "w:lvlJc", "w:pPr", "w:rPr")))
"""The elements of a level that decide how the number looks."""


@dataclass(frozen=True, slots=True)
class NumberedStyle:
    """A style of ours with its numbering."""

    style: str
    """The style's id."""
    instance: int
    level: int


class HouseNumbering:
    """The house's numbering. `fit` makes every style of ours count as in our own numbering."""

    def __init__(self, house: Any, ours: Any, styles: Styles, used: Iterable[str]) -> None:
        """`house` and `ours` are the roots of the parts; `used` are ids of instances that other parts name."""
        self.root, self._ours, self._styles, self._used = house, ours, styles, set(used)
        self._groups: dict[int, list[NumberedStyle]] = defaultdict(list)
        """Our numbered styles by their instance in our numbering."""
        for numbered in _numbered_styles(styles.ours.values()):
            self._groups[numbered.instance].append(numbered)
        self._never_numbered = {numbered.style for numbered in self._groups.pop(0, [])}
        """Our styles that switch numbering off."""
        self._abstracts = {
            int(abstract.get(qn("w:abstractNumId"))): abstract for abstract in house.iter(qn("w:abstractNum"))
        }
        self.unnumbered: list[str] = []
        """The names of the house's styles whose numbering was removed."""

    def fit(self) -> None:
        """Number our styles by the house's instances where these have the same structure, else by copies of ours."""
        self._remove_extra_numbering()
        to_add = {}
        for instance, group in self._groups.items():
            if _is_bulleted(self._ours, instance):
                group = [
                    numbered for numbered in group if self._abstract(self._styles.numbering(numbered.style)) is None
                ]
            elif usable := self._usable_instance(group):
                self._use(*usable, group)
                continue
            to_add[instance] = group
        to_add |= {instance: [] for instance in _instance_ids(self._ours) if instance not in self._groups}
        self._remove_unused()
        for instance, group in to_add.items():
            self._add(instance, group)

    def _remove_extra_numbering(self) -> None:
        """Remove numbering from styles that have none with us: it would add numbers to the text."""
        numbered_styles = {numbered.style for group in self._groups.values() for numbered in group}
        for id_ in (id_ for id_ in self._styles.ours if id_ not in numbered_styles):
            numbering = self._styles.numbering(id_)
            is_numbered = numbering is not None and numbering[0] != 0
            if is_numbered and id_ not in self._styles.added:
                self.unnumbered.append(display_name(style_name(self._styles.own[id_])))
            if is_numbered or id_ in self._never_numbered:
                self._styles.set_numbering(id_, 0)
                self._detach(id_)

    def _usable_instance(self, group: list[NumberedStyle]) -> tuple[int, Any] | None:
        """The house's instance and its abstract numbering, if it can count for a group of our styles.

        All of the group's styles that the house numbers must name it, at our levels, and it must number no other style.
        """
        found = [
            (numbered, numbering)
            for numbered in group
            if (numbering := self._styles.numbering(numbered.style)) and numbering[0]
        ]
        instances = {instance for _, (instance, _) in found}
        abstract = self._abstract(found[0][1]) if len(instances) == 1 else None
        if abstract is None or any(numbered.level != level for numbered, (_, level) in found):
            return None
        attached = {reference.get(qn("w:val")) for reference in abstract.iter(qn("w:pStyle"))}
        if abstract.find(qn("w:numStyleLink")) is not None or not attached <= {numbered.style for numbered in group}:
            return None
        return instances.pop(), abstract

    def _use(self, instance: int, abstract: Any, group: list[NumberedStyle]) -> None:
        """Number styles by an instance of the house's, after its levels were made to count as ours."""
        for override in list(_instance(self.root, instance).iter(qn("w:lvlOverride"))):
            override.getparent().remove(override)
        levels = {level.get(qn("w:ilvl")): level for level in abstract.iter(qn("w:lvl"))}
        for our_level in _abstract_of(self._ours, group[0].instance).iter(qn("w:lvl")):
            if (level := levels.get(our_level.get(qn("w:ilvl")))) is not None:
                level[:] = _merged(our_level, level)
            else:
                abstract.append(deepcopy(our_level))
        abstract[:] = sorted(abstract, key=lambda child: int(child.get(qn("w:ilvl"), "-1")))
        type_ = abstract.find(qn("w:multiLevelType"))
        if type_ is not None:
            type_.set(qn("w:val"), "multilevel")
        for numbered in group:
            self._styles.set_numbering(numbered.style, instance, numbered.level)

    def _add(self, instance: int, group: list[NumberedStyle]) -> None:
        """Add a copy of an instance of ours and number the group's styles by it.

        An instance whose styles are all numbered by the house's isn't needed.
        """
        if not group and instance in self._groups:
            return
        abstract, num = deepcopy(_abstract_of(self._ours, instance)), deepcopy(_instance(self._ours, instance))
        new_instance = highest(self.root.iter(qn("w:num")), "w:numId") + 1
        new_abstract = highest(self.root.iter(qn("w:abstractNum")), "w:abstractNumId") + 1
        abstract.set(qn("w:abstractNumId"), str(new_abstract))
        num.set(qn("w:numId"), str(new_instance))
        num[0].set(qn("w:val"), str(new_abstract))
        styles = {numbered.style for numbered in group}
        for reference in list(abstract.iter(qn("w:pStyle"))):
            if reference.get(qn("w:val")) not in styles:
                reference.getparent().remove(reference)
        for numbered in group:
            self._detach(numbered.style)
            self._styles.set_numbering(numbered.style, new_instance, numbered.level)
        _make_nsid_unique(abstract, self.root)
        first = self.root.find(qn("w:num"))
        self.root.insert(len(self.root) if first is None else self.root.index(first), abstract)
        self.root.append(num)

    def _detach(self, style: str) -> None:
        """Remove a style from the levels that name it."""
        for reference in list(self.root.iter(qn("w:pStyle"))):
            if reference.get(qn("w:val")) == style:
                reference.getparent().remove(reference)

    def _remove_unused(self) -> None:
        """Remove what only the house's text used, and w:numIdMacAtCleanup, which must be last and nothing needs."""
        used = self._used | {num_id.get(qn("w:val")) for num_id in self._styles.root.iter(qn("w:numId"))}
        for num in list(self.root.iter(qn("w:num"))):
            if num.get(qn("w:numId")) not in used:
                self.root.remove(num)
        kept = {num.find(qn("w:abstractNumId")).get(qn("w:val")) for num in self.root.iter(qn("w:num"))}
        links = (qn("w:styleLink"), qn("w:numStyleLink"))
        for abstract in list(self.root.iter(qn("w:abstractNum"))):
            if abstract.get(qn("w:abstractNumId")) not in kept and all(abstract.find(link) is None for link in links):
                self.root.remove(abstract)
        for last in list(self.root.iter(qn("w:numIdMacAtCleanup"))):
            self.root.remove(last)

    def _abstract(self, numbering: tuple[int, int] | None) -> Any:
        """The abstract numbering of a style's instance and level; None if the house has none."""
        num = _instance(self.root, numbering[0]) if numbering else None
        return None if num is None else self._abstracts.get(int(num.find(qn("w:abstractNumId")).get(qn("w:val"))))


def copy_number_texts(ours: Any, numbering: Any) -> None:
    """Let the levels of styles have our number texts, such as "Article 1", which are in a declaration's language."""
    levels: Mapping[str, Any] = {
        reference.get(qn("w:val")): reference.getparent() for reference in numbering.iter(qn("w:pStyle"))
    }
    for reference in ours.iter(qn("w:pStyle")):
        our_level, level = reference.getparent(), levels.get(reference.get(qn("w:val")))
        if level is not None and our_level.find(qn("w:numFmt")).get(qn("w:val")) != "bullet":
            level[:] = _merged(our_level, level)


def _merged(ours: Any, house: Any) -> list[Any]:
    """The elements of a level that counts as ours and looks as the house's, and as ours where the house's is silent."""
    counting = [deepcopy(child) for child in ours if child.tag in _COUNTING]
    look = [child for child in house if child.tag in _LOOK]
    tags = {child.tag for child in look}
    filled_in = [deepcopy(child) for child in ours if child.tag in _LOOK and child.tag not in tags]
    return sorted([*counting, *look, *filled_in], key=lambda child: _LEVEL_ORDER.index(child.tag))


def _make_nsid_unique(abstract: Any, numbering: Any) -> None:
    """Give an abstract numbering another w:nsid if it is taken: Word joins lists with the same one (17.9.15)."""
    nsid = abstract.find(qn("w:nsid"))
    taken = {other.get(qn("w:val")) for other in numbering.iter(qn("w:nsid"))}
    while nsid is not None and nsid.get(qn("w:val")) in taken:
        nsid.set(qn("w:val"), f"{int(nsid.get(qn('w:val')), 16) + 1:08X}")


def _numbered_styles(styles: Iterable[Any]) -> Iterator[NumberedStyle]:
    """The styles that name a numbering instance themselves."""
    for style in styles:
        if (numbering := own_numbering(style)) is not None:
            yield NumberedStyle(style.get(qn("w:styleId")), *numbering)


def _is_bulleted(numbering: Any, instance: int) -> bool:
    formats = _abstract_of(numbering, instance).iter(qn("w:numFmt"))
    return all(format_.get(qn("w:val")) == "bullet" for format_ in formats)


def _instance_ids(numbering: Any) -> list[int]:
    return [int(num.get(qn("w:numId"))) for num in numbering.iter(qn("w:num"))]


def _instance(numbering: Any, id_: int) -> Any:
    """The element w:num with an id; None if there is none."""
    return next((num for num in numbering.iter(qn("w:num")) if num.get(qn("w:numId")) == str(id_)), None)


def _abstract_of(numbering: Any, instance: int) -> Any:
    """The element w:abstractNum of an instance, which must exist."""
    id_ = _instance(numbering, instance)[0].get(qn("w:val"))
    abstracts = numbering.iter(qn("w:abstractNum"))
    return next(abstract for abstract in abstracts if abstract.get(qn("w:abstractNumId")) == id_)
