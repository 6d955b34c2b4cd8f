"""A source without its comments: what may leave the house with the text that it holds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from render.read.yaml_tree import line_feeds

_COMMENT = re.compile(r"(?:^|(?<=\s))#")
Spans = Mapping[int, list[tuple[int, int]]]
"""Of each line the columns from and to which it is text, where a `#` begins no comment."""


def without_comments(source: bytes) -> bytes:
    """A readable source with every comment taken out, and the lines that held nothing else; all else as it stands."""
    text = line_feeds(source.decode("utf-8-sig"))
    lines = text.split("\n")
    spans = _spans(text, lines)
    kept = ((line, _bare(line, spans.get(number, []))) for number, line in enumerate(lines))
    return "\n".join(bare for line, bare in kept if bare or not line.strip()).encode()


def _bare(line: str, texts: list[tuple[int, int]]) -> str:
    """A line without its comment, and then without spaces at its end."""
    for found in _COMMENT.finditer(line):
        if not any(start <= found.start() < end for start, end in texts):
            return line[: found.start()].rstrip()
    return line


def _spans(text: str, lines: list[str]) -> Spans:
    spans = defaultdict(list)
    for event in _scalars(text):
        start, end = event.start_mark, event.end_mark
        block = event.style in ("|", ">")  # a comment can follow this sign; its text begins in the line below
        for number in range(start.line + block, end.line + 1):
            first = start.column if number == start.line else 0
            last = end.column if number == end.line else len(lines[number])
            spans[number].append((first, last))
    return spans


def _scalars(text: str) -> Iterator[Any]:
    loader = yaml.CSafeLoader(text)
    try:
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, yaml.ScalarEvent):
                yield event
    finally:
        loader.dispose()
