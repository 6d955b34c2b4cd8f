"""The parser of inline markup (`render/model/inline.py` describes it)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from render.errors import Severity
from render.model.inline import CrossReference, FootnoteReference, Link, MarkupIssue, Piece, Text
from render.model.patterns import IDENTIFIER, LANGUAGE

_TOKEN = re.compile(rf"\\[\\*\[\]{{}}]|\[\^(?P<note>{IDENTIFIER})\]|\[|\]|\*+")
_TAIL = re.compile(rf"\((?P<href>(?:https?://|mailto:|#)(?:[^\s()]|\([^\s()]*\))+)\)|\{{(?P<language>{LANGUAGE})\}}")
_ALMOST_TAIL = re.compile(r"\((?:https?:|mailto:|#)|(?P<language>\{[A-Za-z][A-Za-z-]{0,40}\})")
_SIGNS = ("*", "[", "]", "\\")
"""Every token has one of these signs."""
_BLANK = " \t"
_MAX_NESTING = 8
_FLAGS = {1: frozenset(("emphasis",)), 2: frozenset(("strong",)), 3: frozenset(("emphasis", "strong"))}
"""The flags of a run of stars, by its length."""


def parse(source: str, spaced: bool = True, start: int = 0) -> tuple[tuple[Piece, ...], list[MarkupIssue]]:
    """The pieces of one paragraph, and the issues with its markup.

    A line end becomes a space or, in writing without spaces between words (`spaced=False`), nothing. `start` is the
    offset of the paragraph in its text: all offsets count from the start of the text.
    """
    joint = " " if spaced else ""
    if not any(sign in source for sign in _SIGNS):  # most texts are words alone
        text = _join_lines(source, joint)
        return ((Text(text),) if text else ()), []
    parser = _Parser(source, joint, start)
    pieces = tuple(_merge(parser.pieces(0, len(source), Text(""), inside_link=False)))
    return pieces, parser.markup_issues


class _Parser:
    """One pass over the brackets, one over the stars, one that yields the pieces. Each takes linear time."""

    def __init__(self, source: str, joint: str, start: int) -> None:
        self.source, self.joint, self.start = source, joint, start
        self.markup_issues: list[MarkupIssue] = []
        self.tokens = list(_TOKEN.finditer(source))
        self.tails = self._match_brackets()

    def _match_brackets(self) -> dict[int, tuple[int, re.Match[str]]]:
        """The end of the words of each `[` that opens a link or a span, and the tail after them."""
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
                    self._check_almost_markup(start, token.end())
        for start in self._too_deep(tails):
            self._report(start, "brackets nested too deeply", f"nest at most {_MAX_NESTING} pairs", "error")
            del tails[start]
        return tails

    def _check_almost_markup(self, start: int, end: int) -> None:
        """Report brackets that aren't markup, and are printed, but nearly are markup."""
        almost = _ALMOST_TAIL.match(self.source, end)
        if self.source.startswith("^", start + 1):
            hint = "begin the note's name with a small letter, then letters and digits, or write \\[ for the sign"
            self._report(start, "this isn't the mark of a note, so it is printed", hint)
        elif almost and almost["language"]:
            what = f"{almost['language']} isn't a language tag, so it is printed"
            self._report(end, what, "write a tag such as {la}, or \\{ for the sign")
        elif almost:
            hint = "end it with ')' and write %20 for a space, or write \\[ for the sign"
            self._report(end, "this address has no end, so it is printed", hint)

    def _too_deep(self, tails: dict[int, tuple[int, re.Match[str]]]) -> list[int]:
        """The brackets that are inside too many others."""
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
        """The pieces of source[start:end]. `style` is that of the text around them."""
        tokens = [token for token in self._own_tokens(start, end) if token.end() <= end]
        stars, literal = self._pair_stars(tokens)
        here = start
        for token in tokens:
            yield from self._text(here, token.start(), style)
            here = token.end()
            match token[0][0]:
                case "\\":
                    yield replace(style, text=token[0][1])
                case "*":
                    yield from self._literal("*" * literal.get(token.start(), 0), style)
                    toggled = stars.get(token.start(), set())
                    emphasis = style.emphasis ^ ("emphasis" in toggled)
                    style = Text("", emphasis, style.strong ^ ("strong" in toggled), style.language)
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
        """The tokens of source[start:end] that aren't inside a link or span of it."""
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
            self._report(token.start(), "a link inside a link", "remove one of the two", "error")
        elif start == inner and href.startswith("#"):
            yield CrossReference(href[1:], self.start + token.start())
        elif start == inner:
            self._report(token.start(), f"the link to {href} has no words", "write words between [ and ]", "error")
        else:
            yield self._link(start, inner, href, style)

    def _link(self, start: int, end: int, href: str, style: Text) -> Link:
        words = tuple(_merge(self.pieces(start, end, style, inside_link=True)))
        if any(not isinstance(piece, Text) for piece in words):
            self._report(start, "a reference or a note inside a link", "put it after the link", "error")
        return Link(tuple(piece for piece in words if isinstance(piece, Text)), href, self.start + start - 1)

    def _pair_stars(self, tokens: list[re.Match[str]]) -> tuple[dict[int, set[str]], dict[int, int]]:
        """The flags that each run of stars toggles, and how many of its stars are literal."""
        toggles: dict[int, set[str]] = {}
        opened: dict[str, int] = {}
        unpaired: set[int] = set()
        runs = [token for token in tokens if token[0][0] == "*"]
        for token in runs:
            flags = _FLAGS.get(len(token[0]), frozenset())
            if flags and flags <= opened.keys() and self._closes(token):
                for flag in flags:
                    toggles.setdefault(token.start(), set()).add(flag)
                    toggles.setdefault(opened.pop(flag), set()).add(flag)
            elif flags and not flags & opened.keys() and self._opens(token):
                opened |= dict.fromkeys(flags, token.start())
            elif flags and self._opens(token):
                unpaired.add(token.start())
        literal = {}
        for token in runs:
            used = sum(2 if flag == "strong" else 1 for flag in toggles.get(token.start(), ()))
            if used < len(token[0]):
                literal[token.start()] = len(token[0]) - used
        for start in sorted(unpaired.union(opened.values())):
            self._report(start, "this star has no partner, so it is printed", "close it, or write \\* for the sign")
        return toggles, literal

    def _opens(self, token: re.Match[str]) -> bool:
        before = self.source[max(token.start() - 1, 0) : token.start()]
        after = self.source[token.end() : token.end() + 1]
        return bool(after) and not after.isspace() and not _is_cased(before)

    def _closes(self, token: re.Match[str]) -> bool:
        before, after = self.source[token.start() - 1], self.source[token.end() : token.end() + 1]
        return not before.isspace() and not _is_cased(after)

    def _text(self, start: int, end: int, style: Text) -> Iterator[Text]:
        return self._literal(_join_lines(self.source[start:end], self.joint), style)

    def _literal(self, text: str, style: Text) -> Iterator[Text]:
        if text:
            yield Text(text, style.emphasis, style.strong, style.language)

    def _report(self, offset: int, what: str, hint: str, severity: Severity = "warning") -> None:
        self.markup_issues.append(MarkupIssue(self.start + offset, what, hint, severity))


def _join_lines(text: str, joint: str) -> str:
    """The text in one line. A joint replaces each line end, with the blanks and empty lines around it."""
    if "\n" not in text:
        return text
    first, *between, last = text.split("\n")
    middle = (line.strip(_BLANK) for line in between)
    return joint.join([first.rstrip(_BLANK), *filter(None, middle), last.lstrip(_BLANK)])


def _merge(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, with neighbouring texts of one style merged."""
    for style, group in groupby(pieces, key=_style):
        if isinstance(style, tuple):
            yield Text("".join([piece.text for piece in group if isinstance(piece, Text)]), *style)
        else:
            yield from group


def _style(piece: Piece) -> tuple[bool, bool, str | None] | Piece:
    """The style of a text; any other piece is never merged, and is returned itself."""
    return (piece.emphasis, piece.strong, piece.language) if isinstance(piece, Text) else piece


def _is_cased(letter: str) -> bool:
    """Whether this is a digit, or a letter of a script with cases: a star between those is literal ("5*5")."""
    return letter.isdigit() or letter.lower() != letter.upper()
