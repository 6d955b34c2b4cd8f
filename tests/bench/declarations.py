"""Thousands of declarations between invented parties: all different, and the same in every run.

python tests/bench/declarations.py FOLDER [--count N] [--paragraphs N]
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

WORDS = """
    the and of to in for with on by as our both shared joint close mutual common lasting regional public digital rural
    open fair annual cooperation agreement support exchange research trade energy education health transport culture
    security water forest harbour bridge railway museum school science progress dialogue commitment principle measure
    report meeting office border citizen partner region market value rule work promote strengthen welcome continue
    develop protect agree maintain explore encourage recognise affirm ensure establish review improve remain begin
""".split()
LIKE_THE_REAL_ONE = 42
"""Paragraphs of a declaration that is as long as the one in source/."""


def declaration(number: int, paragraphs: int = LIKE_THE_REAL_ONE) -> str:
    """A source: every tenth paragraph begins a section, and every third has a lead."""
    return "\n".join(_lines(number, paragraphs)) + "\n"


def _lines(number: int, paragraphs: int) -> Iterator[str]:
    chance = random.Random(number)

    def sentence(length: int) -> str:
        return " ".join(chance.choices(WORDS, k=length)).capitalize() + "."

    yield f"id: declaration-{number:05}"
    yield f"title: Joint declaration {number} of Party A and Party B"
    yield "languages: [en]"
    yield "publication: {organisation: {name: Office of Party A}, published: 2020-01-02}"
    yield "body:"
    for count in range(paragraphs):
        if count % 10 == 0:
            yield f"  - section: s{count}"
            yield f"    title: {sentence(4).removesuffix('.')}"
            yield "    body:"
        yield f"      - id: p{count}"
        if count % 3 == 0:
            yield f"        lead: {sentence(3)}"
        yield "        text: |"
        yield from (f"          {sentence(20)}" for _ in range(3))
    yield 'signed: {text: "A-town, 1 January 2020", place: A-town, date: 2020-01-01}'
    yield "signatories:"
    yield "  - {name: Anna Adler, title: Minister of Party A}"
    yield "  - {name: Boris Berg, title: Minister of Party B}"


def write_declarations(folder: Path, count: int, paragraphs: int = LIKE_THE_REAL_ONE) -> Path:
    """Write `count` sources into a folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number:05}.yaml").write_text(declaration(number, paragraphs), "utf-8")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description="Write thousands of declarations.")
    parser.add_argument("folder", type=Path, help="where to write them")
    parser.add_argument("--count", type=int, default=5000, help="how many (%(default)s)")
    parser.add_argument("--paragraphs", type=int, default=LIKE_THE_REAL_ONE, help="of each (%(default)s)")
    options = parser.parse_args()
    write_declarations(options.folder, options.count, options.paragraphs)


if __name__ == "__main__":
    main()
