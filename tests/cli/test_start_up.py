"""What a run of the command imports: no more than its work needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.cli.batches import ENVIRONMENT, engross


def modules(folder: Path, *arguments: str) -> set[str]:
    """The modules that a run has imported when it ends."""
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('\\n'.join(sys.modules), file=open('modules', 'w')))\n"
        "from render.cli.commands import main\nmain()"
    )
    command = [sys.executable, "-c", code, "render", *arguments]
    subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, check=False)
    return set((folder / "modules").read_text().split())


def test_an_up_to_date_run_imports_no_renderer(folder: Path) -> None:
    (folder / "source" / "b.yaml").unlink()
    engross(folder, "source")
    loaded = modules(folder, "source")
    assert "render.batch.run" in loaded
    heavy = {
        "jinja2",
        "yaml",
        "docx",
        "lxml",
        "weasyprint",
        "multiprocessing",
        "rich",
        "tomllib",
        "render.compose.edition",
    }
    assert not loaded & heavy


def test_a_single_source_is_rendered_without_workers(folder: Path) -> None:
    assert not modules(folder, "source/a.yaml", "--to", "txt") & {
        "multiprocessing",
        "rich",
        "tomllib",
        "importlib.metadata",
    }


def test_the_parent_of_workers_renders_nothing_itself(folder: Path) -> None:
    loaded = modules(folder, "source", "--to", "txt,docx")
    assert "multiprocessing" in loaded
    assert not loaded & {"jinja2", "docx", "lxml", "weasyprint", "render.compose.edition"}
