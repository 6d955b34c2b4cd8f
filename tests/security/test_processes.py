"""Processes that Engross starts: what they import, when they end, and what their parent may be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, partial
from importlib.metadata import packages_distributions
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from render.batch.answers import outcomes_in
from render.batch.cluster import _run_in_process
from render.batch.cluster_worker import Chunk
from render.batch.job import PRELOAD, PRELOAD_TO_PRINT, Job, make_work
from render.batch.outcomes import Done, Limits
from render.errors import PrintError, UsageError
from render.output.atomic import hash_of
from render.output.store import Folder
from render.pipeline import RenderOptions
from render.processes import keep_isolated
from render.write.formats import DEFAULT_FORMATS
from render.write.pdf import process
from render.write.pdf.process import PdfProcess

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"} | {
    "PYTHONPATH": str(ROOT)
}
MINUTES = 600.0
SOURCE = "id: {}\ntitle: A title\nlanguages: [en]\nbody: [{{id: one, text: One.}}]\n"
NAMES = sorted({*sys.stdlib_module_names, *packages_distributions(), "sitecustomize", "usercustomize"} - {"render"})
"""Every module that a child could import, and many more."""
ENDLESS = "<!DOCTYPE html>" + "<div style='display: flex'><div>a" * 40
"""A page that takes years to print."""

# Code from the working directory


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Path]:
    """A folder with two sources, and a file for every module there is, which leaves its name if it runs."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    ran = tmp_path / "ran"
    for name in (*NAMES, "render"):
        (folder / f"{name}.py").write_text(f"open({str(ran)!r}, 'a').write({name!r} + ' ')\n")
    for name in ("a", "b"):
        (folder / f"{name}.yaml").write_text(SOURCE.format(name))
    yield folder
    assert not ran.exists(), f"these ran: {ran.read_text()}"


def run_python(*arguments: str | Path, cwd: Path, timeout: float = MINUTES) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=timeout, check=False
    )


def script(folder: Path, text: str) -> Path:
    """A program in a folder of its own, as `engross` is in the folder of programs."""
    path = folder / "programs" / "program"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


COMMAND = "from render.cli.commands import main\nif __name__ == '__main__':\n    main()\n"
RUNS = {
    "one source": ["render", "a.yaml"],
    "one source with limits": ["render", "a.yaml", "--memory", "1G"],
    "a batch": ["render", "a.yaml", "b.yaml", "--jobs", "2"],
    "a folder": ["render", "."],
}


@pytest.mark.parametrize("arguments", RUNS.values(), ids=RUNS)
def test_the_command_runs_no_code_from_the_working_directory(
    hostile: Path, tmp_path: Path, arguments: list[str]
) -> None:
    done = run_python(script(tmp_path, COMMAND), *arguments, cwd=hostile)
    assert done.returncode == 0, done.stderr
    assert {path.suffix for path in (hostile / "build").glob("a.*")} == {".pdf", ".docx", ".html", ".txt"}


@cache
def imported_for_m() -> frozenset[str]:
    """What Python itself imports for its option -m, before any module of ours: only its option -P prevents that."""
    with TemporaryDirectory() as folder:
        Path(folder, "module.py").write_text("import sys\nprint(*sys.modules)\n")
        modules = run_python("-m", "module", cwd=Path(folder)).stdout.split()
    return frozenset(name.partition(".")[0] for name in modules)


def test_python_m_render_with_the_option_p_runs_no_code_from_the_working_directory_at_all(hostile: Path) -> None:
    done = run_python("-P", "-m", "render", "render", ".", cwd=hostile)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("arguments", RUNS.values(), ids=RUNS)
def test_python_m_render_runs_no_code_from_the_working_directory(hostile: Path, arguments: list[str]) -> None:
    for name in {"render", *imported_for_m()}:
        (hostile / f"{name}.py").unlink(missing_ok=True)
    done = run_python("-m", "render", *arguments, cwd=hostile)
    assert done.returncode == 0, done.stderr
    assert {path.suffix for path in (hostile / "build").glob("a.*")} == {".pdf", ".docx", ".html", ".txt"}


