"""The parser."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from render.errors import Severity
from render.model.inline import CrossReference, FootnoteReference, Link, MarkupIssue, Piece, Text
from render.model.patterns import IDENTIFIER, LANGUAGE


def parse(source: str, spaced: bool = True, start: int = 0) -> tuple[tuple[Piece, ...], list[MarkupIssue]]:
    """One paragraph's pieces, and the doubts about its markup.

    Line ends become a space, or nothing in writing without spaces between words (`spaced=False`). The paragraph begins
    `start` characters into its text; offsets count from the text's beginning.
    """
    joint = " " if spaced else ""
    if not any(sign in source for sign in _SIGNS):  # as most texts are: words alone
        text = _joined(source, joint)
        return ((Text(text),) if text else ()), []
    parser = _Parser(source, joint, start)
    pieces = tuple(_merge(parser.pieces(0, len(source), Text(""), inside_link=False)))
    return pieces, parser.markup_issues


_TOKEN = re.compile(rf"\\[\\*\[\]{{}}]|\[\^(?P<note>{IDENTIFIER})\]|\[|\]|\*+")


_TAIL = re.compile(rf"\((?P<href>(?:https?://|mailto:|#)(?:[^\s()]|\([^\s()]*\))+)\)|\{{(?P<language>{LANGUAGE})\}}")


_ALMOST = re.compile(r"\((?:https?:|mailto:|#)|(?P<language>\{[A-Za-z][A-Za-z-]{0,40}\})")


_SIGNS = ("*", "[", "]", "\\")
"""Of these every token has one."""


_BLANK = " \t"


_MAX_NESTING = 8


_FLAGS = {1: frozenset(("emphasis",)), 2: frozenset(("strong",)), 3: frozenset(("emphasis", "strong"))}


class _Parser:
    """One pass over the brackets, one over the stars, one that yields the pieces; all linear in the text."""

    def __init__(self, source: str, joint: str, start: int) -> None:
        self.source, self.joint, self.start = source, joint, start
        self.markup_issues: list[MarkupIssue] = []
        self.tokens = list(_TOKEN.finditer(source))
        self.tails = self._match_brackets()

    def _match_brackets(self) -> dict[int, tuple[int, re.Match[str]]]:
        """For each `[` that opens a link or a span: where its words end, and the tail after them."""
        open_at: list[int] = []
        tails: dict[int, tuple[int, re.Match[str]]] = {}
        for token in self.tokens:
            if token[0] == "[":
                open_at.append(token.start())
            elif token[0] == "]" and open_at:
                start = open_at.pop()
                if tail := _TAIL.match(self.source, token.end()):
                    tails[start] = (token.start(), tail)
                else:
                    self._look_again(start, token.end())
        for start in self._too_deep(tails):
            self._doubt(start, "brackets nest too deeply", f"nest at most {_MAX_NESTING}", "error")
            del tails[start]
        return tails

    def _look_again(self, start: int, end: int) -> None:
        """Doubt brackets that are only nearly markup, and would be printed."""
        almost = _ALMOST.match(self.source, end)
        if self.source.startswith("^", start + 1):
            hint = "name notes by small letters, then digits too, or write \\[ to mean the sign"
            self._doubt(start, "this is no mark of a note and is printed", hint)
        elif almost and almost["language"]:
            what = f"{almost['language']} is no language tag and is printed"
            self._doubt(end, what, "write it as {la}, or \\{ to mean the sign")
        elif almost:
            hint = "close it with ')' and write %20 for a space, or write \\[ to mean the sign"
            self._doubt(end, "this address does not end and is printed", hint)

    def _too_deep(self, tails: dict[int, tuple[int, re.Match[str]]]) -> list[int]:
        """Those that stand inside of too many others."""
        around: list[int] = []
        deep = []
        for start in sorted(tails):
            while around and around[-1] < start:
                around.pop()
            if len(around) == _MAX_NESTING:
                deep.append(start)
            else:
                around.append(tails[start][0])
        return deep

    def pieces(self, start: int, end: int, style: Text, inside_link: bool) -> Iterator[Piece]:
        """The pieces of source[start:end], in the style of the words around them."""
        tokens = [token for token in self._own_tokens(start, end) if token.end() <= end]
        stars, lone = self._pair_stars(tokens)
        here = start
        for token in tokens:
            yield from self._text(here, token.start(), style)
            here = token.end()
            match token[0][0]:
                case "\\":
                    yield replace(style, text=token[0][1])
                case "*":
                    yield from self._literal("*" * lone.get(token.start(), 0), style)
                    turned = stars.get(token.start(), set())
                    emphasis = style.emphasis ^ ("emphasis" in turned)
                    style = Text("", emphasis, style.strong ^ ("strong" in turned), style.language)
                case "[" if token["note"]:
                    yield FootnoteReference(token["note"], self.start + token.start())
                case "[" if token.start() in self.tails:
                    inner, tail = self.tails[token.start()]
                    yield from self._bracket(token, inner, tail, style, inside_link)
                    here = tail.end()
                case _:
                    yield replace(style, text=token[0])
        yield from self._text(here, end, style)

    def _own_tokens(self, start: int, end: int) -> Iterator[re.Match[str]]:
        """The tokens of a stretch that are not inside one of its links or spans."""
        here = start
        for token in self._tokens_from(start):
            if token.start() >= end:
                return
            if token.start() >= here:
                yield token
                here = self.tails[token.start()][1].end() if token.start() in self.tails else token.end()

    def _tokens_from(self, start: int) -> Iterator[re.Match[str]]:
        first = bisect_left(self.tokens, start, key=lambda token: token.start())
        return iter(self.tokens[index] for index in range(first, len(self.tokens)))

    def _bracket(
        self, token: re.Match[str], inner: int, tail: re.Match[str], style: Text, inside_link: bool
    ) -> Iterator[Piece]:
        start, href = token.end(), tail["href"]
        if not href:
            yield from self.pieces(start, inner, replace(style, language=tail["language"]), inside_link)
        elif inside_link:
            self._doubt(token.start(), "a link inside a link", "take one of the two away", "error")
        elif start == inner and href.startswith("#"):
            yield CrossReference(href[1:], self.start + token.start())
        elif start == inner:
            self._doubt(token.start(), f"the link to {href} has no words", "write words between [ and ]", "error")
        else:
            yield self._link(start, inner, href, style)

    def _link(self, start: int, end: int, href: str, style: Text) -> Link:
        words = tuple(_merge(self.pieces(start, end, style, inside_link=True)))
        if any(not isinstance(piece, Text) for piece in words):
            self._doubt(start, "a reference or a note inside a link", "put it after the link", "error")
        return Link(tuple(piece for piece in words if isinstance(piece, Text)), href, self.start + start - 1)

    def _pair_stars(self, tokens: list[re.Match[str]]) -> tuple[dict[int, set[str]], dict[int, int]]:
        """For each run of stars: the flags that it turns, and how many of its stars stand for themselves."""
        turns: dict[int, set[str]] = {}
        opened: dict[str, int] = {}
        doubtful: set[int] = set()
        runs = [token for token in tokens if token[0][0] == "*"]
        for token in runs:
            flags = _FLAGS.get(len(token[0]), frozenset())
            if flags and flags <= opened.keys() and self._closes(token):
                for flag in flags:
                    turns.setdefault(token.start(), set()).add(flag)
                    turns.setdefault(opened.pop(flag), set()).add(flag)
            elif flags and not flags & opened.keys() and self._opens(token):
                opened |= dict.fromkeys(flags, token.start())
            elif flags and self._opens(token):
                doubtful.add(token.start())
        lone = {}
        for token in runs:
            used = sum(2 if flag == "strong" else 1 for flag in turns.get(token.start(), ()))
            if used < len(token[0]):
                lone[token.start()] = len(token[0]) - used
        for start in sorted(doubtful.union(opened.values())):
            self._doubt(start, "this star has no partner and is printed", "close it, or write \\* to mean the sign")
        return turns, lone

    def _opens(self, token: re.Match[str]) -> bool:
        before, after = (
            self.source[max(token.start() - 1, 0) : token.start()],
            self.source[token.end() : token.end() + 1],
        )
        return bool(after) and not after.isspace() and not _is_cased(before)

    def _closes(self, token: re.Match[str]) -> bool:
        before, after = self.source[token.start() - 1], self.source[token.end() : token.end() + 1]
        return not before.isspace() and not _is_cased(after)

    def _text(self, start: int, end: int, style: Text) -> Iterator[Text]:
        return self._literal(_joined(self.source[start:end], self.joint), style)

    def _literal(self, text: str, style: Text) -> Iterator[Text]:
        if text:
            yield Text(text, style.emphasis, style.strong, style.language)

    def _doubt(self, offset: int, what: str, hint: str, severity: Severity = "warning") -> None:
        self.markup_issues.append(MarkupIssue(self.start + offset, what, hint, severity))


def _joined(text: str, joint: str) -> str:
    """The lines of a text as one: each line end, with the blanks and empty lines around it, is a joint."""
    if "\n" not in text:
        return text
    first, *between, last = text.split("\n")
    middle = (line.strip(_BLANK) for line in between)
    return joint.join([first.rstrip(_BLANK), *filter(None, middle), last.lstrip(_BLANK)])


def _merge(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The same pieces, neighbours of one style as one."""
    for style, group in groupby(pieces, key=_style):
        if isinstance(style, tuple):
            yield Text("".join([piece.text for piece in group if isinstance(piece, Text)]), *style)
        else:
            yield from group


def _style(piece: Piece) -> tuple[bool, bool, str | None] | Piece:
    """What texts that can be one have in common; every other piece is by itself."""
    return (piece.emphasis, piece.strong, piece.language) if isinstance(piece, Text) else piece


def _is_cased(letter: str) -> bool:
    """A digit or a letter of a script with cases: a star beside one is a sign ("5*5"), but not beside 強."""
    return letter.isdigit() or letter.lower() != letter.upper()
