"""The speed of batches, mostly as ratios, and their memory.

    python -m tests.bench.batch [--only jobs,nothing,…] [--scale 1.0 | --small]

`--scale 0.1` makes every bench ten times smaller. Both sides of a ratio take turns, so that other work of the machine
slows both; the result is the median of the turns. Exits with 1 if a figure misses its limit, or if a run fails or
writes the wrong number of files. `--small` shows quickly that the benches work, and ignores the limits.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.declarations import declaration, write_declarations

BIN = Path(sys.executable).parent
TEXTS = "docx,html,txt"
ALL = "pdf,docx,html,txt"


@dataclass(frozen=True)
class Measured:
    """A figure, its title, and its maximum, or with `least` its minimum."""

    title: str
    figure: float
    unit: str
    limit: float
    least: bool = False
    detail: str = ""

    @property
    def held(self) -> bool:
        return self.figure >= self.limit if self.least else self.figure <= self.limit

    @property
    def line(self) -> str:
        figure = f"{self.figure:.2f}{self.unit}"
        return f"{self.title:<58}{figure:>9}"

    def __str__(self) -> str:
        word = "at least" if self.least else "at most"
        state = "held" if self.held else "NOT held"
        return f"{self.line}  {word} {self.limit:.3g}{self.unit}  {state:<9}{self.detail}"


def engross(source: Path, out: Path, formats: str, jobs: int = 2, *more: str) -> tuple[float, int]:
    """The seconds of a run as a whole process, and its peak memory in bytes, without its workers."""
    command = [str(BIN / "engross"), "render", str(source), "--out", str(out), "--to", formats, "-q", "-j", str(jobs)]
    started = time.perf_counter()
    ended = subprocess.run([sys.executable, "-c", _PEAK, *command, *more], stdout=subprocess.PIPE, check=False)
    seconds = time.perf_counter() - started
    if ended.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {ended.returncode}")
    wanted = (len(list(source.iterdir())) if source.is_dir() else 1) * len(formats.split(","))
    if (written := sum(path.is_file() for path in out.iterdir())) != wanted:
        raise SystemExit(f"{' '.join(command)}: {written} files, not {wanted}")
    return seconds, int(ended.stdout) * 1024


_PEAK = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""Starts a command and prints its peak memory. The kernel counts the starter's memory too, so it has to be small."""


TURNS = 3
"""Of each side of a ratio."""


def turns(ours: Callable[[int], float], theirs: Callable[[int], float]) -> tuple[float, float]:
    """The medians of two sides that take turns and alternate in going first. Each gets the number of its turn."""
    found: dict[Callable[[int], float], list[float]] = {ours: [], theirs: []}
    for turn in range(TURNS):
        for side in (ours, theirs) if turn % 2 else (theirs, ours):
            found[side].append(side(turn))
    return statistics.median(found[ours]), statistics.median(found[theirs])


# The benches


def jobs(folder: Path, scale: float) -> list[Measured]:
    """Two jobs at a time beside one, with PDFs, and with enough documents that the start hardly counts."""
    count = max(4, round(120 * scale))
    source = write_declarations(folder / "jobs", count)
    ratios = []
    for pair in range(TURNS):
        order = (1, 2) if pair % 2 else (2, 1)
        seconds = {count: engross(source, folder / f"jobs-{pair}-{count}", ALL, count)[0] for count in order}
        ratios.append(seconds[1] / seconds[2])
    ratio = statistics.median(ratios)
    return [Measured(f"{count} declarations, 4 formats: 2 jobs beside 1", ratio, "x", 1.85, least=True)]


def nothing(folder: Path, scale: float) -> list[Measured]:
    """A run in which nothing changed, and one in which a single source changed, beside the time of its own render."""
    count = max(10, round(5000 * scale))
    source, out = write_declarations(folder / "nothing", count, paragraphs=2), folder / "nothing-out"
    engross(source, out, ALL)
    changed = source / "00007.yaml"
    idle, one, single = [], [], []
    for turn in range(TURNS):
        idle.append(engross(source, out, ALL)[0])
        changed.write_text(changed.read_text("utf-8").replace("title: Joint", f"title: {turn} joint", 1), "utf-8")
        one.append(engross(source, out, ALL)[0])
        single.append(engross(changed, folder / f"alone-{turn}", ALL)[0])
        changed.write_text(changed.read_text("utf-8").replace(f"title: {turn} joint", "title: Joint", 1), "utf-8")
        engross(source, out, ALL)
    alone = statistics.median(single)
    title, limit = f"{count} declarations, 4 formats", 1.5 * scale
    return [
        Measured(f"{title}, nothing changed", statistics.median(idle), " s", limit),
        Measured(f"{title}, one changed", statistics.median(one), " s", limit + alone, detail=f"alone: {alone:.2f} s"),
    ]


def pandoc(folder: Path, scale: float) -> list[Measured]:
    """Documents a second, beside a shell loop over pandoc, which writes one format a call."""
    import pypandoc

    count, few = max(10, round(1000 * scale)), max(3, round(10 * scale))
    source, markdown = write_declarations(folder / "pandoc", count), folder / "markdown"
    markdown.mkdir()
    for number in range(few):
        (markdown / f"{number:05}.md").write_text(_markdown(declaration(number)), "utf-8")
    loop = (
        'for file in "$1"/*.md; do for to in docx html plain; do '
        '"$2" --standalone --to=$to --output="$file.$to" "$file"; done; done'
    )
    command = ["bash", "-euc", loop, "-", str(markdown), pypandoc.get_pandoc_path()]

    def theirs(turn: int) -> float:
        started = time.perf_counter()
        subprocess.run(command, check=True)
        return few / (time.perf_counter() - started)

    ours, other = turns(lambda turn: count / engross(source, folder / f"pandoc-{turn}", TEXTS)[0], theirs)
    detail = f"{ours:.1f} a second, {other:.2f} a second"
    return [Measured("documents a second beside a loop over pandoc, 3 formats", ours / other, "x", 10, True, detail)]


