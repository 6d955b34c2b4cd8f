"""The top of a briefing's first page: its masthead, and the facts about the declaration."""

from __future__ import annotations

from collections.abc import Iterator

from render.compose.front_matter import FrontMatterComposer
from render.compose.version import LanguageVersion
from render.compose.words import WordsComposer
from render.model.briefing import Briefing
from render.model.declaration import Signatory
from render.view.blocks import Masthead, Paragraph
from render.view.inlines import Words
from render.view.plain import plain


class FirstPageComposer:
    """Composes the top of a briefing's first page."""

    def __init__(
        self, briefing: Briefing, version: LanguageVersion, words: WordsComposer, front_matter: FrontMatterComposer
    ) -> None:
        self.briefing, self.version, self.words, self.front_matter = briefing, version, words, front_matter
        self.declaration, self.labels = version.declaration, version.labels

    def masthead(self) -> Masthead:
        """The masthead: the label "Briefing", the title, and the date of the briefing."""
        date = self.briefing.date
        dates = (self.labels.words(self.labels.date(date)),) if date else ()
        title = self.front_matter.title(self.words.line(self.briefing.title))
        return Masthead(None, self.labels.named("briefing"), title, dates)

    def facts(self) -> Iterator[Paragraph]:
        """What the text is, its status, who signed it and when, and for whom and by whom this was prepared."""
        yield self._fact("text_of", self._type_and_title())
        if status := self._status():
            yield self._fact("progress", self.labels.words(status))
        if self.declaration.signed:
            yield self._fact("signed", self.words.line(self.declaration.signed.text))
        if self.declaration.signatories:
            yield self._fact("signed_by", self.words.join("; ", map(self._signatory, self.declaration.signatories)))
        if self.briefing.prepared_for:
            yield self._fact("prepared_for", self.words.line(self.briefing.prepared_for))
        if self.briefing.prepared_by:
            yield self._fact("prepared_by", self.words.line(self.briefing.prepared_by))

    def _fact(self, label: str, words: Words) -> Paragraph:
        return Paragraph(None, "", words, lead=self.labels.words(f"{self.labels[label]}:"))

    def _type_and_title(self) -> Words:
        texts = filter(None, (self.declaration.type, self.declaration.title))
        return self.words.join(": ", map(self.words.line_without_notes, texts))

    def _status(self) -> str:
        """The status of a text that isn't signed yet, and its embargo."""
        is_unsigned = self.declaration.status in ("draft", "agreed")
        lines = self.front_matter.status_lines() if is_unsigned else self.front_matter.embargo_lines()
        return "; ".join(map(plain, lines))

    def _signatory(self, signatory: Signatory) -> Words:
        return self.words.join(", ", map(self.words.line, filter(None, (signatory.name, signatory.title))))
