"""Readers of lists and mappings whose items all have one reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from render.errors import NodePath
from render.model.patterns import IDENTIFIER
from render.read.context import ReadContext, quote
from render.read.values import Reader, id_hint


class ListOf:
    """Reads a list, each item with one reader."""

    def __init__(self, read: Reader, min_length: int = 0, max_length: int | None = None) -> None:
        self.read, self.min_length, self.max_length = read, min_length, max_length

    def __call__(self, value: Any, path: NodePath, context: ReadContext) -> tuple[Any, ...]:
        """What the reader returns for each item."""
        if not isinstance(value, list):
            context.report_kind(path, value, "a list", "begin each item with '- '")
            return ()
        if len(value) < self.min_length:
            context.report(path, "empty list", f"write at least {self.min_length} item")
        if self.max_length is not None and len(value) > self.max_length:
            context.report(path, f"a list of {len(value):,} items", f"write at most {self.max_length:,}")
        return tuple(self.read(item, (*path, index), context) for index, item in enumerate(value))


class MapOf:
    """Reads a mapping by ids, each value with one reader. `name` and `entry` say what the values are."""

    def __init__(self, read: Reader, name: str, entry: str = "id: …") -> None:
        self.read, self.name, self.entry = read, name, entry

    def __call__(self, value: Any, path: NodePath, context: ReadContext) -> Mapping[str, Any]:
        """What the reader returns for each value, by its id."""
        if not isinstance(value, dict):
            context.report_kind(path, value, self.name, f"write each as {self.entry!r}")
            return {}
        for key in value:
            if not re.fullmatch(IDENTIFIER, key):
                context.report((*path, key), f"invalid id {quote(key)}", id_hint(key), at_key=True)
        return {key: self.read(item, (*path, key), context) for key, item in value.items()}
