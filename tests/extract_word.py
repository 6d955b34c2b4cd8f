"""The text of a Word copy, and the numbers that Word computes, from its XML."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import lxml.etree
import lxml.html

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NO_NUMBER = "0"
"""The numbering instance of paragraphs without a number (ISO/IEC 29500-1, 17.9.18)."""


def word_part(copy: bytes, name: str) -> Any:
    """A part of a Word copy, parsed."""
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        return lxml.etree.fromstring(archive.read(name))


def custom_properties(copy: bytes) -> dict[str, str]:
    """The custom properties of a Word copy: name and text."""
    return {entry.get("name"): entry[0].text for entry in word_part(copy, "docProps/custom.xml")}


def word_text(copy: bytes) -> str:
    """The body of a Word copy, a line for each paragraph, with the number that Word computes."""
    counting = WordCounting(word_part(copy, "word/styles.xml"), word_part(copy, "word/numbering.xml"))
    body = word_part(copy, "word/document.xml")[0]
    return "\n".join(counting.label(paragraph) + paragraph_text(paragraph) for paragraph in body.iter(f"{W}p"))


def word_notes(copy: bytes) -> list[str]:
    """The text of the footnotes, in the order of the part, without the two that only hold separators."""
    root = word_part(copy, "word/footnotes.xml")
    notes = [note for note in root if f"{W}type" not in note.attrib]
    return ["\n".join(map(paragraph_text, note.iter(f"{W}p"))) for note in notes]


def paragraph_text(paragraph: Any) -> str:
    """The words of a paragraph, with the results of its fields."""
    text = ""
    for element in paragraph.iter(f"{W}t", f"{W}tab", f"{W}footnoteReference"):
        if element.tag == f"{W}t":
            text += element.text or ""
        elif element.tag == f"{W}footnoteReference":
            text += element.get(f"{W}id", "")
        elif element.getparent().tag == f"{W}r":
            text += "\t"
    return text


@dataclass
class _Level:
    start: int
    style: str
    text: str
    suffix: str


@dataclass
class _Instance:
    abstract: str
    starts: Mapping[int, int]
    used: set[int] = field(default_factory=set)


class WordCounting:
    """Numbers the paragraphs of a Word copy as Word does (ISO/IEC 29500-1, 17.9).

    Instances of one abstract numbering share their counts. An overridden start applies when an instance first uses the
    level, and again after each number of a higher level. Programs differ in one point: in some of them a level with an
    overridden start counts `apart` from the same level of other instances.
    """

    def __init__(self, styles: Any, numbering: Any, apart: bool = False) -> None:
        self._counts_apart = apart
        self._styles = {style.get(f"{W}styleId"): style for style in styles.iter(f"{W}style")}
        self._abstracts = {
            abstract.get(f"{W}abstractNumId"): _levels(abstract) for abstract in numbering.iter(f"{W}abstractNum")
        }
        self._instances = {num.get(f"{W}numId"): _instance(num) for num in numbering.iter(f"{W}num")}
        self._counts: dict[str, dict[tuple[str, int], int]] = {abstract: {} for abstract in self._abstracts}

    def label(self, paragraph: Any) -> str:
        """The number of a paragraph and the space after it, or "". Call it once for each paragraph, in order."""
        number = self.numbering_of(paragraph)
        if number is None:
            return ""
        instance, level = number
        return self.next_label(instance, level)

    def numbering_of(self, paragraph: Any) -> tuple[str, int] | None:
        """The numbering instance and level of a paragraph: its own, or its style's."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        name = None if style is None else style.get(f"{W}val")
        while own is None and name is not None:
            definition = self._styles[name]
            own = definition.find(f"{W}pPr/{W}numPr")
            based = definition.find(f"{W}basedOn")
            name = None if based is None else based.get(f"{W}val")
        number = None if own is None else own.find(f"{W}numId").get(f"{W}val")
        if number in (None, NO_NUMBER):
            return None
        level = own.find(f"{W}ilvl")
        return number, 0 if level is None else int(level.get(f"{W}val"))

    def next_label(self, number: str, level: int) -> str:
        """Count the next number at a level of an instance, and return its label."""
        instance = self._instances[number]
        levels, counts = self._abstracts[instance.abstract], self._counts[instance.abstract]
        own = (number if self._counts_apart and level in instance.starts else "", level)
        restarted = own not in counts or (level in instance.starts and level not in instance.used)
        counts[own] = instance.starts.get(level, levels[level].start) if restarted else counts[own] + 1
        instance.used.add(level)
        for deeper in [key for key in counts if key[1] > level]:
            del counts[deeper]
        number_text = _formatted(levels[level].style, counts[own])
        return levels[level].text.replace(f"%{level + 1}", number_text) + levels[level].suffix


def _formatted(style: str, ordinal: int) -> str:
    match style:
        case "lowerLetter":
            return chr(ord("a") + (ordinal - 1) % 26) * ((ordinal + 25) // 26)
        case "upperLetter":
            return _formatted("lowerLetter", ordinal).upper()
        case "lowerRoman":
            return _roman(ordinal)
        case _:
            return str(ordinal)


def _levels(abstract: Any) -> dict[int, _Level]:
    def value(level: Any, name: str, default: str = "") -> str:
        element = level.find(f"{W}{name}")
        return default if element is None else str(element.get(f"{W}val"))

    suffixes = {"space": " ", "tab": "\t", "nothing": ""}
    return {
        int(level.get(f"{W}ilvl")): _Level(
            int(value(level, "start", "1")),
            value(level, "numFmt"),
            value(level, "lvlText"),
            suffixes[value(level, "suff", "tab")],
        )
        for level in abstract.iter(f"{W}lvl")
    }


def _instance(number: Any) -> _Instance:
    starts = {
        int(override.get(f"{W}ilvl")): int(override.find(f"{W}startOverride").get(f"{W}val"))
        for override in number.iter(f"{W}lvlOverride")
        if override.find(f"{W}startOverride") is not None
    }
    return _Instance(number.find(f"{W}abstractNumId").get(f"{W}val"), starts)


def _roman(ordinal: int) -> str:
    signs = [(10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]
    for value, sign in signs:
        if ordinal >= value:
            return sign + _roman(ordinal - value)
    return ""
