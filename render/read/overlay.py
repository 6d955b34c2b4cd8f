"""The shape of an overlay `<id>.briefing.yaml`: its keys, how each is read, and which it must have."""

from __future__ import annotations

import re
from typing import Any

from render import briefing
from render.briefing import PROGRESS
from render.problem import Trail
from render.read.reading import MOST_LANGUAGES, Reading
from render.read.shapes import (
    ById,
    Every,
    Matching,
    OneOf,
    Shape,
    date,
    identifier,
    language,
    marking,
    may,
    must,
    text,
    unlike,
)
from render.read.wording import line, name, prose


def ordinal(value: Any, path: Trail, reading: Reading) -> int:
    """The number of a sentence, from 1."""
    if isinstance(value, str) and re.fullmatch("[1-9][0-9]{0,3}", value):
        return int(value)
    reading.fault(path, unlike(value, "is no number of a sentence", "the number of a sentence"), "count from 1")
    return 0


progress = OneOf(PROGRESS, "status")

_COMMITMENT = Shape(
    briefing.Commitment,
    id=must(identifier),
    actors=must(Every(identifier, least=1)),
    action=must(line),
    at=must(ordinal),
    hash=may(Matching("[0-9a-f]{12}", "a fingerprint", "take it away, and check says what it is")),
    due=may(date),
    status=may(progress),
    owner=may(name),
)
_REMARK = Shape(briefing.Remark, author=must(text), date=may(date), text=must(prose))
_ANNOTATION = Shape(
    briefing.Annotation,
    topics=may(Every(identifier)),
    gist=may(line),
    commitments=may(Every(_COMMITMENT)),
    notes=may(Every(_REMARK)),
    lines=may(Every(line)),
)
BRIEFING = Shape(
    briefing.Briefing,
    declaration=must(identifier),
    languages=may(Every(language, least=1, most=MOST_LANGUAGES)),
    marking=may(marking),
    title=must(line),
    prepared_for=may(name),
    prepared_by=may(name),
    date=may(date),
    summary=must(prose),
    points=may(Every(line)),
    background=may(prose),
    questions=may(Every(Shape(briefing.Question, question=must(line), answer=must(prose)))),
    topics=may(ById(name, "topics")),
    paragraphs=may(ById(_ANNOTATION, "paragraphs")),
)
