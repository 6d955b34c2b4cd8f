"""The keys of an overlay `<id>.briefing.yaml`, the reader of each, and which every part must have."""

from __future__ import annotations

import re
from typing import Any

from render.errors import NodePath
from render.model import briefing
from render.model.briefing import PROGRESS
from render.read.containers import ListOf, MapOf
from render.read.context import MAX_LANGUAGES, ReadContext, quote
from render.read.dates import date
from render.read.fields import Shape, marking, optional, required
from render.read.localized_text import line, name, prose, title
from render.read.values import Matching, OneOf, identifier, language, text

MAX_ACTORS = 300
"""Parties of one commitment."""
MAX_COMMITMENTS = 50
"""Commitments of one paragraph. A list of commitments repeats their sentence for each."""


def ordinal(value: Any, path: NodePath, context: ReadContext) -> int:
    """The number of a sentence, from 1; 0 if the value isn't one."""
    if isinstance(value, str) and re.fullmatch("[1-9][0-9]{0,3}", value):
        return int(value)
    hint = "count the sentences of the paragraph from 1"
    if isinstance(value, str) and value:
        context.report(path, f"invalid sentence number {quote(value)}", hint)
    else:
        context.report_kind(path, value, "the number of a sentence", hint)
    return 0


progress = OneOf("status", PROGRESS)
fingerprint = Matching("fingerprint", "[0-9a-f]{12}", lambda _: "remove it, and engross check will show the right one")

_COMMITMENT = Shape(
    briefing.Commitment,
    id=required(identifier),
    actors=required(ListOf(identifier, min_length=1, max_length=MAX_ACTORS)),
    action=required(line),
    at=required(ordinal),
    hash=optional(fingerprint),
    due=optional(date),
    status=optional(progress),
    owner=optional(name),
)
_REMARK = Shape(briefing.Remark, author=required(text), date=optional(date), text=required(prose))
_ANNOTATION = Shape(
    briefing.Annotation,
    topics=optional(ListOf(identifier)),
    gist=optional(line),
    commitments=optional(ListOf(_COMMITMENT, max_length=MAX_COMMITMENTS)),
    notes=optional(ListOf(_REMARK)),
    lines=optional(ListOf(line)),
)
BRIEFING = Shape(
    briefing.Briefing,
    declaration=required(identifier),
    languages=optional(ListOf(language, min_length=1, max_length=MAX_LANGUAGES)),
    marking=optional(marking),
    title=required(title),
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
