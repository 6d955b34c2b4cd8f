"""A coverage-guided fuzzer (atheris, on libFuzzer) over all that reads what others wrote, and over each text writer.

    python -m tests.security.fuzz --minutes 60

runs every target for its share of the time, each in a process of its own, prints the executions and the coverage
reached, and exits with 1 if it found something. Inputs that reached new code are kept in `--corpus`; each finding is in
`--findings`: the input, and the traceback beside it. `--replay FILE --only TARGET` runs one input.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
MAX_SECONDS = 20
"""Of the processor: after these an input counts as one that hangs."""
MAX_MEMORY = 3 * 2**30
"""Bytes of the process that fuzzes."""
MAX_LENGTH = 1 << 16
"""Bytes of an input."""
TARGET_NAMES = ("read", "overlay", "txt", "html", "md", "eml", "docx", "house", "picture")


class Hang(BaseException):
    """An input takes too long. No handler of exceptions may catch it."""


class Figures(NamedTuple):
    """What was done for one target: the executions, the edges and the features reached, the inputs kept."""

    target: str
    executions: int
    edges: int
    features: int
    kept: int


def main() -> int:
    options = _options().parse_args()
    if options.replay:
        return _replay(options.only[0], options.replay)
    if options.child:
        _fuzz(options.child, options.corpus, options.findings, options.minutes)
        return 0
    before = set(options.findings.glob("*.txt"))
    targets = options.only or list(TARGET_NAMES)
    for target in targets:
        print(_run(target, options, options.minutes / len(targets)), flush=True)
    found = sorted(set(options.findings.glob("*.txt")) - before)
    print(f"findings: {len(found)}", *found, sep="\n")
    return bool(found)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60, help="for all targets together")
    parser.add_argument("--only", nargs="*", choices=TARGET_NAMES, help="these targets")
    parser.add_argument("--corpus", type=Path, default=ROOT / ".fuzz" / "corpus")
    parser.add_argument("--findings", type=Path, default=ROOT / ".fuzz" / "findings")
    parser.add_argument("--replay", type=Path, help="run one input")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    return parser


def _run(target: str, options: argparse.Namespace, minutes: float) -> Figures:
    """Fuzz a target in a process of its own; start it again after a crash of the interpreter, which is a finding."""
    end, figures = time.monotonic() + 60 * minutes, Figures(target, 0, 0, 0, 0)
    options.findings.mkdir(parents=True, exist_ok=True)
    while (left := end - time.monotonic()) > 1:
        paths = ["--corpus", options.corpus, "--findings", options.findings]
        command = [sys.executable, "-m", "tests.security.fuzz", "--child", target, "--minutes", left / 60, *paths]
        process = subprocess.run(
            [str(part) for part in command], cwd=ROOT, stderr=subprocess.PIPE, text=True, errors="replace", check=False
        )
        figures = _added(figures, process.stderr)
        if process.returncode == 0:
            break
        report = options.findings / f"{target}-process-{sha256(process.stderr.encode()).hexdigest()[:8]}.txt"
        report.write_text(f"exit {process.returncode}\n{process.stderr[-5000:]}")
    return figures


def _added(figures: Figures, log: str) -> Figures:
    """The figures, with those that libFuzzer's log has."""
    executions = [int(found) for found in re.findall(r"^#(\d+)\t", log, re.MULTILINE)] or [0]
    reached = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)/", log) or [("0", "0", "0")]
    edges, features, kept = map(int, reached[-1])
    return Figures(figures.target, figures.executions + executions[-1], edges, features, kept)


# One target


def _fuzz(name: str, corpus: Path, findings: Path, minutes: float) -> None:
    """Fuzz a target until the time is over. libFuzzer then ends the process."""
    import atheris

    with atheris.instrument_imports(include=["render", *(["PIL"] if name == "picture" else [])]):
        from tests.security.fuzz_inputs import mutated, seeds
        from tests.security.fuzz_targets import TARGETS

    own = corpus / name
    own.mkdir(parents=True, exist_ok=True)
    for seed in seeds(name):
        (own / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    signal.signal(signal.SIGPROF, _raise_hang)

    def change(data: bytes, max_size: int, seed: int) -> bytes:
        chance = random.Random(seed)
        changed = atheris.Mutate(data, max_size) if chance.random() < 0.3 else mutated(bytes(data), name, chance)
        return bytes(changed[:max_size])

    limits = [
        f"-max_total_time={max(1, int(60 * minutes))}",
        f"-max_len={MAX_LENGTH}",
        "-len_control=0",
        "-timeout=3600",
    ]
    arguments = ["fuzz", *limits, "-rss_limit_mb=0", f"-artifact_prefix={findings}/{name}-", str(own)]
    atheris.Setup(arguments, _keeping(name, TARGETS[name], findings), custom_mutator=change)
    atheris.Fuzz()


def _keeping(name: str, target: Callable[[bytes], None], findings: Path) -> Callable[[bytes], None]:
    """The target, which writes down what it raises, each fault once, and goes on."""

    def run(data: bytes) -> None:
        signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
        try:
            target(bytes(data))
        except (Exception, Hang) as error:
            signal.setitimer(signal.ITIMER_PROF, 0)
            _write_down(name, bytes(data), error, findings)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    return run


def _write_down(name: str, data: bytes, error: BaseException, findings: Path) -> None:
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    fault = "hang" if isinstance(error, Hang) else f"{type(error).__name__} {places[-1]}"
    stem = f"{name}-{sha256(fault.encode()).hexdigest()[:12]}"
    if not (findings / f"{stem}.txt").exists():
        (findings / f"{stem}.input").write_bytes(data)
        (findings / f"{stem}.txt").write_text("".join(traceback.format_exception(error)), errors="replace")


def _raise_hang(_signal: int, _frame: FrameType | None) -> Any:
    raise Hang


def _replay(name: str, file: Path) -> int:
    from tests.security.fuzz_targets import TARGETS

    TARGETS[name](file.read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())
