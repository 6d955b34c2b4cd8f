"""What the tests of Word copies share: what is read out of a copy, and how many texts are tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hypothesis import settings

from render.view.blocks import Block, Heading, Paragraph, View
from tests.extract_word import W, word_part

PLAIN = settings(deadline=None, derandomize=True, database=None, max_examples=25)


def paragraphs(copy: bytes) -> list[Any]:
    return list(word_part(copy, "word/document.xml").iter(f"{W}p"))


def style_id(paragraph: Any) -> str:
    return str(paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val"))


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Paragraph):
            yield from walk(block.children)


def labels(view: View) -> list[str]:
    """The computed numbers of a view, in reading order."""
    counted = (block for block in walk(view.blocks) if isinstance(block, Heading | Paragraph) and block.count)
    return [block.label for block in counted if isinstance(block, Heading | Paragraph)]


def fields(part: Any) -> Iterator[tuple[str, str]]:
    """The code and the result of every field that has its end in its own paragraph."""
    for paragraph in part.iter(f"{W}p"):
        code, result, inside = "", "", ""
        for element in paragraph.iter(f"{W}fldChar", f"{W}instrText", f"{W}t"):
            kind = element.get(f"{W}fldCharType")
            if kind == "end" and code:
                yield code.strip(), result
            if kind:
                inside = kind
            if kind == "begin":
                code, result = "", ""
            elif element.tag == f"{W}instrText":
                code += element.text
            elif element.tag == f"{W}t" and inside == "separate":
                result += element.text
