"""Speed as ratios: engross beside pandoc, and twice the input beside once, timed as interleaved pairs.

    python tests/bench/run.py [--pairs N] [--only four,three,large,linear]

Both sides of a pair are whole processes, one right after the other, and they alternate in going first, so that other
work of the machine slows both. Exits with 1 if the median of a ratio is above its limit. Pandoc reads Markdown made
from the same view as our outputs. Before anything is timed, its output is searched for every word of that view.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pypandoc

from render import load
from render.compose.edition import compose
from render.view.blocks import Block, Heading, Imprint, Masthead, Paragraph, Signatures, View
from render.view.inlines import Inline, Link, Reference, Run, Words

DECLARATION = Path(__file__).parents[2] / "source" / "uk-lithuania-2022.yaml"
BIN = Path(sys.executable).parent
PANDOC = pypandoc.get_pandoc_path()
TEXTS = ("html", "docx", "txt")
PANDOC_OPTIONS = {
    "html": ("--standalone", "--toc"),
    "docx": ("--toc",),
    "txt": ("--to=plain",),
    "pdf": (f"--pdf-engine={BIN / 'weasyprint'}",),
}


ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""For what is measured: modules are compiled, as in an installed package."""

# Commands


@dataclass(frozen=True)
class Side:
    """One side of a pair: commands that run one after the other."""

    name: str
    commands: Sequence[Sequence[str]]


@dataclass
class Bench:
    """Two sides, the limit for the ratio of their times, and the ratios measured."""

    title: str
    ours: Side
    other: Side
    limit: float
    seconds: list[tuple[float, float]] = field(default_factory=list)
    processor: list[tuple[float, float]] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        return [ours / other for ours, other in self.seconds]

    @property
    def held(self) -> bool:
        return statistics.median(self.ratios) <= self.limit


def engross(source: Path, formats: Iterable[str], out: Path, name: str = "engross") -> Side:
    command = (str(BIN / "engross"), "render", str(source), "--to", ",".join(formats), "--out", str(out), "--force")
    return Side(name, [command])


def pandoc(markdown: Path, formats: Iterable[str], out: Path) -> Side:
    """One call for each format, since pandoc writes one at a time."""
    commands = [
        (
            PANDOC,
            "--from=markdown-smart",
            *PANDOC_OPTIONS[name],
            f"--output={out / markdown.stem}.{name}",
            str(markdown),
        )
        for name in formats
    ]
    return Side("pandoc", commands)


def measured(side: Side) -> tuple[float, float]:
    """Seconds by the clock and of the processors, including child processes. Raises SystemExit if a command fails."""
    before, start = os.times(), time.perf_counter()
    for command in side.commands:
        ended = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)
        if ended.returncode:
            raise SystemExit(f"{' '.join(command)}: exit {ended.returncode}\n{ended.stderr}")
    seconds, after = time.perf_counter() - start, os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, processor


def run(bench: Bench, pairs: int) -> None:
    """Time the pairs, after a run of each side that fills the caches."""
    measured(bench.ours)
    measured(bench.other)
    for pair in range(pairs):
        order = (bench.ours, bench.other) if pair % 2 else (bench.other, bench.ours)
        times = {side.name: measured(side) for side in order}
        (ours, our_processor), (other, other_processor) = times[bench.ours.name], times[bench.other.name]
        bench.seconds.append((ours, other))
        bench.processor.append((our_processor, other_processor))


# Input: a view as the Markdown that a person would write for pandoc, and a long declaration


def markdown(view: View) -> str:
    """The view's words, numbers, headings and leads, block by block. Pandoc makes the contents itself."""
    front = f"---\ntitle: {_quoted(view.title)}\nlang: {view.language}\n---\n\n"
    return front + "\n\n".join(part for block in view.blocks for part in _block(block)) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Masthead(organisation, kind, _, dates):
            yield from map(_words, filter(None, (organisation, kind, *dates)))
        case Heading(_, label, words, level):
            yield f"{'#' * level} {' '.join(filter(None, (_escaped(label), _words(words) if words else '')))}"
        case Paragraph():
            yield from _paragraph(block)
        case Signatures(signed, columns):
            signatories = [signatory for column in columns for signatory in column.signatories]
            lines = [signed, *(words for signatory in signatories for words in (signatory.name, signatory.title))]
            yield from map(_words, filter(None, lines))
        case Imprint(lines):
            yield from map(_words, lines)


def _paragraph(block: Paragraph) -> Iterator[str]:
    """A list item that begins with the paragraph's number; its children are indented to the text."""
    lead = f"**{_words(block.lead)}** " if block.lead else ""
    label = f"{block.label} ".ljust(4) if block.label else ""
    yield label + lead + _words(block.words)
    for child in block.children:
        yield from (" " * len(label) + part for part in _block(child))


def _words(words: Words) -> str:
    return "".join(map(_inline, words.inlines))


def _inline(inline: Inline) -> str:
    match inline:
        case Run(text, emphasis, strong, language):
            stars = "*" * (emphasis + 2 * strong)
            run = f"{stars}{_escaped(text)}{stars}"
            return f"[{run}]{{lang={language}}}" if language else run
        case Link(runs, href):
            return f"[{''.join(map(_inline, runs))}]({href})"
        case Reference(before, steps, after):
            return _escaped(before + "".join(f"{step.before}{step.text}{step.after}" for step in steps) + after)
    raise NotImplementedError("no declaration that is timed has footnotes")


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#@$~^|])", r"\\\1", text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def missing(view: View, text: str) -> list[str]:
    """The texts of a view that pandoc's plain text lacks, or has in another order, apart from spaces and rules."""
    joined, here, lost = _joined(text), 0, []
    for part in (part for block in view.blocks for part in _block(block)):
        wanted = _joined(_unmarked(part))
        found = joined.find(wanted, here)
        here = here if found < 0 else found + len(wanted)
        lost += [part] if found < 0 else []
    return lost


