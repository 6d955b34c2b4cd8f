"""Checking an overlay against its declaration. Briefing and Declaration → findings, placed in the overlay."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from itertools import chain, islice

from render.check.declaration import MAX_FINDINGS, duplicate_indexes, ids_of, marked_pieces, markup_issues
from render.errors import Finding, Trail, did_you_mean
from render.model import briefing
from render.model.briefing import Briefing, Commitment, citable, fingerprint, sentences
from render.model.declaration import Declaration, Paragraph, Recital, walk
from render.model.inline import CrossReference, FootnoteReference, Link
from render.read.context import quote

_SETTLED = ("done", "dropped")
MAX_SENTENCE = 200
"""Characters of a sentence that a problem quotes."""
KnownSource = Mapping[str, Paragraph | Recital]
"""What an overlay can point at, by id."""


def check_briefing(it: Briefing, declaration: Declaration, today: datetime.date | None = None) -> list[Finding]:
    """Everything that is wrong or doubtful in an overlay. What is overdue on `today` is said where a day is given."""
    known = citable(declaration)
    findings = chain(
        _declaration(it, declaration),
        _paragraphs(it, declaration, known),
        _topics(it),
        _commitments(it, declaration, known, today),
        _references(it, declaration),
        markup_issues(walk(it, parts=briefing.Part)),
    )
    return list(islice(findings, MAX_FINDINGS))


def _placed(it: Briefing) -> Iterator[tuple[str, Trail, Commitment]]:
    """Every commitment with the id of its paragraph, and its path."""
    for name, annotation in it.paragraphs.items():
        for index, commitment in enumerate(annotation.commitments):
            yield name, ("paragraphs", name, "commitments", index), commitment


def _declaration(it: Briefing, declaration: Declaration) -> Iterator[Finding]:
    if it.declaration != declaration.id:
        what = f"the overlay of {it.declaration!r} beside the source of {declaration.id!r}"
        yield Finding(("declaration",), what, f"write {declaration.id}, or give the file another name")
    for index, language in enumerate(it.languages):
        if language not in declaration.languages:
            what = f"{declaration.id} is not held in {language!r}"
            yield Finding(("languages", index), what, did_you_mean(language, declaration.languages))


def _paragraphs(it: Briefing, declaration: Declaration, known: KnownSource) -> Iterator[Finding]:
    for name in it.paragraphs:
        if name not in known:
            what = f"no paragraph {name!r} in {declaration.id}"
            yield Finding(("paragraphs", name), what, did_you_mean(name, known), at_key=True)
    for name, annotation in it.paragraphs.items():
        if annotation.notes and not annotation.gist:
            what = f"no gist of {name!r} that its notes could stand beside"
            yield Finding(("paragraphs", name, "notes"), what, "add a 'gist'", severity="warning", at_key=True)


def _topics(it: Briefing) -> Iterator[Finding]:
    """Where topics have names, each is used and each that is used has one."""
    used = {topic for annotation in it.paragraphs.values() for topic in annotation.topics}
    for name, annotation in it.paragraphs.items():
        for index, topic in enumerate(annotation.topics):
            if it.topics and topic not in it.topics:
                path = ("paragraphs", name, "topics", index)
                yield Finding(path, f"unknown topic {topic!r}", did_you_mean(topic, it.topics))
    for topic in it.topics.keys() - used:
        what = f"no paragraph has the topic {topic!r}"
        yield Finding(("topics", topic), what, "give it to one, or take it away", severity="warning", at_key=True)


def _commitments(
    it: Briefing, declaration: Declaration, known: KnownSource, today: datetime.date | None
) -> Iterator[Finding]:
    parties = {party.id for party in declaration.parties}
    found = list(_placed(it))
    for index in duplicate_indexes([commitment.id for _, _, commitment in found]):
        _, path, commitment = found[index]
        yield Finding((*path, "id"), f"the commitment {commitment.id!r} again", "give each an id of its own")
    for name, path, commitment in found:
        for index, actor in enumerate(commitment.actors):
            if actor not in parties:
                hint = did_you_mean(actor, parties) if parties else "name it under 'parties'"
                yield Finding((*path, "actors", index), f"unknown party {actor!r}", hint)
        if today and commitment.due and commitment.due < today and commitment.status not in _SETTLED:
            what = f"due on {commitment.due}, and still {commitment.status}"
            yield Finding((*path, "due"), what, "say in 'status' how it went", severity="warning")
        if name in known:
            text = known[name].text.plain(declaration.languages[0])
            yield from _sentence(path, commitment, sentences(text))


def _sentence(path: Trail, commitment: Commitment, text: tuple[str, ...]) -> Iterator[Finding]:
    """Whether the sentence that a commitment points at is there, and the one that was read for it."""
    if not 0 < commitment.at <= len(text):
        counted = "1 sentence" if len(text) == 1 else f"{len(text)} sentences"
        yield Finding((*path, "at"), f"no sentence {commitment.at}", f"the paragraph has {counted}")
        return
    sentence = text[commitment.at - 1]
    now = fingerprint(sentence)
    if commitment.hash is None:
        what = f"no 'hash' of the sentence {quote(sentence, MAX_SENTENCE)}"
        yield Finding((*path, "at"), what, f"write 'hash: {now}', and a change of it will be seen", severity="warning")
    elif commitment.hash != now:
        what = f"the sentence has changed; it is now {quote(sentence, MAX_SENTENCE)}"
        yield Finding((*path, "hash"), what, f"read it again, then write 'hash: {now}'")


def _references(it: Briefing, declaration: Declaration) -> Iterator[Finding]:
    known = {name for name, _ in ids_of(walk(declaration))}
    for path, _, piece, _ in marked_pieces(walk(it, parts=briefing.Part)):
        match piece:
            case CrossReference(target) if target not in known:
                yield Finding(path, f"unknown part {target!r}", did_you_mean(target, known), piece.offset)
            case Link(_, href) if href.startswith("#") and href[1:] not in known:
                yield Finding(path, f"unknown part {href[1:]!r}", did_you_mean(href[1:], known), piece.offset)
            case FootnoteReference():
                yield Finding(path, "a note mark, where an overlay has no notes", "write it as text", piece.offset)
