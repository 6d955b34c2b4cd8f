"""Checking: what can be wrong in a declaration whose every part is valid. Declaration → findings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from render.errors import Finding, Trail, did_you_mean
from render.model import declaration as model
from render.model.declaration import Declaration, Part, Wording, walk
from render.model.inline import CrossReference, FootnoteReference, Link, Piece, Text
from render.numbering import MAX_PARAGRAPH, numbers
from render.view.blocks import MAX_HEADING
from render.view.labels import labels

_ID_KEYS = ("id", "section", "article", "annex", "recital", "table")
MAX_CELLS = 20_000
"""Cells of one table."""
MAX_FINDINGS = 1000
"""Whoever has more begins with these."""


def check(declaration: Declaration) -> list[Finding]:
    """Everything that is wrong or doubtful, in no certain order; empty for a sound declaration."""
    parts = list(walk(declaration))
    ids = list(ids_of(parts))
    findings = chain(
        _ids_twice(ids),
        _parties(declaration),
        _languages(declaration),
        _dates(declaration),
        _publisher(declaration),
        _tables(parts),
        _pictures(parts),
        _depths(declaration),
        _references(declaration, parts, {name for name, _ in ids}),
        _notes(declaration, parts),
        markup_issues(parts),
    )
    return list(islice(findings, MAX_FINDINGS))


def ids_of(parts: Iterable[tuple[Trail, Part | Wording]]) -> Iterator[tuple[str, Trail]]:
    """The ids of the body's nodes, with the path of each."""
    for path, part in parts:
        if isinstance(part, model.Node):
            yield from ((getattr(part, key), (*path, key)) for key in _ID_KEYS if key in part.__slots__)


def _ids_twice(ids: list[tuple[str, Trail]]) -> Iterator[Finding]:
    for index in duplicate_indexes([name for name, _ in ids]):
        name, path = ids[index]
        yield Finding(path, f"the id {name!r} again", "every id is given once: it is an address")


