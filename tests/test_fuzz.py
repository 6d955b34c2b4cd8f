"""Whatever is put in, it is read, or reported with its place."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from render.check.declaration import check
from render.compose.edition import compose
from render.errors import Problem, SourceError
from render.read.reader import read_bytes
from tests.fuzzing import long, quick

DATA = Path(__file__).parent / "data"


def is_read_or_reported(data: bytes) -> None:
    """A valid source composes. Any other has problems, each with its place and a hint."""
    try:
        source = read_bytes(data, "x.yaml", DATA)
    except SourceError as error:
        assert error.problems
        assert_reported(error.problems, data)
        return
    problems = source.problems(check(source.declaration))
    assert_reported(problems, data)
    if all(problem.severity == "warning" for problem in problems):
        for language in source.declaration.languages:
            assert compose(source.declaration, language).blocks


def assert_reported(problems: list[Problem] | tuple[Problem, ...], data: bytes) -> None:
    """Each has a place in the file, or at its very end, and says what is wrong and what to do in one line."""
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = [*text.removesuffix("\n").split("\n"), ""]
    for problem in problems:
        place = problem.place
        assert place.file == "x.yaml"
        assert place.line == place.column == 0 or 0 < place.line <= len(lines)
        assert place.line == 0 or 0 < place.column <= len(lines[place.line - 1]) + 1
        assert problem.what.strip()
        assert problem.hint.strip()
        assert len(str(problem).splitlines()) == 1
        assert len(str(problem)) < 3000
    assert list(problems) == sorted(problems, key=lambda problem: problem.place)
    assert len(set(problems)) == len(problems)


HOSTILE = [
    *("", " ", "\n", "\n\n", "\t", "\0", "\x07", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\ufffe"),
    *("\u202e", "\u2066", "\u200f", "é", "e\u0301", "𝄞", "双方", "ก", "إعلان", "\u00a0", "\u200b", "\r", "\r\n"),
    *("*", "**", "[", "]", "[](#first)", "[](#lost)", "[^n]", "[a](https://example.org)", "[a]{la}", "\\", "{", "}"),
    *("&a ", "*a", "!", "!!str ", "<<: ", "? ", ": ", " #", "# ", "---\n", "...\n", "%YAML 1.1\n", "- ", "|", ">", "'"),
    *(
        '"',
        "`",
        "@",
        "null",
        "~",
        "true",
        "NO",
        "22:30",
        "0x1F",
        "1e3",
        "2024-02-30",
        "../x",
        "/etc/passwd",
        "x" * 1100,
    ),
    *("[" * 70, "{a: " * 70, "*" * 50, "{{ 7 * 7 }}", "{number}", "<b>", "&amp;", "javascript:alert(1)", "-", "=", "_"),
]
MILD = ["*", "[](#first)", "[](#lost)", "[](#second-a)", "[a](#art)", "[^n]", "[a]{ar}", " é", "a\n\nb", "first", "en"]
TEXT = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=12).map("".join)
VALID = [
    (DATA / "kitchen-sink.yaml").read_text("utf-8"),
    """\
