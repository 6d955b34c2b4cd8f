"""Child processes that run isolated, and end with this process.

A child is a fresh interpreter: a fork of a process with threads inherits locks that nobody releases. It looks for
modules where this process does, but never in the working directory, whose files anyone may have written.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from render.errors import UsageError

_ROOT = str(Path(__file__).parents[1])
"""The folder in which this package is."""
_LENGTH = 8
"""Bytes of the number before each message: how many bytes follow."""
_MAX_READ = 1 << 20


class ChildDied(Exception):
    """A child ended without an answer; the cause is the name of a signal, or its exit code."""


def module_folders() -> list[str]:
    """Where a child looks for modules: as `sys.path`, without the working directory, and with this package's folder."""
    folders = [folder for folder in sys.path if folder]
    return folders if _ROOT in folders else [*folders, _ROOT]


def keep_isolated() -> None:
    """Have every interpreter that this process starts from now on keep the working directory off its path.

    multiprocessing starts its fork server and its resource tracker as `python -c`, which would put it first. Raises
    UsageError if the interpreter ignores the variable for that.
    """
    if sys.flags.ignore_environment and not sys.flags.safe_path:
        raise UsageError("Python's option -E would let code in the working directory run; use -I instead")
    os.environ["PYTHONSAFEPATH"] = "1"


class Child:
    """A child process that runs the function `main` of a module. It gets and sends messages of bytes.

    `main` gets a descriptor for `exit_when_closed`, and a text. It reads messages with `read_message` from its standard
    input, and writes them with `write_message` to its standard output.
    """

    def __init__(self, module: str, text: str, may_fork: bool = False) -> None:
        """Start the process; as a fork, which starts 25 ms earlier, if the caller and the kernel allow it.

        Raises OSError.
        """
        self._pid = 0
        inbox, self._to_child = _pipe()
        self._from_child, outbox = _pipe()
        lifeline, self._lifeline = _pipe()
        theirs = _Ends(inbox, outbox, lifeline)
        ours = _Ends(self._to_child, self._from_child, self._lifeline)
        os.set_blocking(self._to_child, False)
        os.set_blocking(self._from_child, False)
        try:
            forks = may_fork and is_single_threaded()
            self._pid = _fork(module, text, theirs, ours) if forks else _spawn(module, text, theirs)
        except OSError:
            self.close()
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)

    @property
    def pid(self) -> int:
        """The number of the process; 0 once it is known to have ended."""
        return self._pid

    def send(self, message: bytes, seconds: float) -> None:
        """Send a message. Raises ChildDied, or TimeoutError if the child hasn't read it after `seconds`."""
        deadline = time.monotonic() + seconds
        rest = memoryview(len(message).to_bytes(_LENGTH) + message)
        try:
            while rest:
                self._wait(self._to_child, select.POLLOUT, deadline)
                with suppress(BlockingIOError):
                    rest = rest[os.write(self._to_child, rest) :]
        except BrokenPipeError:
            raise self._death() from None

    def receive(self, seconds: float) -> bytes:
        """The child's next message. Raises ChildDied, or TimeoutError if it isn't there after `seconds`."""
        deadline = time.monotonic() + seconds
        length = int.from_bytes(self._read(_LENGTH, deadline))
        return self._read(length, deadline)

    def close(self) -> None:
        """Kill the child, if it is alive. It has nothing to lose."""
        if self._is_ours():
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._reap()
        descriptors = (self._to_child, self._from_child, self._lifeline)
        self._to_child = self._from_child = self._lifeline = -1
        for descriptor in descriptors:
            if descriptor >= 0:
                os.close(descriptor)

    def _read(self, length: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < length:
            self._wait(self._from_child, select.POLLIN, deadline)
            with suppress(BlockingIOError):
                read = os.read(self._from_child, min(length - len(data), _MAX_READ))
                if not read:
                    raise self._death()
                data += read
        return bytes(data)

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        """Wait until the child reads or writes, or is gone. Raises ChildDied and TimeoutError."""
        if descriptor < 0 or not self._pid:
            raise ChildDied("it was closed")
        waiting = select.poll()
        waiting.register(descriptor, event)
        if not waiting.poll(max(0.0, deadline - time.monotonic()) * 1000):
            self.close()
            raise TimeoutError

    def _death(self) -> ChildDied:
        code = self._reap()
        self.close()
        if code is None:
            return ChildDied("for an unknown reason")
        return ChildDied(signal.Signals(-code).name if code < 0 else f"exit {code}")

    def _is_ours(self) -> bool:
        """Whether the child is alive or unreaped, so that its number can't be another process's."""
        if not self._pid:
            return False
        try:
            if os.waitpid(self._pid, os.WNOHANG) == (0, 0):
                return True
        except ChildProcessError:  # where SIGCHLD is ignored, the kernel reaps
            pass
        self._pid = 0
        return False

    def _reap(self) -> int | None:
        """The exit code of the child, negative for a signal; waits for its end. None if the kernel has reaped it."""
        pid, self._pid = self._pid, 0
        try:
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        except ChildProcessError:
            return None


class _Ends(NamedTuple):
    """One end of each pipe: of the messages to the child, of those from it, and of the one that shows who is alive."""

    to_child: int
    from_child: int
    lifeline: int


def _spawn(module: str, text: str, theirs: _Ends) -> int:
    """The number of a new process, a fresh interpreter that runs `main` of a module."""
    os.set_inheritable(theirs.lifeline, True)
    options = ["-I", *(["-B"] if sys.dont_write_bytecode else [])]
    start = f"import sys; sys.path[:] = sys.argv[3:]; from {module} import main; main(int(sys.argv[1]), sys.argv[2])"
    return os.posix_spawn(
        sys.executable,
        [sys.executable, *options, "-c", start, str(theirs.lifeline), text, *module_folders()],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, theirs.to_child, 0), (os.POSIX_SPAWN_DUP2, theirs.from_child, 1)],
        setsigmask=[signal.SIGINT],  # this process handles ^C
        setsigdef=[signal.SIGCHLD, signal.SIGTERM],
    )


