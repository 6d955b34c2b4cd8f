"""The outputs that the validators check, made once by the command as its users call it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fonts import font_environment

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".tools" / "bin"
SINK = ROOT / "tests" / "data" / "kitchen-sink.yaml"
COPIES = 48
"""Copies of the kitchen sink's body, which fill 300 pages."""
BRIEFINGS = ["briefing", "sink_briefing", "sink_extract"]
ALL_FORMATS = "pdf,docx,html,txt,eml"
ROWS = 120
"""Rows of each table, so that it continues over pages."""


@dataclass(frozen=True)
class Output:
    """The files of one document, by suffix."""

    folder: Path
    name: str

    def __getitem__(self, suffix: str) -> Path:
        return self.folder / f"{self.name}.{suffix}"


def run(*command: str | Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A finished command with its output. The command finds only the project's fonts, unless `env` has others."""
    env = env or font_environment()
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, env=env)


def render(source: Path, folder: Path, *options: str) -> None:
    done = run(sys.executable, "-m", "render", "render", source, "--out", folder, *options, env=os.environ)
    assert done.returncode == 0, done.stderr


def compare(text: str, golden: Path, update: bool) -> None:
    """Compare a text with the accepted one, or accept it."""
    if update:
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8"), f"{golden} differs: read the difference, then run with --update-golden"


def long_source() -> str:
    """The kitchen sink's body many times over, with longer tables."""
    text = SINK.read_text("utf-8").replace("id: kitchen-sink", "id: long", 1)
    front, rest = text.split("\nbody:\n")
    main, annexes = rest.split("  - annex:", 1)
    first = '              - [Meet every year, A and B, "2025"]\n'
    main = main.replace(first, "".join(first.replace("every year", f"in year {year}") for year in range(ROWS)))
    own = set(re.findall(r"(?:id|section|article|recital|table): ([a-z][a-z0-9-]*)", main))

    def copy(number: int) -> str:
        named = re.sub(r"((?:id|section|article|recital|table): )([a-z][a-z0-9-]*)", rf"\g<1>\g<2>-c{number}", main)
        cited = re.sub(
            r"\(#([a-z0-9-]+)\)", lambda match: f"(#{match[1]}-c{number})" if match[1] in own else match[0], named
        )
        return cited.replace("number: 10\n", f"number: {10 + 20 * number}\n")

    return f"{front}\nbody:\n{''.join(map(copy, range(COPIES)))}  - annex:{annexes}"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outputs")


@pytest.fixture(scope="session")
def declaration(folder: Path) -> Output:
    """The real declaration."""
    render(ROOT / "source" / "uk-lithuania-2022.yaml", folder)
    return Output(folder, "uk-lithuania-2022")


@pytest.fixture(scope="session")
def sink(folder: Path) -> Output:
    """Every kind of block and inline."""
    render(SINK, folder)
    return Output(folder, "kitchen-sink")


@pytest.fixture(scope="session")
def long(folder: Path) -> Output:
    """The kitchen sink in 300 pages."""
    source = folder / "long.yaml"
    source.write_text(long_source(), "utf-8")
    for picture in SINK.parent.glob("*.png"):
        shutil.copy(picture, folder)
    render(source, folder)
    return Output(folder, "long")


@pytest.fixture(scope="session")
def briefing(folder: Path) -> Output:
    """The briefing on the real declaration."""
    render(ROOT / "source" / "uk-lithuania-2022.yaml", folder, "--edition", "briefing", "--to", ALL_FORMATS)
    return Output(folder, "uk-lithuania-2022.briefing")


@pytest.fixture(scope="session")
def sink_briefing(folder: Path) -> Output:
    """A briefing of an overlay with every key, on a draft, with notes and a marking, and the text as an annex."""
    for path in SINK.parent.glob("*.png"):
        shutil.copy(path, folder)
    drafted = re.sub(r"(?m)^status: .*$", "status: draft", SINK.read_text("utf-8"), count=1)
    (folder / "kitchen-sink.yaml").write_text(drafted, "utf-8")
    shutil.copy(SINK.with_name("kitchen-sink.briefing.yaml"), folder)
    render(folder / "kitchen-sink.yaml", folder, "--edition", "briefing", "--with-text", "--to", ALL_FORMATS)
    return Output(folder, "kitchen-sink.briefing-with-text.draft")


@pytest.fixture(scope="session")
def sink_extract(sink_briefing: Output) -> Output:
    """The extract of that briefing on one topic."""
    source = sink_briefing.folder / "kitchen-sink.yaml"
    render(source, sink_briefing.folder, "--edition", "briefing", "--topic", "trade", "--to", ALL_FORMATS)
    return Output(sink_briefing.folder, "kitchen-sink.briefing.topic-trade.draft")


@pytest.fixture(params=["declaration", "sink", "long", *BRIEFINGS])
def output(request: pytest.FixtureRequest) -> Output:
    """Each of the outputs."""
    made = request.getfixturevalue(request.param)
    assert isinstance(made, Output)
    return made
