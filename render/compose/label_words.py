"""Labels as words of a page."""

from __future__ import annotations

import datetime

from render.view.inlines import Run, Words
from render.view.labels import date_words, direction, labels


class LabelWords:
    """The labels for a page in `page_language`, and words made of them.

    `language` is the language of the labels, which is English if there are none in the page's language.
    """

    def __init__(self, page_language: str) -> None:
        self.language, self.by_name = labels(page_language)
        self.direction = direction(self.language)
        self._is_foreign = self.language != page_language

    def __getitem__(self, name: str) -> str:
        return self.by_name[name]

    def words(self, text: str) -> Words:
        """A text in the labels' language."""
        return Words((Run(text),), self.language, self.direction)

    def run(self, text: str) -> Run:
        """A text in the labels' language, as a run among words in the page's language."""
        return Run(text, language=self.language, direction=self.direction) if self._is_foreign else Run(text)

    def named(self, name: str) -> Words:
        """The label of a name, as words."""
        return self.words(self[name])

    def date(self, date: datetime.date) -> str:
        """A date in words: "30 May 2022"."""
        return date_words(date, self.by_name)

    def dated(self, name: str, date: datetime.date) -> Words:
        """The label of a name with a date in it: "Published 30 May 2022"."""
        return self.words(self[name].format(date=self.date(date)))
