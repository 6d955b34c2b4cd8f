"""What determines an output's bytes besides its source: templates, styles, fonts, options, and all code that renders.

A fingerprint maps the name of each such input to its value: a version, an option, or the SHA-256 of a file. Two runs
with equal fingerprints write equal files from equal sources, and `difference` explains how two fingerprints differ.
"""

from __future__ import annotations

import json
import os
import re
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from fnmatch import fnmatchcase
from pathlib import Path

import render
from render.output.atomic import hash_of
from render.pipeline import RenderOptions
from render.regular_files import read_regular
from render.resources import TEMPLATES
from render.view.labels import labels
from render.view.options import ViewOptions
from render.write.formats import Format

Fingerprint = Mapping[str, str]

UNREADABLE = "unreadable"
"""Stands for the hash of a file that can't be read."""
_SHARED_LIBRARIES = ("jinja2", "markupsafe", "pillow", "pyyaml")
"""Distributions that all formats use."""
_REFERENCE = re.compile(rb"\{%[-+]?\s*(include|import|from|extends)\b(?!\s*[\"']shipped/)")
"""A template's reference to another that may be the user's own."""
_NOT_RENDERING = ("batch/", "cli/")
"""The folders of our own code that decide what is rendered, but not how."""
_MAX_FILE = 256 << 20
"""Bytes. The largest fonts have half of it, and what the source brings has less."""
_HASH_LENGTH = 64
"""Digits of a SHA-256."""


class Fingerprints:
    """The fingerprints of one run, by format and language. Each file is read once, when the run begins."""

    def __init__(self, options: RenderOptions) -> None:
        self._formats = options.formats
        own = dict(_files(options.theme.templates, ("*",))) if options.theme.templates else {}
        self._own = {name: hash_of(data) for name, data in own.items()}
        self._own_refer = any(_REFERENCE.search(data) for name, data in own.items() if name.endswith(".j2"))
        patterns = (*(pattern for format_ in options.formats for pattern in format_.templates), "locale/*")
        self._shipped = {name: hash_of(data) for name, data in _files(TEMPLATES, patterns)}
        self._versions = _versions()
        self._common = {**_engross(self._versions), **_view_options(options.view_options)}
        style = options.theme.house_style
        self._house_style = {"house style": hash_of_file(style)} if style else {}
        self._hashes: dict[tuple[str, str], str] = {}
        self.by_hash: dict[str, Fingerprint] = {}

    def hash(self, format_: Format, language: str) -> str:
        """The hash of a format's fingerprint in a language. From then on, `by_hash` has the fingerprint itself."""
        labels_language, _ = labels(language)
        key = format_.name, labels_language
        if key not in self._hashes:
            fingerprint = dict(sorted(self._inputs(format_, labels_language)))
            self._hashes[key] = hash_of(json.dumps(fingerprint).encode())
            self.by_hash[self._hashes[key]] = fingerprint
        return self._hashes[key]

    def whole(self) -> Fingerprint:
        """All inputs of all outputs of the run, in any language."""
        libraries = [*_SHARED_LIBRARIES, *(name for format_ in self._formats for name in format_.libraries)]
        versions = {name: self._versions.get(name, "none") for name in libraries}
        shipped = {f"templates/{name}": hash_ for name, hash_ in self._shipped.items()}
        own = {f"your {name}": hash_ for name, hash_ in self._own.items()}
        return {**self._common, **versions, **shipped, **own, **self._house_style}

    def _inputs(self, format_: Format, labels_language: str) -> Iterator[tuple[str, str]]:
        patterns = (*format_.templates, f"locale/{labels_language}.json")
        yield from self._common.items()
        for name in (*_SHARED_LIBRARIES, *format_.libraries):
            yield name, self._versions.get(name, "none")
        for name, hash_ in self._shipped.items():
            if _matches(name, patterns):
                yield f"templates/{name}", hash_
        for name, hash_ in self._own.items():
            if self._is_used(name, patterns):
                yield f"your {name}", hash_
        if format_.supports_house_style:
            yield from self._house_style.items()

    def _is_used(self, name: str, patterns: tuple[str, ...]) -> bool:
        """Whether a format with these patterns may use a file of the user's own.

        A file that replaces one of ours is used where ours is, and a font where fonts are. Any other file may be used
        anywhere, as may all files if the user's templates refer to each other.
        """
        replaces_ours = name.startswith("fonts/") or (TEMPLATES / name).is_file()
        return self._own_refer or not replaces_ours or _matches(name, patterns)


def difference(old: Fingerprint, new: Fingerprint) -> str:
    """How two fingerprints differ, for a user: "your html/style.css changed, python is 3.11.7, was 3.11.6"."""
    names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    return ", ".join(_change(name, old.get(name), new.get(name)) for name in names)


def _change(name: str, old: str | None, new: str | None) -> str:
    if old is None or new is None:
        return f"{name} was {'removed' if new is None else 'added'}"
    return f"{name} changed" if len(new) == _HASH_LENGTH else f"{name} is {new}, was {old}"


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _files(folder: Path, patterns: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """The relative names, by these patterns, and the contents of the files in a folder. Links are followed."""
    seen = set()
    for parent, folders, names in os.walk(folder, followlinks=True):
        status = Path(parent).stat()
        if (status.st_dev, status.st_ino) in seen:  # links can lead in a circle
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        for path in (Path(parent, name) for name in names):
            name = path.relative_to(folder).as_posix()
            if _matches(name, patterns):
                with suppress(OSError):  # what needs the file will report the error
                    yield name, read_regular(path, _MAX_FILE)


def hash_of_file(path: Path) -> str:
    """The SHA-256 of a regular file's content, or UNREADABLE."""
    try:
        return hash_of(read_regular(path, _MAX_FILE))
    except OSError:
        return UNREADABLE


def _engross(versions: Mapping[str, str]) -> Fingerprint:
    """Engross and what runs it. The hash of its code counts, since the code of a checkout changes within a version."""
    code = sorted(_files(Path(render.__file__).parent, ("*.py", "*.conf")))
    digest = hash_of(b"\0".join(data for name, data in code if not name.startswith(_NOT_RENDERING)))
    return {
        "engross": f"{versions.get('engross', 'unknown')} ({digest[:12]})",
        "python": sys.version.split()[0],
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def _view_options(options: ViewOptions) -> Fingerprint:
    return {field.name: str(getattr(options, field.name)) for field in fields(options)}


def _versions() -> Mapping[str, str]:
    """The version of every installed distribution, by its name in lower case.

    They come from the names of folders, as importlib.metadata finds them. To import that takes longer than all this.
    """
    names = []
    for path in reversed(sys.path):
        with suppress(OSError):
            names += [entry.stem for entry in Path(path).iterdir() if entry.suffix == ".dist-info"]
    versions = (name.partition("-") for name in names)
    return {name.lower().replace("_", "-"): version for name, _, version in versions}
