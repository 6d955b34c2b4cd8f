"""Where templates come from: the user's folder, then Engross's; and the cache of compiled templates."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from jinja2.loaders import BaseLoader, split_template_path

from render.errors import TemplateError
from render.regular_files import read_regular
from render.resources import TEMPLATES

_MAX_FILE = 16 << 20
"""Bytes."""
SHIPPED = "shipped/"
"""The prefix of a template's name that means Engross's own file, not the user's."""


class TemplateLoader(BaseLoader):
    """Templates by name: from the user's folder first, then from Engross's. It follows no link out of a folder."""

    def __init__(self, templates: Path | None) -> None:
        self.folders = [folder.resolve() for folder in (templates, TEMPLATES) if folder]

    def read(self, name: str) -> str:
        """The text of a file."""
        return _read(self._path(name))

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """A template's text, its path, and a function that returns whether the file is unchanged.

        Engross's own templates don't change while a process runs.
        """
        path = self._path(template)
        is_shipped = path.is_relative_to(self.folders[-1])
        return _read(path), str(path), (lambda: True) if is_shipped else _is_unchanged(path)

    def _path(self, template: str) -> Path:
        folders = self.folders[-1:] if template.startswith(SHIPPED) else self.folders
        parts = split_template_path(template.removeprefix(SHIPPED))
        for folder in folders:
            path = folder.joinpath(*parts).resolve()
            if path.is_relative_to(folder) and path.exists() and not path.is_dir():
                return path
        raise jinja2.TemplateNotFound(template)


def _read(path: Path) -> str:
    """The text of a template. Raises TemplateError."""
    try:
        return read_regular(path, _MAX_FILE).decode()
    except OSError as error:
        raise TemplateError(f"{path}: can't read this template ({error.strerror}); replace it by a file") from None
    except UnicodeDecodeError:
        raise TemplateError(f"{path}: not in UTF-8; save this template as UTF-8") from None


def _is_unchanged(path: Path) -> Callable[[], bool]:
    """A function that returns whether a file is still as it is now."""

    def stamp() -> tuple[int, int]:
        with suppress(OSError):
            status = path.stat()
            return status.st_mtime_ns, status.st_size
        return 0, 0

    first = stamp()
    return lambda: stamp() == first


class _CodeCache(FileSystemBytecodeCache):
    """Compiled templates, by their content. If the cache can't be written, Engross goes on without it."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def code_cache(suffix: str) -> _CodeCache | None:
    """The user's cache for this version of Jinja and Python; None if it can't be used.

    The compiled code of a template depends on how its format, named by `suffix`, escapes.

    Anyone who can write there can make Engross run their code, so the folder must be the user's, and theirs alone.
    """
    with suppress(OSError, RuntimeError):
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        folder = base / "engross" / f"templates-{jinja2.__version__}-{sys.implementation.cache_tag}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
        if status.st_uid == os.geteuid() and not status.st_mode & 0o022:
            return _CodeCache(str(folder), f"__jinja2_%s{suffix}.cache")
    return None
