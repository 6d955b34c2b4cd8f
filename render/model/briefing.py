"""The briefing: what officials add to a declaration for a reader, in an overlay beside the source.

It points to paragraphs by their ids, and to sentences in them, and never changes a word of the declaration. Each field
has the name of its key in the overlay; `read/briefing_fields.py` defines how the key is read.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise

from render.model.declaration import Declaration, Marking, Node, Paragraph, Recital, Titled
from render.model.localized_text import LocalizedText

PROGRESS = ("planned", "open", "done", "dropped")
"""How far a commitment has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that a reader may be asked, and the answer to give."""

    question: LocalizedText
    answer: LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What a sentence of a paragraph commits its actors to do.

    `actors` are ids of parties. `at` is the number of the sentence in the paragraph, from 1. `hash` is the fingerprint
    that the sentence had when an official last read it.
    """

    id: str
    actors: tuple[str, ...]
    action: LocalizedText
    at: int
    hash: str | None = None
    due: datetime.date | None = None
    status: str = "open"
    owner: LocalizedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """An internal note, with its author and its date."""

    author: str
    date: datetime.date | None = None
    text: LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What officials add to one paragraph. `notes` (on its gist) and `lines` (lines to take) are internal."""

    topics: tuple[str, ...] = ()
    gist: LocalizedText | None = None
    commitments: tuple[Commitment, ...] = ()
    notes: tuple[Remark, ...] = ()
    lines: tuple[LocalizedText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """What officials add to a declaration. `topics` gives the names of the topics, by id."""

    declaration: str
    languages: tuple[str, ...] = ()
    marking: Marking | None = None
    title: LocalizedText
    prepared_for: LocalizedText | None = None
    prepared_by: LocalizedText | None = None
    date: datetime.date | None = None
    summary: LocalizedText
    points: tuple[LocalizedText, ...] = ()
    background: LocalizedText | None = None
    questions: tuple[Question, ...] = ()
    topics: Mapping[str, LocalizedText] = field(default_factory=dict)
    paragraphs: Mapping[str, Annotation] = field(default_factory=dict)

    def about(self, topic: str) -> set[str]:
        """The ids of the paragraphs about a topic."""
        return {id_ for id_, annotation in self.paragraphs.items() if topic in annotation.topics}


Part = Question | Commitment | Remark | Annotation | Briefing
"""The classes whose fields are keys of the overlay."""


# Sentences

_SENTENCE_END = re.compile(
    r"""(?<!\b[A-Za-z])           # not an initial
        (?<!\bNo)(?<!\bNos)(?<!\bArt)(?<!\bpara)(?<!\bparas)(?<!\be\.g)(?<!\bi\.e)
        [.!?…]["'”’»)]*\s+(?=[^\W\d_a-z]|["'“‘«(\d])
        |[。！？]["'”’»)」』]*""",
    re.VERBOSE,
)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, by a simple rule: a commitment also has a fingerprint of the sentence it points to."""
    ends = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]
    return tuple(sentence for start, end in pairwise(ends) if (sentence := text[start:end].strip()))


def fingerprint(sentence: str) -> str:
    """Twelve hexadecimal digits of the SHA-256 hash of a sentence, with each run of white space as one space."""
    return sha256(" ".join(sentence.split()).encode()).hexdigest()[:12]


def citable(declaration: Declaration) -> dict[str, Paragraph | Recital]:
    """The paragraphs, sub-paragraphs and recitals that an overlay can point to, by id, in reading order."""
    return {node.id if isinstance(node, Paragraph) else node.recital: node for node in _paragraphs(declaration.body)}


def _paragraphs(nodes: tuple[Node, ...]) -> Iterator[Paragraph | Recital]:
    for node in nodes:
        if isinstance(node, Paragraph | Recital):
            yield node
        if isinstance(node, Paragraph | Recital | Titled):
            yield from _paragraphs(node.body)
