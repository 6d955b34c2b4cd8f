"""The same batch on a Dask cluster: jobs go there in chunks, and a supervisor does each beside the worker that has it.

It alone knows Dask, the extra `cluster`. Workers see the working directory, the sources and what is rendered with by
the same paths as we do, and so the outputs, unless these go to an object store; and they make the same bytes, or are
refused.
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
from dataclasses import replace
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from render.batch.cluster_worker import Chunk
from render.batch.fingerprint import Fingerprint, Fingerprints, difference
from render.batch.job import Job, Rendered
from render.batch.supervisor import Done, Failed
from render.errors import ClusterError, UsageError
from render.output.atomic import save
from render.output.store import Folder
from render.pipeline import Options
from render.write.theme import Theme

if TYPE_CHECKING:
    from distributed import Client, Future

Ended = Done[Job, Rendered] | Failed[Job]

_SECONDS = 10.0
"""That a scheduler has to answer, and a first worker to be there."""
_MOST = 200
"""Jobs in a chunk. A task costs the scheduler some 3 ms and 10 kB, whatever is in it."""
_ROUNDS = 2
"""Chunks for each thread of the cluster, at the least: the last to end is then not long alone."""
_RETRIES = 2
"""Of a chunk whose own process died. That of one whose Dask worker died is the scheduler's affair: three, as it is."""
_PAUSE = 0.2
"""Seconds between two looks at whether a chunk is still wanted."""


class Common(NamedTuple):
    """What a worker must have in common with us: the working directory, a file among the outputs, and the recipe."""

    options: Options
    folder: str
    seen: Path | None
    fingerprint: Fingerprint


# This side


def on_cluster(scheduler: str, chunk: Chunk, options: Options) -> Generator[Ended, None, None]:
    """The outcome of each job of a chunk that holds them all, as they come, from the workers of a scheduler.

    Closing the iterator ends all work. Raises ClusterError where the cluster can't be used, before anything is written.
    """
    with _connected(scheduler) as client, _seen(options) as seen:
        options = replace(options, theme=_absolute(options.theme))
        common = Common(options, str(Path.cwd()), seen, _recipe(options))
        _refuse_unfit(client, common)
        parts = chunk.divided(_size(len(chunk.jobs), sum(client.nthreads().values())))
        waiting = {client.submit(_done, common, it, pure=False, retries=_RETRIES): it for it in parts}
        try:
            yield from _ended(client, waiting)
        finally:
            client.cancel(list(waiting))


