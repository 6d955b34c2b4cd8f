"""A declaration in one of its languages: what every composer is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from render.compose.label_words import LabelWords
from render.model.declaration import Declaration, Node
from render.numbering import Number

if TYPE_CHECKING:
    from render.compose.extract import Extract


@dataclass(frozen=True, slots=True)
class LanguageVersion:
    """A declaration in one of its languages, with its numbers by id; whole, or an extract."""

    declaration: Declaration
    language: str
    numbers: Mapping[str, Number]
    labels: LabelWords
    extract: Extract | None = None

    @property
    def left_out(self) -> frozenset[str]:
        """The ids of what an extract leaves out."""
        return self.extract.left_out if self.extract else frozenset()

    @property
    def title_prefix(self) -> str:
        """What is printed before the title of an extract: "Extract: "; "" if the declaration is whole."""
        return f"{self.labels['extract']}: " if self.extract else ""

    def shows(self, node: Node) -> bool:
        """Whether a node is part of the extract; True for every node of a whole declaration."""
        return self.extract is None or self.extract.shows(node)
