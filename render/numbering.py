"""Numbering: what each paragraph, article and annex is called, and how it is referred to.

Paragraphs count through the whole body and its sections; in an article or an annex they count anew. An article's only
paragraph bears no number. Sub-paragraphs are (a), (i), (A), (1). A number given in the source stands as published;
where it is a plain number, the count goes on from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from render.model.declaration import Annex, Article, Declaration, Node, Paragraph, Recital, Section
from render.view.inlines import Count, Reference, Step
from render.view.labels import labels

MAX_PARAGRAPH = 4
"""Levels of sub-paragraphs below a paragraph."""

MAX_COUNT = 32_767
"""Where word processors stop counting: a larger number stands as published, and nothing counts on from it."""


@dataclass(frozen=True, slots=True)
class Number:
    """The label of a thing as printed, the count behind it where it is computed, and the reference to it, if any."""

    label: str = ""
    count: Count | None = None
    reference: Reference | None = None
    address: str | None = None
    """An anchor by the number, for the paragraphs that count through the whole body."""

    @property
    def bare(self) -> str:
        """The label without the full stop after it."""
        return self.label.removesuffix(".")


class DeclarationNumbers:
    """The numbers of a declaration, computed at the first call for a language and then kept."""

    def __init__(self, declaration: Declaration) -> None:
        self._declaration = declaration
        self._by_language: dict[str, Mapping[str, Number]] = {}

    def numbers_in(self, language: str) -> Mapping[str, Number]:
        """The number of everything that has an id, by id."""
        if language not in self._by_language:
            self._by_language[language] = numbers(self._declaration, language, labels(language)[1])
        return self._by_language[language]


def numbers(declaration: Declaration, language: str, labels: Mapping[str, str]) -> dict[str, Number]:
    """The number of everything that has an id, by id."""
    numbering = _Numbering(language, labels)
    numbering.body(declaration.main, _NOTHING)
    numbering.annexes(declaration.annexes)
    return _distinct(numbering.found)


def _distinct(found: dict[str, Number]) -> dict[str, Number]:
    """The same numbers, no two with one address, and none with an address that is an id."""
    taken = set(found)
    for name, number in found.items():
        if number.address in taken:
            found[name] = replace(number, address=None)
        elif number.address:
            taken.add(number.address)
    return found


def letters(ordinal: int) -> str:
    """Letters as word processors count in them: a … z, aa, bb …."""
    return chr(ord("a") + (ordinal - 1) % 26) * ((ordinal - 1) // 26 + 1)


def roman(ordinal: int) -> str:
    """Roman numerals in lower case."""
    pairs = zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), _ROMAN, strict=True)
    text = ""
    for value, numeral in pairs:
        text += numeral * (ordinal // value)
        ordinal %= value
    return text


_NOTHING = Reference("", ())
_LOOSE = Count("loose", 0, 0)
"""What the sub-paragraphs of a paragraph without a computed number count on from."""
_ROMAN = "m cm d cd c xc l xl x ix v iv i".split()
_SUB_PARAGRAPHS = (letters, roman, lambda ordinal: letters(ordinal).upper(), str)


class _Numbering:
    """One walk over the body. `around` leads every reference to what is inside it: "Annex 1", "paragraph 2(b)"."""

    def __init__(self, language: str, labels: Mapping[str, str]) -> None:
        self.language, self.labels = language, labels
        self.found: dict[str, Number] = {}
        self.paragraph = self.article = 0

    def body(self, nodes: Sequence[Node], around: Reference) -> None:
        for node in nodes:
            match node:
                case Section():
                    self.found[node.section] = self.titled(node.section, node.number or "", node)
                    self.body(node.body, around)
                case Article():
                    _, inside = self.number_article(node, around)
                    self.article_body(node, inside)
                case Paragraph():
                    self.paragraph = _next(self.paragraph, node.number)
                    self.sub_paragraphs(node.body, *self.number_paragraph(node, around))
                case Recital():
                    self.sub_paragraphs(node.body, _LOOSE, around)

    def annexes(self, annexes: Sequence[Annex]) -> None:
        for ordinal, annex in enumerate(annexes, 1):
            several = len(annexes) > 1 or annex.number
            label = (
                self.labels["annex"].format(number=annex.number or ordinal) if several else self.labels["only_annex"]
            )
            number = self.titled(annex.annex, label, annex)
            self.found[annex.annex] = number
            self.paragraph = self.article = 0
            self.body(annex.body, number.reference or _NOTHING)

    def titled(self, anchor: str, label: str, node: Section | Annex) -> Number:
        """A heading that is cited by its label, or else by its title."""
        title = node.title.plain(self.language) if node.title else ""
        step = Step(anchor, label.removesuffix("."), "label") if label else Step(anchor, title, "title")
        return Number(label, None, Reference("", (step,)))

    def number_article(self, node: Article, around: Reference) -> tuple[Count, Reference]:
        """Note "Article 2", or "Annex 1, Article 2"."""
        self.article = _next(self.article, node.number)
        label, before = self.labels["article"], ", " if around.steps else ""
        published = node.number and label.format(number=node.number)
        step = _step(node.article, published, label.format(number=self.article), before)
        return self.add(replace(step, text=_bare(step.text)), step.text, Count("articles", 0, self.article), around)

    def article_body(self, article: Article, around: Reference) -> None:
        paragraphs = [node for node in article.body if isinstance(node, Paragraph)]
        ordinal = 0
        for node in article.body:
            if isinstance(node, Paragraph) and (len(paragraphs) > 1 or node.number):
                ordinal = _next(ordinal, node.number)
                brackets = ("", "") if node.number and node.number.startswith("(") else ("(", ")")
                step = _step(node.id, node.number and _bare(node.number), str(ordinal), *brackets)
                count = Count("articles", 1, ordinal)
                self.sub_paragraphs(node.body, *self.add(step, _stopped(node.number or step.text), count, around))
            elif isinstance(node, Paragraph | Recital):
                if isinstance(node, Paragraph):
                    self.found[node.id] = Number("", None, around)
                self.sub_paragraphs(node.body, _LOOSE, around)

    def number_paragraph(self, node: Paragraph, around: Reference) -> tuple[Count, Reference]:
        """Note "paragraph 5", or "Annex 1, paragraph 5"."""
        before, after = self.labels["paragraph"].split("{number}")
        count = Count("paragraphs", 0, self.paragraph)
        if not around.steps:
            step = _step(node.id, node.number and _bare(node.number), str(self.paragraph))
            slug = re.sub("[^a-z0-9]+", "-", step.text.lower()).strip("-")
            address = f"paragraph-{slug}" if slug else None
            return self.add(step, _stopped(node.number or step.text), count, Reference(before, (), after), address)
        step = _step(node.id, node.number and _bare(node.number), str(self.paragraph), f", {before}")
        return self.add(step, _stopped(node.number or step.text), count, replace(around, after=after))

    def sub_paragraphs(self, nodes: Sequence[Node], count: Count, around: Reference, depth: int = 0) -> None:
        """Number the sub-paragraphs that count on from `count`, and those below them."""
        for node in nodes:
            below, inside = replace(_LOOSE, level=depth + 1), around
            if isinstance(node, Paragraph):
                if node.number is None:
                    count = replace(count, ordinal=count.ordinal + 1)
                    below = replace(count, level=count.level + 1, ordinal=0)
                computed = f"({_SUB_PARAGRAPHS[depth](count.ordinal)})"
                step = Step(node.id, _bare(node.number or computed), "label" if node.number else "count")
                _, inside = self.add(step, node.number or computed, count, around)
            if isinstance(node, Paragraph | Recital) and depth + 1 < MAX_PARAGRAPH:
                self.sub_paragraphs(node.body, below, inside, depth + 1)

    def add(
        self, step: Step, label: str, count: Count, around: Reference, address: str | None = None
    ) -> tuple[Count, Reference]:
        """Note the number of what `step` leads to; gives what the sub-paragraphs count on from, and refer to it by."""
        reference = Reference(around.before, (*around.steps, step), around.after)
        counted = step.kind == "count"
        self.found[step.anchor] = Number(label, count if counted else None, reference, address)
        return (Count(count.sequence, count.level + 1, 0) if counted else _LOOSE), reference


def _step(anchor: str, published: str | None, computed: str, before: str = "", after: str = "") -> Step:
    """The step by the computed number, or by the one published where that is no plain number."""
    if published is None or published == computed:
        return Step(anchor, computed, "count", before, after)
    return Step(anchor, published, "label", before, after)


def _next(count: int, published: str | None) -> int:
    """The count after one more: a number as published resets it where it is a plain one, and else leaves it."""
    if published is None:
        return count + 1
    plain = published.removesuffix(".")
    return int(plain) if plain.isdecimal() and int(plain) <= MAX_COUNT else count


def _bare(number: str) -> str:
    """A number as it is referred to: without the full stop after it."""
    return number.removesuffix(".") or number


def _stopped(number: str) -> str:
    """A number as it stands before its paragraph: with a full stop, unless it ends with a sign of its own."""
    return f"{number}." if number[-1].isalnum() else number
