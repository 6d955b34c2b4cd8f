"""Whole declarations as source text, with every kind of node, and what a reader of each must find."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import yaml
from hypothesis import strategies as st

from tests.chance import Chance, Draw, DrawnChance, RandomChance
from tests.read_aloud import read_aloud
from tests.reading import Reading

_HREFS = ("https://example.org/a", "https://example.org/b_(c)?d=1&e=2", "mailto:a@example.org")


class _Author:
    """Writes one declaration: leaves its parts to chance, gives ids and notes their names."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.ids = 0
        self.names = 0
        self.citable: list[str] = []

    # Choices

    def one_in(self, chances: int) -> bool:
        return self.chance.integer(1, chances) == chances

    def up_to(self, most: int, least: int = 0) -> range:
        return range(self.chance.count(least, most))

    def id(self, kind: str) -> str:
        self.ids += 1
        self.citable.append(f"{kind}-{self.ids}")
        return self.citable[-1]

    # Words

    def name(self) -> str:
        return self.chance.phrase()

    def line(self, node: dict[str, Any] | None = None) -> str:
        """A text of one paragraph; the notes that it marks are put into `node`, if that is given."""
        return " ".join(self.atom(node) for _ in self.up_to(3, 1))

    def atom(self, node: dict[str, Any] | None) -> str:
        words = self.chance.phrase()
        match self.chance.integer(0, 12):
            case 0:
                return f"*{words}*"
            case 1:
                return f"**{words}**,"
            case 2:
                return f"“***{words}***”"
            case 3:
                return f"[{words}]({self.chance.choice(_HREFS)})."
            case 4:
                return f"[{words}]{{{self.chance.choice(('la', 'fr', 'uk'))}}}"
            case 5:
                return f"*{words} [{words}](#¤{self.chance.integer(0, 99)})* {words};"
            case 6:
                return f"{words} ([](#¤{self.chance.integer(0, 99)}))"
            case 7 if node is not None:
                return f"{words}{self.note(node)}{self.chance.choice(('', ',', ' and'))}"
            case _:
                return words

    def note(self, node: dict[str, Any]) -> str:
        self.names += 1
        node.setdefault("notes", {})[f"n{self.names}"] = self.prose()
        return f"[^n{self.names}]"

    def prose(self, node: dict[str, Any] | None = None) -> str:
        """One to three paragraphs of one or more lines; sometimes long ones."""
        paragraphs = ["\n".join(self.line(node) for _ in self.up_to(3, 1)) for _ in self.up_to(2, 1)]
        if self.one_in(6):
            paragraphs.append(" and ".join([self.chance.phrase()] * self.chance.integer(10, 60)))
        return "\n\n".join(paragraphs)

    # Nodes

    def outer(self, depth: int) -> list[dict[str, Any]]:
        kinds = [self.section, self.article] if depth < 3 else []
        return [self.chance.choice([*kinds, self.inner_node, self.inner_node])(depth) for _ in self.up_to(4, 1)]

    def section(self, depth: int) -> dict[str, Any]:
        node: dict[str, Any] = {"section": self.id("s")}
        self.number(node, ("Part I.", "II", "A)"))
        # Others may refer to a section by its title, which then can't refer to them.
        node["title"] = re.sub(r"\[\]\(#¤\d+\)", "", self.line(node))
        node["body"] = self.outer(depth + 1)
        return node

    def article(self, depth: int) -> dict[str, Any]:
        node: dict[str, Any] = {"article": self.id("a")}
        self.number(node, ("3 bis", "7"))
        if not self.one_in(3):
            node["title"] = self.line(node)
        node["body"] = [self.inner_node(depth) for _ in self.up_to(3)]
        return node

    def annex(self) -> dict[str, Any]:
        node: dict[str, Any] = {"annex": self.id("x")}
        self.number(node, ("A", "IV"))
        if not self.one_in(3):
            node["title"] = self.line(node)
        node["body"] = self.outer(1)
        return node

    def inner_node(self, depth: int = 0, level: int = 0) -> dict[str, Any]:
        others = [self.bullets, self.table, self.quotation, self.box, self.image]
        if level or self.one_in(4):
            other: dict[str, Any] = self.chance.choice(others)()
            return other
        kind = self.chance.choice([self.paragraph] * 6 + [self.recital])
        node: dict[str, Any] = kind(0)
        return node

    def paragraph(self, level: int) -> dict[str, Any]:
        node: dict[str, Any] = {"id": self.id("p")}
        self.number(node, ("(c bis)", "(z)") if level else ("5 bis", "12", "(x)", "40"))
        return self.filled(node, level)

    def recital(self, level: int) -> dict[str, Any]:
        node: dict[str, Any] = {"recital": self.id("r")}
        self.citable.pop()  # it has no number
        return self.filled(node, level)

    def filled(self, node: dict[str, Any], level: int) -> dict[str, Any]:
        """A paragraph's lead, text, sub-paragraphs and closing words."""
        if self.one_in(4):
            node["lead"] = self.line(node)
        node["text"] = self.prose(node)
        if level < 4 and self.one_in(3):
            node["body"] = [
                self.inner_node(level=level + 1) if self.one_in(4) else self.paragraph(level + 1)
                for _ in self.up_to(3, 1)
            ]
        if self.one_in(5):
            node["closing"] = self.prose(node)
        return node

    def number(self, node: dict[str, Any], published: Sequence[str]) -> None:
        if self.one_in(8):
            node["number"] = self.chance.choice(published)

    def bullets(self) -> dict[str, Any]:
        node: dict[str, Any] = {}
        node["list"] = [self.item(node, 0) for _ in self.up_to(3, 1)]
        return node

    def item(self, node: dict[str, Any], depth: int) -> Any:
        text = self.line(node)
        if depth == 2 or not self.one_in(3):
            return text
        return {"text": text, "list": [self.item(node, depth + 1) for _ in self.up_to(2, 1)]}

    def table(self) -> dict[str, Any]:
        node: dict[str, Any] = {"table": self.id("t")}
        self.citable.pop()
        if self.one_in(2):
            node["caption"] = self.line(node)
        columns = self.up_to(4, 1)
        node["header"] = [self.line(node) for _ in columns]
        node["rows"] = [[self.line(node) for _ in columns] for _ in self.up_to(3)]
        return node

    def quotation(self) -> dict[str, Any]:
        node: dict[str, Any] = {}
        node["quotation"] = self.prose(node)
        if self.one_in(2):
            node["attribution"] = self.line(node)
        return node

    def box(self) -> dict[str, Any]:
        node: dict[str, Any] = {}
        if self.one_in(2):
            node["title"] = self.line(node)
        node["box"] = self.prose(node)
        return node

    def image(self) -> dict[str, Any]:
        node: dict[str, Any] = {"image": "chart.png"}
        if self.one_in(3):
            node["decorative"] = "true"
        else:
            node["alternative"] = self.name()
        if self.one_in(2):
            node["caption"] = self.line(node)
        return node

    # The whole

    def declaration(self) -> dict[str, Any]:
        data: dict[str, Any] = {"id": "it", "languages": [self.chance.choice(("en", "lt"))]}
        data["title"] = self.line(data)
        if self.one_in(3):
            data["type"] = self.name()
        # One line, as a running header is.
        data["short_title"] = " ".join(self.chance.word() for _ in self.up_to(2, 1))
        if self.one_in(3):
            data["marking"] = self.chance.choice(("OFFICIAL", "A&B", "<RIBOTO>"))
        data["parties"] = [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]
        if self.one_in(2):
            data["publication"] = self.publication()
        if self.one_in(2):
            data["rights"] = {key: self.line() for key in ("copyright", "notice", "availability") if self.one_in(2)}
        data["body"] = self.outer(0) + [self.annex() for _ in self.up_to(2)]
        if self.one_in(2):
            data["testimonium"] = self.prose(data)
        if self.one_in(2):
            data["signed"] = {"text": self.name()}
        data["signatories"] = [self.signatory() for _ in self.up_to(4)]
        return data

    def publication(self) -> dict[str, Any]:
        organisation = {"name": self.name()}
        if self.one_in(2):
            organisation["url"] = "https://example.org/office"
        dates = {"published": "2024-02-29", "updated": "2025-12-01"} if self.one_in(2) else {}
        return {"organisation": organisation, "url": "https://example.org/it"} | dates

    def signatory(self) -> dict[str, Any]:
        signatory: dict[str, Any] = {"name": self.name()}
        if not self.one_in(4):
            signatory["party"] = self.chance.choice("ab")
        for key in ("title", "on_behalf"):
            if self.one_in(2):
                signatory[key] = self.name()
        if self.one_in(4):
            signatory["signed"] = {"text": self.name()}
        return signatory

    def cited(self, value: Any) -> Any:
        """The same, every reference leading to something that can be referred to."""
        if isinstance(value, dict):
            return {key: self.cited(child) for key, child in value.items()}
        if isinstance(value, list):
            return [self.cited(child) for child in value]
        targets = self.citable
        if not targets:
            return re.sub(r"\(#¤\d+\)", "(https://example.org/c)", re.sub(r"\[\]\(#¤\d+\)", "", value))
        return re.sub(r"\(#¤(\d+)\)", lambda found: f"(#{targets[int(found[1]) % len(targets)]})", value)


class Dumper(yaml.CSafeDumper):
    """Writes prose under `|`, as sources are written."""


def _represent_text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, "|" if "\n" in text else None)


Dumper.add_representer(str, _represent_text)


class Sample(NamedTuple):
    """A source, and what a reader of it must find."""

    source: str
    reading: Reading


def samples(seed: str, number: int) -> list[Sample]:
    """Valid sources of one language that may hold every kind of node, the same for the same seed."""
    return [_sample(RandomChance(f"{seed} {index}")) for index in range(number)]


@st.composite
def declarations(draw: Draw) -> Sample:
    """The same by Hypothesis, for the long proofs."""
    return _sample(DrawnChance(draw))


def _sample(chance: Chance) -> Sample:
    author = _Author(chance)
    data = author.cited(author.declaration())
    source = yaml.dump(data, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100)
    return Sample(source, read_aloud(source))
