"""Whatever fails or is killed at whatever moment: no file is torn, no failure is hidden, and a plain rerun repairs it.

The faults are put in by strace, at each system call that touches the folder of the outputs.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.batch.conftest import SOURCE
from tests.batch.gate import MINUTES
from tests.command import CommandResult, engross

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
COMMAND = [sys.executable, "-m", "render", "render", "source", "--to", "docx,html,txt", "--quiet"]
STRACE = ["strace", "-f", "--seccomp-bpf"]  # stops at the calls that are traced alone, so it is several times faster
CALLS = "openat write pwrite64 fsync fdatasync rename renameat renameat2 unlink ftruncate mkdir flock".split()
FAULTS = ("signal=SIGKILL", "error=ENOSPC", "error=EIO")


@dataclass(frozen=True)
class Point:
    """The number of a system call of a name, and what happens to the call."""

    call: str
    number: int
    fault: str


class VersionedFolder:
    """A folder with a source whose outputs are of its first version; what they are to be of both."""

    def __init__(self, path: Path, sources: int = 1) -> None:
        self.path, self.sources = path, sources
        (path / "source").mkdir(parents=True)
        self.old = self.written("Old.")
        shutil.copytree(path / "build", path / "old")
        self.new = self.written("New.")

    def written(self, text: str) -> Mapping[str, bytes]:
        """The outputs of a version."""
        self.edit(text)
        assert self.run() == 0
        return self.outputs()

    def edit(self, text: str) -> None:
        for number in range(self.sources):
            source = SOURCE.format(id=f"d{number}", text=text * (number + 1))
            (self.path / "source" / f"d{number}.yaml").write_text(source)

    def stale(self) -> None:
        """Have the outputs be of the first version, and the source of the second."""
        shutil.rmtree(self.path / "build")
        shutil.copytree(self.path / "old", self.path / "build")
        self.edit("New.")

    def run(self) -> int:
        """The exit code of a run in this process."""
        return self._printed(engross(*COMMAND[3:], "--jobs", "2", cwd=self.path))

    def run_traced(self, *options: str) -> int:
        """The exit code of a run under strace, negative for a signal."""
        command = [*STRACE, *options, *COMMAND, "--jobs", "2"]
        return self._printed(
            subprocess.run(command, cwd=self.path, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        )

    def _printed(self, done: CommandResult | subprocess.CompletedProcess[str]) -> int:
        print(done.stderr)  # for anyone who looks at a test that failed
        return done.returncode

    def run_dying(self, calls: str) -> int:
        """The exit code of a run that is killed after a number of calls."""
        command = [sys.executable, "-m", "tests.batch.dying_command", calls, *COMMAND[3:], "--jobs", "2"]
        return subprocess.run(command, cwd=self.path, env=ENVIRONMENT, capture_output=True, check=False).returncode

    def outputs(self) -> dict[str, bytes]:
        files = (self.path / "build").iterdir()
        return {path.name: path.read_bytes() for path in files if path.name != ".engross"}

    def calls(self) -> Iterator[tuple[str, int]]:
        """The system calls of a run that touch the folder of the outputs."""
        log = self.path / "log"
        self.stale()
        assert self.run_traced("-y", "-o", str(log), "-e", f"trace={','.join(CALLS)}") == 0
        counts: Counter[str] = Counter()  # of each thread, as strace counts
        for line in log.read_text().splitlines():
            if found := re.match(r"\d+ +(\w+)\(", line):
                counts[found[0]] += 1
                if "build" in line:
                    yield found[1], counts[found[0]]

    def assert_repaired_after(self, point: Point) -> None:
        """Assert that files are whole after a fault, that a failure is reported, and that a rerun repairs all."""
        self.stale()
        inject = f"inject={point.call}:{point.fault}:when={point.number}"
        code = self.run_traced("-qq", "-o", "/dev/null", "-e", f"trace={point.call}", "-e", inject)
        left = {name: data for name, data in self.outputs().items() if not name.startswith(".")}
        assert all(data in (self.old[name], self.new[name]) for name, data in left.items())
        assert left.keys() == self.new.keys()
        assert code != 0 or left == self.new
        assert code in (0, 1) if point.fault.startswith("error") else code in (0, -signal.SIGKILL, 128 + signal.SIGKILL)
        assert self.run() == 0
        assert self.outputs() == self.new


@pytest.fixture
def folder(tmp_path: Path) -> VersionedFolder:
    return VersionedFolder(tmp_path)


def points(folder: VersionedFolder) -> list[Point]:
    """Every fault at every call: on the three outputs, their folder, and the build database (`pwrite64`)."""
    found = [Point(*call, fault) for call in folder.calls() for fault in FAULTS]
    counts = Counter(point.call for point in found)
    print(dict(counts))
    least = {"openat": 4, "write": 3, "pwrite64": 1, "fsync": 4, "rename": 3}
    assert all(counts[call] >= len(FAULTS) * number for call, number in least.items()), counts
    return found


def test_a_fault_at_a_system_call_of_each_kind_leaves_no_torn_file_and_is_repaired_by_a_rerun(
    folder: VersionedFolder,
) -> None:
    chance = random.Random(7)
    kinds: dict[tuple[str, str], list[Point]] = {}
    for point in points(folder):
        kinds.setdefault((point.call, point.fault), []).append(point)
    for (call, _), several in kinds.items():
        if call in ("openat", "write", "pwrite64", "fsync", "rename"):
            folder.assert_repaired_after(chance.choice(several))


@pytest.mark.proof
def test_a_fault_at_any_system_call_leaves_no_torn_file_and_is_repaired_by_a_rerun(folder: VersionedFolder) -> None:
    for point in points(folder):
        folder.assert_repaired_after(point)


def test_kills_at_random_moments_are_repaired_by_a_rerun(tmp_path: Path) -> None:
    _kill_at_random_moments(VersionedFolder(tmp_path, sources=8), 6)


@pytest.mark.proof
def test_many_kills_at_random_moments_are_repaired_by_a_rerun(tmp_path: Path) -> None:
    _kill_at_random_moments(VersionedFolder(tmp_path, sources=30), 100)


def _kill_at_random_moments(folder: VersionedFolder, kills: int) -> None:
    """Kill the run, not its workers: they have to end by themselves, or they would write into the next run's folder."""
    chance = random.Random(kills)
    folder.stale()
    assert folder.run_dying("count") == 0
    whole = int((folder.path / "calls").read_text())
    # Later ones may not come: workers that answer at once are heard by fewer calls.
    for moment in [chance.randrange(1, int(0.8 * whole)) for _ in range(kills)]:
        folder.stale()
        assert folder.run_dying(str(moment)) == -signal.SIGKILL
        left = {name: data for name, data in folder.outputs().items() if not name.startswith(".")}
        assert all(data in (folder.old[name], folder.new[name]) for name, data in left.items())
        assert folder.run() == 0
        assert folder.outputs() == folder.new


def test_two_runs_at_once_in_one_folder_leave_correct_outputs(tmp_path: Path) -> None:
    folder = VersionedFolder(tmp_path, sources=4)
    folder.stale()
    runs = [
        subprocess.Popen([*COMMAND, *wait], cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.PIPE)
        for wait in ([], ["--wait", "600"], ["--wait", "600"])
    ]
    errors = [run.communicate(timeout=MINUTES)[1] for run in runs]
    assert [run.returncode for run in runs[1:]] == [0, 0], errors
    assert runs[0].returncode in (0, 75), errors
    assert folder.outputs() == folder.new


def test_an_unwritable_folder_is_one_clear_error(tmp_path: Path) -> None:
    folder = VersionedFolder(tmp_path)
    folder.edit("New once more.")
    (tmp_path / "build").chmod(0o555)
    # Root may write anywhere, unless it gives that up.
    without_rights = [] if os.geteuid() else ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    try:
        command = [*without_rights, *COMMAND]
        done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    finally:
        (tmp_path / "build").chmod(0o755)
    assert (done.returncode, done.stderr) == (
        1,
        "engross: build: can't write into this folder; change its permissions, or choose another with --out\n",
    )
    assert folder.outputs() == folder.new
