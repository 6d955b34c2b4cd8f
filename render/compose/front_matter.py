"""The front matter: masthead, status and dates, and the protective marking."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import replace

from render.compose.version import LanguageVersion
from render.compose.words import WordsComposer
from render.model.declaration import UNPUBLISHED, Declaration, Marking, Organisation, Publication
from render.model.markings import highest
from render.view.blocks import Masthead
from render.view.inlines import Link, Run, Words


def publication_of(declaration: Declaration) -> Publication:
    """Where and when a declaration was published; all fields are empty if it wasn't."""
    return declaration.publication or UNPUBLISHED


def text_date(declaration: Declaration) -> datetime.date | None:
    """The date of the text in its present form: when it was last updated, else published, else signed."""
    publication, signed = publication_of(declaration), declaration.signed
    return publication.updated or publication.published or (signed.date if signed else None)


class FrontMatterComposer:
    """Composes the front matter of a page."""

    def __init__(self, version: LanguageVersion, words: WordsComposer) -> None:
        self.version, self.words = version, words
        self.declaration, self.labels = version.declaration, version.labels

    def masthead(self) -> Masthead:
        """The masthead of the full edition."""
        declaration, publication = self.declaration, publication_of(self.declaration)
        organisation = self._organisation(publication.organisation) if publication.organisation else None
        title = self.title(self.words.line(declaration.title, declaration.notes))
        dates = (*self.status_lines(), *self._publication_lines(publication))
        return Masthead(organisation, self.words.optional_line(declaration.type), title, dates)

    def title(self, title: Words) -> Words:
        """A title, which says whether the page is an extract."""
        prefix = self.version.title_prefix
        return replace(title, inlines=(self.labels.run(prefix), *title.inlines)) if prefix else title

    def marking(self, markings: Iterable[Marking | None]) -> Words | None:
        """The protective marking of a page whose parts have these markings: the highest, or several of equal rank."""
        highest_markings = highest(filter(None, markings))
        return self.words.join(" / ", map(self._marking_words, highest_markings)) if highest_markings else None

    def status_lines(self) -> Iterator[Words]:
        """The status of a text that isn't published yet, and its embargo."""
        if status := self._unpublished_status():
            yield self._status_line(status)
        yield from self.embargo_lines()

    def embargo_lines(self) -> Iterator[Words]:
        """The line that says until when the text is under embargo, if it has one."""
        embargo = self.declaration.embargo
        if embargo:
            time = embargo.isoformat(" ", "minutes").split()[1]
            date = self.labels.date(embargo.date())
            yield self.labels.words(self.labels["embargo"].format(date=date, time=f"{time[:5]} UTC{time[5:]}"))

    def _unpublished_status(self) -> str:
        """The status, if it says that the text isn't published yet; else ""."""
        status = self.declaration.status
        if status == "signed" and publication_of(self.declaration).published:
            return ""
        return status if status in ("draft", "agreed", "signed") else ""

    def _status_line(self, status: str) -> Words:
        signed = self.declaration.signed
        if status == "signed" and signed and signed.date:
            return self.labels.dated("signed_on", signed.date)
        return self.labels.named(status)

    def _publication_lines(self, publication: Publication) -> Iterator[Words]:
        for label, date in (("published", publication.published), ("updated", publication.updated)):
            if date:
                yield self.labels.dated(label, date)

    def _organisation(self, organisation: Organisation) -> Words:
        """The publisher's name, as a link if the source gives its address."""
        words = self.words.line(organisation.name)
        if not organisation.url:
            return words
        runs = tuple(inline for inline in words.inlines if isinstance(inline, Run))
        return replace(words, inlines=(Link(runs, organisation.url),))

    def _marking_words(self, marking: Marking) -> Words:
        """A level, and how to handle a text of that level."""
        return self.words.join(" – ", map(self.words.line, filter(None, (marking.level, marking.handling))))
