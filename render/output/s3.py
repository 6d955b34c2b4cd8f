"""A bucket of an object store that supports S3, or a folder in it.

Only this module uses fsspec and s3fs, the extra `s3`. They find the credentials and the address of the store by the
standard AWS credential chain and configuration.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from render.errors import EngrossError, OutputError, UsageError
from render.output.atomic import FileState, FinishWrite, Saved, StateLookup, hash_of

_SCHEME = "s3://"
_MAX_PUT = 5 << 30
"""Bytes that one request may upload."""
_MEDIA_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".eml": "message/rfc822",
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
    ".txt": "text/plain; charset=utf-8",
}
"""The media type of an object, by its suffix. Without it, a browser downloads a page instead of showing it."""
_HINT = "check the bucket's name, AWS_ENDPOINT_URL, and your permissions"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, or a folder in it, by its URL without a slash at its end.

    One request uploads an output, so that it is there as a whole or not at all. Its stamp is its ETag.
    """

    url: str
    preload: ClassVar[tuple[str, ...]] = ("s3fs",)

    @classmethod
    def at(cls, url: str) -> Bucket:
        """The bucket at a URL. Raises UsageError if the URL names no bucket."""
        bucket, _, folder = url.removeprefix(_SCHEME).partition("/")
        if not bucket or set("?#") & set(url):
            shown = re.split("[?#]", url)[0]  # a query may have a signature
            raise UsageError(f"{shown}: not the URL of a bucket; write s3://bucket or s3://bucket/folder")
        if set("@:") & set(bucket):
            hint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and write s3://bucket"
            raise UsageError(f"{_SCHEME}…: the URL of a bucket has no user and password; {hint}")
        return cls(f"{_SCHEME}{bucket}/{folder}".rstrip("/"))

    def __str__(self) -> str:
        return self.url

    @property
    def state_folder(self) -> Path:
        """A folder in the user's home, because a bucket can hold neither a lock nor a database."""
        base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
        return Path(base, "engross", hash_of(f"{endpoint} {self.url}".encode())[:32])

    @property
    def source_root(self) -> Path:
        """The root: the sources stay in place, wherever the outputs go."""
        return Path("/")

    def location(self, name: str) -> str:
        """The URL of an output."""
        return f"{self.url}/{name}"

    def prepare(self) -> None:
        """Make the state folder. Raises OutputError, and UsageError if s3fs isn't installed."""
        _file_system()
        try:
            self.state_folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"{self.state_folder}: can't make this folder ({error.strerror}); "
                f"choose a folder for the build database of {self} with XDG_STATE_HOME"
            ) from None

    def remove_partial(self) -> None:
        """Nothing: an upload that isn't complete leaves no object."""

    def state_lookup(self) -> StateLookup:
        """The states of all outputs at this call, by a single request. Raises OutputError."""
        try:
            return self._states().get
        except OSError as error:
            raise OutputError(f"{self}: can't list this bucket ({error.strerror}); {_HINT}") from None

    def _states(self) -> Mapping[str, FileState]:
        with _as_os_error():
            try:
                found = _file_system().ls(self.url, detail=True, refresh=True)
            except FileNotFoundError as error:
                if error.__cause__:  # the bucket is missing; for a missing folder the store gives no cause
                    raise
                found = []
        objects = (entry for entry in found if entry["type"] == "file")
        return {PurePosixPath(entry["name"]).name: FileState(entry["size"], entry["ETag"]) for entry in objects}

    def read(self, name: str) -> bytes:
        """The data of an object. Raises OSError."""
        with _as_os_error():
            return bytes(_file_system().cat_file(self.location(name)))

    def start_write(self, name: str, data: bytes) -> FinishWrite:
        """A function that uploads the object: nothing happens before. It raises OutputError."""
        return partial(self._upload, name, data)

    def sync(self) -> None:
        """Nothing: an uploaded object is durable."""

    def _upload(self, name: str, data: bytes) -> Saved:
        location = self.location(name)
        media_type = _MEDIA_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
        try:
            with _as_os_error():
                answer = _file_system().pipe_file(location, data, chunksize=_MAX_PUT, ContentType=media_type)
        except OSError as error:
            what = f"{location}: can't write this object ({error.strerror}); an existing object is unchanged"
            raise OutputError(f"{what}; {_HINT}") from None
        return Saved(hash_of(data), len(data), answer["ETag"])

    def remove(self, name: str) -> None:
        """Remove an object. Raises OSError."""
        with _as_os_error():
            _file_system().rm_file(self.location(name))


@cache
def _file_system() -> Any:
    """This process's connection. Raises UsageError if s3fs isn't installed."""
    try:
        import fsspec
        import s3fs  # noqa: F401  # fsspec would import it later
    except ImportError:
        raise UsageError("s3:// needs s3fs, which isn't installed; run: pip install 'engross[s3]'") from None
    file_system = fsspec.filesystem("s3", use_listings_cache=False, skip_instance_cache=True)
    file_system.retries = 1  # botocore retries by its own settings
    return file_system


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Raise any error of a request as an OSError with a text."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileNotFoundError(errno.ENOENT, _text(error)) from None
    except (EngrossError, MemoryError):
        raise
    except (
        Exception
    ) as error:  # botocore has kinds of its own, and passes on those of others: a bad address, for example
        raise OSError(getattr(error, "errno", None) or errno.EIO, _text(error)) from None


def _text(error: Exception) -> str:
    return " ".join(str(getattr(error, "strerror", None) or error).split()) or type(error).__name__
