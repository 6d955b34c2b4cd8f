"""The speed of the Word copy alone: beside pandoc and docxtpl, twice the input beside once, and in a warm process.

    python -m tests.bench.word [--pairs N]

As in run.py, both sides of a pair are whole processes, one right after the other. Exits with 1 if a figure misses its
limit. Docxtpl has an advantage: its side reads no source and computes no numbers, but fills in what was prepared.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import docx

from render import load
from render.compose.edition import compose
from render.view.blocks import Block, Heading, Paragraph, View
from render.view.inlines import Inline, Link, Run, Words
from render.write.docx.writer import write_word
from tests.bench.run import (
    DECLARATION,
    HEADER,
    PANDOC,
    Bench,
    Side,
    engross,
    long_declaration,
    markdown,
    pandoc,
    row,
    run,
)

PARAGRAPHS = 10_000
SCRIPT = Path(__file__).with_name("by_docxtpl.py")
WARM = 15
"""The limit in milliseconds of the processor for the real declaration's 33 paragraphs in a warm process."""

# The same words for docxtpl: blocks of runs, and a template with a style for each kind of block


def blocks(view: View) -> list[tuple[str, list[tuple[str, bool, bool]]]]:
    return [(kind, runs) for block in view.blocks for kind, runs in _block(block)]


def _block(block: Block) -> Iterator[tuple[str, list[tuple[str, bool, bool]]]]:
    match block:
        case Heading(words=words):
            yield "heading", list(_runs(words))
        case Paragraph(words=words, lead=lead):
            yield "paragraph", [*((text, False, True) for text, _, _ in _runs(lead)), *_runs(words)]


def _runs(words: Words | None) -> Iterator[tuple[str, bool, bool]]:
    for inline in words.inlines if words else ():
        yield from _run(inline)


def _run(inline: Inline) -> Iterator[tuple[str, bool, bool]]:
    match inline:
        case Run(text, emphasis, strong):
            yield text, emphasis, strong
        case Link(runs):
            yield from ((run.text, run.emphasis, run.strong) for run in runs)


def template(path: Path) -> Path:
    """A template with Word's own numbering and headings, by the manual of docxtpl."""
    document = docx.Document()
    document.add_paragraph("{%p for block in blocks %}")
    for test, kind, style in (("if", "heading", "Heading 1"), ("elif", "paragraph", "List Number")):
        document.add_paragraph(f"{{%p {test} block.kind == '{kind}' %}}")
        document.add_paragraph("{{r block.words }}", style)
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")
    document.save(str(path))
    return path


def words(view: View) -> str:
    return "".join(text for _, runs in blocks(view) for text, _, _ in runs)


# The benches


def benches(folder: Path) -> Iterator[Bench]:
    once = _written(folder / "once.yaml", the_real_one(PARAGRAPHS))
    twice = _written(folder / "twice.yaml", the_real_one(2 * PARAGRAPHS))
    ours = engross(once, ["docx"], folder, "10,000")
    yield Bench("10,000 paragraphs beside pandoc", ours, _by_pandoc(once, folder), limit=0.25)
    yield Bench("the same beside docxtpl", ours, by_docxtpl(compose(load(once), "en"), folder), limit=1.75)
    yield Bench("20,000 paragraphs beside 10,000", engross(twice, ["docx"], folder, "20,000"), ours, limit=2.2)
    emphatic = _written(folder / "emphatic.yaml", long_declaration(PARAGRAPHS))
    theirs = _by_pandoc(emphatic, folder)
    yield Bench("with emphasis in each sentence", engross(emphatic, ["docx"], folder), theirs, limit=0.5)


def the_real_one(paragraphs: int) -> str:
    """A source of at least this many paragraphs: those of the real declaration repeated, each with its own id."""
    source = DECLARATION.read_text("utf-8")
    body = source[source.index("\nbody:\n") + len("\nbody:") : source.index("\ntestimonium:")]
    times = -(-paragraphs // len(re.findall(r"\bid: ", body)))
    again = (re.sub(r"(\b(?:id|section): |\(#)([a-z0-9-]+)", rf"\1\2-{time}", body) for time in range(times))
    return "id: long\ntitle: A long declaration\nlanguages: [en]\nbody:" + "".join(again) + "\n"


def _written(path: Path, source: str) -> Path:
    path.write_text(source, "utf-8")
    return path


def _by_pandoc(source: Path, folder: Path) -> Side:
    return pandoc(_written(source.with_suffix(".md"), markdown(compose(load(source), "en"))), ["docx"], folder)


def by_docxtpl(view: View, folder: Path) -> Side:
    """The side of docxtpl, after a check that it writes every word."""
    filled, out = folder / "blocks.json", folder / "docxtpl.docx"
    filled.write_text(json.dumps(blocks(view)), "utf-8")
    command = (sys.executable, str(SCRIPT), str(filled), str(template(folder / "template.docx")), str(out))
    subprocess.run(command, check=True)
    if "".join(paragraph.text for paragraph in docx.Document(str(out)).paragraphs) != words(view):
        raise SystemExit("docxtpl does not write the same words")
    return Side("docxtpl", [command])


def warm(times: int = 60) -> float:
    """The median of the processor's milliseconds for the Word copy of the real declaration in a warm process."""
    view = compose(load(DECLARATION), "en")
    spent = []
    for _ in range(times):
        start = time.process_time()
        write_word(view)
        spent.append(1000 * (time.process_time() - start))
    return statistics.median(spent[times // 3 :])


def main() -> int:
    parser = argparse.ArgumentParser(description="Speed of the Word copy beside pandoc's and docxtpl's.")
    parser.add_argument("--pairs", type=int, default=5, help="how often each is measured (%(default)s)")
    options = parser.parse_args()
    version = subprocess.run((PANDOC, "--version"), capture_output=True, text=True, check=True).stdout.split("\n")[0]
    print(f"engross beside {version} and docxtpl, Word copies alone, {options.pairs} interleaved pairs\n\n{HEADER}")
    held = True
    with tempfile.TemporaryDirectory() as temporary:
        for bench in benches(Path(temporary)):
            run(bench, options.pairs)
            print(row(bench), flush=True)
            held = held and bench.held
    milliseconds = warm()
    print(f"33 paragraphs, warm: {milliseconds:.1f} ms of the processor, limit {WARM}")
    return 0 if held and milliseconds <= WARM else 1


if __name__ == "__main__":
    sys.exit(main())
