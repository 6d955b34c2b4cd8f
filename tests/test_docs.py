"""What the documents say is so: commands run, examples render, options and keys are all there, links lead somewhere."""

from __future__ import annotations

import inspect
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from signal import SIGINT, SIGTERM
from typing import Any, get_args

import click
import pytest
from PIL import Image

from render import render
from render.cli.commands import main
from render.errors import EngrossError
from render.model.declaration import STATUSES, Part
from render.read.fields import NODES
from render.write.formats import FORMATS

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
PAGES = {"README.md": README, "CONTRIBUTING.md": CONTRIBUTING, "CHANGELOG.md": CHANGELOG}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MAX_PICTURE = 60_000


@dataclass(frozen=True)
class Fence:
    """A fenced block: its language, its lines, and the file that they are, where the line before says so."""

    page: str
    file: str | None
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}: {self.text.strip().splitlines()[0]}"


def fences(*languages: str) -> list[Fence]:
    pattern = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    found = [Fence(page, *match.groups()) for page, text in PAGES.items() for match in pattern.finditer(text)]
    return [fence for fence in found if fence.language in languages]


def section(heading: str, page: str = README) -> str:
    """What stands under a heading, up to the next of its level or above."""
    marks = heading.split(" ")[0]
    found = re.search(rf"^{re.escape(heading)}\b.*?(?=^#{{1,{len(marks)}}} |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {heading!r}"
    return found[0]


def rows(text: str) -> dict[str, str]:
    """The rows of the tables in a text, by what is in backticks in the first cell."""
    return {row[1]: row[0] for row in re.finditer(r"^\| `([^`]+)`.*\|$", text, re.MULTILINE)}


# Commands


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder with the sources, the environment, and the files that the documents show."""
    shutil.copytree(ROOT / "source", tmp_path / "source")
    (tmp_path / ".venv").symlink_to(BIN.parent)
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    for fence in fences("yaml", "jinja"):
        if fence.file:
            path = tmp_path / fence.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(fence.text, "utf-8")
    return tmp_path


def said(command: str | list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    environment["PATH"] = f"{BIN}{os.pathsep}{environment['PATH']}"
    arguments = ["bash", "-euo", "pipefail", "-c", command] if isinstance(command, str) else command
    return subprocess.run(
        arguments, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def is_a_target(line: str) -> None:
    """It would set up, test and render in the middle of a test."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(line.split()[1:]) <= targets


def installs_what_is_built(line: str) -> None:
    """It would change the environment that the tests run in; .ci/run builds the wheel and installs it."""
    assert line.split()[-1] == f"dist/{PROJECT['name']}-{PROJECT['version']}-py3-none-any.whl"


def builds_as_ci_does(line: str) -> None:
    """.ci/run builds the wheel by the same module."""
    assert "-m build --wheel" in line
    assert "-m build --wheel" in (ROOT / ".ci" / "run").read_text("utf-8")


def installs_what_setup_needs(line: str) -> None:
    """It would change the machine."""
    base = (ROOT / ".ci" / "system.sh").read_text("utf-8").split("base)\n")[1].split(";;")[0]
    assert set(line.split("install ")[1].split()) == set(re.findall(r"need (lib\S+)", base))


def prints_a_script(line: str) -> None:
    """It belongs into a shell's start-up file, and the shell may not be here."""
    shell = re.findall(r"_ENGROSS_COMPLETE=(\w+)_source", line)[0]
    environment = os.environ | {"_ENGROSS_COMPLETE": f"{shell}_source"}
    script = subprocess.run([BIN / "engross"], env=environment, capture_output=True, text=True, check=True).stdout
    assert f"_ENGROSS_COMPLETE={shell}_complete" in script


def is_there_for(line: str) -> None:
    """It checks or tests the whole project, as `make lint` and `make test` do, or this test in itself."""
    program, *arguments = line.split()
    assert (BIN / Path(program).name).is_file()
    assert all((ROOT / it).exists() for it in arguments if "/" in it)


def takes_these_options(line: str) -> None:
    """It takes long."""
    program, *options = line.split(" --")
    told = said([sys.executable, *program.split()[1:], "--help"], ROOT)
    assert told.returncode == 0
    assert all(f"--{it.split()[0]}" in told.stdout for it in options)


EXCEPTIONS: dict[str, Callable[[str], None]] = {
    r"make ": is_a_target,
    r"pip install ": installs_what_is_built,
    r"\.venv/bin/python -m build ": builds_as_ci_does,
    r"sudo apt-get install ": installs_what_setup_needs,
    r"(eval.*)?_ENGROSS_COMPLETE=": prints_a_script,
    r"\.venv/bin/(pytest|ruff|mypy|lint-imports)\b": is_there_for,
    r"\.venv/bin/python (-m tests\.bench\.|tests/bench/)": takes_these_options,
}
"""Commands that do not run here, with what is checked of each instead; the reason is in the docstring."""


def exception(line: str) -> Callable[[str], None] | None:
    return next((check for pattern, check in EXCEPTIONS.items() if re.match(pattern, line)), None)


@pytest.mark.parametrize("fence", fences("sh"), ids=str)
def test_commands_run(fence: Fence, workspace: Path) -> None:
    to_run = []
    for line in fence.text.splitlines():
        if check := exception(line):
            check(line)
        else:
            to_run.append(line)
    ended = said("\n".join(to_run), workspace)
    assert ended.returncode == 0, ended.stdout
    assert "failed" not in ended.stdout


def exchanges(text: str) -> Iterator[tuple[str, str]]:
    """The commands that are shown with their prompt, and what each says."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


@pytest.mark.parametrize("fence", fences("console"), ids=str)
def test_commands_say_what_is_shown(fence: Fence, workspace: Path) -> None:
    shown = list(exchanges(fence.text))
    assert [(command, said(command, workspace).stdout) for command, _ in shown] == shown


@pytest.mark.parametrize("fence", fences("python"), ids=str)
def test_python_runs(fence: Fence, workspace: Path) -> None:
    ended = said([sys.executable, "-c", fence.text], workspace)
    assert (ended.returncode, ended.stdout) == (0, "")


def test_every_exception_is_needed() -> None:
    lines = [line for fence in fences("sh") for line in fence.text.splitlines()]
    assert [it for it in EXCEPTIONS if not any(re.match(it, line) for line in lines)] == []


def test_the_first_source_renders_in_html_and_text(workspace: Path) -> None:
    source = next(fence.file for fence in fences("yaml") if fence.file)
    ended = said(f"engross render {source} --to html,txt --out here", workspace)
    assert ended.stdout.split() == [f"here/{Path(source).stem}.html", f"here/{Path(source).stem}.txt"]


def test_make_and_its_explanation_have_the_same_targets() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE)
    assert re.findall(r"^\| `make (\w+)`", section("## Set-up", CONTRIBUTING), re.MULTILINE) == targets


# Options


def parameters() -> list[tuple[str, click.Parameter]]:
    context = click.Context(main)
    return [
        (name, parameter)
        for name in main.list_commands(context)
        for parameter in main.commands[name].params
        if isinstance(parameter, click.Option)
    ]


@pytest.mark.parametrize(("command", "option"), parameters(), ids=str)
def test_every_option_is_documented(command: str, option: click.Option) -> None:
    text = section(f"### engross {command}")
    metavar = f" {option.metavar}" if option.metavar else ""
    assert [it for it in option.opts if f"`{it}{metavar}`" not in text] == []
    if isinstance(option.type, click.Choice):
        row = rows(text)[option.opts[0]]
        assert [it for it in option.type.choices if f"`{it}`" not in row] == []


def test_every_option_that_is_documented_exists() -> None:
    for name, command in main.commands.items():
        documented = re.findall(r"^\| `(--[a-z-]+)", section(f"### engross {name}"), re.MULTILINE)
        known = {opt for parameter in command.params for opt in parameter.opts}
        assert set(documented) <= known


def test_every_argument_of_the_python_api_is_documented() -> None:
    told = README.replace("\n", " ")
    named = [it.name for it in inspect.signature(render).parameters.values() if it.kind is it.KEYWORD_ONLY]
    assert f"`render(declaration, to, {', '.join(f'{it}=…' for it in named)})`" in told


def test_every_command_and_its_help_is_documented() -> None:
    text = section("## Commands")
    assert re.findall(r"^### engross ([\w-]+)", text, re.MULTILINE) == sorted(main.commands, key=text.index)
    assert all(f"`{it}`" in text for it in ("--help", "-h", "engross --version"))


def test_every_format_is_documented() -> None:
    assert set(rows(section("## What each format gives"))) == set(FORMATS)
    assert re.findall(r"`([a-z]+)`", rows(section("### engross render"))["--to FORMAT,…"]) == list(FORMATS)


def test_every_exit_code_is_documented() -> None:
    errors: list[type[EngrossError]] = [EngrossError, *EngrossError.__subclasses__()]
    codes = {0, *(error.exit_code for error in errors), *(128 + it for it in (SIGINT, SIGTERM))}
    documented = re.findall(r"^\| ([\d, ]+) \|", section("### Exit codes"), re.MULTILINE)
    assert {int(code) for row in documented for code in row.split(", ")} == codes


# The source's keys


PARTS: tuple[Any, ...] = get_args(Part)


def row_of(part: type) -> str:
    """The row of a part's keys: a node's is named for the key that says its kind, any other for its class."""
    kinds = {shape.part: kind for kind, shape in NODES.items()}
    return rows(section("### Its keys"))[kinds.get(part, part.__name__.lower())]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_is_documented_and_bold_where_it_must_be_there(part: Any) -> None:
    documented = {name: bool(bold) for bold, name in re.findall(r"(\*\*)?`([a-z_]+)`", row_of(part).split("|", 2)[2])}
    needed = {it.name: it.default is MISSING and it.default_factory is MISSING for it in fields(part) if it.compare}
    assert {name: documented.get(name) for name in needed} == needed


@pytest.mark.parametrize("kind", NODES)
def test_nodes_have_the_keys_of_their_parts(kind: str) -> None:
    assert {it.name for it in fields(NODES[kind].part)} == set(NODES[kind].keys)


def test_every_key_that_is_documented_exists() -> None:
    known = {it.name for part in PARTS for it in fields(part)} | {*STATUSES, "true"}
    for row in rows(section("### Its keys")).values():
        assert set(re.findall(r"`([a-z_]+)`", row.split("|", 2)[2])) <= known


# Links, files and pictures


def links(page: str) -> list[str]:
    outside_fences = re.sub(r"^```.*?^```$", "", PAGES[page], flags=re.MULTILINE | re.DOTALL)
    outside_code = re.sub(r"`[^`\n]+`", "", outside_fences)
    return re.findall(r"\]\(([^)\s]+)\)", outside_code)


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        if re.match("https://", link):
            continue
        assert (ROOT / path).exists(), link
        assert not anchor or anchor in anchors(PAGES[path or page]), link


def test_every_file_that_contributors_are_told_of_is_there() -> None:
    named = re.findall(r"`([\w./-]+(?:\.\w+|/))`", CONTRIBUTING)
    no_files = {".tools/", ".md.j2", "x.yaml"}
    folders = (
        ROOT,
        *(ROOT / "render" / it for it in (".", "batch", "cli", "output", "read", "write")),
        ROOT / "templates",
        ROOT / "tests" / "batch",
    )
    missing = {it for it in named if not any((folder / it).exists() for folder in folders)}
    assert {it for it in missing - no_files if "/" in it or re.search(r"\.(py|css|j2|json|md|toml|lock)$", it)} == set()


def test_pictures_are_there_and_small() -> None:
    pictures = re.findall(r"!\[([^]]+)\]\(([^)]+)\)", README)
    assert len(pictures) == len([it for it in FORMATS.values() if it.default])
    assert {ROOT / path for _, path in pictures} == set((ROOT / "docs").iterdir())
    for _, path in pictures:
        assert (ROOT / path).stat().st_size < MAX_PICTURE
        with Image.open(ROOT / path) as picture:
            assert (picture.format, picture.mode) == ("PNG", "P")


def test_the_changelog_begins_with_this_version() -> None:
    assert re.findall(r"^## \[([^]]+)\]", CHANGELOG, re.MULTILINE)[0] == PROJECT["version"]
