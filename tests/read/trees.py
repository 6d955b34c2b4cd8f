"""Trees of sources, and the problems of a source that has none."""

from __future__ import annotations

from render.read.source_text import UnreadableFile
from render.read.yaml_tree import Tree, read_tree

HEAD = "id: draft\ntitle: A declaration\nlanguages: [en]\n"


def problems(data: str | bytes) -> list[str]:
    """Every problem of a tree, or of what keeps it from being one."""
    try:
        tree = read_tree(data if isinstance(data, bytes) else data.encode(), "x.yaml")
    except UnreadableFile as unreadable:
        return [str(problem) for problem in unreadable.problems]
    return [str(problem) for problem in tree.problems]


def tree(source: str | bytes) -> Tree:
    found = read_tree(source if isinstance(source, bytes) else source.encode(), "x.yaml")
    assert found.problems == []
    return found
