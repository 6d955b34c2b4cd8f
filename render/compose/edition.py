"""The entry: a declaration, and for some views its briefing overlay, to a View."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from render.compose.declaration import DeclarationComposer
from render.compose.front_matter import publication_of, text_date
from render.compose.label_words import LabelWords
from render.compose.references import TextReferences
from render.compose.version import LanguageVersion
from render.errors import UsageError, did_you_mean
from render.model.declaration import Declaration
from render.model.localized_text import LocalizedText
from render.numbering import DeclarationNumbers, Number
from render.view.blocks import Block, View
from render.view.inlines import NoteMark, Words
from render.view.labels import direction
from render.view.media import Attachment
from render.view.options import DEFAULT_VIEW_OPTIONS, ViewOptions
from render.view.plain import plain

if TYPE_CHECKING:
    from render.compose.extract import Extract
    from render.model.briefing import Briefing


def compose(
    declaration: Declaration,
    language: str,
    options: ViewOptions = DEFAULT_VIEW_OPTIONS,
    briefing: Briefing | None = None,
    numbers: DeclarationNumbers | None = None,
) -> View:
    """The view of a checked declaration in one of its languages.

    `briefing` is the checked overlay, which the briefing edition and topics need. `numbers` are those of the
    declaration, if the caller has them already. Raises UsageError for an unknown paragraph or topic.
    """
    known = (numbers or DeclarationNumbers(declaration)).numbers_in(language)
    extract = _extract(declaration, known, options, briefing) if options.is_extract else None
    version = LanguageVersion(declaration, language, known, LabelWords(language), extract)
    if options.edition == "full" or briefing is None:
        return _view(version, options, _full_edition(version))
    return _view(version, options, _briefing_edition(version, briefing, options.with_text))


def _extract(
    declaration: Declaration, numbers: Mapping[str, Number], options: ViewOptions, briefing: Briefing | None
) -> Extract:
    """The paragraphs that the options select by number, id or topic."""
    from render.compose.extract import extract, selected_ids

    selected = selected_ids(options.paragraphs, declaration, numbers) if options.paragraphs else set()
    for topic in options.topics:
        selected |= _ids_about(topic, declaration, briefing)
    return extract(declaration, selected)


def _ids_about(topic: str, declaration: Declaration, briefing: Briefing | None) -> Set[str]:
    """The ids of the paragraphs about a topic. Raises UsageError if there are none."""
    if briefing is None:
        raise UsageError(f"{declaration.id} has no briefing overlay to give its topics; select paragraphs instead")
    about = briefing.about(topic)
    if not about:
        known = {topic for annotation in briefing.paragraphs.values() for topic in annotation.topics}
        raise UsageError(f"no paragraph of {declaration.id} has the topic {topic!r}; {did_you_mean(topic, known)}")
    return about


@dataclass(frozen=True, slots=True)
class _Edition:
    """The parts of a view that depend on the edition."""

    title: LocalizedText
    short_title: LocalizedText
    marking: Words | None
    date: datetime.date | None
    blocks: tuple[Block, ...]
    notes: tuple[NoteMark, ...]


def _full_edition(version: LanguageVersion) -> _Edition:
    declaration = version.declaration
    composer = DeclarationComposer(version, TextReferences(version.numbers, version.left_out))
    return _Edition(
        title=declaration.title,
        short_title=declaration.short_title or declaration.title,
        marking=composer.front_matter.marking((declaration.marking,)),
        date=text_date(declaration),
        blocks=tuple(composer.blocks()),
        notes=tuple(composer.words.notes),
    )


def _briefing_edition(version: LanguageVersion, briefing: Briefing, with_text: bool) -> _Edition:
    from render.compose.briefing import BriefingComposer

    composer = BriefingComposer(briefing, version, with_text)
    return _Edition(
        title=briefing.title,
        short_title=briefing.title,
        marking=composer.marking(),
        date=composer.date(),
        blocks=tuple(composer.blocks()),
        notes=tuple(composer.words.notes),
    )


def _view(version: LanguageVersion, options: ViewOptions, edition: _Edition) -> View:
    declaration, language, labels = version.declaration, version.language, version.labels
    publication, rights = publication_of(declaration), declaration.rights
    organisation = publication.organisation
    draft = labels["draft"] if declaration.status == "draft" else ""
    return View(
        id=declaration.id,
        name=options.stem(declaration.id, declaration.languages, language, declaration.state),
        edition=options.edition,
        source_hash=declaration.source.sha256,
        source=_attached(declaration) if options.source else None,
        language=language,
        direction=direction(language),
        title=version.title_prefix + edition.title.plain(language),
        short_title=version.title_prefix + edition.short_title.plain(language),
        publisher=organisation.name.plain(language) if organisation else "",
        publisher_url=(organisation and organisation.url) or "",
        status=declaration.status or "",
        draft=draft,
        marking=edition.marking,
        keywords=tuple(filter(None, (plain(edition.marking) if edition.marking else "", draft))),
        date=edition.date or options.date,
        published=publication.published,
        url=publication.url or "",
        rights=rights.copyright.plain(language) if rights and rights.copyright else "",
        labels=labels.by_name,
        labels_language=labels.language,
        labels_direction=labels.direction,
        paper=options.paper,
        track_changes=options.track_changes,
        blocks=edition.blocks,
        notes=edition.notes,
    )


def _attached(declaration: Declaration) -> Attachment:
    """The source as it may be published: without its comments and whatever else is never printed."""
    return Attachment(f"{declaration.id}.yaml", declaration.source.for_publication(), "application/yaml")
