"""The commitments of declarations, as plain values: who does what, by when, and in which sentence of the text."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from render.compose.references import TextReferences
from render.compose.words import WordsComposer
from render.model.briefing import Briefing, citable, sentences
from render.model.declaration import Declaration, Paragraph, Recital
from render.numbering import DeclarationNumbers, Number
from render.view.plain import number_text, plain


@dataclass(frozen=True, slots=True)
class CommitmentEntry:
    """A commitment, in plain words.

    `actors` and `topics` are ids. `paragraph` is the paragraph's id, `number` its printed number ("2(b)", or "").
    `sentence` is the sentence of the text that makes the commitment. `link` is the paragraph's address on the page that
    publishes the text, or "" if the source doesn't name one.
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


@dataclass(frozen=True, slots=True)
class CommitmentFilter:
    """Selects commitments that meet every criterion that is set. `due_by` is the last day."""

    topics: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    due_by: datetime.date | None = None

    def matches(self, entry: CommitmentEntry) -> bool:
        """Whether a commitment meets the criteria. A commitment without a due date meets no `due_by`."""
        return (
            _overlaps(self.topics, entry.topics)
            and _overlaps(self.actors, entry.actors)
            and _overlaps(self.statuses, (entry.status,))
            and (self.due_by is None or (entry.due is not None and entry.due <= self.due_by))
        )


def _overlaps(wanted: Collection[str], actual: Collection[str]) -> bool:
    return not wanted or not set(wanted).isdisjoint(actual)


def entries(declaration: Declaration, briefing: Briefing, language: str) -> Iterator[CommitmentEntry]:
    """The commitments of a declaration, in the order of its overlay."""
    numbers = DeclarationNumbers(declaration).numbers_in(language)
    words = WordsComposer(language, TextReferences(numbers))
    names = {party.id: party.name for party in declaration.parties}
    nodes, title = citable(declaration), declaration.title.plain(language)
    for id_, annotation in briefing.paragraphs.items():
        text = _sentences(nodes[id_], words) if annotation.commitments else ()
        for commitment in annotation.commitments:
            yield CommitmentEntry(
                declaration=declaration.id,
                title=title,
                commitment=commitment.id,
                actors=commitment.actors,
                who=tuple(names[actor] for actor in commitment.actors),
                action=plain(words.line(commitment.action)),
                due=commitment.due,
                status=commitment.status,
                owner=plain(words.line(commitment.owner)) if commitment.owner else "",
                topics=annotation.topics,
                paragraph=id_,
                number=_number(numbers.get(id_)),
                sentence=text[commitment.at - 1],
                link=_link(declaration, id_),
            )


def _sentences(node: Paragraph | Recital, words: WordsComposer) -> tuple[str, ...]:
    """The sentences of a paragraph, with the words of its references."""
    return sentences("\n\n".join(map(plain, words.paragraphs(node.text, node.notes))))


def _number(number: Number | None) -> str:
    """A paragraph's number with those of the paragraphs around it: "2(b)"; "" if it has none."""
    return number_text(number.reference.steps) if number and number.reference and number.label else ""


def _link(declaration: Declaration, id_: str) -> str:
    url = declaration.publication and declaration.publication.url
    return f"{url}#{id_}" if url else ""
