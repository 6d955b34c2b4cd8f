"""The table of commitments in a briefing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from render.compose.gists import briefing_anchor
from render.compose.version import LanguageVersion
from render.compose.words import WordsComposer
from render.model.briefing import Annotation, Commitment
from render.view.blocks import Table
from render.view.inlines import Run, Words

NO_DATE = "–"


class CommitmentsTableComposer:
    """Composes the commitments of `annotations`: who, what, by when, how far, and where in the text."""

    def __init__(self, annotations: Mapping[str, Annotation], version: LanguageVersion, words: WordsComposer) -> None:
        self.version, self.words, self.labels = version, words, version.labels
        self.names = {party.id: party.name for party in version.declaration.parties}
        self.commitments = [(id_, each) for id_, annotation in annotations.items() for each in annotation.commitments]

    def table(self) -> Iterator[Table]:
        """The table, if there are commitments."""
        columns = self._columns()
        header = tuple(map(self.labels.named, (*columns, "where")))
        rows = tuple(
            (*(cell(commitment) for cell in columns.values()), self.words.reference(id_))
            for id_, commitment in self.commitments
        )
        if rows:
            yield Table(briefing_anchor("commitments-table"), None, header, rows)

    def _columns(self) -> dict[str, Callable[[Commitment], Words]]:
        """The columns, by label, without those that would be the same for every commitment."""
        columns: dict[str, Callable[[Commitment], Words]] = {"who": self._actors, "what": self._action}
        if any(commitment.due for _, commitment in self.commitments):
            columns["by_when"] = self._due
        if any(commitment.status != "open" for _, commitment in self.commitments):
            columns["progress"] = self._status
        return columns

    def _actors(self, commitment: Commitment) -> Words:
        """The names of the parties, or "both" or "all"."""
        names = self.names
        if len(names) > 1 and names.keys() <= set(commitment.actors):
            return self.labels.named("both" if len(names) == 2 else "all")
        return self.words.of((Run(", ".join(names[actor] for actor in commitment.actors)),))

    def _action(self, commitment: Commitment) -> Words:
        return self.words.line(commitment.action)

    def _due(self, commitment: Commitment) -> Words:
        return self.labels.words(self.labels.date(commitment.due) if commitment.due else NO_DATE)

    def _status(self, commitment: Commitment) -> Words:
        return self.labels.named(commitment.status)
