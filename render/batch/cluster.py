"""The same batch on a Dask cluster: it gets the jobs in chunks, and each chunk has a supervisor beside its Dask worker.

Only this module uses Dask, the extra `cluster`. The workers find the working directory, the sources, the templates and
the outputs by the same paths as this process, unless the outputs go to an object store. They write the same bytes, or
they are refused.

This process trusts neither the scheduler nor the workers: what they send is read as data.
"""

from __future__ import annotations

import ctypes
import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render.batch import inert_pickle
from render.batch.answers import Outcome, as_text, outcomes_in
from render.batch.cluster_worker import Chunk
from render.batch.fingerprint import Fingerprint, Fingerprints, difference
from render.batch.outcomes import Failed
from render.errors import ClusterError, EngrossError, UsageError
from render.output.atomic import save
from render.output.store import Folder
from render.pipeline import RenderOptions
from render.write.theme import Theme

if TYPE_CHECKING:
    from distributed import Client, Future

_TIMEOUT = 10.0
"""Seconds to wait for the scheduler's answer, and for a first worker."""
_MAX_CHUNK = 200
"""Jobs in a chunk. A task costs the scheduler some 3 ms and 10 kB, whatever its size."""
_MIN_ROUNDS = 2
"""Chunks for each thread of the cluster: with one only, all would wait for the slowest."""
_RETRIES = 2
"""Of a chunk whose own process died. If its Dask worker died, the scheduler retries, three times by default."""
_MAX_THREADS = 10_000
"""Threads of one Dask worker that Engross believes in."""
_PAUSE = 0.2
"""Seconds between two checks whether a chunk is still wanted."""


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a worker must have in common with this process: the working directory, the outputs, and the fingerprint.

    `probe` is a file among the outputs, if they are in a folder.
    """

    options: RenderOptions
    folder: str
    probe: Path | None
    fingerprint: Fingerprint


# In this process


def run_on_cluster(scheduler: str, chunk: Chunk, options: RenderOptions) -> Generator[Outcome, None, None]:
    """The outcome of each job of a chunk with all jobs, as they finish, from the workers of a scheduler.

    Closing the iterator ends all work. Raises ClusterError if the cluster can't be used, before anything is written.
    """
    with _connected(scheduler) as client, _probe(options) as probe:
        options = replace(options, theme=_absolute(options.theme))
        requirements = Requirements(options, str(Path.cwd()), probe, _fingerprint(options))
        try:
            _refuse_unfit(client, requirements)
            chunks = chunk.split(_size(len(chunk.jobs), _threads(client)))
            futures = {client.submit(_run, requirements, part, pure=False, retries=_RETRIES): part for part in chunks}
        except EngrossError:
            raise
        except Exception as error:  # whatever Dask raises for what it can't read
            raise ClusterError(f"{scheduler}: {_UNREADABLE} ({type(error).__name__}: {error})") from None
        try:
            yield from _outcomes(client, futures)
        finally:
            client.cancel(list(futures))


def _threads(client: Client) -> int:
    threads: Mapping[str, Any] = client.nthreads()
    return sum(count for count in threads.values() if isinstance(count, int) and 0 < count < _MAX_THREADS) or 1


def _size(jobs: int, threads: int) -> int:
    return max(1, min(_MAX_CHUNK, -(-jobs // (threads * _MIN_ROUNDS))))


def _outcomes(client: Client, futures: dict[Future[str], Chunk]) -> Iterator[Outcome]:
    from distributed import as_completed

    for future in as_completed(list(futures), loop=client.loop):
        yield from _outcomes_of(future, futures.pop(future))  # without a reference, the cluster frees the result


def _outcomes_of(future: Future[str], chunk: Chunk) -> list[Outcome]:
    try:
        return outcomes_in(future.result(), chunk.jobs)
    except ValueError as error:
        what = f"its Dask worker sent an invalid answer ({error})"
    except Exception as error:  # a document's own failure is an outcome and raises nothing
        what = _LOST.get(type(error).__name__) or f"its Dask worker failed ({error})"
    return [Failed(job, "lost", what, 0.0) for job in chunk.jobs]


_UNREADABLE = "the cluster sent what Engross can't read; check the versions of Dask on all machines"
_TLS_HINT = (
    "check the address, and the certificates in Dask's configuration (DASK_DISTRIBUTED__COMM__TLS__CA_FILE, "
    "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT, DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY)"
)
_LOST = {
    "FutureCancelledError": "the cluster's scheduler was lost",
    "KilledWorker": "several Dask workers died while they rendered its chunk",
}
"""What happened to a chunk, by the name of the exception that Dask raises."""


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    """A connection to a scheduler that has workers."""
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("--scheduler needs Dask, which isn't installed; run: pip install 'engross[cluster]'") from None
    for name in ("distributed", "distributed.client", "distributed.protocol"):  # our errors say the same, once
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with ExitStack() as stack:
        stack.enter_context(_inert_pickles())
        try:
            client = stack.enter_context(Client(scheduler, timeout=_TIMEOUT, set_as_default=False))
        except Exception as error:  # Dask raises many kinds for an address or certificates that it can't use
            hint = _TLS_HINT if scheduler.startswith(("tls:", "wss:")) else "check the address"
            raise ClusterError(
                f"{scheduler}: no Dask scheduler answers ({_reason(error, scheduler)}); {hint}"
            ) from None
        try:
            client.wait_for_workers(1, timeout=_TIMEOUT)
        except TimeoutError:
            raise ClusterError(f"{scheduler}: the cluster has no worker; start one: dask worker {scheduler}") from None
        yield client


def _reason(error: Exception, scheduler: str) -> str:
    """What an error says, without the credentials that the scheduler's address may have."""
    user, at, _ = scheduler.partition("://")[2].rpartition("@")
    return str(error).replace(user + at, "***@") if at else str(error)


