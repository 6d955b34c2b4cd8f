"""Extracts: some paragraphs of a declaration with their own numbers, under the headings that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import assert_never

from render.errors import UsageError, did_you_mean
from render.model import declaration as model
from render.model.declaration import Declaration, Node, Titled
from render.numbering import Number


@dataclass(frozen=True, slots=True)
class Extract:
    """The nodes that an extract shows, by identity, and the ids of all parts that it leaves out."""

    shown: frozenset[int]
    left_out: frozenset[str]

    def shows(self, node: Node) -> bool:
        """Whether the extract shows a node."""
        return id(node) in self.shown


def extract(declaration: Declaration, selected: Set[str]) -> Extract:
    """The extract that shows the parts with the selected ids: each whole, with the headings above it."""
    nodes = list(_shown(declaration.body, selected))
    shown_ids = {id_ for node in nodes for id_ in _own_ids(node)}
    return Extract(frozenset(map(id, nodes)), frozenset(_all_ids(declaration.body)) - shown_ids)


def selected_ids(selection: str, declaration: Declaration, numbers: Mapping[str, Number]) -> set[str]:
    """The ids of the parts that a selection names by numbers, ranges of numbers, and ids: "4-8,14,russia".

    The numbers are those that count through the whole body. Raises UsageError for an unknown number or id.
    """
    ids_by_number = {numbers[id_].bare: id_ for id_ in _numbered_ids(declaration.main)}
    ranges = _Ranges(ids_by_number)
    ids = frozenset(_all_ids(declaration.body))
    selected: set[str] = set()
    for part in filter(None, map(str.strip, selection.split(","))):
        found = _single(part, ids_by_number, ids) or ranges.ids(part)
        if not found:
            hint = did_you_mean(part, ids) if part[0].isalpha() else _numbers_hint(ids_by_number)
            raise UsageError(f"{declaration.id} has no paragraph {part!r}; {hint}")
        selected |= found
    return selected


def _shown(nodes: Iterable[Node], selected: Set[str], all_shown: bool = False) -> Iterator[Node]:
    """The nodes that are selected or inside a selected one, and the headings above them."""
    for node in nodes:
        is_shown = all_shown or not selected.isdisjoint(_own_ids(node))
        if isinstance(node, Titled):
            inside = list(_shown(node.body, selected, is_shown))
            if inside or is_shown:
                yield node
            yield from inside
        elif is_shown:
            yield node


def _own_ids(node: Node) -> Iterator[str]:
    """The id of a node, and those of the parts of a paragraph, which are shown with it."""
    match node:
        case model.Section():
            yield node.section
        case model.Article():
            yield node.article
        case model.Annex():
            yield node.annex
        case model.Table():
            yield node.table
        case model.Paragraph():
            yield node.id
            yield from _all_ids(node.body)
        case model.Recital():
            yield node.recital
            yield from _all_ids(node.body)
        case model.Bullets() | model.Quotation() | model.Box() | model.Image():
            pass
        case _:
            assert_never(node)


def _all_ids(nodes: Iterable[Node]) -> Iterator[str]:
    """The ids of nodes, and of all nodes in them."""
    for node in nodes:
        yield from _own_ids(node)
        if isinstance(node, Titled):
            yield from _all_ids(node.body)


def _numbered_ids(nodes: Iterable[Node]) -> Iterator[str]:
    """The ids of the paragraphs that are counted through the whole body."""
    for node in nodes:
        if isinstance(node, model.Paragraph):
            yield node.id
        elif isinstance(node, model.Section):
            yield from _numbered_ids(node.body)


def _single(part: str, ids_by_number: Mapping[str, str], ids: Set[str]) -> set[str]:
    return {ids_by_number[part]} if part in ids_by_number else {part} & ids


class _Ranges:
    """Ranges of numbers, in the order of the text."""

    def __init__(self, ids_by_number: Mapping[str, str]) -> None:
        self._ids = list(ids_by_number.values())
        self._positions = {number: position for position, number in enumerate(ids_by_number)}

    def ids(self, part: str) -> set[str]:
        """The ids of the paragraphs from one number to another, both included."""
        first, _, last = (end.strip() for end in part.partition("-"))
        if first not in self._positions or last not in self._positions:
            return set()
        return set(self._ids[self._positions[first] : self._positions[last] + 1])


def _numbers_hint(numbers: Iterable[str]) -> str:
    order = list(numbers)
    return f"its paragraphs are {order[0]} to {order[-1]}" if order else "select paragraphs by id"