def duplicate_indexes(names: Sequence[str]) -> Iterator[int]:
    """Where names stand that stood before."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield index
        seen.add(name)


def _parties(declaration: Declaration) -> Iterator[Finding]:
    ids = [party.id for party in declaration.parties]
    for index in duplicate_indexes(ids):
        yield Finding(("parties", index, "id"), f"the party {ids[index]!r} again", "name each party once")
    known = set(ids)
    for index, signatory in enumerate(declaration.signatories):
        if signatory.party is not None and signatory.party not in known:
            what = f"unknown party {signatory.party!r}"
            hint = did_you_mean(signatory.party, known) if known else "name it under 'parties'"
            yield Finding(("signatories", index, "party"), what, hint)


def _languages(declaration: Declaration) -> Iterator[Finding]:
    for key in ("languages", "authentic_languages"):
        tags = getattr(declaration, key)
        for index in duplicate_indexes(tags):
            yield Finding((key, index), f"the language {tags[index]!r} again", "name each language once")


def _dates(declaration: Declaration) -> Iterator[Finding]:
    publication, signed = declaration.publication, declaration.signed
    published = publication.published if publication else None
    if publication and published and publication.updated and publication.updated < published:
        what = f"updated on {publication.updated}, before it was published on {published}"
        yield Finding(("publication", "updated"), what, "look at both dates")
    if publication and publication.updated and not published:
        yield Finding(("publication", "updated"), "updated, but never published", "give the date of publication too")
    if published and signed and signed.date and signed.date > published:
        what = f"signed on {signed.date}, after it was published on {published}"
        yield Finding(("signed", "date"), what, "look at both dates", severity="warning")


def _publisher(declaration: Declaration) -> Iterator[Finding]:
    """The name of an organisation with an address is a link as it is."""
    organisation = declaration.publication and declaration.publication.organisation
    if organisation and organisation.url:
        for language, paragraphs in organisation.name.versions.items():
            if any(not isinstance(piece, Text) for pieces in paragraphs for piece in pieces):
                path = ("publication", "organisation", "name", *organisation.name.path(language))
                yield Finding(path, "a link or a reference in a name that has an 'url'", "take one of the two away")


def _tables(parts: Iterable[tuple[Trail, Part | Wording]]) -> Iterator[Finding]:
    for path, part in parts:
        if not isinstance(part, model.Table):
            continue
        width = len(part.header)
        if width * len(part.rows) > MAX_CELLS:
            what = f"a table of {width * len(part.rows):,} cells"
            yield Finding((*path, "rows"), what, f"the most is {MAX_CELLS:,}: divide it")
        for index, row in enumerate(part.rows):
            if len(row) != width:
                cells = "1 cell" if len(row) == 1 else f"{len(row)} cells"
                what = f"a row of {cells} under a header of {width}"
                yield Finding((*path, "rows", index), what, "give every row a cell for each column")


def _pictures(parts: Iterable[tuple[Trail, Part | Wording]]) -> Iterator[Finding]:
    for path, part in parts:
        if isinstance(part, model.Image) and part.decorative and part.alternative:
            yield Finding((*path, "alternative"), "a decorative picture with words for it", "keep one of the two")
        elif isinstance(part, model.Image) and not part.decorative and not part.alternative:
            hint = "say in 'alternative' what it shows, or mark it 'decorative: true'"
            yield Finding((*path, "image"), "a picture without words for those who can't see it", hint)


def _depths(declaration: Declaration) -> Iterator[Finding]:
    def deeper(nodes: Iterable[model.Node], path: Trail, headings: int, paragraphs: int) -> Iterator[Finding]:
        for index, node in enumerate(nodes):
            here: Trail = (*path, index)
            if isinstance(node, model.Titled):
                if headings == MAX_HEADING:
                    yield Finding(here, f"headings deeper than {MAX_HEADING} levels", "lift this part out")
                yield from deeper(node.body, (*here, "body"), headings + 1, 0)
            elif isinstance(node, model.Paragraph | model.Recital):
                if paragraphs > MAX_PARAGRAPH:
                    yield Finding(here, f"sub-paragraphs deeper than {MAX_PARAGRAPH} levels", "lift this one out")
                yield from deeper(node.body, (*here, "body"), headings, paragraphs + 1)

    yield from deeper(declaration.body, ("body",), 0, 0)


# References


def marked_pieces(parts: Iterable[tuple[Trail, Any]]) -> Iterator[tuple[Trail, str, Piece, Piece | None]]:
    """Every piece that is not the first of its paragraph with the one before it, its path and its language."""
    for path, part in parts:
        if isinstance(part, Wording):
            for language, paragraphs in part.versions.items():
                for pieces in paragraphs:
                    for before, piece in zip((None, *pieces), pieces, strict=False):
                        if not isinstance(piece, Text):
                            yield path + part.path(language), language, piece, before


def _references(
    declaration: Declaration, parts: Iterable[tuple[Trail, Part | Wording]], ids: set[str]
) -> Iterator[Finding]:
    citable: dict[str, dict[str, str]] = {}
    for path, language, piece, before in marked_pieces(parts):
        match piece:
            case CrossReference(target) if target not in ids:
                yield Finding(path, f"unknown paragraph {target!r}", did_you_mean(target, ids), piece.offset)
            case Link(_, href) if href.startswith("#") and href[1:] not in ids:
                yield Finding(path, f"unknown paragraph {href[1:]!r}", did_you_mean(href[1:], ids), piece.offset)
            case CrossReference(target):
                if language not in citable:
                    citable[language] = _citable(declaration, language)
                if target not in citable[language]:
                    hint = f"write the words: [words](#{target})"
                    yield Finding(path, f"{target!r} has no number to refer to", hint, piece.offset)
                else:
                    yield from _word_twice(path, piece, before, citable[language][target])


def _citable(declaration: Declaration, language: str) -> dict[str, str]:
    """What can be referred to, and what the reference to each begins with."""
    found = numbers(declaration, language, labels(language)[1])
    references = {name: number.reference for name, number in found.items()}
    return {name: it.before + it.steps[0].text for name, it in references.items() if it and it.steps}


def _word_twice(path: Trail, piece: CrossReference, before: Piece | None, begins: str) -> Iterator[Finding]:
    """The reference in "paragraph [](#x)" prints the word itself: "paragraph paragraph 5"."""
    word = _FIRST_WORD.match(begins)
    last = _LAST_WORD.search(before.text) if isinstance(before, Text) else None
    if word and last and word[0].casefold() == last[1].casefold():
        what = f"{last[1]!r} before a reference, which prints {word[0]!r} itself"
        yield Finding(path, what, "take the word away, or write [words](#id)", piece.offset, "warning")


_FIRST_WORD = re.compile(r"[^\W\d]+")
_LAST_WORD = re.compile(r"(?<!\w)(\w+)\s*\Z")


# Footnotes


def _notes(declaration: Declaration, parts: Iterable[tuple[Trail, Part | Wording]]) -> Iterator[Finding]:
    """Every mark has its note beside it, and every note one mark in each language."""
    if not any(_concerns_notes(part) for _, part in parts):  # as in most declarations
        return
    rightly: set[int] = set()
    for path, part in parts:
        if isinstance(part, Declaration | model.Node):
            texts = dict(_markable(part, path))
            rightly |= {id(text) for text in texts.values()}
            for language in declaration.languages:
                in_language = f" in {language}" if len(declaration.languages) > 1 else ""
                yield from _note_use(path, texts, part.notes, language, in_language)
    for path, part in parts:
        if isinstance(part, Wording) and id(part) not in rightly:
            for language in declaration.languages:
                for mark in _marks(part, language):
                    what = f"a note mark {mark.note!r} where none can stand"
                    yield Finding(path + part.path(language), what, "take it out", mark.offset)


def _concerns_notes(part: Part | Wording) -> bool:
    if isinstance(part, Wording):
        return any(
            isinstance(piece, FootnoteReference)
            for text in part.versions.values()
            for pieces in text
            for piece in pieces
        )
    return bool(isinstance(part, Declaration | model.Node) and part.notes)


def _markable(part: Declaration | model.Node, path: Trail) -> Iterator[tuple[Trail, Wording]]:
    """The texts that may have marks of the part's notes: a node's own, and the declaration's title and testimonium."""
    if isinstance(part, Declaration):
        names = {"title", "testimonium"}
    else:
        names = set(part.__slots__) - {"body", "notes", "alternative"}
    for name in sorted(names):
        for where, text in walk(getattr(part, name), (*path, name)):
            if isinstance(text, Wording):
                yield where, text


