"""Which output was built from what: a database in the state folder of the outputs.

It only saves work: Engross builds again whatever the database doesn't know. So a run goes on without a database that
can't be used, and replaces a broken one. A row is written after its file, never before.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple
from zlib import crc32

from render.batch.job import FileHashes
from render.errors import Place, Problem

FILE_NAME = "build.db"
_BROKEN = (sqlite3.Error, UnicodeError, MemoryError)
"""What sqlite3 raises for a broken database: a message may quote invalid text, and a length may be absurd."""
_VERSION = 4
"""Of the tables. A database of another version is replaced."""


class KnownSource(NamedTuple):
    """A source as it was last read: the SHA-256 of its bytes, its id, state and languages, its files and warnings.

    `overlay` is whether it was read with its overlay; then `rendered_languages` may be fewer than `languages`. The
    places in `warnings` have file names relative to the source.
    """

    path: str
    overlay: bool
    hash: str
    id: str
    state: str
    languages: tuple[str, ...]
    rendered_languages: tuple[str, ...]
    files: FileHashes
    warnings: tuple[Problem, ...]


class BuiltOutput(NamedTuple):
    """An output as it was written: from which source and files, by which fingerprint, and what identifies the file.

    `source` is "" once no source produces the output, and `language_in_name` is "" if its name has none.
    """

    name: str
    source: str
    source_hash: str
    files: FileHashes
    fingerprint: str
    id: str
    state: str
    language_in_name: str
    format: str
    hash: str
    size: int
    stamp: str


_TABLES = f"""
CREATE TABLE sources ({", ".join(KnownSource._fields)}, checksum, PRIMARY KEY (path, overlay)) WITHOUT ROWID;
CREATE TABLE outputs ({", ".join(BuiltOutput._fields)}, checksum, PRIMARY KEY (name)) WITHOUT ROWID;
CREATE TABLE fingerprints (hash PRIMARY KEY, inputs) WITHOUT ROWID;
CREATE INDEX outputs_by_source ON outputs (source);
PRAGMA user_version = {_VERSION};
"""


class BuildDb:
    """The database in a folder. `error` says what is wrong with it; then this run keeps its rows in memory."""

    def __init__(self, state_folder: Path) -> None:
        self.error = ""
        self._path = state_folder / FILE_NAME
        self._recorded_fingerprints: set[str] = set()
        self._connection = self._open()

    def __enter__(self) -> BuildDb:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        with suppress(*_BROKEN):
            self._connection.close()

    def known_source(self, path: str, overlay: bool = False) -> KnownSource | None:
        """A source, if it was read before, with or without its overlay."""
        query = "SELECT * FROM sources WHERE path = ? AND overlay = ?"
        return next(map(_known_source, self._sound_rows(query, path, int(overlay))), None)

    def outputs_of(self, path: str) -> dict[str, BuiltOutput]:
        """The outputs of a source, by name."""
        outputs = map(_built_output, self._sound_rows("SELECT * FROM outputs WHERE source = ?", path))
        return {output.name: output for output in outputs}

    def outputs_with_id(self, id_: str) -> Iterator[BuiltOutput]:
        """The outputs of all sources that had an id."""
        query = "SELECT * FROM outputs WHERE name > ? AND name < ?"  # an id, a full stop, and more
        found = map(_built_output, self._sound_rows(query, f"{id_}.", f"{id_}/"))
        return (output for output in found if output.id == id_)

    def source_of(self, output: str) -> str:
        """The source of an output; "" if it isn't known, or there is none any more."""
        rows = self._sound_rows("SELECT * FROM outputs WHERE name = ?", output)
        return next((_built_output(row).source for row in rows), "")

    def source_paths(self) -> list[str]:
        """The sources of all outputs; "" among them if there are orphans."""
        return [path for (path,) in self._rows("SELECT DISTINCT source FROM outputs ORDER BY source")]

    def fingerprint(self, hash_: str) -> Mapping[str, str]:
        """The fingerprint with this hash; empty if it isn't known."""
        for (inputs,) in self._rows("SELECT inputs FROM fingerprints WHERE hash = ?", hash_):
            with suppress(ValueError, TypeError):
                return dict(json.loads(inputs))
        return {}

    def record(
        self, source: KnownSource, outputs: Collection[BuiltOutput], fingerprints: Mapping[str, Mapping[str, str]]
    ) -> None:
        """Record what was read and built, in one transaction."""
        self._rows("BEGIN")
        self._put("sources", _row_of_source(source))
        for output in outputs:
            self._put("outputs", _row_of_output(output))
            if output.fingerprint not in self._recorded_fingerprints:
                inputs = json.dumps(fingerprints.get(output.fingerprint, {}), sort_keys=True)
                self._rows("INSERT OR IGNORE INTO fingerprints VALUES (?, ?)", output.fingerprint, inputs)
        self._rows("COMMIT")
        self._recorded_fingerprints |= {output.fingerprint for output in outputs}

    def forget_source(self, path: str) -> None:
        """Forget how a source was read, but not its outputs."""
        self._rows("DELETE FROM sources WHERE path = ?", path)

    def update_state(self, output: BuiltOutput, size: int, stamp: str) -> None:
        """Record a new state of a file whose content is unchanged."""
        self._put("outputs", _row_of_output(output._replace(size=size, stamp=stamp)))

    def mark_orphaned(self, output: BuiltOutput) -> None:
        """Record that no source produces an output any more."""
        self._put("outputs", _row_of_output(output._replace(source="")))

    def forget_output(self, name: str) -> None:
        """Forget an output."""
        self._rows("DELETE FROM outputs WHERE name = ?", name)

    def _put(self, table: str, row: list[Any]) -> None:
        row.append(_checksum(row))
        self._rows(f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * len(row))})", *row)

    def _sound_rows(self, query: str, *values: str | int) -> Iterator[list[Any]]:
        """The rows that a query finds, as they were put in: SQLite itself doesn't detect every damage."""
        for *row, checksum in self._rows(query, *values):
            if checksum == _checksum(row):
                yield row

    def _rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        """The rows that a query finds; none if the database is broken, and from then on all is kept in memory."""
        try:
            rows = self._connection.execute(query, values).fetchall()
            return [_as_texts(row) if bytes in map(type, row) else row for row in rows]
        except UnicodeEncodeError:  # a path that isn't UTF-8, which is rare
            return self._rows(query, *map(_as_bytes, values))
        except _BROKEN as error:
            self._give_up(error)
            return []

    def _give_up(self, error: Exception) -> None:
        self.error = self.error or str(error)
        self._recorded_fingerprints.clear()
        with suppress(*_BROKEN):
            self._connection.close()
        self._connection = _connect(":memory:")

    def _open(self) -> sqlite3.Connection:
        """A connection to the database, or to a new one if it can't be read, or to one in memory."""
        error = ""
        is_ours = all(map(_is_own_file, self._files()))
        for attempt in (_connect, self._replace) if is_ours else (self._replace,):
            try:
                return attempt(str(self._path))
            except _BROKEN as reason:
                error = str(reason)
        self.error = error
        return _connect(":memory:")

    def _replace(self, path: str) -> sqlite3.Connection:
        for file in self._files():
            with suppress(OSError):
                file.unlink()
        if not all(map(_is_own_file, self._files())):
            raise sqlite3.OperationalError("unable to open database file: what is in its place can't be removed")
        return _connect(path)

    def _files(self) -> list[Path]:
        return [Path(f"{self._path}{suffix}") for suffix in ("", "-wal", "-shm", "-journal")]


