"""Word's automatic numbering: which numbering instance counts each paragraph (ISO/IEC 29500-1, 17.9).

Word counts by itself. This module computes what Word would count, and where that differs from the View's number, it
names a new numbering instance that starts with the View's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from render.errors import TemplateError
from render.view.inlines import Count
from render.write.docx.opc import NUMBERING, STYLES, Package

_STYLE_OF_SEQUENCE = {"paragraphs": "DeclarationParagraph", "articles": "ArticleParagraph"}
LOOSE = "loose"
"""The sequence that no style belongs to; its abstract numbering has this name."""
_SKIPPED = -1
"""The last number of a level that was skipped. Programs differ on whether Word's count is 0 or 1 there."""


@dataclass(frozen=True, slots=True)
class NumberingInstance:
    """A numbering instance (w:num) at a level from 0.

    A new instance also has its abstract numbering, and `start`, the number that it starts with at that level.
    """

    id: int
    level: int
    abstract: int = 0
    start: int = 0


@dataclass(slots=True)
class WordCount:
    """How far Word has counted in one sequence of the View.

    A new instance counts for its level and those below, until a level above counts on. There the instance before it
    is used again, because the new one would start with its first number each time (17.9.27).
    """

    instance: int
    """The instance that counts unless a new one is needed."""
    abstract: int
    levels: list[tuple[int, int]] = field(default_factory=list)
    """For each level, the last number and the instance that counted it."""

    def advance(self, count: Count, new_instance: int) -> int:
        """Count one more at a level. Returns the instance that does; `new_instance` if no instance in use would."""
        below = self.levels[count.level - 1][1] if 0 < count.level <= len(self.levels) else self.instance
        last, instance = self.levels[count.level] if count.level < len(self.levels) else (0, below)
        if count.ordinal != last + 1:
            instance = new_instance
        skipped = [(_SKIPPED, below)] * (count.level - len(self.levels))
        self.levels = [*self.levels[: count.level], *skipped, (count.ordinal, instance)]
        return instance


def word_counts(package: Package) -> tuple[Mapping[str, WordCount], int]:
    """For each sequence of the View, the count at its start; and the first free id for a numbering instance.

    Raises TemplateError if the package has no numbering for a sequence.
    """
    instances, free_id = _instances(package.bytes_of(STYLES), package.bytes_of(NUMBERING))
    return {sequence: WordCount(*ids) for sequence, ids in instances.items()}, free_id


@lru_cache(maxsize=8)
def _instances(styles: bytes, numbering: bytes) -> tuple[Mapping[str, tuple[int, int]], int]:
    """For each sequence, the ids of its instance and abstract numbering; and the first free id for an instance."""
    root = parse_xml(numbering)
    return _instances_of_sequences(parse_xml(styles), root), highest(root.iter(qn("w:num")), "w:numId") + 1


def _instances_of_sequences(styles: Any, numbering: Any) -> Mapping[str, tuple[int, int]]:
    abstracts = {_int(num, "w:numId"): _int(num[0], "w:val") for num in numbering.iter(qn("w:num"))}
    instances = {sequence: _instance_of_style(styles, style) for sequence, style in _STYLE_OF_SEQUENCE.items()}
    loose = _loose_abstracts(numbering)
    instances[LOOSE] = next((id_ for id_, abstract in abstracts.items() if abstract in loose), 0)
    missing = [sequence for sequence, id_ in instances.items() if id_ not in abstracts]
    if missing:
        raise TemplateError(
            f"docx/package/word: no numbering for {', '.join(missing)}; give the styles "
            f"{' and '.join(_STYLE_OF_SEQUENCE.values())} a numbering, and name one {LOOSE!r}"
        )
    return {sequence: (id_, abstracts[id_]) for sequence, id_ in instances.items()}


def highest(elements: Iterable[Any], attribute: str) -> int:
    """The highest number in an attribute of the elements; 0 if there are none."""
    return max((_int(element, attribute) for element in elements), default=0)


def _int(element: Any, attribute: str) -> int:
    return int(element.get(qn(attribute)))


def _instance_of_style(styles: Any, name: str) -> int:
    """The id of the numbering instance that a style names; 0 if it names none."""
    style = next((style for style in styles if style.get(qn("w:styleId")) == name), None)
    num_id = None if style is None else style.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    return 0 if num_id is None else _int(num_id, "w:val")


def _loose_abstracts(numbering: Any) -> Set[int]:
    """The ids of the abstract numberings with the name LOOSE; of several with one id, the first counts."""
    names: dict[int, str | None] = {}
    for child in numbering.iter(qn("w:abstractNum")):
        name = child.find(qn("w:name"))
        names.setdefault(_int(child, "w:abstractNumId"), None if name is None else name.get(qn("w:val")))
    return {id_ for id_, name in names.items() if name == LOOSE}
