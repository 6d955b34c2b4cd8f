"""The register of commitments: who has undertaken what, by when, and in which sentence, across declarations."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from render.compose.declaration import Composer
from render.model.briefing import Briefing, citable, sentences
from render.model.declaration import Declaration, Paragraph, Recital
from render.view.plain import plain


@dataclass(frozen=True, slots=True)
class CommitmentEntry:
    """A commitment, in plain words.

    `actors` and `topics` are ids; `paragraph` is the stable id, `number` the printed one; `sentence` is of the text.
    `link` is the paragraph's address on the page that the source names, or "" where it names none.
    """

    declaration: str
    title: str
    commitment: str
    actors: tuple[str, ...]
    who: tuple[str, ...]
    action: str
    due: datetime.date | None
    status: str
    owner: str
    topics: tuple[str, ...]
    paragraph: str
    number: str
    sentence: str
    link: str


def entries(declaration: Declaration, briefing: Briefing, language: str) -> Iterator[CommitmentEntry]:
    """The commitments of a declaration, in the order of its overlay."""
    composer = Composer(declaration, language)
    names = {party.id: party.name for party in declaration.parties}
    known = citable(declaration)
    for name, annotation in briefing.paragraphs.items():
        told = _sentences(known[name], composer) if annotation.commitments else ()
        for it in annotation.commitments:
            yield CommitmentEntry(
                declaration=declaration.id,
                title=declaration.title.plain(language),
                commitment=it.id,
                actors=it.actors,
                who=tuple(names[actor] for actor in it.actors),
                action=plain(composer.line(it.action)),
                due=it.due,
                status=it.status,
                owner=plain(composer.line(it.owner)) if it.owner else "",
                topics=annotation.topics,
                paragraph=name,
                number=_number(composer, name),
                sentence=told[it.at - 1],
                link=_link(declaration, name),
            )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which commitments are wanted: those that agree with all that is set. `due_by` is the last day."""

    topics: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    due_by: datetime.date | None = None

    def __call__(self, it: CommitmentEntry) -> bool:
        """Whether a commitment is wanted. One without a due date is due by no day."""
        return (
            _meets(self.topics, it.topics)
            and _meets(self.actors, it.actors)
            and _meets(self.statuses, (it.status,))
            and (self.due_by is None or (it.due is not None and it.due <= self.due_by))
        )


def _meets(wanted: Sequence[str], had: Sequence[str]) -> bool:
    return not wanted or not set(wanted).isdisjoint(had)


# What becomes of them


# The words


def _sentences(node: Paragraph | Recital, composer: Composer) -> tuple[str, ...]:
    """The sentences of a paragraph, with the references in them."""
    paragraphs = node.text.paragraphs(composer.language)
    return sentences("\n\n".join(plain(composer.words(pieces, node.notes)) for pieces in paragraphs))


def _number(composer: Composer, name: str) -> str:
    """A paragraph's number as it is referred to, "2(b)"; "" for one without."""
    number = composer.numbers.get(name)
    steps = number.reference.steps if number and number.reference and number.label else ()
    return "".join(step.before + step.text + step.after for step in steps)


def _link(declaration: Declaration, name: str) -> str:
    url = declaration.publication and declaration.publication.url
    return f"{url}#{name}" if url else ""
