"""The documents describe the project as it is: its targets, files, pictures and version."""

from __future__ import annotations

import re

import pytest
import yaml
from PIL import Image

from render.cli.commands import main
from render.write.formats import FORMATS
from tests.docs.commands import run, system_libraries
from tests.docs.pages import DOCS, PAGES, PROJECT, ROOT, section

MAX_PICTURE = 60_000
MAX_README_LINES = 150


def test_make_and_its_explanation_have_the_same_targets() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE)
    assert re.findall(r"^\| `make (\w+)`", section("CONTRIBUTING.md", "## Set-up"), re.MULTILINE) == targets


def test_every_file_named_in_contributing_exists() -> None:
    named = re.findall(r"`([\w./-]+(?:\.\w+|/))`", PAGES["CONTRIBUTING.md"])
    no_files = {".tools/", ".md.j2", "x.yaml", "docs/_build/"}
    folders = (
        ROOT,
        *(ROOT / "render" / name for name in (".", "batch", "cli", "output", "read", "write")),
        ROOT / "templates",
        ROOT / "tests" / "batch",
    )
    missing = {name for name in named if not any((folder / name).exists() for folder in folders)} - no_files
    assert {name for name in missing if "/" in name or re.search(r"\.(py|css|j2|json|md|toml|lock)$", name)} == set()


def test_the_readme_is_short() -> None:
    assert len(PAGES["README.md"].splitlines()) <= MAX_README_LINES


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_pictures_are_there_and_small(page: str) -> None:
    pictures = {(ROOT / page).parent / path for path in re.findall(r"[\w/]+\.png", PAGES[page])}
    assert len(pictures) == len([format_ for format_ in FORMATS.values() if format_.default])
    assert pictures == set((DOCS / "images").iterdir())
    for path in pictures:
        assert path.stat().st_size < MAX_PICTURE
        with Image.open(path) as picture:
            assert (picture.format, picture.mode) == ("PNG", "P")


def test_the_changelog_begins_with_this_version() -> None:
    assert re.findall(r"^## \[([^]]+)\]", PAGES["CHANGELOG.md"], re.MULTILINE)[0] == PROJECT["version"]


def test_the_image_and_the_workflow_install_the_same_libraries() -> None:
    dockerfile = (DOCS / "examples" / "Dockerfile").read_text("utf-8")
    workflow = PAGES["docs/how-to/continuous-integration.md"]
    for text in (dockerfile, workflow):
        assert set(re.findall(r"\blib[a-z0-9.-]+-[a-z0-9.-]+", text)) == system_libraries()


def test_the_hook_is_a_command_that_runs() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["id"] in PAGES["docs/how-to/continuous-integration.md"]
    command = " ".join([hook["entry"], *hook["args"]])
    assert command.split()[1] in main.commands
    assert run(command, ROOT).code == 0
