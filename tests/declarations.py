"""Whole declarations as source text, and what a reader of each must find: a second opinion on the words and numbers.

`read_aloud` returns the text of a source in reading order. It doesn't use `render`: it parses with PyYAML, numbers
and reads the markup in a simple way of its own. `samples` and `declarations` make valid sources with every kind of
node.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

import yaml
from hypothesis import strategies as st

# What a reader finds


class Mark(NamedTuple):
    """The mark of a footnote."""

    number: int


class Address(NamedTuple):
    """The target of the words before it."""

    href: str
    words: str


Words = tuple[str | Mark | Address, ...]


class Line(NamedTuple):
    """A paragraph, heading, item or the like.

    Formats differ in how they present the kinds "bullet", "picture", "entry" and "signature".
    """

    words: Words
    kind: str = "line"


class Grid(NamedTuple):
    """A table: rows of cells, the header first."""

    rows: tuple[tuple[Words, ...], ...]


@dataclass
class Reading:
    """The text of a declaration in reading order, before a format presents it."""

    language: str
    short_title: str
    marking: Line | None
    masthead: list[Line] = field(default_factory=list)
    entries: list[Line] = field(default_factory=list)
    body: list[Line | Grid] = field(default_factory=list)
    notes: list[list[Line]] = field(default_factory=list)
    imprint: list[Line] = field(default_factory=list)


class Own(NamedTuple):
    """Engross's own words in a language."""

    contents: str
    notes: str
    links: str
    skip: str
    top: str
    page: str
    paragraph: str
    article: str
    annex: str
    only_annex: str
    published: str
    updated: str
    date: str
    months: str


