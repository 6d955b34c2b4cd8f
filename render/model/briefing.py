"""The Briefing: what officials add to a declaration for a reader, in an overlay beside the source.

It points into the declaration by the ids of paragraphs and the sentences in them, and never changes a word of it.
Fields bear the names of the overlay's keys, and `read/overlay.py` says how each is read.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise

from render.model.declaration import Declaration, Marking, Node, Paragraph, Recital, Titled, Wording

PROGRESS = ("planned", "open", "done", "dropped")
"""How far a commitment has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that may be put, and the answer to give."""

    question: Wording
    answer: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What a sentence of a paragraph binds its actors to do.

    `at` is the sentence's number in the paragraph, from 1, and `hash` its fingerprint when it was read for this.
    `actors` are ids of parties.
    """

    id: str
    actors: tuple[str, ...]
    action: Wording
    at: int
    hash: str | None = None
    due: datetime.date | None = None
    status: str = "open"
    owner: Wording | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """An internal note, by whom and of when."""

    author: str
    date: datetime.date | None = None
    text: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What is said of one paragraph. `notes` (on its gist) and `lines` (what to say if it is raised) are internal."""

    topics: tuple[str, ...] = ()
    gist: Wording | None = None
    commitments: tuple[Commitment, ...] = ()
    notes: tuple[Remark, ...] = ()
    lines: tuple[Wording, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """What is said of a declaration. `topics` gives names to the topics that paragraphs bear."""

    declaration: str
    languages: tuple[str, ...] = ()
    marking: Marking | None = None
    title: Wording
    prepared_for: Wording | None = None
    prepared_by: Wording | None = None
    date: datetime.date | None = None
    summary: Wording
    points: tuple[Wording, ...] = ()
    background: Wording | None = None
    questions: tuple[Question, ...] = ()
    topics: Mapping[str, Wording] = field(default_factory=dict)
    paragraphs: Mapping[str, Annotation] = field(default_factory=dict)

    def about(self, topic: str) -> set[str]:
        """The ids of the paragraphs that bear a topic."""
        return {name for name, it in self.paragraphs.items() if topic in it.topics}


Part = Question | Commitment | Remark | Annotation | Briefing
"""Whatever has fields that are keys of the overlay."""


# Sentences


_END = re.compile(
    r"""(?<!\b[A-Za-z])           # not an initial
        (?<!\bNo)(?<!\bNos)(?<!\bArt)(?<!\bpara)(?<!\bparas)(?<!\be\.g)(?<!\bi\.e)
        [.!?…]["'”’»)]*\s+(?=[^\W\d_a-z]|["'“‘«(\d])
        |[。！？]["'”’»)」』]*""",
    re.VERBOSE,
)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, in a plain way: whoever points at one gives its fingerprint too."""
    ends = [0, *(found.end() for found in _END.finditer(text)), len(text)]
    return tuple(sentence for start, end in pairwise(ends) if (sentence := text[start:end].strip()))


def fingerprint(sentence: str) -> str:
    """Twelve hexadecimal digits that change with any word, sign or letter of a sentence; spaces count as one."""
    return sha256(" ".join(sentence.split()).encode()).hexdigest()[:12]


def citable(declaration: Declaration) -> dict[str, Paragraph | Recital]:
    """The paragraphs, sub-paragraphs and recitals that an overlay can point at, by id, in reading order."""
    return {node.id if isinstance(node, Paragraph) else node.recital: node for node in _paragraphs(declaration.body)}


def _paragraphs(nodes: tuple[Node, ...]) -> Iterator[Paragraph | Recital]:
    for node in nodes:
        if isinstance(node, Paragraph | Recital):
            yield node
        if isinstance(node, Paragraph | Recital | Titled):
            yield from _paragraphs(node.body)
