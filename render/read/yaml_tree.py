"""YAML bytes to a tree of text, lists and mappings, with the place of every node and key.

A source may use only what it needs of YAML: text, lists and mappings. Every scalar is text, whatever it looks like:
`no` is "no" and `22:30` is "22:30". The tree is built from the events of YAML's parser, because YAML's own constructors
lose the places, silently take the last of two equal keys, and expand aliases without a limit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import yaml
from yaml import MappingEndEvent, ScalarEvent

from render.errors import Finding, NodePath, Place, Problem
from render.read.context import MAX_PROBLEMS, quote
from render.read.positions import Position, ScalarPositions
from render.read.source_text import (
    FORBIDDEN,
    UnreadableFile,
    decode_file,
    describe_forbidden,
    find_directive,
    text_problems,
    without_line_separators,
)
from render.read.yaml_errors import syntax_problem

MAX_DEPTH = 64
"""Levels of nesting."""

Value = str | list["Value"] | dict[str, "Value"]

_BEFORE_COMMENT = (" ", "#")
_COMMENT = re.compile("(?P<before> *)(?P<comment>#.{0,23})")


@dataclass(slots=True)
class Tree:
    """The value of a file, and where its parts are.

    `nodes` and `keys` give, in the file's order, the event that each node begins with and the event of each key. Paths
    in `broken` have a problem already, and every other problem there is only its consequence.
    """

    file: str
    lines: list[str]
    root: Value = ""
    nodes: dict[NodePath, Any] = field(default_factory=dict)
    keys: dict[NodePath, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[NodePath] = field(default_factory=set)
    _scalars: dict[NodePath, ScalarPositions] = field(default_factory=dict)
    """Kept for the scalars in which a place was asked for."""

    @property
    def positions(self) -> Mapping[NodePath, Position]:
        """The position of each node."""
        return {path: _position(event) for path, event in self.nodes.items()}

    def problem(self, finding: Finding) -> Problem:
        """The finding with its place in the file."""
        return finding.at(self._key_place(finding.path) if finding.at_key else self.place(finding.path, finding.offset))

    def place(self, path: NodePath, offset: int = 0) -> Place:
        """The place of a character in the node at `path` or, without such a node, in the nearest one around it."""
        path = self._nearest(path)
        position = _position(self.nodes[path]) if path in self.nodes else Position(0, 0)
        line, column = position.line, position.column
        if offset or position.is_block:
            line, column = self._scalar_positions(path, position).place(offset)
        return Place(self.file, line + 1, column + 1)

    def _scalar_positions(self, path: NodePath, position: Position) -> ScalarPositions:
        if path not in self._scalars:
            self._scalars[path] = ScalarPositions(position, self.lines)
        return self._scalars[path]

    def _key_place(self, path: NodePath) -> Place:
        position = _position(self.keys[self._nearest(path)])
        return Place(self.file, position.line + 1, position.column + 1)

    def _nearest(self, path: NodePath) -> NodePath:
        """The path of the node, or of the nearest node around it. The item of a list can itself be its text."""
        nearest: NodePath = ()
        for step in path:
            if (*nearest, step) in self.nodes:
                nearest = (*nearest, step)
            elif step != "text":
                break
        return nearest

    def is_broken(self, path: NodePath) -> bool:
        """Whether the node at `path`, or one around it, has a problem already."""
        path = self._nearest(path)
        return any(path[:length] in self.broken for length in range(len(path) + 1))


def read_tree(data: bytes, file: str) -> Tree:
    """The tree of a file. Problems after which reading can go on (an alias, a duplicate key) are in its `problems`.

    Raises UnreadableFile for all others: not UTF-8, empty, too large, two documents, invalid YAML.
    """
    text = decode_file(data, file)
    # YAML reports the end of a file in a line of its own.
    tree = Tree(file, [*text.removesuffix("\n").split("\n"), ""])
    tree.problems += islice(text_problems(tree.lines, file), MAX_PROBLEMS)
    if (directive := find_directive(text)) is not None:
        name = quote(tree.lines[directive].split()[0])
        problem = Problem(Place(file, directive + 1, 1), f"the YAML directive {name} isn't allowed", "remove this line")
        raise UnreadableFile([*tree.problems, problem])
    loader = yaml.CSafeLoader(without_line_separators(text) if tree.problems else text)
    try:
        _Builder(tree, loader).build()
    except yaml.YAMLError as error:
        raise UnreadableFile(tree.problems or [syntax_problem(error, file, tree.lines)]) from None
    finally:
        loader.dispose()
    return tree


class _Builder:
    """Builds a tree from the events of the parser, and collects the problems after which reading can go on."""

    def __init__(self, tree: Tree, events: yaml.CSafeLoader) -> None:
        self.tree = tree
        self.next_event: Callable[[], Any] = events.get_event
        # Whether the file itself has no forbidden character: an escape in quotation marks can still encode one.
        self.is_clean = not tree.problems

    def build(self) -> None:
        self.next_event()  # the start of the stream
        first = self.next_event()
        if isinstance(first, yaml.StreamEndEvent):
            raise UnreadableFile([Problem(Place(self.tree.file), "the file is empty", "write a declaration in it")])
        self.tree.root = self.build_node(self.next_event(), ())
        self.next_event()  # the end of the document
        second = self.next_event()
        if not isinstance(second, yaml.StreamEndEvent):
            problem = self.problem_at(second, "a second document in the file", "write one declaration per file")
            raise UnreadableFile([*self.tree.problems, problem])

    def build_node(self, event: Any, path: NodePath) -> Value:
        if len(path) > MAX_DEPTH:
            problem = self.problem_at(event, f"more than {MAX_DEPTH} levels of nesting", "move the text further out")
            raise UnreadableFile([*self.tree.problems, problem])
        self.tree.nodes[path] = event
        if type(event) is ScalarEvent and event.anchor is None and event.tag is None:
            return self.build_scalar(event, path)  # nearly all nodes
        if isinstance(event, yaml.AliasEvent):
            hint = "write the value out, or put it in quotation marks if it is text"
            self.report(path, event, f"the YAML alias *{event.anchor} isn't allowed", hint)
            return ""
        self.check_properties(event, path)
        if isinstance(event, ScalarEvent):
            return self.build_scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            items = enumerate(self.events_until(yaml.SequenceEndEvent))
            return [self.build_node(item, (*path, index)) for index, item in items]
        return self.build_mapping(path)

    def check_properties(self, event: Any, path: NodePath) -> None:
        """Report the anchor and the tag of a node."""
        hint = "remove it, or put the value in quotation marks if it is text"
        if event.anchor is not None:
            self.report(path, event, f"the YAML anchor &{event.anchor} isn't allowed", hint)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.report(path, event, f"the YAML tag {tag} isn't allowed", hint)

    def build_mapping(self, path: NodePath) -> dict[str, Value]:
        values: dict[str, Value] = {}
        keys, next_event = self.tree.keys, self.next_event  # looked up once: a long source is mostly mappings
        while not isinstance(event := next_event(), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self.report(path, event, "a key that isn't text", "write a word before the ':'")
                self.build_node(event, (*path, "?"))
                self.build_node(self.next_event(), (*path, "?"))
                continue
            key = self.build_scalar(event, path)
            here = (*path, key)
            first = keys.setdefault(here, event)
            if first is not event:
                what = f"duplicate key {quote(key)}, first in line {first.start_mark.line + 1}"
                self.report(here, event, what, "keep one of the two")
            following = next_event()
            if type(following) is ScalarEvent and not following.value and self.is_divided(event, following):
                hint = "put a value with a comma in it in quotation marks"
                self.report(here, event, f"{quote(key)} has no ':' after it", hint)
            value = self.build_node(following, here)
            values.setdefault(key, value)
        return values

    def is_divided(self, key: Any, value: Any) -> bool:
        """Whether a key without a value is the rest of a value that a comma divides, as "B" in `{name: A, B}`."""
        end, start = key.end_mark, value.start_mark
        if value.style:
            return False
        return bool(end.line == start.line and ":" not in self.tree.lines[end.line][end.column : start.column])

    def build_scalar(self, event: Any, path: NodePath) -> str:
        value: str = event.value
        if not event.style:
            self.check_cut(event, path)
        elif event.style == '"' and self.is_clean and (found := FORBIDDEN.search(value)):
            self.report(path, event, *describe_forbidden(found[0]))
        return value

    def check_cut(self, event: Any, path: NodePath) -> None:
        """Report a plain value that YAML ends at ` #`, because it takes the rest for a comment.

        A comment that is meant has two spaces before its `#` and one after it; anything else is probably text.
        """
        end = event.end_mark
        line, column = self.tree.lines[end.line], end.column
        found = _COMMENT.match(line, column) if line[column : column + 1] in _BEFORE_COMMENT else None
        if found is None:
            return
        before, comment = found["before"], found["comment"]
        if (comment == "#" or comment[1].isspace()) and (len(before) > 1 or not event.value):
            return
        what = f"' #' begins a comment, so {comment!r} isn't part of this value"
        hint = "put the value in quotation marks or under '|' (a comment needs two spaces before '#' and one after)"
        self.report(path, event, what, hint)

    def events_until(self, end: type[yaml.Event]) -> Iterator[Any]:
        while not isinstance(event := self.next_event(), end):
            yield event

    def report(self, path: NodePath, event: Any, what: str, hint: str) -> None:
        self.tree.problems.append(self.problem_at(event, what, hint))
        self.tree.broken.add(path)
        if len(self.tree.problems) >= MAX_PROBLEMS:
            raise UnreadableFile(self.tree.problems)

    def problem_at(self, event: Any, what: str, hint: str) -> Problem:
        mark = event.start_mark
        return Problem(Place(self.tree.file, mark.line + 1, mark.column + 1), what, hint)


def _position(event: Any) -> Position:
    start = event.start_mark
    if type(event) is ScalarEvent:
        return Position(start.line, start.column, event.style or "", event.value)
    return Position(start.line, start.column)