@contextmanager
def _inert_pickles() -> Iterator[None]:
    """Have Dask's client read pickles in this process without running code, and print nothing that others send."""
    from distributed import Client, client
    from distributed.protocol import pickle as protocol

    with ExitStack() as stack:
        for owner, name, value in (
            (protocol, "loads", inert_pickle.loads),
            (client, "loads", inert_pickle.loads),
            (Client, "_default_event_handlers", {}),
        ):
            stack.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, value)
        yield


@contextmanager
def _probe(options: RenderOptions) -> Iterator[Path | None]:
    """A file among the outputs, by which workers check that they see the same folder; None for an object store."""
    if not isinstance(options.out, Folder):
        yield None
        return
    path = options.out.state_folder.absolute() / f"probe-{os.urandom(8).hex()}"
    for left in path.parent.glob("probe-*"):  # by a run that was killed
        left.unlink(missing_ok=True)
    save(b"", path)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _refuse_unfit(client: Client, requirements: Requirements) -> None:
    """Raises ClusterError for the first worker that would write different bytes, or to another place."""
    answers: Mapping[str, Any] = client.run(reason_unfit, requirements, on_error="return")
    for address, answer in sorted(answers.items()):
        if isinstance(answer, BaseException):
            what = f"this worker can't use Engross ({type(answer).__name__}: {answer})"
            raise ClusterError(f"{address}: {what}; install the same version on all workers")
        if answer != "":
            raise ClusterError(f"{address}: {answer}")


def _absolute(theme: Theme) -> Theme:
    templates, house_style = theme.templates, theme.house_style
    return Theme(templates and templates.absolute(), house_style and house_style.absolute())


# In a Dask worker


def reason_unfit(requirements: Requirements) -> str:
    """Why this machine would write different bytes, or to another place; "" if it wouldn't."""
    if not Path(requirements.folder).is_dir():
        return f"this worker doesn't have the folder {requirements.folder}; share it, and its content, with all workers"
    if requirements.probe and not requirements.probe.exists():
        folder = requirements.probe.parent.parent
        return f"this worker doesn't see the same folder {folder}; share it with all workers, or use s3://"
    if differs := difference(requirements.fingerprint, _fingerprint(requirements.options)):
        return f"this worker would write different files: {differs}; install the same versions on all workers"
    return ""


def _run(requirements: Requirements, chunk: Chunk) -> str:
    """The outcomes of a chunk as text, by a process of its own, since a Dask worker's own children can't start workers.

    That process ends with this one, and when its outcomes are no longer wanted.
    """
    from distributed import get_worker

    if reason := reason_unfit(requirements):
        return as_text([Failed(job, "lost", reason, 0.0) for job in chunk.jobs], chunk.jobs)
    worker = get_worker()
    key = worker.get_current_task()

    def wanted() -> bool:
        # Dask has no public name for this: tests/test_private_names.py checks that these are there.
        task = worker.state.tasks.get(key)
        return task is not None and task.state == "executing" and worker.status.name in ("running", "paused")

    return _run_in_process(chunk, requirements.folder, wanted)


def _run_in_process(chunk: Chunk, folder: str, wanted: Callable[[], bool]) -> str:
    """The outcomes of a chunk as text. Raises OSError if its process died, or if they are no longer wanted."""
    command = [sys.executable, "-P", "-m", "render.batch.cluster_worker"]
    with ExitStack() as stack:
        process = stack.enter_context(subprocess.Popen(command, stdin=-1, stdout=-1, cwd=folder))
        stack.callback(process.kill)
        assert process.stdin and process.stdout
        try:
            pickle.dump(chunk, process.stdin)
            process.stdin.flush()  # but not closed: the process ends when it is
            while not wait([process.stdout.fileno()], _PAUSE):
                if not wanted():
                    raise OSError("the chunk was cancelled")
            text = process.stdout.read().decode("ascii")
        except BrokenPipeError:
            text = ""
        if not text:
            raise OSError(f"the process of a chunk died, exit {process.wait()}")
        return text


# In both


def _fingerprint(options: RenderOptions) -> Fingerprint:
    """All inputs of all outputs, including the system's libraries."""
    fingerprint = dict(Fingerprints(options).whole())
    if any(format_.needs_printer for format_ in options.formats):
        for name, library in _SYSTEM_LIBRARIES.items():
            fingerprint[name] = library.version()
    return fingerprint


@dataclass(frozen=True, slots=True)
class _SystemLibrary:
    """A shared library, and its function that gives its version."""

    file: str
    function: str

    def version(self) -> str:
        try:
            version = getattr(ctypes.CDLL(self.file), self.function)
        except (OSError, AttributeError):
            return "unknown"
        version.restype = ctypes.c_char_p
        return str(version().decode())


_SYSTEM_LIBRARIES = {
    "pango": _SystemLibrary("libpango-1.0.so.0", "pango_version_string"),
    "harfbuzz": _SystemLibrary("libharfbuzz.so.0", "hb_version_string"),
}