OWN = {
    "en": Own(
        contents="Contents",
        notes="Notes",
        links="Links",
        skip="Skip to the text",
        top="Back to top",
        page="Page {page} of {pages}",
        paragraph="paragraph {}",
        article="Article {}",
        annex="Annex {}",
        only_annex="Annex",
        published="Published {}",
        updated="Updated {}",
        date="{day} {month} {year}",
        months="January February March April May June July August September October November December",
    ),
    "lt": Own(
        contents="Turinys",
        notes="Išnašos",
        links="Nuorodos",
        skip="Pereiti prie teksto",
        top="Į pradžią",
        page="{page} puslapis iš {pages}",
        paragraph="{} punktas",
        article="{} straipsnis",
        annex="{} priedas",
        only_annex="Priedas",
        published="Paskelbta {}",
        updated="Atnaujinta {}",
        date="{year} m. {month} {day} d.",
        months="sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio",
    ),
    "fr": Own(
        contents="Table des matières",
        notes="Notes",
        links="Liens",
        skip="Aller au texte",
        top="Haut de page",
        page="Page {page} sur {pages}",
        paragraph="paragraphe {}",
        article="Article {}",
        annex="Annexe {}",
        only_annex="Annexe",
        published="Publié le {}",
        updated="Mis à jour le {}",
        date="{day} {month} {year}",
        months="janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    ),
    "de": Own(
        contents="Inhalt",
        notes="Anmerkungen",
        links="Links",
        skip="Zum Text springen",
        top="Zum Seitenanfang",
        page="Seite {page} von {pages}",
        paragraph="Absatz {}",
        article="Artikel {}",
        annex="Anhang {}",
        only_annex="Anhang",
        published="Veröffentlicht am {}",
        updated="Aktualisiert am {}",
        date="{day}. {month} {year}",
        months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    ),
}


def own(language: str) -> Own:
    """Engross's words beside a text in a language; the English ones if Engross has none in that language."""
    return OWN.get(language.split("-")[0], OWN["en"])


Node = Mapping[str, Any]


def read_aloud(source: str) -> Reading:
    """The text of a source of one language."""
    return _Reader(yaml.load(source, yaml.CBaseLoader)).read()


# Counting


class Name(NamedTuple):
    """The label of a part, and how references name it."""

    label: str
    reference: str


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
                self.names[node["section"]] = Name(label, label.removesuffix(".") or _plain(node["title"]))
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


# Markup

_ESCAPED = re.compile(r"\\([\\*\[\]{}])")
_STARRED = re.compile(r"(?<!\w)(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1(?!\w)")
_BRACKET = re.compile(
    r"\[\^(?P<note>[a-z0-9-]+)\]|\[\]\(#(?P<cite>[a-z0-9-]+)\)"
    r"|\[(?P<words>[^\[\]]+)\](?:\((?P<href>(?:https?://|mailto:|#)(?:[^\s()]|\([^\s()]*\))+)\)|\{[a-zA-Z-]+\})"
)
_HIDE = {ord(sign): 0xE000 + ord(sign) for sign in r"\*[]{}"}
_UNHIDE = {hidden: shown for shown, hidden in _HIDE.items()}


def _joined(text: str) -> str:
    """A paragraph's lines, joined by a space."""
    return re.sub(r" *\n *", " ", text.strip(" \n"))


def _paragraphs(text: str) -> list[str]:
    return [_joined(paragraph) for paragraph in re.split(r"\n *\n", text.strip(" \n"))]


def _parts(
    text: str, names: Mapping[str, Name] | None = None, marks: Iterator[int] | None = None
) -> Iterator[str | Mark | Address]:
    """The words of one paragraph of markup; without `names` no references, and without `marks` no note marks."""
    text = _ESCAPED.sub(lambda found: found[1].translate(_HIDE), text)
    before = None
    while text != before:
        before, text = text, _STARRED.sub(r"\2", text)
    here = 0
    for found in _BRACKET.finditer(text):
        yield text[here : found.start()].translate(_UNHIDE)
        here = found.end()
        if found["note"] and marks is not None:
            yield Mark(next(marks))
        if found["cite"] and names is not None:
            yield names[found["cite"]].reference
        if found["words"]:
            yield found["words"].translate(_UNHIDE)
        if found["href"] and not found["href"].startswith("#"):
            yield Address(found["href"], found["words"].translate(_UNHIDE))
    yield text[here:].translate(_UNHIDE)


def _plain(text: str) -> str:
    """The words alone: no references, no note marks."""
    return "".join(part for part in _parts(_joined(text)) if isinstance(part, str))


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
            short_title=_plain(data.get("short_title", data["title"])),
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
        return tuple(_parts(_joined(text), self.count.names, self.marked(text, node or {})))

    def marked(self, text: str, node: Node) -> Iterator[int]:
        """The numbers of the notes that a text of a node marks."""
        for name in re.findall(r"\[\^([a-z0-9-]+)\]", text):
            paragraphs = _paragraphs(node["notes"][name])
            self.notes.append([Line(tuple(_parts(paragraph, self.count.names))) for paragraph in paragraphs])
            yield len(self.notes)

    def prose(self, text: str | None, node: Node) -> Iterator[Line]:
        for paragraph in _paragraphs(text) if text else ():
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
        words = self.words(title, node) if marked else tuple(_parts(_joined(title), self.count.names))
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
        first, *others = _paragraphs(node["text"])
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


# Sources of every kind

_LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZąčęėįšųūžĄČĘĖĮŠŲŪŽ"
_OTHER = "αβγδεζηθικλμνξοπρστυφχψωςάήΑΩабвгдежзийклмнопрстуфхцчшщъыьэюяАБЯіїєґё"
_SIGNS = "-–—‑'’‘\"“”„«».,;:!?()/&<>%+=@#§_~|€£…°*[]{}\\"
_COMMON = (
    "the of and shall A B Parties rules-based long-term 2022 10 1,000 a) 3.5 x=y R&D 5/6G it's <b> </p> vis-à-vis —"
    " <script> ]]> {{7*7}} {%raw%} &amp; <!--"
).split()
_MAX_WORD = 24

_CLOSING = ".,:;!?)]}»/%°…’”"
"""Signs that never begin a word: no line ends before them, not even at a space."""
_ALPHABET = _LATIN * 2 + _OTHER + "0123456789" * 2 + _SIGNS
_MAX_PHRASE = 5
"""Words."""
_HREFS = ("https://example.org/a", "https://example.org/b_(c)?d=1&e=2", "mailto:a@example.org")

_T = TypeVar("_T")


def _escaped(word: str) -> str:
    return re.sub(r"([\\*\[\]{}])", r"\\\1", word)


def _is_a_word(letters: str) -> bool:
    return any(map(str.isalnum, letters)) and letters[0] not in _CLOSING


class Chance(Protocol):
    """What an author leaves to chance."""

    def integer(self, least: int, most: int) -> int: ...
    def count(self, least: int, most: int) -> int: ...
    def choice(self, options: Sequence[_T]) -> _T: ...
    def word(self) -> str: ...
    def phrase(self) -> str: ...


_MAX_THRIFT = 0.7
"""The part of all numbers that may be as small as they can be."""


class RandomChance:
    """Chance by a seed: quick. Some seeds are thrifty, and make small declarations."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self._thrift = self._random.uniform(0, _MAX_THRIFT)

    def count(self, least: int, most: int) -> int:
        return least if self._random.random() < self._thrift else self.integer(least, most)

    def integer(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def choice(self, options: Sequence[_T]) -> _T:
        return self._random.choice(options)

    def word(self) -> str:
        if self.integer(1, 3) > 1:
            return _escaped(self.choice(_COMMON))
        while True:
            letters = "".join(self._random.choices(_ALPHABET, k=self.integer(1, _MAX_WORD)))
            if _is_a_word(letters):
                return _escaped(letters)

    def phrase(self) -> str:
        return " ".join(self.word() for _ in range(self.integer(1, _MAX_PHRASE)))


class _Draw(Protocol):
    def __call__(self, strategy: st.SearchStrategy[_T]) -> _T: ...


_ODD = st.text(st.sampled_from(_ALPHABET), min_size=1, max_size=_MAX_WORD).filter(_is_a_word)
_WORD = st.one_of(st.sampled_from(_COMMON), st.sampled_from(_COMMON), _ODD).map(_escaped)
_PHRASE = st.lists(_WORD, min_size=1, max_size=_MAX_PHRASE).map(" ".join)


class DrawnChance:
    """Chance by Hypothesis, which then finds the smallest declaration that fails: slow."""

    def __init__(self, draw: _Draw) -> None:
        self._draw = draw

    def integer(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def count(self, least: int, most: int) -> int:
        return self.integer(least, most)

    def choice(self, options: Sequence[_T]) -> _T:
        return self._draw(st.sampled_from(options))

    def word(self) -> str:
        return self._draw(_WORD)

    def phrase(self) -> str:
        return self._draw(_PHRASE)


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
def declarations(draw: _Draw) -> Sample:
    """The same by Hypothesis, for the long proofs."""
    return _sample(DrawnChance(draw))


def _sample(chance: Chance) -> Sample:
    author = _Author(chance)
    data = author.cited(author.declaration())
    source = yaml.dump(data, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100)
    return Sample(source, read_aloud(source))
