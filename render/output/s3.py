"""A bucket of an object store that speaks S3, and a folder in it. It alone knows fsspec and s3fs, the extra `s3`.

Who we are and where the store is, is found in the environment and the files where all that use S3 look for it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from render.errors import OutputError, UsageError
from render.output.atomic import Finish, Saved, State, States, hash_of

_SCHEME = "s3://"
_MOST = 5 << 30
"""Bytes that one request may put."""
_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".eml": "message/rfc822",
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
    ".txt": "text/plain; charset=utf-8",
}
"""What a browser is told that an object is, by its suffix: else it would save a page instead of showing it."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, or a folder in it, by its URL without a slash at its end.

    An output is put by one request, and is there as a whole or not at all. It is known by its ETag: by what the store
    says that it is, not by its time.
    """

    url: str
    modules: ClassVar[tuple[str, ...]] = ("s3fs",)

    @classmethod
    def at(cls, url: str) -> Bucket:
        """The bucket at a URL. Raises UsageError for a URL without one."""
        bucket, _, folder = url.removeprefix(_SCHEME).partition("/")
        if not bucket or set("?#") & set(url):
            raise UsageError(f"{url}: no bucket and folder; write s3://bucket or s3://bucket/folder")
        return cls(f"{_SCHEME}{bucket}/{folder}".rstrip("/"))

    def __str__(self) -> str:
        return self.url

    @property
    def home(self) -> Path:
        """A folder of this machine's own, since no database and no lock can be kept in a bucket."""
        base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
        return Path(base, "engross", hash_of(f"{endpoint} {self.url}".encode())[:32])

    @property
    def base(self) -> Path:
        """The root: the sources stay where they are, wherever outputs go."""
        return Path("/")

    def place(self, name: str) -> str:
        """The URL of an output."""
        return f"{self.url}/{name}"

    def prepare(self) -> None:
        """Make its folder on this machine. Raises OutputError, and UsageError where s3fs is not installed."""
        _store()
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = f"{self.home}: can't be made ({error.strerror})"
            raise OutputError(f"{why}; name a folder for the ledger of {self} by XDG_STATE_HOME") from None

    def remove_partial(self) -> None:
        """Nothing: an object that was not finished is none."""

    def states(self) -> States:
        """The states that outputs have now, by a single look. Raises OutputError."""
        try:
            return self._states().get
        except OSError as error:
            raise OutputError(f"{self}: can't be looked into ({error.strerror}); {_MEND}") from None

    def _states(self) -> Mapping[str, State]:
        with _as_os_error():
            try:
                found = _store().ls(self.url, detail=True, refresh=True)
            except FileNotFoundError as error:
                if error.__cause__:  # no bucket: of a folder that is not there, the store has nothing to say
                    raise
                found = []
        objects = (it for it in found if it["type"] == "file")
        return {PurePosixPath(it["name"]).name: State(it["size"], it["ETag"]) for it in objects}

    def read(self, name: str) -> bytes:
        """An object. Raises OSError."""
        with _as_os_error():
            return bytes(_store().cat_file(self.place(name)))

    def start_write(self, name: str, data: bytes) -> Finish:
        """Nothing yet: what is returned puts the object, and says what it is known by. It raises OutputError."""
        return partial(self._put, name, data)

    def sync(self) -> None:
        """Nothing: the store has what it took."""

    def _put(self, name: str, data: bytes) -> Saved:
        media_type = _TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
        try:
            with _as_os_error():
                answer = _store().pipe_file(self.place(name), data, chunksize=_MOST, ContentType=media_type)
        except OSError as error:
            place = self.place(name)
            raise OutputError(f"{place}: can't be written ({error.strerror}); what was there stands; {_MEND}") from None
        return Saved(hash_of(data), len(data), answer["ETag"])

    def remove(self, name: str) -> None:
        """Remove an object. Raises OSError."""
        with _as_os_error():
            _store().rm_file(self.place(name))


_MEND = "look at the bucket's name, at AWS_ENDPOINT_URL, and at your rights there"


@cache
def _store() -> Any:
    """The connection of this process. Raises UsageError where s3fs is not installed."""
    try:
        import fsspec
        import s3fs  # noqa: F401  # which fsspec would look for later
    except ImportError:
        raise UsageError("outputs go to s3:// by s3fs, which is not installed: pip install 'engross[s3]'") from None
    store = fsspec.filesystem("s3", use_listings_cache=False, skip_instance_cache=True)
    store.retries = 1  # botocore tries again as often as its own settings say
    return store


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Raise whatever befalls a request as an OSError with a text."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except FileNotFoundError as error:
        raise FileNotFoundError(errno.ENOENT, _text(error)) from None
    except (OSError, BotoCoreError, ClientError) as error:
        raise OSError(getattr(error, "errno", None) or errno.EIO, _text(error)) from None


def _text(error: Exception) -> str:
    return " ".join(str(getattr(error, "strerror", None) or error).split()) or type(error).__name__