def test_a_program_that_prints_runs_no_code_from_the_working_directory(hostile: Path, tmp_path: Path) -> None:
    program = "from render import load, render\nprint(render(load('a.yaml'), 'pdf')[:5])\n"
    done = run_python(script(tmp_path, program), cwd=hostile)
    assert done.stdout == "b'%PDF-'\n", done.stderr


def test_a_process_on_a_cluster_runs_no_code_from_the_working_directory(
    hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    options = RenderOptions(DEFAULT_FORMATS, Folder(hostile))
    jobs = [
        Job(hostile / f"{name}.yaml", name, hash_of((hostile / f"{name}.yaml").read_bytes()), frozenset(), {})
        for name in ("a", "b")
    ]
    chunk = Chunk(partial(make_work, options), jobs, 2, Limits(), (*PRELOAD, *PRELOAD_TO_PRINT))
    outcomes = outcomes_in(_run_in_process(chunk, str(hostile), lambda: True), jobs)
    assert [outcome.result.error if isinstance(outcome, Done) else outcome for outcome in outcomes] == ["", ""]


def test_the_files_in_these_tests_have_the_names_of_all_modules_that_children_import() -> None:
    imports = "; ".join(f"import {name}" for name in (*PRELOAD, *PRELOAD_TO_PRINT))
    program = (
        f"import sys, multiprocessing.forkserver, multiprocessing.resource_tracker; {imports}; print(*sys.modules)"
    )
    imported = {name.partition(".")[0] for name in run_python("-c", program, cwd=ROOT).stdout.split()}
    missing = {name for name in imported - {*NAMES, "render", "__main__", "cython_runtime"} if not name.startswith("_")}
    assert not missing


def test_python_without_its_environment_is_refused_if_it_would_run_code_from_the_working_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = f"import sys; sys.path.append({str(ROOT)!r}); from render.processes import keep_isolated; keep_isolated()"
    assert "use -I instead" in run_python("-E", "-c", program, cwd=tmp_path).stderr
    assert run_python("-I", "-c", program, cwd=tmp_path).returncode == 0
    assert run_python("-P", "-E", "-c", program, cwd=tmp_path).returncode == 0
    monkeypatch.setenv("PYTHONSAFEPATH", "")
    keep_isolated()
    assert os.environ["PYTHONSAFEPATH"]
    assert issubclass(UsageError, Exception)


# Printing in programs with threads

LOCKED = """
import sys, threading
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec

class Slow(MetaPathFinder, Loader):
    def find_spec(self, name, path, target=None):
        return ModuleSpec(name, self) if name == "weasyprint" else None

    def exec_module(self, module):
        importing.set()
        threading.Event().wait()

importing = threading.Event()
sys.meta_path.insert(0, Slow())
threading.Thread(target=__import__, args=["weasyprint"], daemon=True).start()
importing.wait()  # from now on, this thread holds the lock of the module, and never releases it
from render import load, render
print(render(load("a.yaml"), "pdf")[:5])
"""
THREADS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from render import load, render

with ThreadPoolExecutor(6) as threads:
    pdfs = list(threads.map(lambda _: render(load("a.yaml"), "pdf"), range(6)))
print(len(set(pdfs)), pdfs[0][:5])
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text(SOURCE.format("a"))
    return path


def test_a_program_prints_while_another_thread_holds_the_lock_of_a_module(source: Path) -> None:
    done = run_python(script(source.parent, LOCKED), cwd=source.parent, timeout=60)
    assert done.stdout == "b'%PDF-'\n", done.stderr


def test_threads_print_at_the_same_time(source: Path) -> None:
    done = run_python(script(source.parent, THREADS), cwd=source.parent)
    assert done.stdout == "1 b'%PDF-'\n", done.stderr


def test_a_printer_that_does_not_answer_in_time_is_an_error_and_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    printer = PdfProcess()
    pid = printer.pid
    os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr(process, "MAX_SECONDS", 0.1)
    printer.send("a page")
    with pytest.raises(PrintError, match=r"not printed after 0.1 s; divide the declaration"):
        printer.receive()
    assert not psutil.pid_exists(pid)
    with pytest.raises(PrintError):
        printer.send("another page")
    printer.close()


def test_a_printer_that_does_not_read_in_time_is_an_error_and_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    printer = PdfProcess()
    pid = printer.pid
    os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr(process, "MAX_SECONDS", 0.1)
    with pytest.raises(PrintError, match=r"not printed after 0.1 s"):
        printer.send("a page that no pipe holds" * 1_000_000)
    assert not psutil.pid_exists(pid)
    printer.close()


KILLED = f"""
import os, signal
from render.write.pdf.process import PdfProcess

printer = PdfProcess(may_fork={{may_fork}})
printer.send({ENDLESS!r})
print(printer.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("may_fork", [False, True])
def test_a_printer_ends_when_its_parent_is_killed(tmp_path: Path, may_fork: bool) -> None:
    program = script(tmp_path, KILLED.format(may_fork=may_fork))
    command = [sys.executable, str(program)]
    with subprocess.Popen(command, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        printer = int(parent.stdout.readline())
        parent.wait()
    with suppress(psutil.NoSuchProcess):
        psutil.Process(printer).wait(60)


def open_descriptors() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}


def test_a_printer_that_ends_leaves_no_process_and_no_descriptor() -> None:
    before = open_descriptors()
    printer = PdfProcess()
    pid = printer.pid
    printer.close()
    printer.close()
    assert not psutil.pid_exists(pid)
    assert open_descriptors() == before


# The state in which a parent may be

IGNORING = """
import signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
"""


def test_a_program_that_ignores_its_children_prints(source: Path) -> None:
    program = IGNORING + "from render import load, render\nprint(render(load('a.yaml'), 'pdf')[:5])\n"
    done = run_python(script(source.parent, program), cwd=source.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, "b'%PDF-'\n", "")


@pytest.mark.parametrize("names", ["a.yaml", "a.yaml b.yaml"])
def test_the_command_works_where_children_are_ignored(source: Path, names: str) -> None:
    source.with_name("b.yaml").write_text(SOURCE.format("b"))
    done = run_python(script(source.parent, IGNORING + COMMAND), "render", *names.split(), cwd=source.parent)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_a_killed_printer_is_an_error_where_children_are_ignored(tmp_path: Path) -> None:
    program = f"""{IGNORING}
import os
from render.errors import PrintError
from render.write.pdf.process import PdfProcess
printer = PdfProcess()
os.kill(printer.pid, signal.SIGKILL)
try:
    printer.send("a page")
    printer.receive()
except PrintError as error:
    print(error)
printer.close()
"""
    done = run_python(script(tmp_path, program), cwd=tmp_path)
    assert done.stdout.startswith("PDF: the printing process died"), done.stderr


@pytest.mark.parametrize("stream", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_a_program_without_standard_streams_prints(source: Path, stream: str) -> None:
    program = script(
        source.parent,
        "from pathlib import Path\nfrom render import load, render\n"
        "if __name__ == '__main__':\n    Path('a.pdf').write_bytes(render(load('a.yaml'), 'pdf'))\n",
    )
    command = f"'{sys.executable}' '{program}' {stream}"
    subprocess.run(["sh", "-c", command], cwd=source.parent, env=ENVIRONMENT, check=True, timeout=MINUTES)
    assert source.with_name("a.pdf").read_bytes().startswith(b"%PDF-")


def test_what_a_library_prints_does_not_get_between_the_answers(tmp_path: Path) -> None:
    program = """
from render.processes import Child
child = Child("printing_child", "hello")
child.send(b"a", 600)
print(child.receive(600))
"""
    path = script(tmp_path, program)
    (path.parent / "printing_child.py").write_text(
        "from render.processes import *\n"
        "def main(lifeline, text):\n"
        "    messages = take_standard_output()\n"
        "    print('noise', flush=True)\n"
        "    write_message(messages, text.encode() + read_message(0))\n"
    )
    done = run_python(path, cwd=tmp_path)
    assert done.stdout == "b'helloa'\n", done.stderr
    assert "noise" in done.stderr
