"""Plain modern English, as far as a word list can hold it: docstrings, comments, messages, help and documentation."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted([*(ROOT / "render").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "docs").rglob("*.py")])
PAGES = sorted([*ROOT.glob("*.md"), *(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts)])
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".j2", ".css", ".js"))
SCRIPTS = [ROOT / "Makefile", *(path for path in sorted((ROOT / ".ci").iterdir())), *(ROOT / "tests").rglob("*.sh")]
SCHEMAS = sorted([*(ROOT / "source").glob("*.json"), *(ROOT / "render").rglob("*.json")])
MAX_WORDS = 25
"""Words of a sentence of the documentation."""


@dataclass(frozen=True)
class Rule:
    """A pattern of words that confuse readers, what to write in their place, and an example of each."""

    pattern: re.Pattern[str]
    better: str
    wrong: str
    right: str


def rule(pattern: str, better: str, wrong: str, right: str) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE), better, wrong, right)


RULES = (
    rule(r"\bmend(s|ed|ing)?\b", "fix, hint", "its place and its mend", "its place and a hint"),
    rule(r"\b(tell|tells|telling|told)\b", "print, report, describe", "a run is told of", "the run is reported"),
    rule(r"\b(befall|befalls|befell|befallen)\b", "happen", "whatever befalls it", "whatever happens to the file"),
    rule(r"\bwhence\b", "from", "whence it came", "where the file comes from"),
    rule(r"\banew\b", "again", "paragraphs count anew", "the count starts again at 1"),
    rule(r"\bhinder(s|ed|ing)?\b", "block, stop", "it hinders no other", "Engross still writes the others"),
    rule(r"\bwhoever\b|\bwhosoever\b", "anyone who", "whoever reads it", "anyone who reads the page"),
    rule(
        r"\b(thereof|whereof|therein|wherein|hitherto|hereby|thereby)\b", "of it, in which, so", "wherein", "in which"
    ),
    rule(
        r"(?<!there )\b(is|are|was|were) no (?!longer\b|more\b)[a-z']+", "isn't, invalid", "is no date", "isn't a date"
    ),
    rule(r"\botherwise than\b", "unlike", "read otherwise than stored", "read unlike it is stored"),
    rule(
        r"\b(is|are|be|was|were|read|shown|printed|handled|meant|written|set|made|look|looks) otherwise\b",
        "differently",
        "what the PDF prints is shown otherwise",
        "what the PDF shows differently",
    ),
    rule(
        r"\b(stands?|stood|standing)\b(?! for\b| alone\b)", "is, appears", "the name stands there", "the name is there"
    ),
    rule(
        r"\b(say|says|said) (nothing|of|so)\b|\b(is|are|was|were) said\b",
        "print, report",
        "Say nothing",
        "Print nothing",
    ),
    rule(r"\b(became|becomes?|came|comes|come) of\b", "result of", "what came of a job", "the result of a job"),
    rule(r"\bsuch (a one|ones)\b", "one like it", "if there is such a one", "if there is one"),
    rule(r"\bif need be\b", "if needed", "it is made if need be", "Engross makes the folder if needed"),
    rule(r"\bso many\b", "N, this many", "render so many sources", "render N sources"),
    rule(r"\bdoubt(s|ful|ed)?\b", "warning, problem", "what is doubtful in it", "its warnings"),
    rule(
        r"\b(thus|hence|ere|lest|amongst|whilst|albeit)\b",
        "so, while, although",
        "lest it fail",
        "so that it can't fail",
    ),
    rule(r"\bmade ready\b|\bmake ready\b|\bmakes ready\b", "prepare", "made ready", "prepared"),
    rule(r"\bin the place of\b", "instead of", "in the place of ours", "instead of ours"),
    rule(r"\bhave a part in\b|\bhas a part in\b", "affect", "has a part in the bytes", "affects the bytes"),
    rule(r"\bof (its|their|our|your) own accord\b", "by itself", "of its own accord", "by itself"),
)


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.wrong)
def test_every_rule_finds_its_example_and_not_what_replaces_it(each: Rule) -> None:
    assert each.pattern.search(each.wrong)
    assert not [other.wrong for other in RULES if other.pattern.search(each.right)]


ANY = re.compile("|".join(f"(?:{each.pattern.pattern})" for each in RULES), re.IGNORECASE)


def breaches(text: str) -> list[str]:
    """The words of a text that a rule replaces, each with what to write."""
    prose = " ".join(text.split())
    if not ANY.search(prose):  # as in nearly every text
        return []
    found = ((each, each.pattern.search(prose)) for each in RULES)
    return [f"{match[0]!r} (write: {each.better}) in: {prose.strip()[:160]}" for each, match in found if match]


def listed(texts: Iterator[tuple[int, str]], path: Path) -> list[str]:
    name = path.relative_to(ROOT)
    return [f"{name}:{line}: {breach}" for line, text in texts for breach in breaches(text)]


def none_of(found: list[str]) -> None:
    assert not found, "\n".join(["", *found])


# Python


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_docstrings_comments_and_messages_are_plain(path: Path) -> None:
    if path == Path(__file__):
        return
    source = path.read_text("utf-8")
    strings = documentation(ast.parse(source)) if "tests" in path.parts else sentences(ast.parse(source))
    none_of(listed(strings, path) + listed(comments(source), path))


def sentences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every string of several words: docstrings, messages, help. A formatted one has a word for each of its fields."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)} - {
        id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
    }
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=values):
                parts = (value.value if isinstance(value, ast.Constant) else "X" for value in values)
                text = "".join(map(str, parts))
            case ast.Constant(value=str() as text) if id(node) not in inside:
                pass
            case _:
                continue
        if len(text.split()) > 1:
            yield node.lineno, text


def documentation(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The docstrings alone: tests hold the words of sources too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_variable_is_called_it(path: Path) -> None:
    names = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    lines = [node.lineno for node in names if isinstance(node, ast.Name | ast.arg) and _name(node) == "it"]
    none_of([f"{path.relative_to(ROOT)}:{line}" for line in lines])


def _name(node: ast.Name | ast.arg) -> str:
    return node.id if isinstance(node, ast.Name) else node.arg


# Everything else


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_are_plain(path: Path) -> None:
    source = path.read_text("utf-8")
    remarks = re.finditer(r"\{#.*?#\}|/\*.*?\*/|^\s*//.*?$", source, re.DOTALL | re.MULTILINE)
    found = listed(((source.count("\n", 0, remark.start()) + 1, remark[0]) for remark in remarks), path)
    none_of(found + re.findall(r"\{%-?\s*(?:for|set)\s+it\b.*?%\}", source))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_scripts_are_plain(path: Path) -> None:
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    none_of(listed(((number, line) for number, line in lines if re.search("#|echo|printf", line)), path))


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: str(path.relative_to(ROOT)))
def test_schemas_are_plain(path: Path) -> None:
    none_of(listed(((0, text) for text in descriptions(json.loads(path.read_text("utf-8")))), path))


def descriptions(node: object) -> Iterator[str]:
    match node:
        case dict():
            yield from (text for key in ("title", "description") if isinstance(text := node.get(key), str))
            for value in node.values():
                yield from descriptions(value)
        case list():
            for value in node:
                yield from descriptions(value)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_are_plain(path: Path) -> None:
    none_of(listed(paragraphs(path.read_text("utf-8")), path))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sentences_are_short(path: Path) -> None:
    if path.name == "CHANGELOG.md":
        return
    none_of(
        [
            f"{path.relative_to(ROOT)}:{line}: {len(sentence.split())} words: {sentence}"
            for line, text in paragraphs(path.read_text("utf-8"))
            for sentence in re.split(r"(?<=[.!?:;])\s+|\s[–—]\s|\|", text)
            if len(sentence.split()) > MAX_WORDS
        ]
    )


def paragraphs(page: str) -> Iterator[tuple[int, str]]:
    """The prose of a page in Markdown: no code, no front matter, no address; each list item and cell by itself."""
    prose = re.sub(r"^(```|~~~|:::).*?^\1", lambda block: "\n" * block[0].count("\n"), page, flags=re.M | re.S)
    prose = re.sub(r"`[^`\n]+`", "X", prose)
    prose = re.sub(r"\]\([^)\s]*\)", "]", prose)
    prose = re.sub(r"[\"“][^\"”\n]*[\"”]", "X", prose)
    for block in re.finditer(r"[^\n]+(?:\n(?![ \t]*(?:[-*|#>]|\d+\.)[ \t]?)[^\n]+)*", prose):
        yield prose.count("\n", 0, block.start()) + 1, block[0]
