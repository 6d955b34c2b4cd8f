"""Declaration (and Briefing) → View: the only bridge between what a paper says and what a page shows."""

from __future__ import annotations

from collections.abc import Set
from hashlib import sha256
from typing import TYPE_CHECKING

from render.compose.declaration import Composer
from render.errors import UsageError, did_you_mean
from render.model import declaration as model
from render.model.declaration import Declaration, Wording
from render.numbering import numbers
from render.view.blocks import View
from render.view.labels import direction, labels
from render.view.media import Attachment
from render.view.options import DEFAULT_VIEW_OPTIONS, ViewOptions
from render.view.plain import plain

if TYPE_CHECKING:
    from render.compose.extract import Extract
    from render.model.briefing import Briefing

_UNPUBLISHED = model.Publication()


def compose(
    declaration: Declaration,
    language: str,
    choices: ViewOptions = DEFAULT_VIEW_OPTIONS,
    briefing: Briefing | None = None,
) -> View:
    """The view of a checked declaration in one of its languages.

    `briefing` is the checked overlay, which an edition or a topic can need. Raises UsageError for a paragraph or a
    topic that is not there.
    """
    part = _extract(declaration, language, choices, briefing) if choices.is_extract else None
    if choices.edition == "full" or briefing is None:
        return _view(Composer(declaration, language, part), choices, declaration.title, declaration.short_title)
    from render.compose.briefing import BriefingComposer

    briefer = BriefingComposer(briefing, declaration, language, part, choices.with_text)
    return _view(briefer, choices, briefing.title)


def _extract(declaration: Declaration, language: str, choices: ViewOptions, briefing: Briefing | None) -> Extract:
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


def _view(composer: Composer, choices: ViewOptions, title: Wording, short_title: Wording | None = None) -> View:
    it, language = composer.declaration, composer.language
    publication = it.publication or _UNPUBLISHED
    organisation = publication.organisation
    blocks, marking = tuple(composer.blocks()), composer.marking()
    draft = composer.labels["draft"] if it.status == "draft" else ""
    return View(
        id=it.id,
        name=choices.stem(it.id, it.languages, language, it.state),
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
