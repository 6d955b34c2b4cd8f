"""Numbering: the number of each paragraph, article and annex, and the words that refer to it.

Paragraph numbers continue through the body and its sections; in each article and annex they start at 1. The only
paragraph of an article has no number. Sub-paragraphs are (a), (i), (A), (1). A number given in the source stays as
published; if it is a plain number, the count continues from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from render.model.declaration import Annex, Article, Declaration, Node, Paragraph, Recital, Section
from render.view.inlines import Count, Reference, Step
from render.view.labels import labels as labels_of
from render.view.plain import without_stop

MAX_PARAGRAPH = 4
"""Levels of sub-paragraphs below a paragraph."""

MAX_SUB_PARAGRAPHS = 1_000
"""Sub-paragraphs of one paragraph. The label of the last has 39 letters."""

MAX_COUNT = 32_767
"""Where word processors stop counting: a larger number stays as published, and no count continues from it."""


@dataclass(frozen=True, slots=True)
class Number:
    """The label of a part as printed, such as "2." or "(a)".

    `count` is set if the number is computed, and `reference` if there can be a reference to the part. `address` is an
    anchor made of the number, for the paragraphs that count through the whole body.
    """

    label: str = ""
    count: Count | None = None
    reference: Reference | None = None
    address: str | None = None

    @property
    def bare(self) -> str:
        """The label without the full stop after it: "2"."""
        return without_stop(self.label)


class DeclarationNumbers:
    """The numbers of a declaration in each language, computed once."""

    def __init__(self, declaration: Declaration) -> None:
        self._declaration = declaration
        self._numbers: dict[str, Mapping[str, Number]] = {}

    def numbers_in(self, language: str) -> Mapping[str, Number]:
        """The number of every part with an id, by id, with the labels of a language."""
        if language not in self._numbers:
            self._numbers[language] = numbers(self._declaration, language, labels_of(language)[1])
        return self._numbers[language]


def numbers(declaration: Declaration, language: str, labels: Mapping[str, str]) -> dict[str, Number]:
    """The number of every part with an id, by id. Recitals and tables have none."""
    numberer = _Numberer(language, labels)
    numberer.number_body(declaration.main, _NO_PREFIX)
    numberer.number_annexes(declaration.annexes)
    return _with_distinct_addresses(numberer.found)


def _with_distinct_addresses(found: Mapping[str, Number]) -> dict[str, Number]:
    """The numbers without each address that is an id, or the address of an earlier number."""
    taken = set(found)
    distinct = {}
    for id_, number in found.items():
        distinct[id_] = replace(number, address=None) if number.address in taken else number
        if number.address:
            taken.add(number.address)
    return distinct


def letters(ordinal: int) -> str:
    """The letters of an ordinal from 1, as word processors count: a … z, aa, bb …; after MAX_SUB_PARAGRAPHS again a."""
    ordinal = (ordinal - 1) % MAX_SUB_PARAGRAPHS + 1
    return chr(ord("a") + (ordinal - 1) % 26) * ((ordinal - 1) // 26 + 1)


def roman(ordinal: int) -> str:
    """The Roman numeral of an ordinal, in lower case."""
    text = ""
    for value, numeral in zip(_ROMAN_VALUES, _ROMAN_NUMERALS, strict=True):
        text += numeral * (ordinal // value)
        ordinal %= value
    return text


_ROMAN_VALUES = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
_ROMAN_NUMERALS = "m cm d cd c xc l xl x ix v iv i".split()
_SUB_PARAGRAPHS = (letters, roman, lambda ordinal: letters(ordinal).upper(), str)
"""How the sub-paragraphs of each level are counted."""
_NO_PREFIX = Reference("", ())
_LOOSE = Count("loose", 0, 0)
"""The count of sub-paragraphs below a part that has no computed number."""


class _Numberer:
    """One walk over a body. A `prefix` begins the reference to every part inside it: "Annex 1", "paragraph 2(b)"."""

    def __init__(self, language: str, labels: Mapping[str, str]) -> None:
        self.language, self.labels = language, labels
        self.found: dict[str, Number] = {}
        self.paragraph = self.article = 0

    def number_body(self, nodes: Sequence[Node], prefix: Reference) -> None:
        for node in nodes:
            match node:
                case Section():
                    self.found[node.section] = self.titled(node.section, node.number or "", node)
                    self.number_body(node.body, prefix)
                case Article():
                    _, inside = self.number_article(node, prefix)
                    self.number_article_body(node, inside)
                case Paragraph():
                    self.paragraph = _next(self.paragraph, node.number)
                    self.number_sub_paragraphs(node.body, *self.number_paragraph(node, prefix))
                case Recital():
                    self.number_sub_paragraphs(node.body, _LOOSE, prefix)

    def number_annexes(self, annexes: Sequence[Annex]) -> None:
        for ordinal, annex in enumerate(annexes, 1):
            is_numbered = len(annexes) > 1 or annex.number
            label = self.labels["annex"].format(number=annex.number or ordinal)
            number = self.titled(annex.annex, label if is_numbered else self.labels["only_annex"], annex)
            self.found[annex.annex] = number
            self.paragraph = self.article = 0
            self.number_body(annex.body, number.reference or _NO_PREFIX)

    def titled(self, anchor: str, label: str, node: Section | Annex) -> Number:
        """The number of a heading, to which references give its label or, if it has none, its title."""
        title = node.title.plain(self.language) if node.title else ""
        step = Step(anchor, without_stop(label), "label") if label else Step(anchor, title, "title")
        return Number(label, None, Reference("", (step,)))

    def number_article(self, node: Article, prefix: Reference) -> tuple[Count, Reference]:
        """Add "Article 2", or "Annex 1, Article 2"."""
        self.article = _next(self.article, node.number)
        label, before = self.labels["article"], ", " if prefix.steps else ""
        published = node.number and label.format(number=node.number)
        step = _step(node.article, published, label.format(number=self.article), before)
        count = Count("articles", 0, self.article)
        return self.add(replace(step, text=without_stop(step.text)), step.text, count, prefix)

    def number_article_body(self, article: Article, prefix: Reference) -> None:
        paragraphs = [node for node in article.body if isinstance(node, Paragraph)]
        ordinal = 0
        for node in article.body:
            if isinstance(node, Paragraph) and (len(paragraphs) > 1 or node.number):
                ordinal = _next(ordinal, node.number)
                brackets = ("", "") if node.number and node.number.startswith("(") else ("(", ")")
                step = _step(node.id, node.number and without_stop(node.number), str(ordinal), *brackets)
                label, count = _with_stop(node.number or step.text), Count("articles", 1, ordinal)
                self.number_sub_paragraphs(node.body, *self.add(step, label, count, prefix))
            elif isinstance(node, Paragraph | Recital):
                if isinstance(node, Paragraph):
                    self.found[node.id] = Number("", None, prefix)
                self.number_sub_paragraphs(node.body, _LOOSE, prefix)

    def number_paragraph(self, node: Paragraph, prefix: Reference) -> tuple[Count, Reference]:
        """Add "paragraph 5", or "Annex 1, paragraph 5"."""
        before, after = self.labels["paragraph"].split("{number}")
        count = Count("paragraphs", 0, self.paragraph)
        step = _step(node.id, node.number and without_stop(node.number), str(self.paragraph))
        label = _with_stop(node.number or step.text)
        if prefix.steps:
            return self.add(replace(step, before=f", {before}"), label, count, replace(prefix, after=after))
        slug = re.sub("[^a-z0-9]+", "-", step.text.lower()).strip("-")
        address = f"paragraph-{slug}" if slug else None
        return self.add(step, label, count, Reference(before, (), after), address)

    def number_sub_paragraphs(self, nodes: Sequence[Node], count: Count, prefix: Reference, depth: int = 0) -> None:
        """Add the sub-paragraphs that count on from `count`, and those below them."""
        for node in nodes:
            below, inside = replace(_LOOSE, level=depth + 1), prefix
            if isinstance(node, Paragraph):
                if node.number is None:
                    count = replace(count, ordinal=count.ordinal + 1)
                    below = replace(count, level=count.level + 1, ordinal=0)
                label = node.number or f"({_SUB_PARAGRAPHS[depth](count.ordinal)})"
                step = Step(node.id, without_stop(label), "label" if node.number else "count")
                _, inside = self.add(step, label, count, prefix)
            if isinstance(node, Paragraph | Recital) and depth + 1 < MAX_PARAGRAPH:
                self.number_sub_paragraphs(node.body, below, inside, depth + 1)

    def add(
        self, step: Step, label: str, count: Count, prefix: Reference, address: str | None = None
    ) -> tuple[Count, Reference]:
        """Add the number of the part that `step` leads to.

        Returns the count and the prefix for the sub-paragraphs of the part.
        """
        reference = Reference(prefix.before, (*prefix.steps, step), prefix.after)
        is_computed = step.kind == "count"
        self.found[step.anchor] = Number(label, count if is_computed else None, reference, address)
        return (Count(count.sequence, count.level + 1, 0) if is_computed else _LOOSE), reference


def _step(anchor: str, published: str | None, computed: str, before: str = "", after: str = "") -> Step:
    """The step by the computed number, or by the published one if that is different."""
    if published is None or published == computed:
        return Step(anchor, computed, "count", before, after)
    return Step(anchor, published, "label", before, after)


def _next(count: int, published: str | None) -> int:
    """The count of the next part: a published number sets it if it is a plain number, and doesn't change it if not."""
    if published is None:
        return count + 1
    plain = published.removesuffix(".")
    return int(plain) if plain.isdecimal() and int(plain) <= MAX_COUNT else count


def _with_stop(number: str) -> str:
    """A number as printed before its paragraph: with a full stop, unless it ends with another sign."""
    return f"{number}." if number[-1].isalnum() else number
