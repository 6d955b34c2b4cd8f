"""The shape of an overlay `<id>.briefing.yaml`: its keys, how each is read, and which it must have."""

from __future__ import annotations

import re
from typing import Any

from render.errors import Trail
from render.model import briefing
from render.model.briefing import PROGRESS
from render.read.context import MAX_LANGUAGES, Reading
from render.read.fields import (
    ListOf,
    MapOf,
    Matching,
    OneOf,
    Shape,
    date,
    identifier,
    language,
    marking,
    optional,
    required,
    text,
    unlike,
)
from render.read.localized_text import line, name, prose


def ordinal(value: Any, path: Trail, reading: Reading) -> int:
    """The number of a sentence, from 1."""
    if isinstance(value, str) and re.fullmatch("[1-9][0-9]{0,3}", value):
        return int(value)
    reading.fault(path, unlike(value, "is no number of a sentence", "the number of a sentence"), "count from 1")
    return 0


progress = OneOf(PROGRESS, "status")

_COMMITMENT = Shape(
    briefing.Commitment,
    id=required(identifier),
    actors=required(ListOf(identifier, least=1)),
    action=required(line),
    at=required(ordinal),
    hash=optional(Matching("[0-9a-f]{12}", "a fingerprint", "take it away, and check says what it is")),
    due=optional(date),
    status=optional(progress),
    owner=optional(name),
)
_REMARK = Shape(briefing.Remark, author=required(text), date=optional(date), text=required(prose))
_ANNOTATION = Shape(
    briefing.Annotation,
    topics=optional(ListOf(identifier)),
    gist=optional(line),
    commitments=optional(ListOf(_COMMITMENT)),
    notes=optional(ListOf(_REMARK)),
    lines=optional(ListOf(line)),
)
BRIEFING = Shape(
    briefing.Briefing,
    declaration=required(identifier),
    languages=optional(ListOf(language, least=1, most=MAX_LANGUAGES)),
    marking=optional(marking),
    title=required(line),
    prepared_for=optional(name),
    prepared_by=optional(name),
    date=optional(date),
    summary=required(prose),
    points=optional(ListOf(line)),
    background=optional(prose),
    questions=optional(ListOf(Shape(briefing.Question, question=required(line), answer=required(prose)))),
    topics=optional(MapOf(name, "topics")),
    paragraphs=optional(MapOf(_ANNOTATION, "paragraphs")),
)
