"""The errors of YAML's parser, in words for the author of a source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from render.errors import Place, Problem

_SIGNS = (
    *("while scanning an alias", "while scanning an anchor", "while scanning a tag", "while parsing a tag"),
    "while scanning a directive",
)
_QUOTE = "put the whole value in quotation marks, or write it under '|'"
_MESSAGES = {
    "did not find expected key": "expected a key here",
    "did not find expected '-' indicator": "expected '- ' here",
    "did not find expected ',' or ']'": "expected ',' or ']' here",
    "did not find expected ',' or '}'": "expected ',' or '}' here",
    "found unknown escape character": "unknown escape in quotation marks",
    "found invalid Unicode character escape code": "invalid escape in quotation marks",
    "did not find expected hexdecimal number": "invalid escape in quotation marks",
}
"""The parser's own words for some errors, and ours."""


def syntax_problem(error: yaml.YAMLError, file: str, lines: Sequence[str]) -> Problem:
    """The problem because of which `lines` aren't valid YAML."""
    if not isinstance(error, yaml.MarkedYAMLError) or not (error.problem_mark or error.context_mark):
        return Problem(Place(file), f"invalid YAML ({error})", "look for stray characters")
    here, start = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
    mark, what, hint = _describe(error.problem or "", error.context or "", here, start, lines)
    return Problem(Place(file, mark.line + 1, mark.column + 1), what, hint)


def _describe(problem: str, context: str, here: Any, start: Any, lines: Sequence[str]) -> tuple[Any, str, str]:
    """The mark of the error, what is wrong, and how to fix it.

    The parser stopped at the mark `here`, inside something that begins at the mark `start`.
    """
    if problem == "found unexpected end of stream":
        return start, "a quotation mark that isn't closed", "close it, or write the text under '|'"
    if context in _SIGNS:
        return start, f"a value can't begin with {_character(start, lines)!r}", _QUOTE
    if problem == "found character that cannot start any token":
        return here, f"a value can't begin with {_character(here, lines)!r}", _QUOTE
    if problem == "could not find expected ':'":
        return start, "a line without 'key:'", "write the key, or indent the line further if it is text under '|'"
    if "mapping values are not allowed" in problem:
        hint = "put a value that has ': ' in it in quotation marks or under '|', or align this key with those above"
        return here, "unexpected ': '", hint
    what = _MESSAGES.get(problem, problem)
    if "expected ',' or" in problem:
        hint = f"close the bracket from line {start.line + 1}, or put values with brackets in quotation marks"
        return here, what, hint
    if "escape" in problem or "hexdecimal" in problem:
        return here, what, "write \\\\ for a backslash, or write the text under '|'"
    if _line(here, lines)[: here.column].rstrip().endswith(("]", "}", '"', "'")):
        return here, "text after the end of a value in brackets or quotation marks", _QUOTE
    return here, what or "invalid YAML", "check the indentation of this line and of the lines before it"


def _line(mark: Any, lines: Sequence[str]) -> str:
    return lines[mark.line] if mark.line < len(lines) else ""


def _character(mark: Any, lines: Sequence[str]) -> str:
    return _line(mark, lines)[mark.column : mark.column + 1]
