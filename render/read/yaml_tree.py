"""YAML bytes → a tree of plain text, lists and mappings, with the place of every node and key.

Only what a source needs of YAML is allowed: text, lists, mappings. Every scalar is text, whatever it looks like (so
`no` is "no" and `22:30` is "22:30"). The tree is built from the parser's events, because YAML's own constructors lose
the places, take the last of two equal keys in silence and expand aliases without a bound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

import yaml
from yaml import MappingEndEvent, ScalarEvent

from render.errors import Finding, Place, Problem, Trail
from render.read.context import MAX_FAULTS, quote
from render.read.positions import Position, ScalarPositions
from render.read.yaml_errors import syntax_problem

MAX_FILE = 16 * 1024 * 1024
"""Bytes. A declaration of 10,000 paragraphs has about 4 MiB."""
MAX_DEPTH = 64
"""Levels of nesting."""
MAX_WORD = 1000
"""Characters without a place where a line could break."""

Value = str | list["Value"] | dict[str, "Value"]

_FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ufeff\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
    + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# Scripts that break lines between letters: Thai to Myanmar, Khmer, CJK, Hangul, full-width forms.
_UNBROKEN = re.compile(
    r"[^\s\u0e00-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+"
)
_LINE_ENDS = dict.fromkeys(map(ord, "\x85\u2028\u2029"), " ")
"""YAML ends lines at these too, and would then count lines otherwise than we do. They are errors as it is."""
_BEFORE_COMMENT = (" ", "#")
_COMMENT = re.compile("(?P<before> *)(?P<comment>#.{0,23})")


class Unreadable(Exception):
    """A file of which no tree can be made; carries the problems."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(slots=True)
class Tree:
    """A file's nodes and where they stand."""

    file: str
    lines: list[str]
    root: Value = ""
    nodes: dict[Trail, Any] = field(default_factory=dict)
    """The event that each node begins with."""
    keys: dict[Trail, Any] = field(default_factory=dict)
    """The event of each key."""
    problems: list[Problem] = field(default_factory=list)
    broken: set[Trail] = field(default_factory=set)
    """Paths that have a problem already: what else is found there is its echo."""
    inks: dict[Trail, ScalarPositions] = field(default_factory=dict)
    """Of the scalars in which places were asked for."""

    @property
    def marks(self) -> Mapping[Trail, Position]:
        """Where each node stands."""
        return {path: _mark(event) for path, event in self.nodes.items()}

    def problem(self, finding: Finding) -> Problem:
        """The finding with its place in the file."""
        place = self._key_place if finding.at_key else self.place
        return finding.at(place(finding.path, finding.offset))

    def place(self, path: Trail, offset: int = 0) -> Place:
        """The place of the node at `path`, or of the nearest one around it, and of a character in it."""
        path = self._known(path)
        mark = _mark(self.nodes[path]) if path in self.nodes else Position(0, 0)
        line, column = mark.line, mark.column
        if offset or mark.is_block:
            line, column = self._ink(path, mark).place(offset)
        return Place(self.file, line + 1, column + 1)

    def _ink(self, path: Trail, mark: Position) -> ScalarPositions:
        if path not in self.inks:
            self.inks[path] = ScalarPositions(mark, self.lines)
        return self.inks[path]

    def _key_place(self, path: Trail, _: int = 0) -> Place:
        mark = _mark(self.keys[self._known(path)])
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _known(self, path: Trail) -> Trail:
        """The path of the same node, or of the nearest around it. The text of a list's item can be the item itself."""
        here: Trail = ()
        for step in path:
            if (*here, step) in self.nodes:
                here = (*here, step)
            elif step != "text":
                break
        return here

    def is_broken(self, path: Trail) -> bool:
        """Whether something at `path`, or around it, has a problem already."""
        path = self._known(path)
        return any(path[:length] in self.broken for length in range(len(path) + 1))