def _size(jobs: int, threads: int) -> int:
    return max(1, min(_MOST, -(-jobs // (threads * _ROUNDS))))


def _ended(client: Client, waiting: dict[Future[list[Ended]], Chunk]) -> Iterator[Ended]:
    from distributed import as_completed

    for future in as_completed(list(waiting), loop=client.loop):
        yield from _outcomes(future, waiting.pop(future))  # the cluster may forget it then


def _outcomes(future: Future[list[Ended]], chunk: Chunk) -> list[Ended]:
    try:
        return future.result()
    except Exception as error:  # whatever it was, it was not a document's
        what = _LOST.get(type(error).__name__) or f"its Dask worker failed ({error})"
        return [Failed(job, "lost", what, 0.0) for job in chunk.jobs]


_LOST = {
    "FutureCancelledError": "the cluster's scheduler was lost",
    "KilledWorker": "the Dask workers that had it died, one after the other",
}
"""What befell a chunk, by the name of what Dask raises."""


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    """A connection to a scheduler that has workers."""
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("--scheduler needs Dask, which is not installed: pip install 'engross[cluster]'") from None
    for name in ("distributed", "distributed.client"):  # what they have to say, we say
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(scheduler, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"{scheduler}: no Dask scheduler answers ({error}); look at the address") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_SECONDS)
        except TimeoutError:
            raise ClusterError(f"{scheduler}: no worker is there; start one: dask worker {scheduler}") from None
        yield client


@contextmanager
def _seen(options: Options) -> Iterator[Path | None]:
    """A file among the outputs, for workers to see that theirs are the same; None where there is no folder of them."""
    if not isinstance(options.out, Folder):
        yield None
        return
    path = options.out.home.absolute() / f"seen-{os.urandom(8).hex()}"
    for left in path.parent.glob("seen-*"):  # by a run that was killed
        left.unlink(missing_ok=True)
    save(b"", path)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _refuse_unfit(client: Client, common: Common) -> None:
    """Raises ClusterError for the first worker that would make other files, or put them elsewhere."""
    answers: Mapping[str, Any] = client.run(unfit, common, on_error="return")
    for address, answer in sorted(answers.items()):
        if isinstance(answer, BaseException):
            what = f"engross can't be used there ({type(answer).__name__}: {answer})"
            raise ClusterError(f"{address}: {what}; install the same version on all workers")
        if answer:
            raise ClusterError(f"{address}: {answer}")


def _absolute(theme: Theme) -> Theme:
    templates, house_style = theme.templates, theme.house_style
    return Theme(templates and templates.absolute(), house_style and house_style.absolute())


# The side of a Dask worker


def unfit(common: Common) -> str:
    """Why this machine would make other files, or put them elsewhere; "" if it would not."""
    if not Path(common.folder).is_dir():
        return f"the folder {common.folder} is not there; share it, and what is in it, with all workers"
    if common.seen and not common.seen.exists():
        return f"{common.seen.parent.parent} is not there, or another folder; share it with all workers, or use s3://"
    if differs := difference(common.fingerprint, _recipe(common.options)):
        return f"it would make other files: {differs}; install the same on all workers"
    return ""


def _done(common: Common, chunk: Chunk) -> list[Ended]:
    """The outcomes of a chunk, by a process of its own: a Dask worker may have none below it that are like it.

    That process ends with this one, and when nobody waits for it any longer.
    """
    from distributed import get_worker

    if why := unfit(common):
        return [Failed(job, "lost", why, 0.0) for job in chunk.jobs]
    worker = get_worker()
    key = worker.get_current_task()

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state == "executing" and worker.status.name in ("running", "paused")

    return _by_process(chunk, common.folder, wanted)


def _by_process(chunk: Chunk, folder: str, wanted: Callable[[], bool]) -> list[Ended]:
    """The outcomes of a chunk. Raises OSError where its process died, or where it is no longer wanted."""
    command = [sys.executable, "-P", "-m", "render.batch.cluster_worker"]
    with ExitStack() as stack:
        process = stack.enter_context(subprocess.Popen(command, stdin=-1, stdout=-1, cwd=folder))
        stack.callback(process.kill)
        assert process.stdin and process.stdout
        try:
            pickle.dump(chunk, process.stdin)
            process.stdin.flush()  # and left open: its closing is what ends the process
            while not wait([process.stdout.fileno()], _PAUSE):
                if not wanted():
                    raise OSError("the chunk was given up")
            ended: list[Ended] = pickle.load(process.stdout)
        except (BrokenPipeError, EOFError):
            raise OSError(f"the process of a chunk died, exit {process.wait()}") from None
        return ended


# Of both


def _recipe(options: Options) -> Fingerprint:
    """All that decides the bytes of all outputs, the system's libraries with the rest."""
    found = dict(Fingerprints(options).whole())
    if any(it.needs_printer for it in options.formats):
        found |= {name: _version_of(*it) for name, it in _SYSTEM.items()}
    return found


_SYSTEM = {
    "pango": ("libpango-1.0.so.0", "pango_version_string"),
    "harfbuzz": ("libharfbuzz.so.0", "hb_version_string"),
}


def _version_of(library: str, function: str) -> str:
    try:
        version = getattr(ctypes.CDLL(library), function)
    except (OSError, AttributeError):
        return "unknown"
    version.restype = ctypes.c_char_p
    return str(version().decode())
