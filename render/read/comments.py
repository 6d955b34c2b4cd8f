"""The comments of a source: what must not leave the house with its text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

import yaml

from render.read.yaml_tree import Tree

_SIGN = re.compile(r"(?:^|(?<=\s))#")
_Mark = tuple[int, int]
"""Line and column from 0."""


def find_comments(tree: Tree) -> Mapping[int, int]:
    """The column of the `#` in every line of a file that has a comment, both from 0."""
    signs = [
        (number, found.start())
        for number, line in enumerate(tree.lines)
        if "#" in line
        for found in _SIGN.finditer(line)
    ]
    if not signs:
        return {}
    events = [list(tree.nodes.values()), list(tree.keys.values())]
    comments: dict[int, int] = {}
    for line, column in signs:
        if line not in comments and not any(_is_text((line, column), ordered) for ordered in events):
            comments[line] = column
    return comments


def _is_text(mark: _Mark, events: list[Any]) -> bool:
    """Whether a mark is inside one of the scalars among events in the file's order."""
    index = bisect_right(events, mark, key=_start) - 1
    if index < 0 or not isinstance(events[index], yaml.ScalarEvent):
        return False
    event = events[index]
    is_block = event.style in ("|", ">")  # the text begins in the next line, and a comment can follow this sign
    text_start = (event.start_mark.line + 1, 0) if is_block else _start(event)
    return text_start <= mark < (event.end_mark.line, event.end_mark.column)


def _start(event: Any) -> _Mark:
    return event.start_mark.line, event.start_mark.column
