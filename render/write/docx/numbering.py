"""Word's own count: the numbering instances of a package, and what each has come to (ISO/IEC 29500-1, 17.9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from render.errors import TemplateError
from render.view.inlines import Count
from render.write.docx.opc import NUMBERING, STYLES, Package

_STYLED = {"paragraphs": "DeclarationParagraph", "articles": "ArticleParagraph"}
"""The style that is tied to each sequence's numbering."""
LOOSE = "loose"
"""The name of the numbering that no style is tied to."""
_SKIPPED = -1
"""The last number of a level that only levels below it were counted in: some programs take that for 1, some for 0."""


@dataclass(frozen=True, slots=True)
class Restart:
    """A numbering instance, at a level; `start` is the count that the level begins with, where it is a new one."""

    id: int
    level: int
    abstract: int = 0
    start: int = 0


@dataclass(slots=True)
class Sequence:
    """What Word's own count has come to: the last number of each level, and the instance that counts there.

    An instance with a start of its own holds for its level and those below, until a level above counts on: there the
    instance before it is in use again, since the level would begin with that start once more (17.9.27).
    """

    number: int
    """The instance that counts where no other does."""
    abstract: int
    levels: list[tuple[int, int]] = field(default_factory=list)

    def take(self, count: Count, fresh: int) -> int:
        """Count one more at a level. Gives the instance that does; `fresh`, a new one, where no other would."""
        below = self.levels[count.level - 1][1] if 0 < count.level <= len(self.levels) else self.number
        last, number = self.levels[count.level] if count.level < len(self.levels) else (0, below)
        if count.ordinal != last + 1:
            number = fresh
        skipped = [(_SKIPPED, below)] * (count.level - len(self.levels))
        self.levels = [*self.levels[: count.level], *skipped, (count.ordinal, number)]
        return number


def numbers(package: Package) -> tuple[Mapping[str, Sequence], int]:
    """Every sequence of a view, at its beginning, and the first number that a package has no instance of.

    Raises TemplateError where the package lacks one.
    """
    found, fresh = _numbers(package.bytes_of(STYLES), package.bytes_of(NUMBERING))
    return {name: Sequence(*it) for name, it in found.items()}, fresh


@lru_cache(maxsize=8)
def _numbers(styles: bytes, numbering: bytes) -> tuple[Mapping[str, tuple[int, int]], int]:
    """For every sequence the instance and the abstract numbering; and the first number without an instance."""
    root = parse_xml(numbering)
    return _sequences(parse_xml(styles), root), highest(root.iter(qn("w:num")), "w:numId") + 1


def _sequences(styles: Any, numbering: Any) -> Mapping[str, tuple[int, int]]:
    abstracts = {_number(it, "w:numId"): _number(it[0], "w:val") for it in numbering.iter(qn("w:num"))}
    tied = {name: _styled(styles, style) for name, style in _STYLED.items()}
    tied[LOOSE] = next((it for it, abstract in abstracts.items() if _is_loose(numbering, abstract)), 0)
    lacking = [name for name, number in tied.items() if number not in abstracts]
    if lacking:
        raise TemplateError(
            f"docx/package/word: no numbering for {', '.join(lacking)}; tie one to the styles "
            f"{' and '.join(_STYLED.values())}, and name one {LOOSE!r}"
        )
    return {name: (number, abstracts[number]) for name, number in tied.items()}


def highest(elements: Iterable[Any], attribute: str) -> int:
    """The highest number that elements have in an attribute; 0 where there is none."""
    return max((_number(it, attribute) for it in elements), default=0)


def _number(element: Any, attribute: str) -> int:
    return int(element.get(qn(attribute)))


def _styled(styles: Any, style: str) -> int:
    found = next((it for it in styles if it.get(qn("w:styleId")) == style), None)
    number = None if found is None else found.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    return 0 if number is None else _number(number, "w:val")


def _is_loose(numbering: Any, abstract: int) -> bool:
    found = next((it for it in numbering if it.get(qn("w:abstractNumId")) == str(abstract)), None)
    name = None if found is None else found.find(qn("w:name"))
    return name is not None and name.get(qn("w:val")) == LOOSE