def read_tree(data: bytes, file: str) -> Tree:
    """The tree of a file.

    Raises `Unreadable` where nothing can be made of the bytes: not UTF-8, empty, too large, two documents, no YAML.
    What can be passed over (an alias, a key twice, a cut value) is in the tree's `problems`.
    """
    text = _decode(data, file)
    # YAML sees a file's end in a line of its own.
    tree = Tree(file, [*text.removesuffix("\n").split("\n"), ""])
    tree.problems += islice(chain(_forbidden_characters(tree), _long_words(tree)), MAX_FAULTS)
    loader = yaml.CSafeLoader(text.translate(_LINE_ENDS) if tree.problems else text)
    try:
        _Builder(tree, loader).build()
    except yaml.YAMLError as error:
        raise Unreadable(tree.problems or [syntax_problem(error, file, tree.lines)]) from None
    finally:
        loader.dispose()
    return tree


def _decode(data: bytes, file: str) -> str:
    if len(data) > MAX_FILE:
        whole = Place(file)
        raise Unreadable([Problem(whole, f"{len(data):,} bytes", f"the most is {MAX_FILE:,}: split the text")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The error counts from after a byte order mark.
        before = line_feeds(error.object[: error.start].decode("utf-8"))
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        what = f"not UTF-8 (byte 0x{error.object[error.start]:02X})"
        raise Unreadable([Problem(place, what, "save the file as UTF-8")]) from None
    return line_feeds(text)


def line_feeds(text: str) -> str:
    """A text with a line feed at the end of every line, whatever it had there."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _forbidden_characters(tree: Tree) -> Iterator[Problem]:
    # None of them is printable, and few lines hold anything that is not.
    doubtful = [number for number, line in enumerate(tree.lines) if not line.isprintable()]
    for number in doubtful:
        for found in _FORBIDDEN.finditer(tree.lines[number]):
            yield Problem(Place(tree.file, number + 1, found.start() + 1), *_forbidden(found[0]))


def _forbidden(character: str) -> tuple[str, str]:
    """What a character that no source may hold is, and what to do."""
    name = f"U+{ord(character):04X}"
    if character == "\t":
        return "a tab", "use spaces"
    if "\u202a" <= character <= "\u202e":
        return (
            f"a bidirectional override or embedding ({name}), which can make a text read otherwise than it is stored",
            "take it out, or use the isolates U+2066 to U+2069",
        )
    if character in "\x85\u2028\u2029":
        return f"a line separator that YAML and other tools read differently ({name})", "use an ordinary line end"
    return f"a control character or one that is no character ({name})", "take it out"


def _long_words(tree: Tree) -> Iterator[Problem]:
    hint = f"the longest that can be printed has {MAX_WORD:,}: divide it"
    long = [(number, line) for number, line in enumerate(tree.lines, 1) if len(line) > MAX_WORD]
    for number, line in long:
        for found in _UNBROKEN.finditer(line):
            if len(found[0]) > MAX_WORD:
                place = Place(tree.file, number, found.start() + 1)
                yield Problem(place, f"a word of {len(found[0]):,} characters", hint)


class _Builder:
    """Builds a tree from the parser's events, and notes the problems that can be passed over."""

    def __init__(self, tree: Tree, events: yaml.CSafeLoader) -> None:
        self.tree = tree
        self.next: Callable[[], Any] = events.get_event
        self.clean = not tree.problems
        """No forbidden character stands in the file itself; escapes in quoted values can still name one."""

    def build(self) -> None:
        self.next()  # the stream's start
        first = self.next()
        if isinstance(first, yaml.StreamEndEvent):
            raise Unreadable([Problem(Place(self.tree.file), "the file is empty", "write a declaration in it")])
        self.tree.root = self.node(self.next(), ())
        self.next()  # the document's end
        second = self.next()
        if not isinstance(second, yaml.StreamEndEvent):
            problem = self.problem_at(second, "a second document in the file", "keep one declaration a file")
            raise Unreadable([*self.tree.problems, problem])

    def node(self, event: Any, path: Trail) -> Value:
        if len(path) > MAX_DEPTH:
            problem = self.problem_at(event, f"nested deeper than {MAX_DEPTH} levels", "lift the text out")
            raise Unreadable([*self.tree.problems, problem])
        self.tree.nodes[path] = event
        if type(event) is ScalarEvent and event.anchor is None and event.tag is None:
            return self.scalar(event, path)  # as nearly all are
        if isinstance(event, yaml.AliasEvent):
            self.fault(path, event, f"an alias (*{event.anchor})", "write the value out, or quote it if it is text")
            return ""
        if event.anchor is not None:
            self.fault(path, event, f"an anchor (&{event.anchor})", "take it out, or quote the value if it is text")
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.fault(path, event, f"a tag ({tag})", "take it out, or quote the value if it is text")
        if isinstance(event, ScalarEvent):
            return self.scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self.node(item, (*path, index)) for index, item in enumerate(self.until(yaml.SequenceEndEvent))]
        return self.mapping(path)

    def mapping(self, path: Trail) -> dict[str, Value]:
        values: dict[str, Value] = {}
        keys, next_event = self.tree.keys, self.next  # looked up once: a long source is mappings above all
        while not isinstance(event := next_event(), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self.fault(path, event, "a key that is no text", "write a word before the ':'")
                self.node(event, (*path, "?"))
                self.node(self.next(), (*path, "?"))
                continue
            key = self.scalar(event, path)
            here = (*path, key)
            first = keys.setdefault(here, event)
            if first is not event:
                again = f"the key {quote(key)} again (first in line {first.start_mark.line + 1})"
                self.fault(here, event, again, "keep one of the two")
            following = next_event()
            if type(following) is ScalarEvent and not following.value and self.is_divided(event, following):
                hint = "a value with a comma in it wants quotes between { and }"
                self.fault(here, event, f"{quote(key)} has no ':' after it", hint)
            value = self.node(following, here)
            values.setdefault(key, value)
        return values

    def is_divided(self, key: Any, value: Any) -> bool:
        """Whether a key without a value is the rest of one that a comma divides, as "B" in `{name: A, B}`."""
        end, start = key.end_mark, value.start_mark
        if value.style:
            return False
        return bool(end.line == start.line and ":" not in self.tree.lines[end.line][end.column : start.column])

    def scalar(self, event: Any, path: Trail) -> str:
        value: str = event.value
        if not event.style:
            self.look_for_cut(event, path)
        elif event.style == '"' and self.clean and (found := _FORBIDDEN.search(value)):
            self.fault(path, event, *_forbidden(found[0]))
        return value

    def look_for_cut(self, event: Any, path: Trail) -> None:
        """YAML ends a plain value at ` #`, and drops the rest as a comment.

        A comment that is meant has two spaces before its `#` and one after; all else was probably text.
        """
        end = event.end_mark
        line, column = self.tree.lines[end.line], end.column
        found = _COMMENT.match(line, column) if line[column : column + 1] in _BEFORE_COMMENT else None
        if found is None:
            return
        before, comment = found["before"], found["comment"]
        if (comment == "#" or comment[1].isspace()) and (len(before) > 1 or not event.value):
            return
        self.fault(
            path,
            event,
            f"' #' cuts this value short: {comment!r} would be dropped",
            "quote the value, or write it under '|'; a comment takes two spaces before its '#' and one after",
        )

    def until(self, end: type[yaml.Event]) -> Iterator[Any]:
        while not isinstance(event := self.next(), end):
            yield event

    def fault(self, path: Trail, event: Any, what: str, hint: str) -> None:
        self.tree.problems.append(self.problem_at(event, what, hint))
        self.tree.broken.add(path)
        if len(self.tree.problems) >= MAX_FAULTS:
            raise Unreadable(self.tree.problems)

    def problem_at(self, event: Any, what: str, hint: str) -> Problem:
        mark = event.start_mark
        return Problem(Place(self.tree.file, mark.line + 1, mark.column + 1), what, hint)


def _mark(event: Any) -> Position:
    start = event.start_mark
    if type(event) is ScalarEvent:
        return Position(start.line, start.column, event.style or "", event.value)
    return Position(start.line, start.column)
