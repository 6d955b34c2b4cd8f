"""Checks ids and the references to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from render.errors import Finding, HintBudget, KnownWords, NodePath, Severity
from render.model import declaration as model
from render.model.inline import CrossReference, FootnoteReference, Link, Piece, Text
from render.model.localized_text import LocalizedText, ParsedText
from render.numbering import DeclarationNumbers
from render.view.plain import reference_text

MAX_REFERENCE_WORDS = 5_000_000
"""Characters of all references together: the reference to a section repeats its title."""
_ID_KEYS = ("id", "section", "article", "annex", "recital", "table")
Parts = Sequence[tuple[NodePath, model.Part | LocalizedText]]
"""The parts and texts of a declaration with their paths, as `walk` returns them."""


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """A piece of a text that isn't only words, with the language and path of the text, and the piece before it."""

    path: NodePath
    language: str
    piece: Link | CrossReference | FootnoteReference
    before: Piece | None

    def finding(self, what: str, hint: str, severity: Severity = "error") -> Finding:
        """What is wrong at this piece."""
        return Finding(self.path, what, hint, self.piece.offset, severity)


def find_marked_pieces(parts: Iterable[tuple[NodePath, object]]) -> Iterator[MarkedPiece]:
    """The links, references and footnote marks in all texts."""
    for path, part in parts:
        if isinstance(part, LocalizedText):
            for paragraphs, languages in part.distinct():
                for before, piece in _marked_in(paragraphs):
                    for language in languages:
                        yield MarkedPiece(path + part.path(language), language, piece, before)


def _marked_in(text: ParsedText) -> Iterator[tuple[Piece | None, Link | CrossReference | FootnoteReference]]:
    """The pieces of a text that aren't only words, each after the piece before it."""
    for pieces in text:
        for before, piece in zip((None, *pieces), pieces, strict=False):
            if not isinstance(piece, Text):
                yield before, piece


def ids_in(parts: Iterable[tuple[NodePath, object]]) -> Iterator[tuple[str, NodePath]]:
    """The ids of the nodes of the body, with the path of each id."""
    for path, part in parts:
        if isinstance(part, model.Node):
            yield from ((getattr(part, key), (*path, key)) for key in _ID_KEYS if key in part.__slots__)


def duplicate_indexes(names: Iterable[str]) -> Iterator[int]:
    """The indexes of the names that are the same as an earlier name."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield index
        seen.add(name)


def check_ids(ids: Sequence[tuple[str, NodePath]]) -> Iterator[Finding]:
    """No two nodes may have the same id."""
    for index in duplicate_indexes(id_ for id_, _ in ids):
        id_, path = ids[index]
        yield Finding(path, f"duplicate id {id_!r}", "give each part its own id, because ids are addresses")


def check_references(
    marked_pieces: Iterable[MarkedPiece], ids: Set[str], numbers: DeclarationNumbers, budget: HintBudget
) -> Iterator[Finding]:
    """Every reference and link must lead to one of the ids, and a reference to a part with a number or a title."""
    suggestions, length = KnownWords(ids, budget), 0
    for marked in marked_pieces:
        match marked.piece:
            case CrossReference(target) if target not in ids:
                yield marked.finding(f"unknown paragraph {target!r}", suggestions.hint(target))
            case Link(_, href) if href.startswith("#") and href[1:] not in ids:
                yield marked.finding(f"unknown paragraph {href[1:]!r}", suggestions.hint(href[1:]))
            case CrossReference(target):
                words = _words(numbers, marked.language, target)
                yield from _check_words(marked, target, words)
                length += len(words)
                if length - len(words) <= MAX_REFERENCE_WORDS < length:
                    what = f"references with more than {MAX_REFERENCE_WORDS:,} characters in all"
                    yield marked.finding(what, "shorten the titles, or write words of your own: [words](#id)")


def _check_words(marked: MarkedPiece, target: str, words: str) -> Iterator[Finding]:
    """Whether a reference has words, and doesn't repeat the word before it, as in "paragraph paragraph 5"."""
    if not words:
        yield marked.finding(f"{target!r} has no number to refer to", f"write the words: [words](#{target})")
        return
    own = _FIRST_WORD.match(words)
    last = _LAST_WORD.search(marked.before.text) if isinstance(marked.before, Text) else None
    if own and last and own[0].casefold() == last[1].casefold():
        what = f"{last[1]!r} before a reference that itself begins with {own[0]!r}"
        yield marked.finding(what, "remove the word, or write [words](#id)", "warning")


def _words(numbers: DeclarationNumbers, language: str, target: str) -> str:
    """The words of the reference to a part; "" if it has no number and no title."""
    number = numbers.numbers_in(language).get(target)
    reference = number.reference if number else None
    return reference_text(reference) if reference and reference.steps else ""


_FIRST_WORD = re.compile(r"[^\W\d]+")
_LAST_WORD = re.compile(r"(?<!\w)(\w+)\s*\Z")