id: two
title: {en: "A *treaty*[^n]", lt: "Sutartis[^n]"}
languages: [en, lt]
status: agreed
marking: OFFICIAL
notes: {n: {en: words, lt: žodžiai}}
body:
  - id: first
    lead: {en: A lead., lt: Pradžia.}
    text:
      en: |
        One, see [](#second-a) and [](#list).
        Two.
      lt: |
        Vienas, žr. [](#art-2).
        Du.
  - id: second
    number: 2 bis
    text: {en: "a:", lt: "b:"}
    body:
      - {id: second-a, text: {en: a, lt: b}}
  - article: art
    body:
      - {id: art-1, text: {en: a, lt: b}}
      - {id: art-2, text: {en: "[de jure]{la}", lt: b}}
  - list: [{en: a, lt: b}, {text: {en: a, lt: b}, list: [{en: a, lt: b}]}]
  - table: measures
    header: [A, {en: a, lt: b}]
    rows: [["1", "2"]]
  - {image: rule.png, decorative: true}
  - annex: list
    title: {en: A list, lt: Sąrašas}
    body: [{quotation: {en: a, lt: b}}]
signatories: [{name: Anna A, title: {en: a, lt: b}, signed: {text: C, date: 2024-02-29}}]
""",
]
TREES = [yaml.load(source, yaml.BaseLoader) for source in VALID]


def test_the_sources_are_valid_before_they_are_corrupted() -> None:
    for source in VALID:
        read = read_bytes(source.encode(), "x.yaml", DATA)
        assert check(read.declaration) == []


@st.composite
def corrupted_text(draw: st.DrawFn) -> bytes:
    """A sound source with hostile strings put in, and stretches taken out, doubled or moved."""
    source = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(source)))
        end = min(len(source), start + draw(st.sampled_from([0, 0, 1, 2, 10, 200])))
        cut = source[start:end]
        put = draw(
            st.sampled_from(MILD) | st.sampled_from(HOSTILE) | st.just(cut * 2) | st.just("") | st.text(max_size=3)
        )
        source = source[:start] + put + source[end:]
    return source.encode("utf-8", draw(st.sampled_from(["replace", "surrogatepass"])))


@st.composite
def corrupted_tree(draw: st.DrawFn) -> bytes:
    """A sound source as another hand would write it, with keys lost, renamed or moved, and values of other kinds."""
    tree = copy.deepcopy(draw(st.sampled_from(TREES)))
    chance = random.Random(draw(st.integers(0, 2**32)))
    if draw(st.booleans()):
        for _ in range(draw(st.integers(1, 6))):
            put_in(tree, chance, draw(st.sampled_from(MILD)))
    else:
        for _ in range(draw(st.integers(1, 3))):
            corrupt(tree, chance, draw(st.sampled_from(MILD) | st.sampled_from(HOSTILE) | TEXT))
    text = yaml.dump(
        tree,
        Dumper=yaml.CSafeDumper,
        default_flow_style=draw(st.sampled_from([True, False, None])),
        default_style=draw(st.sampled_from([None, None, '"', "'", "|", ">"])),
        allow_unicode=draw(st.booleans()),
        width=draw(st.sampled_from([20, 80, 1000])),
        sort_keys=False,
    )
    return str(text).encode("utf-8", "replace")


def corrupt(tree: Any, chance: random.Random, hostile: str) -> None:
    """Change something somewhere in a tree of lists and mappings."""
    part = chance.choice([part for part in parts(tree) if part])
    key, other = chance.choice(keys_of(part)), chance.choice(list(parts(tree)))
    match chance.randrange(8):
        case 0:
            del part[key]
        case 1:
            part[key] = hostile
        case 2:
            part[key] = chance.choice(["", [], {}, [[]], [hostile], {hostile: hostile}, {"en": hostile}])
        case 3:
            part[key] = [part[key]]
        case 4:
            part[key] = {hostile or "en": part[key]}
        case 5 if isinstance(part, dict):
            part[f"{key}{hostile[:3]}" if chance.random() < 0.5 else hostile] = part.pop(key)
        case 6:
            put_in(tree, chance, hostile)
        case _ if part is not other and not any(part is below for below in parts(other)):
            part[key] = other
        case _:
            part.update(copied=part[key]) if isinstance(part, dict) else part.append(part[key])


def put_in(tree: Any, chance: random.Random, words: str) -> None:
    """Put words into the middle of some text in a tree."""
    texts = [(part, key) for part in parts(tree) for key in keys_of(part) if isinstance(part[key], str)]
    part, key = chance.choice(texts)
    at = chance.randint(0, len(part[key]))
    part[key] = part[key][:at] + words + part[key][at:]


def keys_of(part: Any) -> list[Any]:
    return list(part) if isinstance(part, dict) else list(range(len(part)))


def parts(tree: Any) -> list[Any]:
    """The lists and mappings of a tree."""
    if not isinstance(tree, dict | list):
        return []
    below = tree.values() if isinstance(tree, dict) else tree
    return [tree, *(part for value in below for part in parts(value))]


@quick(data=st.binary())
def test_any_bytes_are_read_or_reported(data: bytes) -> None:
    is_read_or_reported(data)


@quick(text=TEXT)
def test_any_text_is_read_or_reported(text: str) -> None:
    is_read_or_reported(text.encode("utf-8", "replace"))


@quick(data=corrupted_text())
def test_a_source_with_corrupted_text_is_read_or_reported(data: bytes) -> None:
    is_read_or_reported(data)


@quick(data=corrupted_tree())
def test_a_source_with_corrupted_keys_and_values_is_read_or_reported(data: bytes) -> None:
    is_read_or_reported(data)


@long(data=st.binary() | TEXT.map(lambda text: text.encode("utf-8", "replace")) | corrupted_text() | corrupted_tree())
def test_any_fuzzed_input_is_read_or_reported(data: bytes) -> None:
    is_read_or_reported(data)
