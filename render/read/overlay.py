"""The shape of an overlay `<id>.briefing.yaml`: its keys, how each is read, and which it must have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from render import briefing
from render.briefing import PROGRESS
from render.inline import IDENTIFIER
from render.problem import Trail, did_you_mean
from render.read.reading import MOST_LANGUAGES, Reading, shown, what_it_is
from render.read.shapes import Reader, Shape, date, every, identifier, language, matching, may, must, text, unlike
from render.read.wording import line, name, prose

_ID_MEND = "use lower-case letters a to z, then digits too, with single hyphens between"


def by_id(read: Reader, called: str) -> Reader:
    """Reads a mapping by ids, every value by one reader."""

    def read_all(value: Any, path: Trail, reading: Reading) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            reading.fault(path, f"{what_it_is(value)} where {called} are wanted", "write each as 'id: …'")
            return {}
        for key in value:
            if not re.fullmatch(IDENTIFIER, key):
                reading.fault((*path, key), f"{shown(key)} is no id", _ID_MEND, at_key=True)
        return {key: read(it, (*path, key), reading) for key, it in value.items()}

    return read_all


def ordinal(value: Any, path: Trail, reading: Reading) -> int:
    """The number of a sentence, from 1."""
    if isinstance(value, str) and re.fullmatch("[1-9][0-9]{0,3}", value):
        return int(value)
    reading.fault(path, unlike(value, "is no number of a sentence", "the number of a sentence"), "count from 1")
    return 0


def progress(value: Any, path: Trail, reading: Reading) -> str:
    """How far a commitment has come."""
    if value not in PROGRESS:
        reading.fault(path, unlike(value, "is no status", "a status"), did_you_mean(str(value), PROGRESS))
    return str(value)


_COMMITMENT = Shape(
    briefing.Commitment,
    id=must(identifier),
    actors=must(every(identifier, least=1)),
    action=must(line),
    at=must(ordinal),
    hash=may(matching("[0-9a-f]{12}", "a fingerprint", "take it away, and check says what it is")),
    due=may(date),
    status=may(progress),
    owner=may(name),
)
_REMARK = Shape(briefing.Remark, author=must(text), date=may(date), text=must(prose))
_ANNOTATION = Shape(
    briefing.Annotation,
    topics=may(every(identifier)),
    gist=may(line),
    commitments=may(every(_COMMITMENT)),
    notes=may(every(_REMARK)),
    lines=may(every(line)),
)
BRIEFING = Shape(
    briefing.Briefing,
    declaration=must(identifier),
    languages=may(every(language, least=1, most=MOST_LANGUAGES)),
    marking=may(name),
    title=must(line),
    prepared_for=may(name),
    prepared_by=may(name),
    date=may(date),
    summary=must(prose),
    points=may(every(line)),
    background=may(prose),
    questions=may(every(Shape(briefing.Question, question=must(line), answer=must(prose)))),
    topics=may(by_id(name, "topics")),
    paragraphs=may(by_id(_ANNOTATION, "paragraphs")),
)
