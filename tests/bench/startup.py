"""The time that a command needs to start: the import time of each module, the slowest first.

    python tests/bench/startup.py [--most N]

For two commands: `engross --help`, and `engross render` of the declaration to HTML, Word and text. Each runs once to
compile the modules, then five times, and the quickest run is shown.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

DECLARATION = Path(__file__).parents[2] / "source" / "uk-lithuania-2022.yaml"
RUNS = 5
_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| +(\S+)")

Times = dict[str, tuple[int, int]]
"""Of each module, its own microseconds, and those including the modules that it was the first to import."""


def imports(arguments: list[str]) -> Times:
    """The import times of one run of `engross` with these arguments."""
    command = [sys.executable, "-X", "importtime", "-m", "render", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    return {module: (int(own), int(all_)) for own, all_, module in _LINE.findall(ended.stderr)}


def quickest(arguments: list[str]) -> Times:
    imports(arguments)
    return min((imports(arguments) for _ in range(RUNS)), key=total)


def total(times: Times) -> int:
    return sum(own for own, _ in times.values())


def show(title: str, times: Times, most: int) -> None:
    packages: Counter[str] = Counter()
    for module, (own, _) in times.items():
        packages[module.split(".")[0]] += own
    print(f"{title}: {total(times) / 1000:.1f} ms in {len(times)} modules\n")
    print("  own ms   all ms  module")
    for module, (own, all_) in sorted(times.items(), key=lambda item: -item[1][0])[:most]:
        print(f"{own / 1000:8.2f} {all_ / 1000:8.2f}  {module}")
    print("\n  own ms  package")
    for package, own in packages.most_common(most // 2):
        print(f"{own / 1000:8.2f}  {package}")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description="The import time of each module.")
    parser.add_argument("--most", type=int, default=20, help="how many modules are shown (%(default)s)")
    most = parser.parse_args().most
    show("engross --help", quickest(["--help"]), most)
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["render", str(DECLARATION), "--to", "html,docx,txt", "--out", folder, "--force"]
        show("engross render --to html,docx,txt", quickest(arguments), most)


if __name__ == "__main__":
    main()
