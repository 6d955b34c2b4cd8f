"""What was made of what: a database, in `.engross/` of the folder that the outputs are in.

It saves work, and nothing depends on it: what it doesn't know is made again. So whatever is wrong with it, a run goes
on without it, and a broken one is thrown away. A row is written when its file is there, never before.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple
from zlib import crc32

Files = tuple[tuple[str, str], ...]
"""Names of files, and the SHA-256 of what is in them."""
_BROKEN = (sqlite3.Error, UnicodeError, MemoryError)
"""What sqlite3 raises where a database is broken: its messages may quote what is no text, or it asks for the moon."""
_VERSION = 3
"""Of the tables. A ledger of another version is no ledger."""


class KnownSource(NamedTuple):
    """A source as it was last read: its bytes' SHA-256, its id, state and languages, what was read with it, warnings.

    `overlay` is whether it was read with its overlay, which may be written in fewer languages than the source has. A
    warning has the name of its file, its line and column, what it is, and its mend.
    """

    path: str
    overlay: bool
    hash: str
    id: str
    state: str
    languages: tuple[str, ...]
    written_in: tuple[str, ...]
    files: Files
    warnings: tuple[tuple[str, int, int, str, str], ...]


class BuiltOutput(NamedTuple):
    """An output as it was written: of what, by which recipe, and what the file is known by.

    `source` is empty where no source makes it any longer, `language` where its name has none.
    """

    name: str
    source: str
    source_hash: str
    files: Files
    fingerprint: str
    id: str
    state: str
    language: str
    format: str
    hash: str
    size: int
    mark: str


_TABLES = f"""
CREATE TABLE known ({", ".join(KnownSource._fields)}, checksum, PRIMARY KEY (path, overlay)) WITHOUT ROWID;
CREATE TABLE made ({", ".join(BuiltOutput._fields)}, checksum, PRIMARY KEY (name)) WITHOUT ROWID;
CREATE TABLE recipe (hash PRIMARY KEY, things) WITHOUT ROWID;
CREATE INDEX made_of ON made (source);
PRAGMA user_version = {_VERSION};
"""


class BuildDb:
    """The ledger in a folder. `fault` says what is wrong with it, if anything is; it then forgets all at the end."""

    def __init__(self, home: Path) -> None:
        self.fault = ""
        self._path = home / "ledger.db"
        self._recipes: set[str] = set()
        """The recipes that are in it for certain."""
        self._connection = self._opened()

    def __enter__(self) -> BuildDb:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        with suppress(*_BROKEN):
            self._connection.close()

    def known(self, path: str, overlay: bool = False) -> KnownSource | None:
        """A source, if it was read before, with or without its overlay."""
        query = "SELECT * FROM known WHERE path = ? AND overlay = ?"
        for _, _, hash_, id_, state, *lists in self._sound(query, path, int(overlay)):
            languages, written_in, files, warnings = map(_tuple, lists)
            return KnownSource(path, overlay, hash_, id_, state, languages, written_in, files, warnings)
        return None

    def made_of(self, path: str) -> dict[str, BuiltOutput]:
        """The outputs of a source, by name."""
        rows = self._sound("SELECT * FROM made WHERE source = ?", path)
        made = (BuiltOutput(name, source, hash_, _tuple(files), *rest) for name, source, hash_, files, *rest in rows)
        return {it.name: it for it in made}

    def sources(self) -> list[str]:
        """The sources of all outputs."""
        return [path for (path,) in self._rows("SELECT DISTINCT source FROM made ORDER BY source")]

    def fingerprint(self, hash_: str) -> Mapping[str, str]:
        """What a recipe was made of; empty where that is not known."""
        for (things,) in self._rows("SELECT things FROM recipe WHERE hash = ?", hash_):
            with suppress(ValueError, TypeError):
                return dict(json.loads(things))
        return {}

    def record(
        self, known: KnownSource, made: Collection[BuiltOutput], fingerprints: Mapping[str, Mapping[str, str]]
    ) -> None:
        """Note what was read and made: all of it or, should the machine stop, nothing."""
        self._rows("BEGIN")
        self._put("known", known)
        for it in made:
            self._put("made", it)
            if it.fingerprint not in self._recipes:
                things = json.dumps(fingerprints.get(it.fingerprint, {}), sort_keys=True)
                self._rows("INSERT OR IGNORE INTO recipe VALUES (?, ?)", it.fingerprint, things)
        self._rows("COMMIT")
        self._recipes |= {it.fingerprint for it in made}

    def forget_source(self, path: str) -> None:
        """Forget how a source was read, not what was made of it."""
        self._rows("DELETE FROM known WHERE path = ?", path)

    def touch(self, it: BuiltOutput, size: int, mark: str) -> None:
        """Note what an output, which is as it was written, is known by now."""
        self._put("made", it._replace(size=size, mark=mark))

    def mark_orphaned(self, it: BuiltOutput) -> None:
        """Note that no source makes an output any longer."""
        self._put("made", it._replace(source=""))

    def forget(self, name: str) -> None:
        """Forget an output."""
        self._rows("DELETE FROM made WHERE name = ?", name)

    def _put(self, table: str, row: KnownSource | BuiltOutput) -> None:
        values = [json.dumps(it) if isinstance(it, tuple) else int(it) if isinstance(it, bool) else it for it in row]
        values.append(_checksum(values))
        self._rows(f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * len(values))})", *values)

    def _sound(self, query: str, *values: str | int) -> Iterator[list[Any]]:
        """The rows that a query finds, as they were put in: the database does not see every fault in them itself."""
        for *row, checksum in self._rows(query, *values):
            if checksum == _checksum(row):
                yield row

    def _rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        """The rows that a query finds; none where the ledger is broken, and from then on it is kept in memory alone."""
        try:
            return self._connection.execute(query, values).fetchall()
        except _BROKEN as error:
            self._lose(error)
            return []

    def _lose(self, error: Exception) -> None:
        self.fault = self.fault or str(error)
        self._recipes.clear()
        with suppress(*_BROKEN):
            self._connection.close()
        self._connection = _connected(":memory:")

    def _opened(self) -> sqlite3.Connection:
        """A connection to the ledger; to a new one where there is none that can be read, or none at all on the disk."""
        for attempt in (_connected, self._renewed):
            try:
                return attempt(str(self._path))
            except _BROKEN as error:
                fault = str(error)
        self.fault = fault
        return _connected(":memory:")

    def _renewed(self, path: str) -> sqlite3.Connection:
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                Path(path + suffix).unlink()
        return _connected(path)


def _connected(path: str) -> sqlite3.Connection:
    """A connection to a database with the tables. Raises _BROKEN where a wreck is at this path, or another's."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        ((version,),) = connection.execute("PRAGMA user_version")
        ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'")
        if not (version or tables):
            connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
        elif version != _VERSION:
            raise sqlite3.DatabaseError(f"a ledger of version {version}")
    except _BROKEN:
        connection.close()
        raise
    return connection


def _tuple(text: str) -> tuple[Any, ...]:
    """What was a tuple of texts or tuples when it was put in."""
    if text == "[]":  # as most are
        return ()
    return tuple(tuple(it) if isinstance(it, list) else it for it in json.loads(text))


def _checksum(values: Sequence[object]) -> int:
    return crc32(repr(values).encode())
