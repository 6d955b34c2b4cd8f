"""What a Dask scheduler or worker sends is data: nothing of it runs here, and what can't be right is refused."""

from __future__ import annotations

import asyncio
import json
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from distributed.comm.core import Comm, listen
from distributed.protocol.serialize import ToPickle

from render.batch import inert_pickle
from render.batch.answers import as_text, outcomes_in
from render.batch.job import Job, JobResult
from render.batch.outcomes import Done, Failed
from render.errors import Place, Problem
from render.output.atomic import Saved
from render.pipeline import OutputResult
from tests.batch.clusters import ENVIRONMENT, Cluster
from tests.batch.conftest import SOURCE
from tests.batch.gate import MINUTES

JOBS = [Job(Path("a.yaml"), "a", "", frozenset(), {}), Job(Path("b\udcff.yaml"), "b", "", frozenset(), {})]


class Evil:
    """An object whose pickle leaves a file with the number of the process that reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return exec, (f"import os, pathlib; pathlib.Path({str(self.folder)!r}, f'ran-in-{{os.getpid()}}').touch()",)


# Pickles


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_reading_a_pickle_runs_nothing(tmp_path: Path, protocol: int) -> None:
    assert isinstance(inert_pickle.loads(pickle.dumps(Evil(tmp_path), protocol)), inert_pickle.RemoteObject)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "data", [b"cos\nsystem\n(S'true'\ntR.", b"(S'true'\nios\nsystem\n.", b"\x80\x04\x8c\x02os\x8c\x06system\x93."]
)
def test_a_name_in_a_pickle_stands_for_nothing_of_ours(data: bytes) -> None:
    found = inert_pickle.loads(data)
    assert found is not subprocess
    assert issubclass(found if isinstance(found, type) else type(found), inert_pickle.RemoteObject)


def test_the_name_and_the_words_of_an_error_are_kept() -> None:
    error = inert_pickle.loads(pickle.dumps(ModuleNotFoundError("No module named 'render'")))
    assert (type(error).__name__, str(error)) == ("ModuleNotFoundError", "No module named 'render'")


@contextmanager
def hostile_scheduler(answer: Any) -> Iterator[str]:
    """The address of a server that greets and answers as Dask does, and packs its answers as pickles."""
    address: list[str] = []
    started, loop = threading.Event(), asyncio.new_event_loop()

    async def handle(comm: Comm) -> None:
        await comm.read()
        await comm.write({"op": ToPickle(answer)})

    async def serve() -> None:
        async with listen("tcp://127.0.0.1:0", handle) as listener:
            address.append(listener.contact_address)
            started.set()
            await stopping.wait()

    stopping = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait()
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join()
        loop.close()


def run_on(url: str, folder: Path) -> tuple[int, subprocess.Popen[str], str]:
    """The exit code, the process and the messages of a run on a cluster, of one source in a folder."""
    (folder / "source").mkdir()
    (folder / "source" / "a.yaml").write_text(SOURCE.format(id="a", text="One."))
    command = [sys.executable, "-m", "render", "render", "source", "--to", "txt", "--scheduler", url]
    run = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
    said = run.communicate(timeout=MINUTES)[1]
    return run.returncode, run, said


def test_a_hostile_scheduler_runs_nothing_in_this_process(tmp_path: Path) -> None:
    with hostile_scheduler(Evil(tmp_path)) as url:
        code, _, said = run_on(url, tmp_path)
    assert list(tmp_path.glob("ran-in-*")) == []
    assert (code, said.startswith(f"engross: {url}: "), "Traceback" in said) == (1, True, False)


HOSTILE_WORKER = """
import os, pathlib
import render.batch.cluster as cluster

class Evil:
    def __reduce__(self):
        return exec, ("import os, pathlib; pathlib.Path({folder!r}, f'ran-in-{{os.getpid()}}').touch()",)

class EvilError(Exception):
    __reduce__ = Evil.__reduce__

def hostile(*_):
    {how}

cluster.{function} = hostile
"""


@pytest.mark.parametrize("function", ["_run", "reason_unfit"])
@pytest.mark.parametrize("how", ["return Evil()", "raise EvilError"])
def test_a_hostile_worker_runs_nothing_in_this_process(tmp_path: Path, how: str, function: str) -> None:
    (tmp_path / "hostile.py").write_text(HOSTILE_WORKER.format(folder=str(tmp_path), how=how, function=function))
    with ExitStack() as stack:
        dask = Cluster(stack, 0, ENVIRONMENT, tmp_path)
        dask._started(
            "Registered to:", "worker", dask.url, "--nthreads", "1", "--preload", str(tmp_path / "hostile.py")
        )
        code, run, said = run_on(dask.url, tmp_path)
    assert not (tmp_path / f"ran-in-{run.pid}").exists()
    assert (code, "Traceback" in said, said.startswith(("engross: ", "source/a.yaml: "))) == (1, False, True)


# Answers


def outcomes() -> list[Any]:
    problem = Problem(Place("b\udcff.yaml", 1, 2), "what", "hint", "warning")
    output = OutputResult("a.txt", "en", "txt", Saved("0" * 64, 5, "1"))
    result = JobResult("0" * 64, "a", "", ("en",), ("en",), (("in/p.png", "1" * 64),), (output,), (problem,))
    return [Done(JOBS[0], result, 0.5, 1000), Failed(JOBS[1], "timeout", "not finished after 60 s", 60.0)]


def test_an_answer_comes_back_as_it_was() -> None:
    text = as_text(outcomes(), JOBS)
    assert text.isascii()
    assert outcomes_in(text, JOBS) == outcomes()


def changed(*path: int | str, value: Any) -> str:
    answer = json.loads(as_text(outcomes(), JOBS))
    part = answer
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return json.dumps(answer)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"[]",
        "",
        "[]",
        "[" * 100_000,
        "null",
        changed(0, 0, value=1),  # two answers about one job
        changed(0, 0, value=7),
        changed(0, 4, value=-1),
        changed(0, 4, value=float("nan")),
        changed(0, 5, value="much"),
        changed(1, 2, value="fun"),
        changed(0, 1, 0, value=["0"]),
        changed(0, 1, 1, value="b"),  # the id of another source
        changed(0, 1, 6, 0, 0, value="../a.txt"),
        changed(0, 1, 6, 0, 0, value="/etc/passwd"),
        changed(0, 1, 5, 0, 0, value="../../secret.png"),
        changed(0, 1, 5, 0, 0, value="/dev/zero"),
        changed(0, 1, 7, 0, value={"what": 1}),
        changed(0, 1, JobResult._fields.index("public_names"), value=["../a.txt"]),  # --prune would remove it
    ],
)
def test_an_answer_that_cannot_be_right_is_refused(answer: object) -> None:
    with pytest.raises(ValueError):
        outcomes_in(answer, JOBS)
