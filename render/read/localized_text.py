"""Readers of human text: a string, or a mapping of strings by language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from render.errors import NodePath
from render.model.inline import MarkupIssue
from render.model.localized_text import LocalizedText, ParsedText
from render.read.context import ReadContext, quote
from render.read.markup import parse

UNSPACED = ("zh", "ja", "th", "lo", "km", "my")
"""Languages written without spaces between words: lines join with nothing between them."""

_PARAGRAPH = re.compile(r"(?m:^)[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")


def prose(value: object, path: NodePath, context: ReadContext) -> LocalizedText | None:
    """One paragraph or more, by language."""
    return _read(value, path, context)


def line(value: object, path: NodePath, context: ReadContext) -> LocalizedText | None:
    """One paragraph, by language."""
    return _read(value, path, context, is_line=True)


def name(value: object, path: NodePath, context: ReadContext) -> LocalizedText | None:
    """One paragraph that may be the same in all languages."""
    return _read(value, path, context, is_line=True, may_be_shared=True)


def _read(
    value: object, path: NodePath, context: ReadContext, is_line: bool = False, may_be_shared: bool = False
) -> LocalizedText | None:
    is_keyed = isinstance(value, dict)
    versions, markup_issues = {}, []
    # A name that is the same in a hundred languages is parsed once.
    parsed: dict[tuple[str, bool], tuple[ParsedText, list[MarkupIssue]]] = {}
    for language, source in _by_language(value, path, context, may_be_shared).items():
        key = source, language.split("-")[0] not in UNSPACED
        versions[language], issues = parsed[key] if key in parsed else parsed.setdefault(key, _parse(*key))
        markup_issues += [(language, issue) for issue in issues]
        _report(versions[language], issues, (*path, language) if is_keyed else path, context, is_line)
    return LocalizedText(versions, is_keyed, tuple(markup_issues))


def _report(text: ParsedText, issues: list[MarkupIssue], path: NodePath, context: ReadContext, is_line: bool) -> None:
    """Report what is wrong in a text in one language. Its warnings come later, with those of the checks."""
    if not text:
        context.report(path, "empty text", "write the text, or remove the key")
    elif is_line and len(text) > 1:
        context.report(path, "an empty line in a text that must be one paragraph", "join the lines")
    for issue in issues:
        if issue.severity == "error":
            context.report(path, issue.what, issue.hint, issue.offset)


def _by_language(value: object, path: NodePath, context: ReadContext, may_be_shared: bool) -> Mapping[str, str]:
    """The source text by language. A string is the text in the only language or, if it may be shared, in all."""
    languages = context.languages
    if isinstance(value, str):
        if len(languages) > 1 and not may_be_shared:
            context.report(path, "one text for several languages", f"write one for each of {', '.join(languages)}")
        return dict.fromkeys(languages, value)
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


def _parse(source: str, spaced: bool) -> tuple[ParsedText, list[MarkupIssue]]:
    """The paragraphs of a text, and the issues with its markup, whose offsets count from the start of the text."""
    paragraphs, markup_issues = [], []
    for start, paragraph in _paragraphs(source):
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
