"""What YAML's parser stumbles over, said for whoever wrote the source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from render.errors import Place, Problem

_SIGNS = ("while scanning an alias", "while scanning an anchor", "while scanning a tag", "while parsing a tag")
_QUOTE = "quote it all, or write it under '|'"


def syntax_problem(error: yaml.YAMLError, file: str, lines: Sequence[str]) -> Problem:
    """The problem that keeps `lines` from being YAML."""
    if not isinstance(error, yaml.MarkedYAMLError) or not (error.problem_mark or error.context_mark):
        return Problem(Place(file), f"this is no YAML ({error})", "look for stray characters")
    mark, what, hint = _said(error.problem or "", error.context or "", error.problem_mark, error.context_mark, lines)
    return Problem(Place(file, mark.line + 1, mark.column + 1), what, hint)


def _said(problem: str, context: str, here: Any, begin: Any, lines: Sequence[str]) -> tuple[Any, str, str]:
    """Where it is, what is wrong, and its mend. The parser stops `here`, in what it found to `begin` before."""
    here, begin = here or begin, begin or here
    if problem == "found unexpected end of stream":
        return begin, "a quotation mark that is not closed", "close it, or write the text under '|'"
    if context in _SIGNS:
        return begin, f"a value that begins with {_at(begin, lines)!r}", _QUOTE
    if problem == "found character that cannot start any token":
        return here, f"a value that begins with {_at(here, lines)!r}", _QUOTE
    if problem == "could not find expected ':'":
        return begin, "a line without a key and ':'", "write them, or prose under '|' and further in than its key"
    if "mapping values are not allowed" in problem:
        hint = (
            "a value that holds ': ' wants quotes, or its own lines under '|'; keys side by side want one indentation"
        )
        return here, "a ': ' where none can stand", hint
    if "expected ',' or" in problem:
        hint = f"close the bracket that opens in line {begin.line + 1}, or quote a value with brackets in it"
        return here, problem, hint
    if "escape" in problem:
        return here, problem, "double a backslash in double quotation marks, or write the text under '|'"
    if _line(here, lines)[: here.column].rstrip().endswith(("]", "}", '"', "'")):
        return here, "words after a value that a bracket or a quotation mark closes", _QUOTE
    return here, problem or "this is no YAML", "look at the indentation of this line and of those before"


def _line(mark: Any, lines: Sequence[str]) -> str:
    return lines[mark.line] if mark.line < len(lines) else ""


def _at(mark: Any, lines: Sequence[str]) -> str:
    return _line(mark, lines)[mark.column : mark.column + 1]
