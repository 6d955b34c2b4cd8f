"""What a run of the command imports: no more than its work needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.batch.conftest import SOURCE
from tests.cli.batches import ENVIRONMENT, ROOT, engross


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


def test_text_formats_do_not_pay_for_pdf(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SOURCE.format(id="a", text="One."))
    loaded = modules(tmp_path, "a.yaml", "--to", "html,docx,txt")
    assert {"docx", "jinja2", "yaml"} <= loaded
    assert not loaded & {"weasyprint", "cffi", "fontTools", "pydyf", "pyphen", "tinycss2", "multiprocessing"}


def test_help_imports_no_step(tmp_path: Path) -> None:
    loaded = modules(tmp_path, "--help")
    assert "click" in loaded
    assert not loaded & {
        "jinja2",
        "pydantic",
        "yaml",
        "docx",
        "lxml",
        "weasyprint",
        "render.model.declaration",
        "render.view.blocks",
    }


def test_the_package_itself_costs_nothing(tmp_path: Path) -> None:
    code = "import render, sys; print(sorted(it for it in sys.modules if it.startswith('render')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "['render']\n"
