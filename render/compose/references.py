"""References to parts of the declaration, by their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Protocol

from render.numbering import Number
from render.view.inlines import Inline, Link, Reference, Run
from render.view.plain import reference_text

_NO_REFERENCE = Reference("", ())


class References(Protocol):
    """Where the references in a text lead to."""

    def is_shown(self, target: str) -> bool:
        """Whether the page has an anchor with this id."""

    def refer_to(self, target: str) -> Inline:
        """The computed reference to an id; plain words if the page doesn't show the target."""


@dataclass(frozen=True, slots=True)
class TextReferences:
    """References that lead to the text of the declaration. `left_out` are the ids that an extract leaves out."""

    numbers: Mapping[str, Number]
    left_out: Set[str] = frozenset()

    def is_shown(self, target: str) -> bool:
        """Whether the text shows the part with this id."""
        return target not in self.left_out

    def refer_to(self, target: str) -> Inline:
        """The reference to a part of the text."""
        reference = self.numbers[target].reference or _NO_REFERENCE
        return reference if self.is_shown(target) else Run(reference_text(reference))


@dataclass(frozen=True, slots=True)
class GistReferences:
    """References that lead to the gists of a briefing without the text. `gists` are the ids that have one."""

    numbers: Mapping[str, Number]
    gists: Set[str]

    def is_shown(self, target: str) -> bool:
        """Whether the page shows a gist of the paragraph with this id."""
        return target in self.gists

    def refer_to(self, target: str) -> Inline:
        """The reference to a gist."""
        reference = self.numbers[target].reference or _NO_REFERENCE
        words = Run(reference_text(reference))
        if not self.is_shown(target):
            return words
        if len(reference.steps) > 1:  # the label of the gist is the last step only, so no field can show "2(b)"
            return Link((words,), f"#{target}")
        return replace(reference, steps=tuple(replace(step, kind="label") for step in reference.steps))
