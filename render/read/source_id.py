"""The id of a source, found without reading what follows it."""

from __future__ import annotations

import yaml

from render.model.source_file import line_feeds
from render.read.source_text import find_directive
from render.read.yaml_tree import MAX_DEPTH

_HEAD = 1 << 11
"""Bytes: nearly every source begins with its id."""


def id_in_head(data: bytes) -> str | None:
    """The value of the key `id` in the first lines of a source, as the reader will find it; None if it isn't there.

    The work is bounded, whatever the source is.
    """
    return find_id(data if len(data) <= _HEAD else data[:_HEAD].rpartition(b"\n")[0])


def find_id(data: bytes) -> str | None:
    """The value of the key `id`, as the reader will find it; None if there is none, or invalid YAML before it."""
    text = data.decode("utf-8-sig", errors="ignore")
    if find_directive(line_feeds(text)) is not None:
        return None
    loader = yaml.CSafeLoader(text)
    depth, is_key = 0, False
    try:
        while loader.check_event() and depth <= MAX_DEPTH:
            event = loader.get_event()
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                is_key = depth == 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
                is_key = True
            elif depth == 1 and isinstance(event, yaml.NodeEvent):
                if is_key and getattr(event, "value", "") == "id":
                    value = loader.get_event()
                    return value.value if isinstance(value, yaml.ScalarEvent) else None
                is_key = not is_key
    except yaml.YAMLError:
        pass
    finally:
        loader.dispose()
    return None
