"""The cases of `cases/*.md`: what is put in and what must come out, side by side, to be read without any Python."""

from __future__ import annotations

import ast
import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

import pytest

import render
from render.check.briefing import check_briefing
from render.check.declaration import check
from render.compose.edition import compose
from render.errors import Problem, SourceError
from render.model import inline
from render.read import markup
from render.read.reader import read_bytes, read_overlay_bytes
from render.view import blocks as view
from tests.compose.declarations import shown

CASES = Path(__file__).parent / "cases"
DATA = Path(__file__).parent / "data"

_PART = re.compile(r"^## (?P<name>[^\n]+)$|^```(?P<info>[^\n]*)\n(?P<block>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Case:
    name: str
    language: str
    given: str
    expected: str


def cases(file: str) -> list[Case]:
    """The cases of a file: a heading, what is given, with its language if that is not English, and what is expected."""
    parts = list(_PART.finditer((CASES / file).read_text("utf-8")))
    return [_case(*parts[start : start + 3]) for start in range(0, len(parts), 3)]


def _case(heading: re.Match[str], given: re.Match[str], expected: re.Match[str]) -> Case:
    assert heading["name"], f"no heading before {given[0]!r}"
    assert expected["info"] == "text", f"nothing expected of {heading['name']!r}"
    _, _, language = given["info"].partition(" ")
    return Case(heading["name"], language or "en", given["block"], expected["block"])


def every_case(file: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases(file), ids=lambda case: case.name)


@every_case("inline.md")
def test_markup_is_read_as_in_the_case(case: Case) -> None:
    assert pieces_of(case.given, spaced=case.language != "zh") == case.expected


@every_case("yaml.md")
def test_yaml_is_read_as_in_the_case(case: Case) -> None:
    assert problems_of(case.given) == case.expected


@every_case("problems.md")
def test_problems_are_reported_as_in_the_case(case: Case) -> None:
    assert problems_of(case.given) == case.expected


@every_case("overlay.md")
def test_an_overlays_problems_are_reported_as_in_the_case(case: Case) -> None:
    assert overlay_problems_of(case.given) == case.expected


@every_case("numbers.md")
def test_numbers_and_references_are_as_in_the_case(case: Case) -> None:
    assert outline_of(case.given, case.language) == case.expected


def test_every_file_of_cases_is_tested() -> None:
    tested = {"inline.md", "numbers.md", "overlay.md", "problems.md", "yaml.md"}
    assert {path.name for path in CASES.iterdir()} == tested


@pytest.mark.parametrize("file", ["inline.md", "numbers.md", "overlay.md", "problems.md", "yaml.md"])
def test_no_two_cases_have_one_name(file: str) -> None:
    names = [case.name for case in cases(file)]
    assert sorted(set(names)) == sorted(names)


# Messages

RENDER = Path(render.__file__).parent
CHECKS = [path for path in sorted((RENDER / "check").glob("*.py")) if path.stem != "release"]
READERS = [path for path in sorted((RENDER / "read").glob("*.py")) if path.stem not in ("schema", "key_descriptions")]
SAYING = (*CHECKS, *READERS)
FOLDERS = ("check", "read", "security")
TESTS = [path for folder in FOLDERS for path in (CASES.parent / folder).glob("test_*.py")]


@pytest.mark.parametrize("module", SAYING, ids=lambda path: path.stem)
def test_every_message_is_shown_in_a_case_or_expected_in_a_test(module: Path) -> None:
    tests = [*CASES.iterdir(), *TESTS]
    shown = "".join(path.read_text("utf-8") for path in tests)
    assert [words for words in messages(ast.parse(module.read_text("utf-8"))) if words not in shown] == []


def messages(node: ast.AST) -> Iterator[str]:
    """The strings of several words in a module that are printed, and not only matched, compared or looked up."""
    children = node.values if isinstance(node, ast.Dict) else ast.iter_child_nodes(node)
    for child in children:
        if isinstance(child, ast.Constant):
            if isinstance(child.value, str) and len(child.value.split()) > 1:
                yield child.value.strip()
        elif not _is_unsaid(child):
            yield from messages(child)


def _is_unsaid(node: ast.AST) -> bool:
    match node:
        case ast.Compare() | ast.Expr(value=ast.Constant()) | ast.Assign(value=ast.Tuple()):
            return True
        case ast.Call(func=ast.Attribute(attr="compile")):
            return True
    return False


# Pieces, one a line


def pieces_of(source: str, spaced: bool) -> str:
    pieces, markup_issues = markup.parse(source.removesuffix("\n"), spaced)
    said = [
        f"{markup_issue.severity} at {markup_issue.offset}: {markup_issue.what}; {markup_issue.hint}"
        for markup_issue in markup_issues
    ]
    return _lines((*map(_piece, pieces), *said))


def _piece(piece: inline.Piece) -> str:
    match piece:
        case inline.Text():
            return _look(piece)
        case inline.Link():
            return f"link to {piece.href}: {', '.join(map(_look, piece.pieces))}"
        case inline.CrossReference():
            return f"reference to {piece.target}"
        case inline.FootnoteReference():
            return f"note {piece.note}"
        case _:
            assert_never(piece)


def _look(text: inline.Text) -> str:
    looks = [name for name, has in (("strong", text.strong), ("emphasis", text.emphasis)) if has]
    language = [f"in {text.language}"] if text.language else []
    return f"{' '.join((*looks, *language)) or 'plain'} «{text.text}»"


# Problems, one a line


def problems_of(source: str) -> str:
    try:
        read = read_bytes(source.encode(), "source.yaml", DATA)
    except SourceError as error:
        return _lines(map(str, error.problems))
    problems: list[Problem] = read.problems(check(read.declaration))
    return _lines(map(str, problems)) or "nothing is wrong\n"


OVERLAID = read_bytes((DATA / "a-b.yaml").read_bytes(), "a-b.yaml", DATA).declaration
TODAY = datetime.date(2026, 1, 1)


def overlay_problems_of(overlay: str) -> str:
    try:
        read = read_overlay_bytes(overlay.encode(), "a-b.briefing.yaml", OVERLAID)
    except SourceError as error:
        return _lines(map(str, error.problems))
    return _lines(map(str, read.problems(check_briefing(read.briefing, OVERLAID, TODAY)))) or "nothing is wrong\n"


# Numbers and references


def outline_of(source: str, language: str) -> str:
    read = read_bytes(source.encode(), "source.yaml", DATA)
    assert not check(read.declaration)
    return _lines(_outline(compose(read.declaration, language).blocks))


def _outline(blocks: Iterable[view.Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, view.Heading):
            yield " ".join(filter(None, ("#" * block.level, _label(block), shown(block.words))))
        elif isinstance(block, view.Paragraph):
            yield "    " * block.level + " ".join(filter(None, (_label(block), shown(block.lead), shown(block.words))))
            yield from _outline(block.children)


def _label(block: view.Heading | view.Paragraph) -> str:
    return block.label if block.count or not block.label else f'"{block.label}"'


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
