"""What the documents show is so: page by page, from top to bottom, files are written, commands run and print this."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.docs.commands import BIN, EXCEPTIONS, exception, run
from tests.docs.pages import PAGES, ROOT, Fence, fences
from tests.docs.test_reference import KEYS


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder with the sources and the environment, as in a checkout."""
    shutil.copytree(ROOT / "source", tmp_path / "source")
    (tmp_path / ".venv").symlink_to(BIN.parent)
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_followed(page: str, workspace: Path, request: pytest.FixtureRequest) -> None:
    if page == "docs/tutorial.md":
        shutil.rmtree(workspace / "source")
    printed: dict[Fence, str] = {}
    edited = None
    for fence in fences(page):
        match fence.language:
            case "sh":
                run_all(fence, workspace)
            case "console":
                printed[fence] = as_printed(fence, workspace)
            case "python":
                run_python(fence, workspace)
            case "diff" if edited:
                edit(edited, fence.text)
            case _ if fence.file:
                edited = workspace / fence.file
                edited.parent.mkdir(parents=True, exist_ok=True)
                edited.write_text(fence.text, "utf-8")
    if request.config.getoption("--update-golden"):
        update(page, printed)
    else:
        assert list(printed.values()) == [fence.text for fence in printed]


def run_all(fence: Fence, folder: Path) -> None:
    """Run the commands of a fence; one that goes on over several lines is a shell's."""
    lines = []
    for line in fence.text.splitlines():
        if check := exception(line):
            check(line)
        elif not line.startswith("#"):
            lines.append(line)
    spread = any(re.match(r"\s|fi$|done$", line) for line in lines)
    for command in ["\n".join(lines)] if spread else lines:
        ended = run(command, folder)
        assert ended.code == 0, f"{command}: {ended.output}"
        assert "failed" not in ended.output


def as_printed(fence: Fence, folder: Path) -> str:
    """The commands that are shown with their prompt, each with what it prints."""
    return "".join(f"$ {command}\n{run(command, folder).output}" for command in commands(fence))


def commands(fence: Fence) -> Iterator[str]:
    yield from re.findall(r"^\$ (.*)$", fence.text, re.MULTILINE)


def run_python(fence: Fence, folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", fence.text], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def edit(file: Path, changes: str) -> None:
    """Put the lines that begin with + instead of those that begin with -, which are there once."""
    old = "".join(line[1:] for line in changes.splitlines(keepends=True) if line[0] in "- ")
    new = "".join(line[1:] for line in changes.splitlines(keepends=True) if line[0] in "+ ")
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"{file.name} has {text.count(old)} of {old!r}"
    file.write_text(text.replace(old, new), "utf-8")


def update(page: str, printed: dict[Fence, str]) -> None:
    """Write into a page what its commands print now."""
    text = PAGES[page]
    for fence, output in reversed(printed.items()):
        text = text[: fence.start] + output + text[fence.start + len(fence.text) :]
    (ROOT / page).write_text(text, "utf-8")


def test_every_exception_is_needed() -> None:
    lines = [line for page in PAGES for fence in fences(page, "sh") for line in fence.text.splitlines()]
    assert [pattern for pattern in EXCEPTIONS if not any(re.match(pattern, line) for line in lines)] == []


@pytest.mark.parametrize("page", PAGES)
def test_examples_of_data_can_be_read(page: str) -> None:
    for fence in fences(page, "json"):
        json.loads(fence.text)
    for fence in fences(page, "toml"):
        tomllib.loads(fence.text)
    for fence in fences(page, "yaml"):
        found = yaml.safe_load(fence.text)
        of_other_tools = fence.file and fence.file.startswith(".")
        assert of_other_tools or set(found or ()) <= KEYS, fence
