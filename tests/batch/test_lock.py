"""One run at a time in a folder, and no lock is ever left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from render.batch import lock
from render.batch.lock import locked
from render.errors import BusyError, OutputError
from render.output.store import Folder


def test_a_second_run_reports_which_process_has_the_lock(tmp_path: Path) -> None:
    here = f"process {os.getpid()} on .* is writing here"
    with locked(Folder(tmp_path)), pytest.raises(BusyError, match=here) as caught, locked(Folder(tmp_path)):
        raise AssertionError("two at once")
    assert caught.value.exit_code == 75
    with locked(Folder(tmp_path)):
        pass


def test_a_run_waits_for_another_on_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = ExitStack()
    other.enter_context(locked(Folder(tmp_path)))
    looks = Looks(other)
    monkeypatch.setattr(lock, "time", looks)
    with locked(Folder(tmp_path), 1.0):
        assert looks.slept == Looks.HELD


def test_a_run_waits_no_longer_than_requested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Looks(ExitStack())
    monkeypatch.setattr(lock, "time", looks)
    with locked(Folder(tmp_path)), pytest.raises(BusyError), locked(Folder(tmp_path), 2.0):
        raise AssertionError("two at once")
    assert looks.monotonic() == pytest.approx(2.0)


class Looks:
    """The time of one that waits for a lock; another gives it back after a number of looks at it."""

    HELD = 5

    def __init__(self, other: ExitStack) -> None:
        self._other = other
        self._now = 0.0
        self.slept = 0

    def monotonic(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds
        self.slept += 1
        if self.slept == self.HELD:
            self._other.close()


def test_the_lock_of_a_run_that_was_killed_is_free(tmp_path: Path) -> None:
    code = (
        "import sys, signal; from pathlib import Path\n"
        "from render.batch.lock import locked; from render.output.store import Folder\n"
        "with locked(Folder(Path(sys.argv[1]))): print('held', flush=True); signal.pause()"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", code, tmp_path], cwd=root, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(BusyError, match=f"process {holder.pid}"), locked(Folder(tmp_path)):
            pass
        holder.send_signal(signal.SIGKILL)
    assert holder.returncode == -signal.SIGKILL
    with locked(Folder(tmp_path)):
        pass


def test_a_file_where_the_lock_would_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".engross").write_text("")
    with pytest.raises(OutputError, match="can't open the lock"), locked(Folder(tmp_path)):
        pass
