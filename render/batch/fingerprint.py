"""What decides an output's bytes besides its source: templates, styles, fonts, options, and all that renders.

A recipe is a mapping from the names of such things to what they are: a version, a choice, or the SHA-256 of a file. Two
runs with equal recipes make equal files of equal sources; of two that differ it can be said in what.
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
from render.pipeline import Options
from render.resources import TEMPLATES
from render.view.labels import labels
from render.view.options import ViewOptions
from render.write.formats import Format

Fingerprint = Mapping[str, str]

_LIBRARIES = ("jinja2", "markupsafe", "pillow", "pyyaml")
"""Distributions that have a part in every format."""
_REFERENCE = re.compile(rb"\{%[-+]?\s*(include|import|from|extends)\b(?!\s*[\"']shipped/)")
"""A template's reference to another that may be the user's own."""
_NOT_RENDERING = ("batch/", "cli/")
"""Of our own code, what only decides when something is rendered, and tells of it."""
_HASH = 64
"""Digits of a SHA-256."""


class Fingerprints:
    """The recipes of one run, by format and language. Each file is read once, when the run begins."""

    def __init__(self, options: Options) -> None:
        self._formats = options.formats
        own = dict(_files(options.theme.templates, ("*",))) if options.theme.templates else {}
        self._own = {name: hash_of(data) for name, data in own.items()}
        self._own_refer = any(_REFERENCE.search(data) for name, data in own.items() if name.endswith(".j2"))
        patterns = (*(it for format_ in options.formats for it in format_.templates), "locale/*")
        self._shipped = {name: hash_of(data) for name, data in _files(TEMPLATES, patterns)}
        self._versions = _versions()
        self._common = {**_engross(self._versions), **_choices(options.choices)}
        style = options.theme.house_style
        self._house_style = {"house style": _hash_of_file(style)} if style else {}
        self._hashes: dict[tuple[str, str], str] = {}
        self.by_hash: dict[str, Fingerprint] = {}

    def hash(self, it: Format, language: str) -> str:
        """The hash of the recipe by which a format is made in a language; `by_hash` has the recipe from then on."""
        labels_language, _ = labels(language)
        key = it.name, labels_language
        if key not in self._hashes:
            fingerprint = dict(sorted(self._things(it, labels_language)))
            self._hashes[key] = hash_of(json.dumps(fingerprint).encode())
            self.by_hash[self._hashes[key]] = fingerprint
        return self._hashes[key]

    def whole(self) -> Fingerprint:
        """All that decides the bytes of any output of the run, in whatever language."""
        libraries = {name: self._versions.get(name, "none") for it in self._formats for name in it.libraries}
        shipped = {f"templates/{name}": hash_ for name, hash_ in self._shipped.items()}
        own = {f"your {name}": hash_ for name, hash_ in self._own.items()}
        ours = {name: self._versions.get(name, "none") for name in _LIBRARIES}
        return {**self._common, **ours, **libraries, **shipped, **own, **self._house_style}

    def _things(self, it: Format, labels_language: str) -> Iterator[tuple[str, str]]:
        patterns = (*it.templates, f"locale/{labels_language}.json")
        yield from self._common.items()
        yield from ((name, self._versions.get(name, "none")) for name in (*_LIBRARIES, *it.libraries))
        yield from ((f"templates/{name}", hash_) for name, hash_ in self._shipped.items() if _is_of(name, patterns))
        yield from ((f"your {name}", hash_) for name, hash_ in self._own.items() if self._counts(name, patterns))
        if it.supports_house_style:
            yield from self._house_style.items()

    def _counts(self, name: str, patterns: tuple[str, ...]) -> bool:
        """Whether a user's own file may have a part in what is made by these patterns.

        What stands in for one of ours does where ours does, and fonts where fonts do. Nothing is known of any other;
        nor of any at all, where templates refer to each other.
        """
        in_our_place = name.startswith("fonts/") or (TEMPLATES / name).is_file()
        return self._own_refer or not in_our_place or _is_of(name, patterns)


def difference(old: Fingerprint, new: Fingerprint) -> str:
    """In what two recipes differ, for a person: "your html/style.css is another", "python is 3.11.7, was 3.11.6"."""
    names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    return ", ".join(_said(name, old.get(name), new.get(name)) for name in names)


def _said(name: str, old: str | None, new: str | None) -> str:
    if old is None or new is None:
        return f"{name} is {'gone' if new is None else 'new'}"
    return f"{name} is another" if len(new) == _HASH else f"{name} is {new}, was {old}"


def _is_of(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _files(folder: Path, patterns: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """The files in a folder whose names in it fit, through links too, and what is in them."""
    seen = set()
    for parent, folders, names in os.walk(folder, followlinks=True):
        status = Path(parent).stat()
        if (status.st_dev, status.st_ino) in seen:  # links that lead in a circle
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        for path in (Path(parent, name) for name in names):
            name = path.relative_to(folder).as_posix()
            if _is_of(name, patterns):
                with suppress(OSError):  # whoever needs it will say so
                    yield name, path.read_bytes()


def _hash_of_file(path: Path) -> str:
    try:
        return hash_of(path.read_bytes())
    except OSError:
        return "unreadable"


def _engross(versions: Mapping[str, str]) -> Fingerprint:
    """What engross is, and what runs it. Its code counts, since that of a checkout changes under one version."""
    code = sorted(_files(Path(render.__file__).parent, ("*.py",)))
    digest = hash_of(b"\0".join(data for name, data in code if not name.startswith(_NOT_RENDERING)))
    return {
        "engross": f"{versions.get('engross', 'unknown')} ({digest[:12]})",
        "python": sys.version.split()[0],
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def _choices(choices: ViewOptions) -> Fingerprint:
    return {it.name: str(getattr(choices, it.name)) for it in fields(choices)}


def _versions() -> Mapping[str, str]:
    """The version of every installed distribution, by its name in small letters.

    From the names of their folders, as importlib.metadata finds them, which takes longer to import than all of this.
    """
    names = []
    for path in reversed(sys.path):
        with suppress(OSError):
            names += [it.stem for it in Path(path).iterdir() if it.suffix == ".dist-info"]
    return {name.lower().replace("_", "-"): version for name, _, version in (it.partition("-") for it in names)}
