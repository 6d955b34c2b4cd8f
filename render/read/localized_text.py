"""Readers of human text: a string, or a mapping of strings by language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from render.errors import NodePath
from render.model.inline import MarkupIssue, Piece
from render.model.localized_text import LocalizedText, ParsedText, SharedVersions
from render.read.context import ReadContext, quote
from render.read.markup import parse

UNSPACED = ("zh", "ja", "th", "lo", "km", "my")
"""Languages written without spaces between words: lines join with nothing between them."""

_PARAGRAPH = re.compile(r"(?m:^)[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")


MAX_PARAGRAPH = 1_000_000
"""Characters of one paragraph. XML parsers refuse pieces of text above ten million (libxml2, XML_MAX_TEXT_LENGTH)."""
MAX_TITLE = 1_000
"""Characters of a title. References, the contents and running headers repeat it."""
MAX_COLUMN_NAME = 300
"""Characters of a cell in a table's header. Plain text repeats it for every row if the table is too wide."""


def prose(value: object, path: NodePath, context: ReadContext) -> LocalizedText | None:
    """One paragraph or more, by language."""
    return _read(value, path, context)


def line(value: object, path: NodePath, context: ReadContext) -> LocalizedText | None:
    """One paragraph, by language."""
    return _read(value, path, context, is_line=True)


def title(value: object, path: NodePath, context: ReadContext) -> LocalizedText | None:
    """One paragraph of at most MAX_TITLE characters, by language."""
    return _read(value, path, context, is_line=True, max_length=MAX_TITLE)


def name(value: object, path: NodePath, context: ReadContext) -> LocalizedText | None:
    """One paragraph that may be the same in all languages."""
    return _read(value, path, context, is_line=True, may_be_shared=True)


def column_name(value: object, path: NodePath, context: ReadContext) -> LocalizedText | None:
    """One paragraph of at most MAX_COLUMN_NAME characters that may be the same in all languages."""
    return _read(value, path, context, is_line=True, may_be_shared=True, max_length=MAX_COLUMN_NAME)


def _read(
    value: object,
    path: NodePath,
    context: ReadContext,
    is_line: bool = False,
    may_be_shared: bool = False,
    max_length: int = MAX_PARAGRAPH,
) -> LocalizedText | None:
    if isinstance(value, str):
        return _read_shared(value, path, context, is_line, may_be_shared, max_length)
    versions, markup_issues = {}, []
    for language, source in _by_language(value, path, context).items():
        text, issues = _parse(source, language not in _unspaced((language,)), max_length)
        versions[language] = text
        markup_issues += [(language, issue) for issue in issues]
        _report(text, issues, (*path, language), context, is_line)
    return LocalizedText(versions, isinstance(value, dict), tuple(markup_issues))


def _read_shared(
    source: str, path: NodePath, context: ReadContext, is_line: bool, may_be_shared: bool, max_length: int
) -> LocalizedText:
    """The text in the only language or, if it may be shared, in all. It is parsed once, however many there are."""
    languages = context.languages
    if len(languages) > 1 and not may_be_shared:
        context.report(path, "one text for several languages", f"write one for each of {', '.join(languages)}")
    unspaced = _unspaced(languages)
    text, issues = _parse(source, len(unspaced) < len(languages), max_length)
    unspaced_text = _parse(source, False, max_length)[0] if unspaced and "\n" in source else text
    _report(text, issues, path, context, is_line)
    markup_issues = tuple((languages[0], issue) for issue in issues) if languages else ()
    versions: Mapping[str, ParsedText] = dict.fromkeys(languages, text)
    if len(languages) > 1:
        versions = SharedVersions(languages, text, unspaced, unspaced_text)
    return LocalizedText(versions, False, markup_issues)


@lru_cache(maxsize=256)
def _unspaced(languages: tuple[str, ...]) -> frozenset[str]:
    """Those of the languages that are written without spaces between words."""
    return frozenset(language for language in languages if language.split("-")[0] in UNSPACED)


def _report(text: ParsedText, issues: list[MarkupIssue], path: NodePath, context: ReadContext, is_line: bool) -> None:
    """Report what is wrong in a text in one language. Its warnings come later, with those of the checks."""
    if not text:
        context.report(path, "empty text", "write the text, or remove the key")
    elif is_line and len(text) > 1:
        context.report(path, "an empty line in a text that must be one paragraph", "join the lines")
    for issue in issues:
        if issue.severity == "error":
            context.report(path, issue.what, issue.hint, issue.offset)


def _by_language(value: object, path: NodePath, context: ReadContext) -> Mapping[str, str]:
    """The source text by language, of a mapping."""
    languages = context.languages
    if not isinstance(value, dict):
        context.report_kind(path, value, "text", "write the text itself")
        return {}
    for language, text in value.items():
        if language not in languages:
            what = f"unknown language {quote(language)}"
            context.report((*path, language), what, context.did_you_mean(language, languages), at_key=True)
        elif not isinstance(text, str):
            context.report_kind((*path, language), text, "text", "write the text itself")
    if missing := [language for language in languages if language not in value]:
        context.report(path, f"missing text in {', '.join(missing)}", f"write it in each of {', '.join(languages)}")
    return {language: text for language, text in value.items() if isinstance(text, str)}


def _parse(source: str, spaced: bool, max_length: int) -> tuple[ParsedText, list[MarkupIssue]]:
    """The paragraphs of a text, and the issues with it, whose offsets count from the start of the text."""
    paragraphs: list[tuple[Piece, ...]] = []
    markup_issues: list[MarkupIssue] = []
    for start, paragraph in _paragraphs(source):
        if len(paragraph) > max_length:
            what = f"{len(paragraph):,} characters in one paragraph"
            hint = f"the maximum here is {max_length:,}: divide or shorten it"
            markup_issues.append(MarkupIssue(start, what, hint, "error"))
            paragraphs.append(())
            continue
        pieces, issues = parse(paragraph, spaced, start)
        paragraphs.append(pieces)
        markup_issues += issues
    return tuple(paragraphs), markup_issues


def _paragraphs(source: str) -> Iterator[tuple[int, str]]:
    """The paragraphs of a text, which empty lines separate, each with its offset."""
    text = source.strip(" \n")
    if all(line.strip() for line in text.split("\n")):  # most texts are one paragraph
        yield source.index(text[0]), text
        return
    for found in _PARAGRAPH.finditer(source):
        text = found[0]
        start = len(text) - len(text.lstrip(" \n"))
        yield found.start() + start, text.strip(" \n")
