"""Problems and errors: where they are, what is wrong, and how to fix it.

A *finding* is a problem inside a document, placed by its path ("the title of the third node of the body").
A *problem* is a finding with its place in a file. An error carries problems or one sentence, and an exit code.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

NodePath = tuple[str | int, ...]
"""The keys and indexes that lead to a part of a document, from its root."""
Severity = Literal["error", "warning"]
Code = Literal[
    "changed",
    "cluster",
    "crash",
    "database",
    "duplicate-name",
    "edited",
    "house-style",
    "in-use",
    "internal",
    "interrupted",
    "locked",
    "lost",
    "marking",
    "memory",
    "output",
    "overlay",
    "print",
    "release",
    "running",
    "source",
    "template",
    "timeout",
    "unreadable",
    "usage",
]
"""The kinds of problems, for programs: a name keeps its meaning (docs/reference/report.md)."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file. Lines and columns count characters from 1; line 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at a path of a document, and how to fix it.

    `offset` counts characters inside a text from 0. `at_key` places the finding at the key that ends the path, and not
    at its value.
    """

    path: NodePath
    what: str
    hint: str
    offset: int = 0
    severity: Severity = "error"
    at_key: bool = False

    def at(self, place: Place) -> Problem:
        """The finding as a problem at a place in a file."""
        return Problem(place, self.what, self.hint, self.severity)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place in a file, and how to fix it."""

    place: Place
    what: str
    hint: str
    severity: Severity = "error"
    code: Code = "source"

    def __str__(self) -> str:
        label = "warning: " if self.severity == "warning" else ""
        return f"{self.place}: {label}{self.what}; {self.hint}"


class EngrossError(Exception):
    """What went wrong, in words for a user, with a line for each problem.

    `exit_code` is the command's exit code, and `code` the kind of problem for programs.
    """

    exit_code: ClassVar[int] = 1
    code: ClassVar[Code] = "internal"

    def __str__(self) -> str:
        return "\n".join(self.lines)

    @property
    def lines(self) -> Sequence[str]:
        """A line for each problem."""
        return [str(problem) for problem in self.args]


class SourceError(EngrossError):
    """A source that can't be rendered, with every problem found in it."""

    code = "source"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(*problems)
        self.problems = tuple(problems)


class RefusedError(SourceError):
    """A source that may not be published, its id and its languages, by which its published outputs are found."""

    def __init__(self, problems: Sequence[Problem], id_: str, languages: Sequence[str]) -> None:
        super().__init__(problems)
        self.id, self.languages = id_, tuple(languages)


class TemplateError(EngrossError):
    """A template that has an error in it, or lacks a macro."""

    code = "template"


class MarkingError(EngrossError):
    """A file whose protective marking isn't where every reader sees it. The file isn't written."""

    code = "marking"


class PrintError(EngrossError):
    """A PDF that can't be printed: no font has a letter, an address isn't allowed, or the printer failed."""

    code = "print"


class OutputError(EngrossError):
    """A file or folder that can't be written."""

    code = "output"


class ClusterError(EngrossError):
    """A cluster that can't be used."""

    code = "cluster"


class EditedError(EngrossError):
    """A copy that a person has edited, and that Engross therefore keeps."""

    code: ClassVar[Code] = "edited"


class InUseError(EditedError):
    """A copy that another program has open to save, and that Engross therefore keeps."""

    code = "in-use"


class DuplicateNameError(EngrossError):
    """An output that belongs to another source with the same id."""

    code = "duplicate-name"


class UsageError(EngrossError):
    """A command that asks for something impossible, whatever its sources hold."""

    exit_code = 2
    code: ClassVar[Code] = "usage"


class DuplicateIdError(UsageError):
    """Sources with the same id in one run."""

    code = "duplicate-name"


class BusyError(EngrossError):
    """A folder that another run is writing to. The exit code is EX_TEMPFAIL (sysexits.h): try again later."""

    exit_code = 75
    code = "locked"


# Suggestions

MAX_COMPARED = 200
"""Known words that are compared with an unknown one letter by letter. One comparison takes about 20 µs."""
MAX_LETTER_PAIRS = 10_000_000
"""Pairs of letters that are compared for all hints about one file. That is enough for 500 words of 14 letters."""
MAX_LISTED = 12
"""Known words that a hint lists."""


class HintBudget:
    """What comparing unknown words with known ones may still cost, in pairs of letters.

    All hints about one file share a budget. When it is spent, hints list the known words.
    """

    def __init__(self, letter_pairs: int = MAX_LETTER_PAIRS) -> None:
        self.letter_pairs = letter_pairs

    def most_similar(self, word: str, known: Iterable[str]) -> str | None:
        """The known word that is most similar to a word; None if none is similar, or if the budget is too small."""
        from difflib import get_close_matches

        # Of very different lengths, no two words are similar enough.
        possible = [other for other in known if 2 * min(len(word), len(other)) >= _CUTOFF * (len(word) + len(other))]
        cost = len(word) * sum(map(len, possible))
        if not possible or cost > self.letter_pairs:
            return None
        self.letter_pairs -= cost
        return next(iter(get_close_matches(word, possible, n=1, cutoff=_CUTOFF)), None)


_CUTOFF = 0.6
"""The least similarity: twice the letters that two words share, divided by the letters of both."""


def did_you_mean(word: str, known: Iterable[str], budget: HintBudget | None = None) -> str:
    """A hint about an unknown word: the most similar known word or, if none is similar, the known words."""
    return KnownWords(known, budget).hint(word)


class KnownWords:
    """The words that are known in some place. It gives a hint about any other word.

    Of many words, only the neighbours of the unknown word are compared with it: in alphabetical order they share its
    beginning, and in the order of the reversed words its end. So the work for a word doesn't grow with their number.
    """

    def __init__(self, words: Iterable[str], budget: HintBudget | None = None) -> None:
        self._unordered, self._budget = words, budget or HintBudget()

    @cached_property
    def words(self) -> Sequence[str]:
        """The words in alphabetical order."""
        return sorted(self._unordered)

    def hint(self, word: str) -> str:
        """The question whether a similar word was meant, or else a list of the known words."""
        if similar := self._budget.most_similar(word, self._candidates(word)):
            return f"did you mean {similar!r}?"
        if not self.words:
            return "nothing is defined to choose from"
        more = len(self.words) - MAX_LISTED
        return f"choose from {', '.join(self.words[:MAX_LISTED])}{f' and {more} more' if more > 0 else ''}"

    def _candidates(self, word: str) -> Sequence[str]:
        if len(self.words) <= MAX_COMPARED:
            return self.words
        reversed_neighbours = _neighbours(word[::-1], self._reversed_words)
        candidates = {*_neighbours(word, self.words), *(neighbour[::-1] for neighbour in reversed_neighbours)}
        return sorted(candidates)

    @cached_property
    def _reversed_words(self) -> list[str]:
        return sorted(word[::-1] for word in self.words)


def _neighbours(word: str, ordered: Sequence[str]) -> Sequence[str]:
    index, reach = bisect_left(ordered, word), MAX_COMPARED // 8
    return ordered[max(index - reach, 0) : index + reach]
