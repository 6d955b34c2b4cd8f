"""The declarations that properties are tested on: many, different, valid, and of every kind of node and markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml

from render.read.shapes import NODES
from tests.declarations import RandomChance, samples

SEEDS = {
    "lines": 50,
    "anchors": 30,
    "house a": 15,
    "house b": 15,
    "accessibility": 25,
    "lint": 25,
    "schema": 50,
    "one text": 50,
    "print2": 25,
    "office": 80,
}
"""Of the tests, each with how many it takes."""
CORPUS = [sample.source for seed, number in SEEDS.items() for sample in samples(seed, number)]
MARKUP = {
    "emphasis": r"(?<!\*)\*[^*\s]",
    "strong": r"(?<!\*)\*\*[^*\s]",
    "both": r"\*\*\*[^*\s]",
    "a link": r"\]\(https://",
    "another language": r"\]\{la\}",
    "a reference": r"\[\]\(#",
    "words that lead to a paragraph": r"\w\]\(#",
    "a note": r"\[\^n\d+\]",
    "an escape": r"\\[*\[\]{}]",
    "letters that are not Latin": "[α-ωа-я]",
}
LEAST = 20
"""Of the declarations that have each."""


def keys(node: Any) -> Iterator[str]:
    """All keys of a source, at any depth."""
    if isinstance(node, dict):
        yield from node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from keys(child)


def test_all_differ() -> None:
    assert len(set(CORPUS)) == sum(SEEDS.values())


def test_the_same_seed_makes_the_same_declarations() -> None:
    assert samples("a", 3) == samples("a", 3)
    assert samples("a", 3) != samples("b", 3)


def test_every_kind_of_node_and_key_is_in_many() -> None:
    found = Counter(key for source in CORPUS for key in set(keys(yaml.load(source, yaml.CBaseLoader))))
    wanted = {*NODES, "closing", "lead", "body", "caption", "rows", "number", "notes", "attribution", "alternative"}
    wanted |= {"decorative", "testimonium", "signatories", "on_behalf", "publication", "updated", "rights", "marking"}
    assert [key for key in wanted if found[key] < LEAST] == []


def test_every_kind_of_markup_is_in_many() -> None:
    found = {name: sum(bool(re.search(pattern, source)) for source in CORPUS) for name, pattern in MARKUP.items()}
    assert [name for name, number in found.items() if number < LEAST] == []


def test_they_are_nested_deeply_and_some_are_long() -> None:
    assert max(len(line) - len(line.lstrip(" ")) for source in CORPUS for line in source.splitlines()) >= 20
    assert sum(len(source) > 10_000 for source in CORPUS) >= LEAST
    assert sum(len(source) < 1_000 for source in CORPUS) >= LEAST


def test_a_word_never_begins_with_a_sign_that_ends_one() -> None:
    chance = RandomChance("words")
    assert not [word for word in (chance.word() for _ in range(2000)) if word[0] in ".,:;!?)" and word != "</p>"]
