"""Checks a declaration in which every part is valid. Findings are placed in the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from render.check.footnotes import check_footnotes
from render.check.references import (
    Parts,
    check_ids,
    check_references,
    duplicate_indexes,
    find_marked_pieces,
    ids_in,
)
from render.errors import Finding, HintBudget, KnownWords, NodePath
from render.model import declaration as model
from render.model.declaration import Declaration, walk
from render.model.inline import Text
from render.model.localized_text import LocalizedText
from render.numbering import MAX_PARAGRAPH, MAX_SUB_PARAGRAPHS, DeclarationNumbers
from render.view.blocks import MAX_HEADING

MAX_CELLS = 20_000
"""Cells of one table."""
MAX_VERSIONS = 5_000_000
"""Parts and texts of a file, times its languages: a page in each language shows them all."""
MAX_FINDINGS = 1000
"""Findings after which the checks stop. An author starts with the first of them anyway."""


def check(declaration: Declaration, numbers: DeclarationNumbers | None = None) -> list[Finding]:
    """Everything that is wrong or probably wrong in a declaration, in no certain order.

    `numbers` are those of the declaration, if they are computed once for several steps.
    """
    parts = list(walk(declaration))
    if too_many := check_versions(parts, declaration.languages):
        return [too_many]
    ids = list(ids_in(parts))
    marked = list(find_marked_pieces(parts))
    budget = HintBudget()
    findings = chain(
        check_ids(ids),
        _check_parties(declaration, budget),
        _check_languages(declaration),
        _check_dates(declaration),
        _check_publisher(declaration),
        _check_tables(parts),
        _check_pictures(parts),
        _check_depths(declaration.body, ("body",), 0, 0),
        check_references(marked, {id_ for id_, _ in ids}, numbers or DeclarationNumbers(declaration), budget),
        check_footnotes(declaration, parts, marked, budget),
        find_markup_issues(parts),
    )
    return list(islice(findings, MAX_FINDINGS))


def check_versions(parts: Sequence[object], languages: Sequence[str]) -> Finding | None:
    """The finding that a file has too many parts for the number of its languages. Do no other check then."""
    if len(parts) * len(languages) <= MAX_VERSIONS:
        return None
    what = f"{len(parts):,} parts and texts in {len(languages)} languages"
    return Finding(("languages",), what, f"the maximum of their product is {MAX_VERSIONS:,}: divide the file")


def _check_parties(declaration: Declaration, budget: HintBudget) -> Iterator[Finding]:
    ids = [party.id for party in declaration.parties]
    for index in duplicate_indexes(ids):
        yield Finding(("parties", index, "id"), f"duplicate party {ids[index]!r}", "name each party once")
    known = set(ids)
    suggestions = KnownWords(known, budget)
    for index, signatory in enumerate(declaration.signatories):
        if signatory.party is not None and signatory.party not in known:
            what = f"unknown party {signatory.party!r}"
            hint = suggestions.hint(signatory.party) if known else "add it to 'parties'"
            yield Finding(("signatories", index, "party"), what, hint)


def _check_languages(declaration: Declaration) -> Iterator[Finding]:
    for key in ("languages", "authentic_languages"):
        tags = getattr(declaration, key)
        for index in duplicate_indexes(tags):
            yield Finding((key, index), f"duplicate language {tags[index]!r}", "name each language once")


def _check_dates(declaration: Declaration) -> Iterator[Finding]:
    publication, signed = declaration.publication, declaration.signed
    published = publication.published if publication else None
    if publication and published and publication.updated and publication.updated < published:
        what = f"updated on {publication.updated}, before it was published on {published}"
        yield Finding(("publication", "updated"), what, "check both dates")
    if publication and publication.updated and not published:
        yield Finding(("publication", "updated"), "updated, but never published", "add 'published' with its date")
    if published and signed and signed.date and signed.date > published:
        what = f"signed on {signed.date}, after it was published on {published}"
        yield Finding(("signed", "date"), what, "check both dates", severity="warning")


def _check_publisher(declaration: Declaration) -> Iterator[Finding]:
    """The name of an organisation with an address becomes a link, so it can have no link in it."""
    organisation = declaration.publication and declaration.publication.organisation
    if organisation and organisation.url:
        for language, paragraphs in organisation.name.versions.items():
            if any(not isinstance(piece, Text) for pieces in paragraphs for piece in pieces):
                path = ("publication", "organisation", "name", *organisation.name.path(language))
                yield Finding(path, "a link or a reference in a name that has a 'url'", "remove one of the two")


def _check_tables(parts: Parts) -> Iterator[Finding]:
    for path, part in parts:
        if isinstance(part, model.Table):
            yield from _check_table(part, (*path, "rows"))


def _check_table(table: model.Table, path: NodePath) -> Iterator[Finding]:
    width = len(table.header)
    if width * len(table.rows) > MAX_CELLS:
        what = f"a table of {width * len(table.rows):,} cells"
        yield Finding(path, what, f"the maximum is {MAX_CELLS:,}: divide it")
    for index, row in enumerate(table.rows):
        if len(row) != width:
            cells = "1 cell" if len(row) == 1 else f"{len(row)} cells"
            what = f"a row of {cells} in a table of {width} columns"
            yield Finding((*path, index), what, "give every row a cell for each column")


def _check_pictures(parts: Parts) -> Iterator[Finding]:
    for path, part in parts:
        if isinstance(part, model.Image) and part.decorative and part.alternative:
            yield Finding((*path, "alternative"), "a decorative picture with words for it", "keep one of the two")
        elif isinstance(part, model.Image) and not part.decorative and not part.alternative:
            hint = "describe it in 'alternative', or mark it 'decorative: true'"
            yield Finding((*path, "image"), "a picture without words for readers who can't see it", hint)


def _check_depths(nodes: Iterable[model.Node], path: NodePath, headings: int, paragraphs: int) -> Iterator[Finding]:
    """Whether nodes below a number of headings and paragraphs are nested too deeply."""
    for index, node in enumerate(nodes):
        here: NodePath = (*path, index)
        if isinstance(node, model.Titled):
            if headings == MAX_HEADING:
                yield Finding(here, f"headings deeper than {MAX_HEADING} levels", "move this part further out")
            yield from _check_depths(node.body, (*here, "body"), headings + 1, 0)
        elif isinstance(node, model.Paragraph | model.Recital):
            if paragraphs > MAX_PARAGRAPH:
                what = f"sub-paragraphs deeper than {MAX_PARAGRAPH} levels"
                yield Finding(here, what, "move this one further out")
            yield from _check_count(node.body, (*here, "body"))
            yield from _check_depths(node.body, (*here, "body"), headings, paragraphs + 1)


def _check_count(nodes: Iterable[model.Node], path: NodePath) -> Iterator[Finding]:
    """Whether there are letters enough for the sub-paragraphs among the nodes."""
    counted = (index for index, node in enumerate(nodes) if isinstance(node, model.Paragraph) and node.number is None)
    if (excess := next(islice(counted, MAX_SUB_PARAGRAPHS, None), None)) is not None:
        what = f"more than {MAX_SUB_PARAGRAPHS} sub-paragraphs of one paragraph"
        yield Finding((*path, excess), what, "divide the paragraph")


def find_markup_issues(parts: Iterable[tuple[NodePath, object]]) -> Iterator[Finding]:
    """The ambiguous markup in all texts, and the texts whose versions have different numbers of paragraphs."""
    for path, part in parts:
        if isinstance(part, LocalizedText):
            for language, issue in part.markup_issues:
                text_path = path + part.path(language)
                yield Finding(text_path, issue.what, issue.hint, issue.offset, issue.severity)
            if len({len(paragraphs) for paragraphs, _ in part.distinct()}) > 1:
                counts = (f"{len(paragraphs)} in {language}" for language, paragraphs in part.versions.items())
                listed = ", ".join(counts)
                hint = "give every language the same paragraphs"
                yield Finding(path, f"different numbers of paragraphs: {listed}", hint, severity="warning")