def _is_own_file(path: Path) -> bool:
    """Whether a file is missing, or has no other name by which it may be somebody's. SQLite would follow a link."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1


def _as_bytes(value: object) -> Any:
    """A text that isn't UTF-8 as the bytes of a file name, which SQLite keeps as they are; any other value as it is."""
    is_unicode = not isinstance(value, str) or not any("\ud800" <= letter <= "\udfff" for letter in value)
    return value if is_unicode else os.fsencode(str(value))


def _as_texts(row: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(os.fsdecode(value) if isinstance(value, bytes) else value for value in row)


def _connect(path: str) -> sqlite3.Connection:
    """A connection to a database with our tables. Raises _BROKEN for a broken database, and for another program's."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        ((version,),) = connection.execute("PRAGMA user_version")
        ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'")
        if not (version or tables):
            connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
        elif version != _VERSION:
            raise sqlite3.DatabaseError(f"the database has version {version}, not {_VERSION}")
    except _BROKEN:
        connection.close()
        raise
    return connection


# Rows: what is a tuple in a record is JSON in its row


def _row_of_source(source: KnownSource) -> list[Any]:
    values = source._asdict()
    values["overlay"] = int(source.overlay)
    values["warnings"] = [
        (warning.place.file, warning.place.line, warning.place.column, warning.what, warning.hint, warning.code)
        for warning in source.warnings
    ]
    for column in ("languages", "rendered_languages", "files", "warnings"):
        values[column] = json.dumps(values[column])
    return list(values.values())


def _known_source(row: list[Any]) -> KnownSource:
    source = KnownSource._make(row)
    return source._replace(
        overlay=bool(source.overlay),
        languages=_tuple(source.languages),
        rendered_languages=_tuple(source.rendered_languages),
        files=_tuple(source.files),
        warnings=tuple(
            Problem(Place(file, line, column), what, hint, "warning", *code)  # an older row has no code
            for file, line, column, what, hint, *code in _tuple(source.warnings)
        ),
    )


def _row_of_output(output: BuiltOutput) -> list[Any]:
    row: list[Any] = list(output)
    row[_FILES] = json.dumps(output.files)
    return row


def _built_output(row: list[Any]) -> BuiltOutput:
    row[_FILES] = _tuple(row[_FILES])
    return BuiltOutput._make(row)


_FILES = BuiltOutput._fields.index("files")


def _tuple(text: Any) -> tuple[Any, ...]:
    """The tuple of texts or tuples that was stored as JSON."""
    if text == "[]":  # as most are
        return ()
    return tuple(tuple(part) if isinstance(part, list) else part for part in json.loads(text))


def _checksum(values: Sequence[object]) -> int:
    return crc32(repr(values).encode())
