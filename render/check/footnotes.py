"""Checks that every footnote mark has a footnote beside its text, and every footnote one mark in each language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from render.check.references import MarkedPiece, Parts
from render.errors import Finding, HintBudget, KnownWords, NodePath
from render.model import declaration as model
from render.model.declaration import Declaration, walk
from render.model.inline import FootnoteReference
from render.model.localized_text import LocalizedText

Texts = Mapping[NodePath, LocalizedText]


def check_footnotes(
    declaration: Declaration, parts: Parts, marked: Iterable[MarkedPiece], budget: HintBudget
) -> Iterator[Finding]:
    """What is wrong with the footnotes and their marks, which are among the marked pieces."""
    has_marks = any(isinstance(mark.piece, FootnoteReference) for mark in marked)
    if not has_marks and not any(_has_notes(part) for _, part in parts):  # as in most declarations
        return
    allowed: set[int] = set()  # the identities of the texts that may have marks
    for path, part in parts:
        if isinstance(part, Declaration | model.Node):
            markable = dict(_markable_texts(part, path))
            allowed |= {id(text) for text in markable.values()}
            texts = {text_path: text for text_path, text in markable.items() if _has_marks(text)}
            if not texts and not part.notes:
                continue
            suggestions = KnownWords(part.notes, budget)
            for language in declaration.languages:
                in_language = f" in {language}" if len(declaration.languages) > 1 else ""
                yield from _check_marks(texts, part.notes, suggestions, language)
                yield from _check_notes(path, texts, part.notes, language, in_language)
    for path, part in parts:
        if isinstance(part, LocalizedText) and id(part) not in allowed and _has_marks(part):
            yield from _forbidden_marks(part, path, declaration.languages)


def _has_notes(part: model.Part | LocalizedText) -> bool:
    return bool(isinstance(part, Declaration | model.Node) and part.notes)


def _markable_texts(part: Declaration | model.Node, path: NodePath) -> Iterator[tuple[NodePath, LocalizedText]]:
    """The texts that may mark the footnotes of a part: a node's own, or a declaration's title and testimonium."""
    if isinstance(part, Declaration):
        names = {"title", "testimonium"}
    else:
        names = set(part.__slots__) - {"body", "notes", "alternative"}
    for name in sorted(names):
        for text_path, text in walk(getattr(part, name), (*path, name)):
            if isinstance(text, LocalizedText):
                yield text_path, text


def _has_marks(text: LocalizedText) -> bool:
    versions = (paragraphs for paragraphs, _ in text.distinct())
    return any(isinstance(piece, FootnoteReference) for version in versions for pieces in version for piece in pieces)


def _marks(text: LocalizedText, language: str) -> Iterator[FootnoteReference]:
    for pieces in text.versions[language]:
        yield from (piece for piece in pieces if isinstance(piece, FootnoteReference))


def _check_marks(
    texts: Texts, notes: Mapping[str, LocalizedText], suggestions: KnownWords, language: str
) -> Iterator[Finding]:
    for path, text in texts.items():
        for mark in _marks(text, language):
            if mark.note not in notes:
                hint = suggestions.hint(mark.note) if notes else "write it under 'notes:' beside this text"
                yield Finding(path + text.path(language), f"no footnote {mark.note!r} here", hint, mark.offset)


def _check_notes(
    path: NodePath, texts: Texts, notes: Mapping[str, LocalizedText], language: str, in_language: str
) -> Iterator[Finding]:
    counts = Counter(mark.note for text in texts.values() for mark in _marks(text, language))
    for name in notes:
        if counts[name] != 1:
            what = (
                f"the footnote {name!r} has {counts[name] or 'no'} {'marks' if counts[name] else 'mark'}{in_language}"
            )
            yield Finding((*path, "notes", name), what, f"mark it once: [^{name}]")


def _forbidden_marks(text: LocalizedText, path: NodePath, languages: tuple[str, ...]) -> Iterator[Finding]:
    for language in languages:
        for mark in _marks(text, language):
            what = f"the footnote mark {mark.note!r} isn't allowed in this text"
            yield Finding(path + text.path(language), what, "remove it", mark.offset)
