"""Extracts: some paragraphs of a declaration, with their own numbers, under the headings that they stand under."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import assert_never

from render.errors import UsageError, did_you_mean
from render.model.declaration import (
    Annex,
    Article,
    Box,
    Bullets,
    Declaration,
    Image,
    Node,
    Paragraph,
    Quotation,
    Recital,
    Section,
    Table,
    Titled,
)
from render.numbering import Number


@dataclass(frozen=True, slots=True)
class Extract:
    """What is shown of a declaration: the identities of its nodes, and the ids of all parts that are left out."""

    shown: frozenset[int]
    left_out: frozenset[str]

    def shows(self, node: Node) -> bool:
        """Whether a node is shown."""
        return id(node) in self.shown


def extract(declaration: Declaration, kept: Set[str]) -> Extract:
    """What is shown when the parts of some ids are kept: each whole, with the headings over it."""
    nodes = list(_shown(declaration.body, kept))
    names = {name for node in nodes for name in _own(node)}
    return Extract(frozenset(map(id, nodes)), frozenset(_names(declaration.body)) - names)


def _shown(nodes: Iterable[Node], kept: Set[str], whole: bool = False) -> Iterator[Node]:
    """The nodes that are kept, and the headings over them; all nodes, where they stand under one that is kept."""
    for node in nodes:
        whole_node = whole or not kept.isdisjoint(_own(node))
        if isinstance(node, Titled):
            inside = list(_shown(node.body, kept, whole_node))
            if inside or whole_node:
                yield node
            yield from inside
        elif whole_node:
            yield node


def _own(node: Node) -> Iterator[str]:
    """The id of a node, and those of a paragraph's parts, which are shown with it."""
    match node:
        case Section():
            yield node.section
        case Article():
            yield node.article
        case Annex():
            yield node.annex
        case Table():
            yield node.table
        case Paragraph():
            yield node.id
            yield from _names(node.body)
        case Recital():
            yield node.recital
            yield from _names(node.body)
        case Bullets() | Quotation() | Box() | Image():
            pass
        case _:
            assert_never(node)


def _names(nodes: Iterable[Node]) -> Iterator[str]:
    """The ids of nodes and of all that is in them."""
    for node in nodes:
        yield from _own(node)
        if isinstance(node, Titled):
            yield from _names(node.body)


def chosen(selection: str, declaration: Declaration, numbers: Mapping[str, Number]) -> set[str]:
    """The ids of the parts that a selection names by numbers, ranges of numbers, and ids: "4-8,14,russia".

    The numbers are those that count through the whole body. Raises UsageError for what is not there.
    """
    labels = {numbers[name].label.removesuffix("."): name for name in _counted(declaration.main)}
    known = frozenset(_names(declaration.body))
    found: set[str] = set()
    for part in filter(None, map(str.strip, selection.split(","))):
        here = _one(part, labels, known) or _range(part, labels)
        if not here:
            hint = did_you_mean(part, known) if part[0].isalpha() else _numbered(labels)
            raise UsageError(f"{declaration.id} has no paragraph {part!r}; {hint}")
        found |= here
    return found


def _one(part: str, labels: Mapping[str, str], known: Set[str]) -> set[str]:
    return {labels[part]} if part in labels else {part} & known


def _range(part: str, labels: Mapping[str, str]) -> set[str]:
    """The paragraphs from one number to another, in the order of the text."""
    first, _, last = (end.strip() for end in part.partition("-"))
    if first not in labels or last not in labels:
        return set()
    order = list(labels)
    return {labels[label] for label in order[order.index(first) : order.index(last) + 1]}


def _numbered(labels: Mapping[str, str]) -> str:
    order = list(labels)
    return f"its paragraphs are {order[0]} to {order[-1]}" if order else "name one by its id"


def _counted(nodes: Iterable[Node]) -> Iterator[str]:
    """The ids of the paragraphs that count through the whole body."""
    for node in nodes:
        if isinstance(node, Paragraph):
            yield node.id
        elif isinstance(node, Section):
            yield from _counted(node.body)
