"""The speed of batches as ratios, each in one run, and their memory.

    python -m tests.bench.batch [--only jobs,nothing,…] [--scale 1.0]

`--scale` makes every bench as much smaller. Exits with 1 where a limit does not hold. On a machine that has other work
the load is not the same on both sides of a ratio: repeat it then.
"""

from __future__ import annotations

import argparse
import json
import shutil
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
    """A figure, what it is of, and the most that it may be, or the least."""

    title: str
    figure: float
    unit: str
    limit: float
    least: bool = False
    detail: str = ""

    @property
    def held(self) -> bool:
        return self.figure >= self.limit if self.least else self.figure <= self.limit

    def __str__(self) -> str:
        word = "at least" if self.least else "at most"
        state = "held" if self.held else "NOT held"
        figure = f"{self.figure:.2f}{self.unit}"
        return f"{self.title:<58}{figure:>9}  {word} {self.limit:g}{self.unit}  {state:<9}{self.detail}"


def engross(source: Path, out: Path, formats: str, jobs: int = 2, *more: str) -> tuple[float, int]:
    """Seconds of a run, as a whole process, and the most memory that it held, in bytes. Its workers are apart."""
    command = [str(BIN / "engross"), "render", str(source), "--out", str(out), "--to", formats, "-q", "-j", str(jobs)]
    started = time.perf_counter()
    ended = subprocess.run([sys.executable, "-c", _PEAK, *command, *more], stdout=subprocess.PIPE, check=False)
    if ended.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {ended.returncode}")
    return time.perf_counter() - started, int(ended.stdout) * 1024


