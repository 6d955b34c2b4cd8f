"""Checks an overlay against its declaration. Findings are placed in the overlay."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from itertools import chain, islice

from render.check.declaration import MAX_FINDINGS, check_versions, find_markup_issues
from render.check.references import duplicate_indexes, find_marked_pieces, ids_in
from render.errors import Finding, HintBudget, KnownWords, NodePath, did_you_mean
from render.model import briefing as model
from render.model.briefing import Briefing, Commitment, citable, fingerprint, sentences
from render.model.declaration import Declaration, Paragraph, Recital, walk
from render.model.inline import CrossReference, FootnoteReference, Link
from render.read.context import quote

_SETTLED = ("done", "dropped")
"""How a commitment ends: after that it is never overdue."""
MAX_SENTENCE = 200
"""Characters of a sentence that a problem quotes."""
Citable = Mapping[str, Paragraph | Recital]
"""What an overlay can point to, by id."""


def check_briefing(briefing: Briefing, declaration: Declaration, today: datetime.date | None = None) -> list[Finding]:
    """Everything wrong, or probably wrong, in an overlay; with `today`, the commitments that are overdue too."""
    known = citable(declaration)
    budget = HintBudget()
    if too_many := check_versions(list(walk(briefing, parts=model.Part)), briefing.languages):
        return [too_many]
    findings = chain(
        _check_declaration(briefing, declaration, budget),
        _check_paragraphs(briefing, declaration, known, budget),
        _check_topics(briefing, budget),
        _check_commitments(briefing, declaration, known, budget),
        _check_due_dates(briefing, today) if today else (),
        _check_references(briefing, declaration, budget),
        find_markup_issues(walk(briefing, parts=model.Part)),
    )
    return list(islice(findings, MAX_FINDINGS))


def _commitments(briefing: Briefing) -> Iterator[tuple[str, NodePath, Commitment]]:
    """Every commitment, after the id of its paragraph and its own path."""
    for paragraph, annotation in briefing.paragraphs.items():
        for index, commitment in enumerate(annotation.commitments):
            yield paragraph, ("paragraphs", paragraph, "commitments", index), commitment


def _check_declaration(briefing: Briefing, declaration: Declaration, budget: HintBudget) -> Iterator[Finding]:
    if briefing.declaration != declaration.id:
        what = f"this overlay of {briefing.declaration!r} is beside the source of {declaration.id!r}"
        yield Finding(("declaration",), what, f"write {declaration.id}, or rename the file")
    for index, language in enumerate(briefing.languages):
        if language not in declaration.languages:
            what = f"{declaration.id} has no text in {language!r}"
            yield Finding(("languages", index), what, did_you_mean(language, declaration.languages, budget))


def _check_paragraphs(
    briefing: Briefing, declaration: Declaration, known: Citable, budget: HintBudget
) -> Iterator[Finding]:
    suggestions = KnownWords(known, budget)
    for paragraph, annotation in briefing.paragraphs.items():
        path = ("paragraphs", paragraph)
        if paragraph not in known:
            what = f"no paragraph {paragraph!r} in {declaration.id}"
            yield Finding(path, what, suggestions.hint(paragraph), at_key=True)
        if annotation.notes and not annotation.gist:
            what = f"notes on {paragraph!r}, but no gist for them to comment on"
            yield Finding((*path, "notes"), what, "add a 'gist'", severity="warning", at_key=True)


def _check_topics(briefing: Briefing, budget: HintBudget) -> Iterator[Finding]:
    """If topics have names, every topic in use must have one, and every name should be in use."""
    suggestions = KnownWords(briefing.topics, budget)
    used = {topic for annotation in briefing.paragraphs.values() for topic in annotation.topics}
    for paragraph, annotation in briefing.paragraphs.items():
        for index, topic in enumerate(annotation.topics):
            if briefing.topics and topic not in briefing.topics:
                path = ("paragraphs", paragraph, "topics", index)
                yield Finding(path, f"unknown topic {topic!r}", suggestions.hint(topic))
    for topic in briefing.topics.keys() - used:
        what = f"no paragraph has the topic {topic!r}"
        yield Finding(("topics", topic), what, "add it to a paragraph, or remove it", severity="warning", at_key=True)


def _check_commitments(
    briefing: Briefing, declaration: Declaration, known: Citable, budget: HintBudget
) -> Iterator[Finding]:
    parties = {party.id for party in declaration.parties}
    suggestions = KnownWords(parties, budget)
    commitments = list(_commitments(briefing))
    divided, found = "", tuple[str, ...]()
    for index in duplicate_indexes([commitment.id for _, _, commitment in commitments]):
        _, path, commitment = commitments[index]
        yield Finding((*path, "id"), f"duplicate commitment {commitment.id!r}", "give each commitment its own id")
    for paragraph, path, commitment in commitments:
        for index, actor in enumerate(commitment.actors):
            if actor not in parties:
                hint = suggestions.hint(actor) if parties else "add it to 'parties' in the declaration"
                yield Finding((*path, "actors", index), f"unknown party {actor!r}", hint)
        if paragraph in known:
            if paragraph != divided:  # the commitments of a paragraph follow each other
                text = known[paragraph].text.plain(declaration.languages[0])
                divided, found = paragraph, sentences(text)
            yield from _check_sentence(path, commitment, found)


def _check_due_dates(briefing: Briefing, today: datetime.date) -> Iterator[Finding]:
    for _, path, commitment in _commitments(briefing):
        if commitment.due and commitment.due < today and commitment.status not in _SETTLED:
            what = f"due on {commitment.due}, but still {commitment.status}"
            yield Finding((*path, "due"), what, "update 'status'", severity="warning")


def _check_sentence(path: NodePath, commitment: Commitment, text: tuple[str, ...]) -> Iterator[Finding]:
    """Find out whether the sentence of a commitment is there, and has the fingerprint that the overlay gives."""
    if not 0 < commitment.at <= len(text):
        count = "1 sentence" if len(text) == 1 else f"{len(text)} sentences"
        yield Finding((*path, "at"), f"no sentence {commitment.at}", f"the paragraph has {count}")
        return
    sentence = text[commitment.at - 1]
    current = fingerprint(sentence)
    if commitment.hash is None:
        what = f"no 'hash' of the sentence {quote(sentence, MAX_SENTENCE)}"
        hint = f"write 'hash: {current}', so that a change of the sentence is reported"
        yield Finding((*path, "at"), what, hint, severity="warning")
    elif commitment.hash != current:
        what = f"the sentence has changed; it is now {quote(sentence, MAX_SENTENCE)}"
        yield Finding((*path, "hash"), what, f"read it again, then write 'hash: {current}'")


def _check_references(briefing: Briefing, declaration: Declaration, budget: HintBudget) -> Iterator[Finding]:
    ids = {id_ for id_, _ in ids_in(walk(declaration))}
    suggestions = KnownWords(ids, budget)
    for marked in find_marked_pieces(walk(briefing, parts=model.Part)):
        match marked.piece:
            case CrossReference(target) if target not in ids:
                yield marked.finding(f"unknown part {target!r}", suggestions.hint(target))
            case Link(_, href) if href.startswith("#") and href[1:] not in ids:
                yield marked.finding(f"unknown part {href[1:]!r}", suggestions.hint(href[1:]))
            case FootnoteReference():
                yield marked.finding("the mark of a footnote, but overlays have no footnotes", "write it as text")