def _fork(module: str, text: str, theirs: _Ends, ours: _Ends) -> int:
    """The number of a new process, a copy of this one that runs `main` of a module and shares all that is imported."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # for the child: this process handles ^C
    pid = os.fork()
    if pid == 0:
        try:
            _run_in_fork(module, text, theirs, ours)
        finally:
            os._exit(1)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pid


def _run_in_fork(module: str, text: str, theirs: _Ends, ours: _Ends) -> None:
    for descriptor in ours:  # or the child would keep its own pipes open
        os.close(descriptor)
    os.dup2(theirs.to_child, 0)
    os.dup2(theirs.from_child, 1)
    os.close(theirs.from_child)
    import_module(module).main(theirs.lifeline, text)


def is_single_threaded() -> bool:
    """Whether the kernel knows of one thread only in this process. A library's threads count."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


def _pipe() -> tuple[int, int]:
    """The ends of a pipe, none of which takes the number of a standard stream that is closed."""
    read, write = os.pipe()
    return _above_standard_streams(read), _above_standard_streams(write)


def _above_standard_streams(descriptor: int) -> int:
    if descriptor > 2:
        return descriptor
    moved: int = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    os.close(descriptor)
    return moved


# In the child


def read_message(descriptor: int) -> bytes:
    """The next message. Raises EOFError if there is none."""
    return _read_all(descriptor, int.from_bytes(_read_all(descriptor, _LENGTH)))


def _read_all(descriptor: int, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        if not (read := os.read(descriptor, min(length - len(data), _MAX_READ))):
            raise EOFError
        data += read
    return bytes(data)


def write_message(descriptor: int, message: bytes) -> None:
    """Send a message. Raises BrokenPipeError if nobody reads it."""
    rest = memoryview(len(message).to_bytes(_LENGTH) + message)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def take_standard_output() -> int:
    """A descriptor for messages, which the standard output was. What is printed goes to the standard error."""
    messages = os.dup(1)
    try:
        os.dup2(2, 1)
    except OSError:  # the standard error is closed
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return messages


def exit_when_closed(pipe: int) -> None:
    """Have the kernel end this process when the other end of a pipe, through which no data comes, closes."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    if waiting.poll(0):  # it closed before this request
        os._exit(1)
