"""A bucket of an object store that supports S3, or a folder in it.

Only this module uses fsspec and s3fs, the extra `s3`. They find the credentials and the address of the store by the
standard AWS credential chain and configuration.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from render.errors import EngrossError, OutputError, UsageError
from render.output.atomic import FileState, FinishWrite, IsUnedited, Saved, StateLookup, edited, hash_of, unreadable

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
Condition = Mapping[str, str]
"""The state of an object on which a request depends, as parameters of S3's API (RFC 9110, 13.1)."""
NO_CONDITION: Condition = {}
_CONDITION_FAILED = (errno.EINVAL, errno.EEXIST, errno.EBUSY, errno.ENOENT, errno.ENOSYS)
"""How s3fs reports that a condition failed (412, 409, 404), or that the store knows none (501)."""
_MAX_LOOKS = 5
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

    def remove_partial(self, is_unedited: IsUnedited) -> None:
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

    def start_write(self, name: str, data: bytes, is_unedited: IsUnedited | None = None) -> FinishWrite:
        """A function that uploads the object: nothing is written before. Both raise OutputError and EditedError."""
        condition = self._checked(name, is_unedited) if is_unedited else NO_CONDITION
        return partial(self._upload, name, data, condition, is_unedited)

    def sync(self) -> None:
        """Nothing: an uploaded object is durable."""

    def _upload(self, name: str, data: bytes, condition: Condition, is_unedited: IsUnedited | None) -> Saved:
        media_type = _MEDIA_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")

        def put(condition: Condition) -> Any:
            options = {"chunksize": _MAX_PUT, "ContentType": media_type, **condition}
            return _file_system().pipe_file(self.location(name), data, **options)

        try:
            answer = self._with_condition(put, name, condition, is_unedited)
        except OSError as error:
            what = f"{self.location(name)}: can't write this object ({error.strerror}); an existing object is unchanged"
            raise OutputError(f"{what}; {_HINT}") from None
        return Saved(hash_of(data), len(data), answer["ETag"])

    def remove(self, name: str, is_unedited: IsUnedited | None = None) -> None:
        """Remove an object. Raises OSError; with `is_unedited`, EditedError and OutputError too."""
        self._delete(name, self._checked(name, is_unedited) if is_unedited else NO_CONDITION, is_unedited)

    def _delete(self, name: str, condition: Condition, is_unedited: IsUnedited | None) -> None:
        bucket, _, key = self.location(name).removeprefix(_SCHEME).partition("/")

        def delete(condition: Condition) -> Any:
            if "IfNoneMatch" not in condition:  # or there is nothing to remove any more
                _file_system().call_s3("delete_object", Bucket=bucket, Key=key, **condition)

        self._with_condition(delete, name, condition, is_unedited)

    def _with_condition(
        self, request: Callable[[Condition], Any], name: str, condition: Condition, is_unedited: IsUnedited | None
    ) -> Any:
        """The answer to a request that changes an object as it was when it was looked at.

        If the object has changed since, it is looked at again. A store that knows no conditions gets the request right
        after another look. Raises OSError, EditedError and OutputError.
        """
        for look in range(1, _MAX_LOOKS + 1):
            try:
                with _as_os_error():
                    return request(condition)
            except OSError as error:
                if is_unedited is None or not condition or error.errno not in _CONDITION_FAILED or look == _MAX_LOOKS:
                    raise
                condition = self._checked(name, is_unedited)
                if error.errno == errno.ENOSYS:
                    condition = NO_CONDITION
        raise AssertionError("the last look returns or raises")

    def _checked(self, name: str, is_unedited: IsUnedited) -> Condition:
        """The condition that an object is still as it was looked at, or missing. Raises EditedError and OutputError."""
        location = self.location(name)
        try:
            with _as_os_error(), _file_system().open(location, "rb") as object_:
                data, etag = object_.read(), object_.details["ETag"]
        except FileNotFoundError:
            return {"IfNoneMatch": "*"}
        except OSError as error:
            raise unreadable(location, error) from None
        if not is_unedited(data):
            raise edited(location)
        return {"IfMatch": etag}


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
    except FileExistsError as error:
        raise FileExistsError(errno.EEXIST, _text(error)) from None
    except (EngrossError, MemoryError):
        raise
    except Exception as error:  # botocore passes on errors of other libraries: of a bad address, for example
        raise OSError(getattr(error, "errno", None) or errno.EIO, _text(error)) from None


def _text(error: Exception) -> str:
    return " ".join(str(getattr(error, "strerror", None) or error).split()) or type(error).__name__