_PEAK = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""Starts a command, and says what it held. The kernel counts in what its starter holds, so that has to be small."""


# The benches


def jobs(folder: Path, scale: float) -> Measured:
    """Two jobs at a time beside one, PDFs too."""
    count = max(4, round(60 * scale))
    source = write_declarations(folder / "jobs", count)
    ratios = []
    for pair in range(3):
        order = (1, 2) if pair % 2 else (2, 1)
        seconds = {it: engross(source, folder / f"jobs-{pair}-{it}", ALL, it)[0] for it in order}
        ratios.append(seconds[1] / seconds[2])
    ratio = statistics.median(ratios)
    return Measured(f"{count} declarations, 4 formats: 2 jobs beside 1", ratio, "x", 1.85, least=True)


def nothing(folder: Path, scale: float) -> Measured:
    """Nothing changed since the last run; what it takes when one source has, is in the detail."""
    count = max(10, round(5000 * scale))
    source, out = write_declarations(folder / "nothing", count, paragraphs=2), folder / "nothing-out"
    engross(source, out, ALL)
    seconds = statistics.median(engross(source, out, ALL)[0] for _ in range(5))
    changed, alone = source / "00007.yaml", folder / "alone"
    edited = changed.read_text("utf-8").replace("title: Joint", "title: New joint")
    changed.write_text(edited, "utf-8")
    one = engross(source, out, ALL)[0]
    single = engross(changed, alone, ALL)[0]
    detail = f"one changed: {one:.2f} s; that one alone: {single:.2f} s"
    return Measured(f"{count} declarations, 4 formats, nothing changed", seconds, " s", 1.5 * scale, detail=detail)


def pandoc(folder: Path, scale: float) -> Measured:
    """Documents a second, beside those of a shell loop over pandoc, one call a format as pandoc has it."""
    import pypandoc

    count, theirs = max(10, round(1000 * scale)), max(3, round(30 * scale))
    source = write_declarations(folder / "pandoc", count)
    ours = count / engross(source, folder / "pandoc-out", TEXTS)[0]
    markdown = folder / "markdown"
    markdown.mkdir()
    for number in range(theirs):
        (markdown / f"{number:05}.md").write_text(_markdown(declaration(number)), "utf-8")
    loop = (
        'for it in "$1"/*.md; do for to in docx html plain; do "$2" --standalone --to=$to --output="$it.$to" "$it"; '
        "done; done"
    )
    started = time.perf_counter()
    subprocess.run(["bash", "-euc", loop, "-", str(markdown), pypandoc.get_pandoc_path()], check=True)
    other = theirs / (time.perf_counter() - started)
    detail = f"{ours:.1f} a second, {other:.2f} a second"
    return Measured("documents a second beside a loop over pandoc, 3 formats", ours / other, "x", 10, True, detail)


def _markdown(source: str) -> str:
    """The same words as a person would write them for pandoc."""
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


def docxtpl(folder: Path, scale: float) -> Measured:
    """Documents a second in three formats, beside those that one warm loop of docxtpl makes in Word alone."""
    count, theirs = max(10, round(1000 * scale)), max(5, round(100 * scale))
    source = write_declarations(folder / "docxtpl", count)
    ours = count / engross(source, folder / "docxtpl-out", TEXTS)[0]
    other = theirs / _docxtpl_seconds(folder, theirs)
    detail = f"{ours:.1f} a second, {other:.1f} a second"
    return Measured("documents a second beside a warm loop of docxtpl", ours / other, "x", 3, True, detail)


def _docxtpl_seconds(folder: Path, count: int) -> float:
    """Seconds that docxtpl takes for so many declarations. It has a start: what it fills in is read and ready."""
    from docxtpl import DocxTemplate

    from render.compose import compose
    from render.pipeline import load
    from tests.bench.by_docxtpl import rich
    from tests.bench.word import blocks, template

    path = str(template(folder / "template.docx"))
    sources = sorted((folder / "docxtpl").iterdir())[: count + 1]
    ready = [blocks(compose(load(source), "en")) for source in sources]
    started = 0.0
    for number, runs in enumerate(ready):
        if number == 1:  # the first warms up
            started = time.perf_counter()
        document = DocxTemplate(path)
        document.render({"blocks": [{"kind": kind, "words": rich(it)} for kind, it in runs]})
        document.save(str(folder / f"{number}.docx"))
    return time.perf_counter() - started


def memory(folder: Path, scale: float) -> Measured:
    """What the parent of the workers holds for 5,000 declarations, beside what it holds for 100."""
    many, few = max(200, round(5000 * scale)), 100
    held = {}
    for count in (few, many):
        source = write_declarations(folder / f"memory-{count}", count, paragraphs=1)
        held[count] = engross(source, folder / f"memory-out-{count}", "txt")[1]
    detail = f"{held[many] >> 20} MiB, {held[few] >> 20} MiB"
    ratio = held[many] / held[few]
    return Measured(f"the parent's memory, {many} declarations beside {few}", ratio, "x", 1.5, detail=detail)


def overhead(folder: Path, scale: float) -> Measured:
    """A PDF from source to disk, as a worker makes it, beside WeasyPrint alone: the same page, tags and all."""
    from render.compose import compose
    from render.pipeline import load
    from render.write.html import write_print
    from render.write.pdf import prepare, print_page

    count = max(6, round(30 * scale))
    source, report = write_declarations(folder / "overhead", count), folder / "report.json"
    pages = [write_print(compose(load(path), "en")) for path in sorted(source.iterdir())]
    prepare()
    theirs = [_seconds(print_page, page) for page in pages]
    engross(source, folder / "overhead-out", "pdf", 1, "--report", str(report), "--timeout", "600")
    ours = {it["source"]: it["seconds"] for it in json.loads(report.read_text("utf-8"))["documents"]}
    pairs = list(zip((ours[it] for it in sorted(ours)), theirs, strict=True))[2:]  # the first warm up
    return Measured("a PDF beside WeasyPrint alone, warm", statistics.median(a / b for a, b in pairs), "x", 1.05)


def _seconds(step: Callable[[str], object], argument: str) -> float:
    started = time.perf_counter()
    step(argument)
    return time.perf_counter() - started


BENCHES: dict[str, Callable[[Path, float], Measured]] = {
    it.__name__: it for it in (jobs, nothing, pandoc, docxtpl, memory, overhead)
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
    options = parser.parse_args()
    held = True
    for name in options.only:
        folder = Path(tempfile.mkdtemp())
        try:
            measured = BENCHES[name](folder, options.scale)
        finally:
            shutil.rmtree(folder)
        print(measured, flush=True)
        held = held and measured.held
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
