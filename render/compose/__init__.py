"""Declaration (and Briefing) → View: the only bridge between what a paper says and what a page shows."""

from __future__ import annotations

from collections.abc import Set
from hashlib import sha256
from typing import TYPE_CHECKING

from render import model
from render.compose.text import Composer
from render.labels import direction, labels
from render.model import Declaration, Wording
from render.number import numbers
from render.plain import plain
from render.problem import UsageError, did_you_mean
from render.view import AS_USUAL, Attachment, Choices, View

if TYPE_CHECKING:
    from render.briefing import Briefing
    from render.compose.extract import Extract

_UNPUBLISHED = model.Publication()


def compose(
    declaration: Declaration, language: str, choices: Choices = AS_USUAL, briefing: Briefing | None = None
) -> View:
    """The view of a checked declaration in one of its languages.

    `briefing` is the checked overlay, which an edition or a topic can need. Raises UsageError for a paragraph or a
    topic that is not there.
    """
    part = _extract(declaration, language, choices, briefing) if choices.is_extract else None
    if choices.edition == "full" or briefing is None:
        return _view(Composer(declaration, language, part), choices, declaration.title, declaration.short_title)
    from render.compose.briefing import Briefer

    briefer = Briefer(briefing, declaration, language, part, choices.with_text)
    return _view(briefer, choices, briefing.title)


def _extract(declaration: Declaration, language: str, choices: Choices, briefing: Briefing | None) -> Extract:
    """What is chosen by number and by topic."""
    from render.compose.extract import chosen, extract

    kept: set[str] = set()
    if choices.paragraphs:
        kept |= chosen(choices.paragraphs, declaration, numbers(declaration, language, labels(language)[1]))
    for topic in choices.topics:
        kept |= _about(topic, declaration, briefing)
    return extract(declaration, kept)


def _about(topic: str, declaration: Declaration, briefing: Briefing | None) -> Set[str]:
    """The ids of the paragraphs that bear a topic."""
    if briefing is None:
        raise UsageError(f"{declaration.id} has no overlay that says what is about {topic!r}; name paragraphs instead")
    about = briefing.about(topic)
    if not about:
        known = {topic for it in briefing.paragraphs.values() for topic in it.topics}
        raise UsageError(f"no paragraph of {declaration.id} has the topic {topic!r}; {did_you_mean(topic, known)}")
    return about


def _view(composer: Composer, choices: Choices, title: Wording, short_title: Wording | None = None) -> View:
    it, language = composer.declaration, composer.language
    publication = it.publication or _UNPUBLISHED
    organisation = publication.organisation
    blocks, marking = tuple(composer.blocks()), composer.marking()
    draft = composer.labels["draft"] if it.status == "draft" else ""
    return View(
        id=it.id,
        name=choices.stem(it.id, language if len(it.languages) > 1 else "", it.state),
        edition=choices.edition,
        source_hash=sha256(it.source).hexdigest() if it.source else "",
        source=_attached(it) if choices.source else None,
        language=language,
        direction=direction(language),
        title=composer.extract_mark + title.plain(language),
        short_title=composer.extract_mark + (short_title or title).plain(language),
        publisher=composer.plain(organisation.name if organisation else None),
        publisher_url=(organisation and organisation.url) or "",
        status=it.status or "",
        marking=marking,
        keywords=tuple(filter(None, (plain(marking) if marking else "", draft))),
        date=composer.date() or choices.date,
        published=publication.published,
        url=publication.url or "",
        rights=composer.plain(it.rights.copyright if it.rights else None),
        labels=composer.labels,
        labels_language=composer.labels_language,
        paper=choices.paper,
        track_changes=choices.track_changes,
        blocks=blocks,
        notes=tuple(composer.notes),
    )


def _attached(declaration: Declaration) -> Attachment:
    """The source as it may leave the house: without its comments."""
    from render.read.comments import without_comments

    data = without_comments(declaration.source)
    return Attachment(f"{declaration.id}.yaml", data, "application/yaml")
