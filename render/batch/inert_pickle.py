"""Reads pickles without running code: no class is looked up, and whatever is not plain data becomes an inert exception.

Dask packs even its own messages as pickles, and its option `deserializers` doesn't apply to all of them.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any


class RemoteObject(Exception):
    """Stands for an object of another machine, of which only the class's name and the arguments are kept."""

    def __setstate__(self, _: object) -> None:
        """Keep nothing else."""


class _Bytes(bytes):
    """What a pickle gets as the class of bytes, which Dask names beside bytes as they are; it makes none itself."""

    def __new__(cls, *_: object) -> _Bytes:
        return super().__new__(cls)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str, /) -> Any:
        """What stands for a class or function: nothing is imported, and nothing of ours is called."""
        if (module, name) == ("builtins", "bytes"):
            return _Bytes
        return _TBLIB.get((module, name)) or _stand_in(name)


def loads(data: bytes, *, buffers: Iterable[Any] = ()) -> Any:
    """The object in a pickle, with a RemoteObject in place of everything but plain data. Raises UnpicklingError."""
    return _Unpickler(io.BytesIO(data), buffers=buffers or None).load()


@lru_cache(100)
def _stand_in(name: str) -> Callable[..., RemoteObject]:
    """A class of the same name, so that a message can say which error another machine had."""
    return type(name.replace("\0", ""), (RemoteObject,), {})


def _no_traceback(*_: object) -> None:
    """Nothing in place of a traceback, which Dask sends with an error."""


def _error(class_: object, arguments: object, *_: object) -> RemoteObject:
    """An error without its traceback and its causes."""
    stand_in = class_ if isinstance(class_, type) and issubclass(class_, RemoteObject) else RemoteObject
    return stand_in(*(arguments if isinstance(arguments, tuple) else ()))


_TBLIB = {
    ("tblib.pickling_support", "unpickle_exception"): _error,
    ("tblib.pickling_support", "unpickle_exception_with_attrs"): _error,
    ("tblib.pickling_support", "unpickle_traceback"): _no_traceback,
}
"""What stands for the functions by which Dask packs errors with their tracebacks."""
