"""What follows the text: signatures, footnotes and imprint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from render.compose.version import LanguageVersion
from render.compose.words import WordsComposer
from render.model import declaration as model
from render.view import blocks as view
from render.view.inlines import Words


class EndComposer:
    """Composes what follows the text."""

    def __init__(self, version: LanguageVersion, words: WordsComposer) -> None:
        self.version, self.words = version, words

    def signatures(self) -> Iterator[view.Signatures]:
        """The signatures, if the source gives any."""
        declaration = self.version.declaration
        if declaration.signed or declaration.signatories:
            columns = tuple(map(self._column, _by_column(declaration.signatories)))
            yield view.Signatures(self._place_and_date(declaration.signed), columns)

    def notes_and_imprint(self) -> Iterator[view.Block]:
        """The footnotes of all texts composed so far, and the imprint."""
        if self.words.notes:
            yield view.Notes(self.version.labels["notes"], tuple(self.words.notes))
        if lines := tuple(self._imprint_lines()):
            yield view.Imprint(lines)

    def _column(self, signatories: Sequence[model.Signatory]) -> view.SignatureColumn:
        names = tuple(
            view.Signatory(self.words.line(signatory.name), self.words.optional_line(signatory.title))
            for signatory in signatories
        )
        first = signatories[0]
        return view.SignatureColumn(
            self.words.optional_line(first.on_behalf), self._place_and_date(first.signed), names
        )

    def _place_and_date(self, signed: model.Signed | None) -> Words | None:
        return self.words.line(signed.text) if signed else None

    def _imprint_lines(self) -> Iterator[Words]:
        rights = self.version.declaration.rights
        if rights:
            for notice in (rights.copyright, rights.notice, rights.third_party, rights.availability):
                yield from self.words.paragraphs(notice)


def _by_column(signatories: Iterable[model.Signatory]) -> list[list[model.Signatory]]:
    """The signatories, divided into columns: one for each run of signatories of the same party.

    A signatory with words of its own above the name ("For the Government of …", a place and date) starts a column too.
    """
    columns: list[list[model.Signatory]] = []
    for signatory in signatories:
        same_party = columns and signatory.party is not None and signatory.party == columns[-1][-1].party
        if same_party and not (signatory.on_behalf or signatory.signed):
            columns[-1].append(signatory)
        else:
            columns.append([signatory])
    return columns
