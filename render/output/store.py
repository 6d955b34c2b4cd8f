"""Where outputs go: a folder, or a bucket of an object store. Both take whole outputs, and say what became of them."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from render.errors import UsageError
from render.output.atomic import Finish, State, States, is_left_over, make_folder, mark_of, start_write, sync_folder

_HOME = ".engross"
"""In a folder of outputs: its lock, and its ledger."""


class Store(Protocol):
    """A place for outputs. It is compared, pickled and printed as what it is: "build", "s3://bucket/folder"."""

    modules: ClassVar[tuple[str, ...]]
    """What a worker should have imported when it starts, to put outputs there."""

    @property
    def home(self) -> Path:
        """The folder, on a disk of this machine, for its lock and its ledger."""

    @property
    def base(self) -> Path:
        """Where the ways of the ledger's sources begin."""

    def place(self, name: str) -> str:
        """Where an output is, for a person."""

    def prepare(self) -> None:
        """Make it, or see that outputs can be put there. Raises OutputError, and UsageError for what can't be used."""

    def remove_partial(self) -> None:
        """Take away what was left unfinished by whatever was killed."""

    def states(self) -> States:
        """What looks at outputs; it may be that it looks once, now. Raises OutputError."""

    def read(self, name: str) -> bytes:
        """An output. Raises OSError, FileNotFoundError where there is none."""

    def start_write(self, name: str, data: bytes) -> Finish:
        """Begin to put an output there; what is returned ends it, and says what the output is known by.

        It is there as a whole then. Both raise OutputError; what was there then stands.
        """

    def sync(self) -> None:
        """See that the outputs that are there will be after the machine has stopped. Raises OutputError."""

    def remove(self, name: str) -> None:
        """Remove an output. Raises OSError."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder on a disk."""

    path: Path
    modules: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return str(self.path)

    @property
    def home(self) -> Path:
        """A folder in it."""
        return self.path / _HOME

    @property
    def base(self) -> Path:
        """Itself: sources and outputs can be moved together."""
        return self.path

    def place(self, name: str) -> str:
        """The path of an output."""
        return str(self.path / name)

    def prepare(self) -> None:
        """Make it, or see that it can be written in. Raises OutputError."""
        make_folder(self.path)

    def remove_partial(self) -> None:
        """Take away the files that were not finished."""
        for it in self.path.iterdir():
            if is_left_over(it.name):
                with suppress(OSError):
                    it.unlink()

    def states(self) -> States:
        """What looks at a file whenever it is asked."""
        return self._state

    def _state(self, name: str) -> State | None:
        try:
            status = os.lstat(self.path / name)
        except FileNotFoundError:
            return None
        return State(status.st_size, mark_of(status) if stat.S_ISREG(status.st_mode) else "")

    def read(self, name: str) -> bytes:
        """What is in a file. Raises OSError."""
        return (self.path / name).read_bytes()

    def start_write(self, name: str, data: bytes) -> Finish:
        """Begin to write a file; what is returned ends it, and says what it is known by. Both raise OutputError."""
        return start_write(data, self.path / name)

    def sync(self) -> None:
        """Have the files' names on the disk. Raises OutputError."""
        sync_folder(self.path)

    def remove(self, name: str) -> None:
        """Remove a file. Raises OSError."""
        (self.path / name).unlink()


BUILD = Folder(Path("build"))
"""Where outputs go, if nothing else is said."""


def store_at(place: str) -> Store:
    """The folder, or the bucket by its URL, "s3://…". Raises UsageError for any other URL."""
    found = re.match("([A-Za-z][A-Za-z0-9+.-]*)://", place)
    if not found:
        return Folder(Path(place))
    if found[1] != "s3":
        raise UsageError(f"{place}: outputs go to a folder or to s3://bucket/…; a folder of this name is ./{place}")
    from render.output.s3 import Bucket

    return Bucket.at(place)
