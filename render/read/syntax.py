"""What YAML's parser stumbles over, said for whoever wrote the source."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from render.problem import Place, Problem

_UNCLOSED = "found unexpected end of stream"


def syntax_problem(error: yaml.YAMLError, file: str, lines: Sequence[str]) -> Problem:
    """The problem that keeps `lines` from being YAML."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(Place(file), f"this is no YAML ({error})", "look for stray characters")
    what = error.problem or "this is no YAML"
    mark = error.context_mark if what == _UNCLOSED else error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    place = Place(file, line + 1, column + 1)
    if what == _UNCLOSED:
        return Problem(place, "a quotation mark that is not closed", "close it, or write the text under '|'")
    what = what.replace("could not find expected ':'", "a key without its ':'")
    return Problem(place, what, _mend(what, lines[line] if line < len(lines) else "", column))


def _mend(what: str, line: str, column: int) -> str:
    if "mapping values are not allowed" in what:
        return (
            "a value that holds ': ' wants quotes, or its own lines under '|'; keys side by side want one indentation"
        )
    if "alias" in what or "anchor" in what or line[column : column + 1] in ("*", "&", "[", "@", "`", "%", "!"):
        return "a value that begins with a sign of YAML's wants quotes, or its own lines under '|'"
    if line[:column].rstrip().endswith(("]", "}", '"', "'")):
        return "a value that begins with a bracket or a quotation mark wants quotes around it all, or lines under '|'"
    if "did not find expected" in what or "indentation" in what:
        return "look at the indentation, and at the quotes and brackets of the lines before"
    return "look at this line and the one before; write prose under '|'"