def _marks(wording: Wording, language: str) -> Iterator[FootnoteReference]:
    for pieces in wording.versions[language]:
        yield from (piece for piece in pieces if isinstance(piece, FootnoteReference))


def _note_use(
    path: Trail, texts: Mapping[Trail, Wording], notes: Mapping[str, Wording], language: str, in_language: str
) -> Iterator[Finding]:
    used: Counter[str] = Counter()
    for where, text in texts.items():
        for mark in _marks(text, language):
            used[mark.note] += 1
            if mark.note not in notes:
                hint = did_you_mean(mark.note, notes) if notes else "write it under 'notes:' beside this text"
                yield Finding(where + text.path(language), f"no note {mark.note!r} here", hint, mark.offset)
    for name in notes:
        if used[name] != 1:
            times = f"{used[name]} times" if used[name] else "nowhere"
            what = f"the note {name!r} is marked {times}{in_language}"
            yield Finding((*path, "notes", name), what, f"mark it once: [^{name}]")


def markup_issues(parts: Iterable[tuple[Trail, Any]]) -> Iterator[Finding]:
    """What is doubtful in the markup of texts, and in their versions."""
    for path, part in parts:
        if isinstance(part, Wording):
            for language, markup_issue in part.markup_issues:
                yield Finding(
                    path + part.path(language),
                    markup_issue.what,
                    markup_issue.hint,
                    markup_issue.offset,
                    markup_issue.severity,
                )
            counts = {language: len(paragraphs) for language, paragraphs in part.versions.items()}
            if len(set(counts.values())) > 1:
                what = "paragraphs differ in number: " + ", ".join(f"{it} {count}" for it, count in counts.items())
                yield Finding(path, what, "give every language the same ones", severity="warning")
