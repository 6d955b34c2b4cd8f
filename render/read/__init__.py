"""Reading: the bytes of a source → a Declaration, or every problem that is in them, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from render.model import Declaration
from render.problem import Finding, Place, Problem, SourceError
from render.read.pictures import read_picture
from render.read.reading import MOST_LANGUAGES, Reading, TooMany
from render.read.shapes import DECLARATION
from render.read.tree import Tree, Unreadable, read_tree
from render.view import Picture


@dataclass(frozen=True, slots=True)
class Source:
    """A declaration, and the tree that knows where each part of it stands in the file."""

    declaration: Declaration
    tree: Tree
    pictures: Mapping[str, Picture]
    """The pictures that were read for it, by the names that it gives them."""

    def problems(self, findings: Iterable[Finding]) -> list[Problem]:
        """The findings with their places, in the file's order."""
        return _placed(findings, self.tree)


def read(path: Path) -> Source:
    """The source in a file. Raises SourceError with every problem that keeps it from being read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError([_unopened(path, error)]) from None
    return read_bytes(data, str(path), path.parent)


def read_bytes(data: bytes, file: str, folder: Path) -> Source:
    """The source in bytes; `file` is its name in problems, `folder` where its pictures are. Raises SourceError."""
    try:
        tree = read_tree(data, file)
    except Unreadable as unreadable:
        raise SourceError(sorted(unreadable.problems, key=lambda problem: problem.place)) from None
    pictures: dict[str, Picture] = {}

    def picture(name: str) -> Picture:
        if name not in pictures:
            pictures[name] = read_picture(name, folder)
        return pictures[name]

    reading = Reading(_languages(tree.root), picture)
    declaration: Any = None
    with suppress(TooMany):
        declaration = DECLARATION(tree.root, (), reading)
    echoless = [finding for finding in reading.findings if not tree.is_broken(finding.path)]
    if problems := tree.problems + _placed(echoless, tree):
        raise SourceError(sorted(problems, key=lambda problem: problem.place))
    return Source(replace(declaration, source=data), tree, pictures)


def _placed(findings: Iterable[Finding], tree: Tree) -> list[Problem]:
    """Each once: a text that is shared by all languages can have the same fault in each."""
    return sorted(dict.fromkeys(map(tree.problem, findings)), key=lambda problem: problem.place)


def _unopened(path: Path, error: OSError) -> Problem:
    match error:
        case FileNotFoundError():
            return Problem(Place(str(path)), "no such file", "look at the path")
        case IsADirectoryError():
            return Problem(Place(str(path)), "a folder, not a file", "name a source in it")
        case _:
            return Problem(Place(str(path)), f"can't be read ({error.strerror})", "look at the file's permissions")


def _languages(root: object) -> tuple[str, ...]:
    """The languages that the source says it holds, before anything else is read: what could be meant as a tag."""
    languages = root.get("languages") if isinstance(root, dict) else None
    tags = [it for it in languages if isinstance(it, str)] if isinstance(languages, list) else []
    return tuple(dict.fromkeys(it for it in tags[:MOST_LANGUAGES] if re.fullmatch(r"[\w-]{1,35}", it))) or ("en",)
