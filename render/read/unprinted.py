"""What a source holds but no page prints: it must not leave the house in a copy of the source."""

from __future__ import annotations

from collections.abc import Iterator

from render.model.declaration import Declaration
from render.model.source_file import Replacement
from render.read.yaml_tree import Tree


def find_unprinted(declaration: Declaration, tree: Tree) -> Iterator[Replacement]:
    """The replacements that put its id in place of the name of each party."""
    for index, party in enumerate(declaration.parties):
        event = tree.nodes["parties", index, "name"]
        start, end = event.start_mark, event.end_mark
        yield Replacement((start.line, start.column), (end.line, end.column), party.id)
