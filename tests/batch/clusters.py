"""A Dask cluster as it is started by hand, and runs on it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import psutil

from tests.batch.gate import MINUTES, Arrival, GateKeeper

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
DASK = [str(Path(sys.executable).with_name("dask"))]


class Cluster:
    """A scheduler and workers, as they are started by hand: by `dask scheduler` and `dask worker`."""

    def __init__(self, stack: ExitStack, workers: int, environment: dict[str, str], folder: Path) -> None:
        self._stack, self._environment, self._folder = stack, environment, folder
        self.scheduler, line = self._started("scheduler at:", "scheduler", "--host", "127.0.0.1", "--port", "0")
        found = re.search(r"tcp://\S+", line)
        assert found
        self.url = found[0]
        self.nannies = [self.add_worker() for _ in range(workers)]

    def add_worker(self) -> subprocess.Popen[str]:
        return self._started("Registered to:", "worker", self.url, "--nthreads", "1")[0]

    def _started(self, ready: str, *arguments: str) -> tuple[subprocess.Popen[str], str]:
        """A process, when it has printed that it is ready; and that line."""
        log = self._folder / f"{arguments[0]}-{time.monotonic_ns()}.log"
        with log.open("w") as file:
            process = subprocess.Popen(
                [*DASK, *arguments, "--no-dashboard"],
                cwd=self._folder,
                env=self._environment,
                stderr=file,
                text=True,
            )
        self._stack.callback(end, process)
        deadline = time.monotonic() + MINUTES
        while time.monotonic() < deadline and process.poll() is None:
            for line in log.read_text().splitlines():
                if ready.lower() in line.lower():
                    return process, line
            time.sleep(0.05)
        raise AssertionError(log.read_text())


def end(process: subprocess.Popen[str]) -> None:
    """End a process and all that it started."""
    if process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
    process.kill()
    process.wait()


def engross(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "render", "render", "source", *arguments]
    return subprocess.run(
        command, cwd=folder, env=ENVIRONMENT | env, capture_output=True, text=True, check=False, timeout=MINUTES
    )


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def chunk_of(worker: Arrival) -> psutil.Process:
    """The process that has the chunk of which a worker has a document."""
    parents = psutil.Process(worker.pid).parents()
    return next(parent for parent in parents if "render.batch.cluster_worker" in parent.cmdline())


def gated_run(keeper: GateKeeper, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A run in which every document waits at a gate, with two processes for each chunk."""
    command = [sys.executable, "-m", "tests.batch.gated_command", str(keeper.gate.folder), "render", "source"]
    command += ["--to", "docx", "--jobs", "2", *arguments]
    return subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