def _unmarked(markdown: str) -> str:
    without_marks = re.sub(r"^#+ |(?<!\\)\*+|\[((?:[^]\\]|\\.)*)\](?:\([^ ]*\)|\{[^ ]*\})", r"\1", markdown)
    return re.sub(r"\\(.)", r"\1", without_marks)


def _joined(text: str) -> str:
    return re.sub(r"\s+|-{4,}", "", text)


def long_declaration(paragraphs: int) -> str:
    """A source of numbered paragraphs of about 60 words: a heading before every twelfth, a lead for every third."""
    chance = random.Random(paragraphs)
    vocabulary = re.findall(r"\b[a-z]{2,}\b", DECLARATION.read_text("utf-8"))

    def sentence(length: int) -> str:
        words = chance.choices(vocabulary, k=length)
        words[length // 2] = f"*{words[length // 2]}*"
        return " ".join(words).capitalize() + "."

    lines = ["id: long", "title: A long declaration", "languages: [en]", "body:"]
    for number in range(paragraphs):
        if number % 12 == 0:
            heading = sentence(5).replace("*", "").removesuffix(".")
            lines += [f"  - section: s{number}", f"    title: {heading}", "    body:"]
        lines.append(f"      - id: p{number}")
        if number % 3 == 0:
            lines.append(f"        lead: {sentence(3).replace('*', '')}")
        lines += ["        text: |", *(f"          {sentence(20)}" for _ in range(3))]
    return "\n".join(lines) + "\n"


# The benches


def four(folder: Path) -> Bench:
    return _beside_pandoc("the declaration in four formats", DECLARATION, folder, (*TEXTS, "pdf"), 0.7)


def three(folder: Path) -> Bench:
    return _beside_pandoc("the same without the PDF", DECLARATION, folder, TEXTS, 1.0)


def large(folder: Path) -> Bench:
    return _beside_pandoc("10,000 paragraphs, no PDF", _long(folder, 10_000), folder, TEXTS, 0.5)


def linear(folder: Path) -> Bench:
    twice, once = _long(folder, 20_000), _long(folder, 10_000)
    sides = (engross(twice, TEXTS, folder, "20,000"), engross(once, TEXTS, folder, "10,000"))
    return Bench("20,000 paragraphs beside 10,000", *sides, limit=2.2)


BENCHES = {bench.__name__: bench for bench in (four, three, large, linear)}


def _beside_pandoc(title: str, source: Path, folder: Path, formats: Sequence[str], limit: float) -> Bench:
    declaration = load(source)
    view = compose(declaration, declaration.languages[0])
    theirs = folder / f"{source.stem}.md"
    theirs.write_text(markdown(view), "utf-8")
    side = pandoc(theirs, formats, folder)
    measured(pandoc(theirs, ["txt"], folder))
    if lost := missing(view, (folder / f"{theirs.stem}.txt").read_text("utf-8")):
        raise SystemExit(f"{title}: {len(lost)} texts are not the same at pandoc's side, the first: {lost[0]}")
    return Bench(title, engross(source, formats, folder), side, limit)


def _long(folder: Path, paragraphs: int) -> Path:
    path = folder / f"long-{paragraphs}.yaml"
    if not path.exists():
        path.write_text(long_declaration(paragraphs), "utf-8")
    return path


# The table


HEADER = f"{'':<34}{'times':>20}{'ratio: median':>15}{'min':>7}{'max':>7}{'limit':>8}  {'':<9}{'processors':>10}"


def row(bench: Bench) -> str:
    """Medians of the two times and of their ratio, its range, its limit; then the ratio of the processors' time."""
    ours, other = (statistics.median(side) for side in zip(*bench.seconds, strict=True))
    times = f"{ours:.2f} s / {other:.2f} s"
    ratios = bench.ratios
    processor = statistics.median(ours / other for ours, other in bench.processor)
    return (
        f"{bench.title:<34}{times:>20}{statistics.median(ratios):>15.2f}{min(ratios):>7.2f}{max(ratios):>7.2f}"
        f"{bench.limit:>8}  {'held' if bench.held else 'NOT held':<9}{processor:>10.2f}"
    )


def chosen(names: str) -> list[str]:
    known = [name.strip() for name in names.split(",")]
    if unknown := [name for name in known if name not in BENCHES]:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known are {', '.join(BENCHES)}")
    return known


def main() -> int:
    parser = argparse.ArgumentParser(description="Speed beside pandoc's, and against the length of the input.")
    parser.add_argument("--pairs", type=int, default=9, help="how often each is measured (%(default)s)")
    parser.add_argument("--only", type=chosen, default=list(BENCHES), help=f"of {','.join(BENCHES)}")
    options = parser.parse_args()
    if options.pairs < 1:
        parser.error("--pairs: at least one")
    version = subprocess.run((PANDOC, "--version"), capture_output=True, text=True, check=True).stdout.split("\n")[0]
    print(f"engross beside {version}, medians of {options.pairs} interleaved pairs\n\n{HEADER}")
    held = True
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        for name in options.only:
            bench = BENCHES[name](folder)
            run(bench, options.pairs)
            print(row(bench), flush=True)
            held = held and bench.held
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
