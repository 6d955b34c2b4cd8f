"""Human text: a string, or a mapping of strings by language → Wording."""

from __future__ import annotations

import re
from collections.abc import Iterator

from render.errors import Trail, did_you_mean
from render.model.declaration import Wording
from render.model.inline import MarkupIssue, Piece
from render.read.context import Reading, quote, what_it_is
from render.read.markup import parse

UNSPACED = ("zh", "ja", "th", "lo", "km", "my")
"""Languages written without spaces between words: lines join with nothing between them."""

_PARAGRAPH = re.compile(r"(?m:^)[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")


def prose(value: object, path: Trail, reading: Reading) -> Wording | None:
    """One paragraph or more, by language."""
    return _wording(value, path, reading)


def line(value: object, path: Trail, reading: Reading) -> Wording | None:
    """One paragraph, by language."""
    return _wording(value, path, reading, one=True)


def name(value: object, path: Trail, reading: Reading) -> Wording | None:
    """One paragraph that may be the same in all languages."""
    return _wording(value, path, reading, one=True, shared=True)


def _wording(value: object, path: Trail, reading: Reading, one: bool = False, shared: bool = False) -> Wording | None:
    keyed = isinstance(value, dict)
    sources = _by_language(value, path, reading, shared)
    versions, markup_issues = {}, []
    # A name that is the same in a hundred languages is parsed once.
    parsed: dict[tuple[str, bool], tuple[tuple[tuple[Piece, ...], ...], list[MarkupIssue]]] = {}
    for language, source in sources.items():
        here = (*path, language) if keyed else path
        key = source, language.split("-")[0] not in UNSPACED
        versions[language], found = parsed[key] if key in parsed else parsed.setdefault(key, _parse(*key))
        markup_issues += [(language, markup_issue) for markup_issue in found]
        if not versions[language]:
            reading.fault(here, "an empty text", "write it, or take the key away")
        elif one and len(versions[language]) > 1:
            reading.fault(here, "an empty line in a text of one paragraph", "join the lines")
        for markup_issue in found:
            if markup_issue.severity == "error":
                reading.fault(here, markup_issue.what, markup_issue.hint, markup_issue.offset)
    return Wording(versions, keyed, tuple(markup_issues))


def _by_language(value: object, path: Trail, reading: Reading, shared: bool) -> dict[str, str]:
    """The raw text by language. A plain string is the one language's, or, where `shared`, the same in all."""
    languages = reading.languages
    if isinstance(value, str):
        if len(languages) > 1 and not shared:
            reading.fault(path, "one text for several languages", f"give one for each: {', '.join(languages)}")
        return dict.fromkeys(languages, value)
    if not isinstance(value, dict):
        reading.fault(path, f"{what_it_is(value)} where text is wanted", "write text")
        return {}
    for language, text in value.items():
        if language not in languages:
            reading.fault(
                (*path, language), f"unknown language {quote(language)}", did_you_mean(language, languages), at_key=True
            )
        elif not isinstance(text, str):
            reading.fault((*path, language), f"{what_it_is(text)} where text is wanted", "write text")
    if missing := [language for language in languages if language not in value]:
        reading.fault(path, f"no text in {', '.join(missing)}", f"every text is wanted in {', '.join(languages)}")
    return {language: text for language, text in value.items() if isinstance(text, str)}


def _parse(source: str, spaced: bool) -> tuple[tuple[tuple[Piece, ...], ...], list[MarkupIssue]]:
    """A text's paragraphs, and the doubts about its markup at their places in the whole text."""
    paragraphs, markup_issues = [], []
    for start, paragraph in _paragraphs(source):
        pieces, found = parse(paragraph, spaced, start)
        paragraphs.append(pieces)
        markup_issues += found
    return tuple(paragraphs), markup_issues


def _paragraphs(source: str) -> Iterator[tuple[int, str]]:
    """The paragraphs of a text, which empty lines divide, and where each begins."""
    text = source.strip(" \n")
    if all(line.strip() for line in text.split("\n")):  # as in most: no line is empty, and it is one
        yield source.index(text[0]), text
        return
    for found in _PARAGRAPH.finditer(source):
        text = found[0]
        start = len(text) - len(text.lstrip(" \n"))
        yield found.start() + start, text.strip(" \n")
