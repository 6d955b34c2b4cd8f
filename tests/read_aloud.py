"""The words and numbers that a reader of a source must find: a second opinion.

`read_aloud` returns the text of a source in reading order. It doesn't use `render`: it parses with PyYAML, numbers
and reads the markup in a simple way of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from tests.reading import Address, Grid, Line, Reading, Words, own
from tests.source_markup import Name, joined, paragraphs_of, parts, plain

Node = Mapping[str, Any]


def read_aloud(source: str) -> Reading:
    """The text of a source of one language."""
    return _Reader(yaml.load(source, yaml.CBaseLoader)).read()


# Counting


class _Count:
    """The names of everything that has an id."""

    def __init__(self, data: Node) -> None:
        self.own = own(data["languages"][0])
        self.names: dict[str, Name] = {}
        self.paragraph = self.article = 0
        annexes = [node for node in data["body"] if "annex" in node]
        self.body([node for node in data["body"] if "annex" not in node], "")
        for place, node in enumerate(annexes, 1):
            lone = len(annexes) == 1 and "number" not in node
            label = self.own.only_annex if lone else self.own.annex.format(node.get("number", place))
            self.names[node["annex"]] = Name(label, label.removesuffix("."))
            self.paragraph = self.article = 0
            self.body(node.get("body", ()), label.removesuffix("."))

    def body(self, nodes: Sequence[Node], around: str) -> None:
        for node in nodes:
            if "section" in node:
                label = node.get("number", "")
                self.names[node["section"]] = Name(label, label.removesuffix(".") or plain(node["title"]))
                self.body(node.get("body", ()), around)
            elif "article" in node:
                self.article = _after(self.article, node)
                label = self.own.article.format(node.get("number", self.article))
                self.names[node["article"]] = Name(label, f"{around}, {label}" if around else label)
                self.article_body(node.get("body", ()), self.names[node["article"]].reference)
            elif "recital" in node:
                self.inside(node, around + "{}")
            elif _is_paragraph(node):
                self.paragraph = _after(self.paragraph, node)
                pattern = f"{around}, {self.own.paragraph}" if around else self.own.paragraph
                self.numbered(node, str(node.get("number", self.paragraph)), pattern)

    def article_body(self, nodes: Sequence[Node], around: str) -> None:
        several = sum(map(_is_paragraph, nodes)) > 1
        ordinal = 0
        for node in nodes:
            if _is_paragraph(node) and (several or "number" in node):
                ordinal = _after(ordinal, node)
                number = str(node.get("number", ordinal))
                own = "{}" if number.startswith("(") else "({})"
                self.numbered(node, number, around + own, sub=around + own + "{}")
            elif _is_paragraph(node) or "recital" in node:
                if _is_paragraph(node):
                    self.names[node["id"]] = Name("", around)
                self.inside(node, around + "{}")

    def numbered(self, node: Node, number: str, pattern: str, sub: str = "") -> None:
        """Name a paragraph that has a number, and its sub-paragraphs.

        `sub` has a place for the number and one for the labels of sub-paragraphs.
        """
        self.names[node["id"]] = Name(f"{number}." if number[-1].isalnum() else number, pattern.format(number))
        self.inside(node, sub.format(number, "{}") if sub else pattern.format(number + "{}"))

    def inside(self, node: Node, pattern: str, depth: int = 0) -> None:
        """Name the sub-paragraphs of a node; `pattern` makes the reference to one of its label."""
        ordinal = 0
        for child in filter(_is_paragraph, node.get("body", ())):
            ordinal += "number" not in child
            label = child.get("number") or f"({_ordinal(ordinal, depth)})"
            self.names[child["id"]] = Name(label, pattern.format(label))
            self.inside(child, pattern.format(label + "{}"), depth + 1)


def _is_paragraph(node: Node) -> bool:
    return "text" in node and "recital" not in node


def _after(count: int, node: Node) -> int:
    """The count after a node: it continues from a decimal number as published, and ignores any other."""
    if "number" not in node:
        return count + 1
    return int(node["number"]) if node["number"].isdecimal() else count


def _ordinal(number: int, depth: int) -> str:
    """1 is a, i, A and 1 at the depths of sub-paragraphs."""
    romans = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split()
    return ("abcdefghijklmno"[number - 1], romans[number - 1], "ABCDEFGHIJKLMNO"[number - 1], str(number))[depth]


# Reading


class _Reader:
    """Reads a source in reading order, and numbers the notes in that order."""

    def __init__(self, data: Node) -> None:
        self.data, self.count = data, _Count(data)
        self.own = self.count.own
        self.notes: list[list[Line]] = []

    def read(self) -> Reading:
        data = self.data
        reading = Reading(
            language=data["languages"][0],
            short_title=plain(data.get("short_title", data["title"])),
            marking=Line(self.words(data["marking"])) if "marking" in data else None,
        )
        reading.masthead = list(self.masthead())
        main = [node for node in data["body"] if "annex" not in node]
        annexes = [node for node in data["body"] if "annex" in node]
        # A line of the contents is itself a link, so a link in a heading is only its words there.
        entries = [
            Line(tuple(part for part in words if isinstance(part, str)), "entry")
            for words in self.entries([*main, *annexes])
        ]
        reading.entries = entries if len(entries) > 1 else []
        reading.body = [*self.body(main), *self.prose(data.get("testimonium"), data)]
        reading.body += [*self.signatures(), *self.body(annexes)]
        reading.notes = self.notes
        rights = data.get("rights", {})
        notices = [rights[key] for key in ("copyright", "notice", "third_party", "availability") if key in rights]
        reading.imprint = [line for notice in notices for line in self.prose(notice, {})]
        return reading

    def words(self, text: str, node: Node | None = None) -> Words:
        return tuple(parts(joined(text), self.count.names, self.marked(text, node or {})))

    def marked(self, text: str, node: Node) -> Iterator[int]:
        """The numbers of the notes that a text of a node marks."""
        for name in re.findall(r"\[\^([a-z0-9-]+)\]", text):
            paragraphs = paragraphs_of(node["notes"][name])
            self.notes.append([Line(tuple(parts(paragraph, self.count.names))) for paragraph in paragraphs])
            yield len(self.notes)

    def prose(self, text: str | None, node: Node) -> Iterator[Line]:
        for paragraph in paragraphs_of(text) if text else ():
            yield Line(self.words(paragraph, node))

    def masthead(self) -> Iterator[Line]:
        publication = self.data.get("publication", {})
        if publication:
            organisation = publication["organisation"]
            words = self.words(organisation["name"])
            address = (Address(organisation["url"], organisation["name"]),) if "url" in organisation else ()
            yield Line((*words, *address))
        if "type" in self.data:
            yield Line(self.words(self.data["type"]))
        yield Line(self.words(self.data["title"], self.data))
        for key, phrase in (("published", self.own.published), ("updated", self.own.updated)):
            if key in publication:
                year, month, day = map(int, publication[key].split("-"))
                month_name = self.own.months.split()[month - 1]
                yield Line((phrase.format(self.own.date.format(year=year, month=month_name, day=day)),))

    def entries(self, nodes: Iterable[Node]) -> Iterator[Words]:
        for node in nodes:
            if key := _heading_key(node):
                yield self.heading(node, key, marked=False)
                yield from self.entries(node.get("body", ()))

    def heading(self, node: Node, key: str, marked: bool = True) -> Words:
        label, title = self.count.names[node[key]].label, node.get("title")
        if title is None:
            return (label,)
        words = self.words(title, node) if marked else tuple(parts(joined(title), self.count.names))
        return (f"{label} " if label else "", *words)

    def body(self, nodes: Iterable[Node]) -> Iterator[Line | Grid]:
        for node in nodes:
            if key := _heading_key(node):
                yield Line(self.heading(node, key))
                yield from self.body(node.get("body", ()))
            else:
                yield from self.block(node)

    def block(self, node: Node) -> Iterator[Line | Grid]:
        if "list" in node:
            yield from self.items(node["list"], node)
        elif "table" in node:
            yield from self.table(node)
        elif "quotation" in node:
            yield from self.prose(node["quotation"], node)
            yield from self.prose(node.get("attribution"), node)
        elif "box" in node:
            yield from self.prose(node.get("title"), node)
            yield from self.prose(node["box"], node)
        elif "image" in node:
            if "alternative" in node:
                yield Line(self.words(node["alternative"]), "picture")
            yield from self.prose(node.get("caption"), node)
        else:
            yield from self.paragraph(node)

    def paragraph(self, node: Node) -> Iterator[Line | Grid]:
        label = "" if "recital" in node else self.count.names[node["id"]].label
        lead = (*self.words(node["lead"], node), " ") if "lead" in node else ()
        first, *others = paragraphs_of(node["text"])
        yield Line((f"{label} " if label else "", *lead, *self.words(first, node)))
        for other in others:
            yield Line(self.words(other, node))
        for child in node.get("body", ()):
            yield from self.block(child)
        yield from self.prose(node.get("closing"), node)

    def items(self, items: Iterable[Any], node: Node) -> Iterator[Line]:
        for item in items:
            keyed = item if isinstance(item, dict) else {"text": item}
            yield Line(self.words(keyed["text"], node), "bullet")
            yield from self.items(keyed.get("list", ()), node)

    def table(self, node: Node) -> Iterator[Line | Grid]:
        yield from self.prose(node.get("caption"), node)
        yield Grid(tuple(tuple(self.words(cell, node) for cell in row) for row in (node["header"], *node["rows"])))

    def signatures(self) -> Iterator[Line]:
        if "signed" in self.data:
            yield Line(self.words(self.data["signed"]["text"]))
        for signatory in self.data.get("signatories", ()):
            texts = {**signatory, "signed": signatory["signed"]["text"]} if "signed" in signatory else signatory
            keys = [key for key in ("on_behalf", "signed", "name", "title") if key in texts]
            yield from (Line(self.words(texts[key]), "signature") for key in keys)


def _heading_key(node: Node) -> str | None:
    return next((key for key in ("section", "article", "annex") if key in node), None)
