"""The briefing edition: a first page that can be read alone, then gists, commitments, background, and questions."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping

from render.compose.commitments_table import CommitmentsTableComposer
from render.compose.declaration import DeclarationComposer
from render.compose.first_page import FirstPageComposer
from render.compose.front_matter import text_date
from render.compose.gists import GistsComposer, briefing_anchor
from render.compose.references import GistReferences, References, TextReferences
from render.compose.version import LanguageVersion
from render.model.briefing import Annotation, Briefing
from render.view import blocks as view
from render.view.blocks import Block
from render.view.inlines import Words


class BriefingComposer:
    """Composes a briefing overlay, and after it the declaration if `with_text`.

    Internal notes become remarks on the gists, which only the Word format shows. Internal lines are never composed.
    """

    def __init__(self, briefing: Briefing, version: LanguageVersion, with_text: bool) -> None:
        self.briefing, self.version, self.with_text = briefing, version, with_text
        annotations = {id_: found for id_, found in briefing.paragraphs.items() if id_ not in version.left_out}
        self.text = DeclarationComposer(version, _references(version, annotations, with_text))
        self.words = self.text.words
        self.first_page = FirstPageComposer(briefing, version, self.words, self.text.front_matter)
        self.gists = GistsComposer(annotations, version, self.words, self.text.contents, with_text)
        self.commitments = CommitmentsTableComposer(annotations, version, self.words)

    def blocks(self) -> Iterator[Block]:
        """All blocks of the page, in reading order."""
        briefing, body = self.briefing, self.text.body
        yield self.first_page.masthead()
        yield from self.first_page.facts()
        yield from self._part("summary", body.prose(briefing.summary))
        yield from self._part("points", self._points())
        yield from self._part("gists", self.gists.blocks(self.version.declaration.body), new_page=True)
        yield from self._part("commitments", self.commitments.table())
        yield from self._part("background", body.prose(briefing.background))
        yield from self._part("questions", self._questions())
        if self.with_text:
            yield from self._part("full_text", self.text.text(heading_level=2), new_page=True)
            yield from self.text.end.notes_and_imprint()

    def marking(self) -> Words | None:
        """The higher of the markings of the declaration and of the overlay, or both if neither ranks higher."""
        return self.text.front_matter.marking((self.version.declaration.marking, self.briefing.marking))

    def date(self) -> datetime.date | None:
        """The date of the briefing, else that of the text."""
        return self.briefing.date or text_date(self.version.declaration)

    def _part(self, label: str, blocks: Iterable[Block], new_page: bool = False) -> Iterator[Block]:
        """A heading with a label, and the blocks under it; nothing if there are no blocks."""
        if under_heading := tuple(blocks):
            words = self.version.labels.named(label)
            yield view.Heading(briefing_anchor(label), "", words, 1, new_page=new_page)
            yield from under_heading

    def _points(self) -> Iterator[Block]:
        """The points to make, as one list."""
        if self.briefing.points:
            yield view.Bullets(tuple(view.BulletItem(self.words.line(point)) for point in self.briefing.points))

    def _questions(self) -> Iterator[view.Paragraph]:
        """A paragraph for each question with its answer."""
        for question in self.briefing.questions:
            first, *further = self.words.paragraphs(question.answer)
            children = tuple(view.Paragraph(None, "", words) for words in further)
            yield view.Paragraph(None, "", first, lead=self.words.line(question.question), children=children)


def _references(version: LanguageVersion, annotations: Mapping[str, Annotation], with_text: bool) -> References:
    """References to the text if the briefing has it, else to the gists."""
    if with_text:
        return TextReferences(version.numbers, version.left_out)
    return GistReferences(version.numbers, {id_ for id_, annotation in annotations.items() if annotation.gist})
