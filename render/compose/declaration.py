"""The full edition: the blocks of a declaration, whole or an extract, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from render.compose.body import BodyComposer
from render.compose.contents import ContentsComposer
from render.compose.end import EndComposer
from render.compose.front_matter import FrontMatterComposer
from render.compose.references import References
from render.compose.version import LanguageVersion
from render.compose.words import WordsComposer
from render.view.blocks import Block


class DeclarationComposer:
    """Composes a declaration, with one composer for each part of the page.

    Footnotes are numbered as their texts are composed, so blocks must be taken in reading order.
    """

    def __init__(self, version: LanguageVersion, references: References) -> None:
        self.version = version
        self.words = WordsComposer(version.language, references)
        self.front_matter = FrontMatterComposer(version, self.words)
        self.contents = ContentsComposer(version, self.words)
        self.body = BodyComposer(version, self.words)
        self.end = EndComposer(version, self.words)

    def blocks(self) -> Iterator[Block]:
        """All blocks of the page. The contents come before the text, but have no notes to number."""
        yield self.front_matter.masthead()
        yield from self.contents.contents()
        yield from self.text(heading_level=1)
        yield from self.end.notes_and_imprint()

    def text(self, heading_level: int) -> Iterator[Block]:
        """The text between the masthead and the imprint. Its first headings are of `heading_level`."""
        if self.version.extract:
            return _without_repeats(self._extract(heading_level))
        return self._whole(heading_level)

    def _whole(self, heading_level: int) -> Iterator[Block]:
        declaration = self.version.declaration
        yield from self.body.blocks(declaration.main, heading_level)
        yield from self.body.prose(declaration.testimonium, declaration.notes)
        yield from self.end.signatures()
        yield from self.body.blocks(declaration.annexes, heading_level)

    def _extract(self, heading_level: int) -> Iterator[Block]:
        """The nodes of an extract. It leaves out the signatures, because nobody has signed an extract."""
        declaration = self.version.declaration
        yield from self.body.blocks(declaration.main, heading_level)
        yield self.body.omission
        yield from self.body.blocks(declaration.annexes, heading_level)


def _without_repeats(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with one omission sign in place of several that follow each other."""
    previous: Block | None = None
    for block in blocks:
        if block is not previous:
            yield block
        previous = block
