"""One run at a time in a folder, and no lock is ever left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from render.batch.lock import locked
from render.errors import BusyError, OutputError
from render.output.store import Folder


def test_a_second_run_is_told_who_is_at_work(tmp_path: Path) -> None:
    here = f"process {os.getpid()} on .* is writing here"
    with locked(Folder(tmp_path)), pytest.raises(BusyError, match=here) as caught, locked(Folder(tmp_path)):
        raise AssertionError("two at once")
    assert caught.value.exit_code == 75
    with locked(Folder(tmp_path)):
        pass


def test_a_run_waits_for_another_if_it_is_told_to(tmp_path: Path) -> None:
    ended: list[bool] = []

    def hold() -> None:
        with locked(Folder(tmp_path)):
            held.set()
            time.sleep(0.3)
            ended.append(True)

    held = threading.Event()
    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    with locked(Folder(tmp_path), 20):
        assert ended == [True]
    other.join()


def test_the_lock_of_a_run_that_was_killed_is_free(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from render.batch.lock import locked; from render.output.store import Folder\n"
        "with locked(Folder(Path(sys.argv[1]))): print('held', flush=True); time.sleep(600)"
    )
    root = Path(__file__).parents[2]
    holder = subprocess.Popen([sys.executable, "-c", code, tmp_path], cwd=root, stdout=subprocess.PIPE)
    assert holder.stdout
    holder.stdout.readline()
    with pytest.raises(BusyError, match=f"process {holder.pid}"), locked(Folder(tmp_path)):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    with locked(Folder(tmp_path)):
        pass


def test_a_file_where_the_lock_would_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".engross").write_text("")
    with pytest.raises(OutputError, match="can't open the lock"), locked(Folder(tmp_path)):
        pass