def _markdown(source: str) -> str:
    """The same words, as a person would write them for pandoc."""
    lines = []
    for line in map(str.strip, source.splitlines()):
        key, _, value = line.partition(": ")
        match key.removeprefix("- "):
            case "title":
                lines.append(f"\n# {value}\n")
            case "lead":
                lines.append(f"\n1. **{value}**")
            case "text" | "id" | "section" | "languages" | "publication" | "body:" | "signatories:":
                lines.append("")
            case "signed" | "name":
                lines.append(value)
            case _:
                lines.append(line)
    return "\n".join(lines)


def docxtpl(folder: Path, scale: float) -> list[Measured]:
    """Documents a second in three formats, beside a warm loop of docxtpl that writes Word alone."""
    count, few = max(10, round(1000 * scale)), max(5, round(100 * scale))
    source = write_declarations(folder / "docxtpl", count)
    loop = _docxtpl(folder, sorted(source.iterdir())[:few])
    ours, other = turns(
        lambda turn: count / engross(source, folder / f"docxtpl-{turn}", TEXTS)[0], lambda turn: few / loop()
    )
    detail = f"{ours:.1f} a second, {other:.1f} a second"
    return [Measured("documents a second beside a warm loop of docxtpl", ours / other, "x", 3, True, detail)]


def _docxtpl(folder: Path, sources: Sequence[Path]) -> Callable[[], float]:
    """A warm loop of docxtpl over declarations that were read already. The function returned gives its seconds."""
    from docxtpl import DocxTemplate

    from render.compose.edition import compose
    from render.pipeline import load
    from tests.bench.by_docxtpl import rich
    from tests.bench.word import blocks, template

    path = str(template(folder / "template.docx"))
    ready = [blocks(compose(load(source), "en")) for source in sources]

    def loop() -> float:
        started = time.perf_counter()
        for number, runs in enumerate(ready):
            document = DocxTemplate(path)
            document.render({"blocks": [{"kind": kind, "words": rich(words)} for kind, words in runs]})
            document.save(str(folder / f"{number}.docx"))
        return time.perf_counter() - started

    loop()  # warms up
    return loop


def memory(folder: Path, scale: float) -> list[Measured]:
    """The memory of the workers' parent for 5,000 declarations, beside that for 100."""
    many, few = max(200, round(5000 * scale)), 100
    held = {}
    for count in (few, many):
        source = write_declarations(folder / f"memory-{count}", count, paragraphs=1)
        held[count] = engross(source, folder / f"memory-out-{count}", "txt")[1]
    detail = f"{held[many] >> 20} MiB, {held[few] >> 20} MiB"
    ratio = held[many] / held[few]
    return [Measured(f"the parent's memory, {many} declarations beside {few}", ratio, "x", 1.5, detail=detail)]


def overhead(folder: Path, scale: float) -> list[Measured]:
    """A PDF from source to disk in a worker, beside WeasyPrint alone with the same page and tags."""
    from render.compose.edition import compose
    from render.pipeline import load
    from render.write.html import write_print
    from render.write.pdf.printer import prepare, print_page

    count = max(4, round(12 * scale))
    source, report = write_declarations(folder / "overhead", count), folder / "report.json"
    pages = [write_print(compose(load(path), "en")) for path in sorted(source.iterdir())]
    prepare()

    def theirs(_: int) -> float:
        return sum([_seconds(print_page, page) for page in pages][_WARM:])

    def ours(turn: int) -> float:
        out = folder / f"overhead-{turn}"
        engross(source, out, "pdf", 1, "--report", str(report), "--timeout", "600")
        documents = json.loads(report.read_text("utf-8"))["documents"]
        in_order = sorted(documents, key=lambda document: document["source"])
        return float(sum(document["seconds"] for document in in_order[_WARM:]))

    theirs(0)  # warms up
    mine, other = turns(ours, theirs)
    return [Measured("a PDF beside WeasyPrint alone, warm", mine / other, "x", 1.05)]


_WARM = 2
"""The documents at the start of a worker that don't count, because it is still warming up."""


def _seconds(step: Callable[[str], object], argument: str) -> float:
    started = time.perf_counter()
    step(argument)
    return time.perf_counter() - started


BENCHES: dict[str, Callable[[Path, float], list[Measured]]] = {
    bench.__name__: bench for bench in (jobs, nothing, pandoc, docxtpl, memory, overhead)
}


def chosen(names: str) -> Sequence[str]:
    known = [name.strip() for name in names.split(",")]
    if unknown := [name for name in known if name not in BENCHES]:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known are {', '.join(BENCHES)}")
    return known


def main() -> int:
    parser = argparse.ArgumentParser(description="The speed and memory of batches.")
    parser.add_argument("--only", type=chosen, default=list(BENCHES), help=f"of {','.join(BENCHES)}")
    parser.add_argument("--scale", type=float, default=1.0, help="how large the benches are (%(default)s)")
    parser.add_argument("--small", action="store_true", help="only see that the benches work; no limit holds")
    options = parser.parse_args()
    held = True
    # All files are removed at the very end: some disks create files slowly for minutes after others were removed.
    with tempfile.TemporaryDirectory() as whole:
        for name in options.only:
            folder = Path(whole, name)
            folder.mkdir()
            for measured in BENCHES[name](folder, 0.0 if options.small else options.scale):
                print(measured.line if options.small else measured, flush=True)
                held = held and measured.held
    return 0 if held or options.small else 1


if __name__ == "__main__":
    sys.exit(main())
