"""Reading: the bytes of a source → a Declaration, and of an overlay → a Briefing; or every problem that is in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render.errors import Finding, Place, Problem, SourceError
from render.model.declaration import Declaration
from render.model.picture import PictureFile
from render.read.context import MAX_LANGUAGES, Reading, TooMany
from render.read.fields import DECLARATION, Shape
from render.read.pictures import read_picture
from render.read.yaml_tree import Tree, Unreadable, read_tree

if TYPE_CHECKING:
    from render.model.briefing import Briefing


@dataclass(frozen=True, slots=True)
class ParsedSource:
    """A declaration, and the tree that knows where each part of it stands in the file."""

    declaration: Declaration
    tree: Tree
    pictures: Mapping[str, PictureFile]
    """The pictures that were read for it, by the names that it gives them."""

    def problems(self, findings: Iterable[Finding]) -> list[Problem]:
        """The findings with their places, in the file's order."""
        return _placed(findings, self.tree)


@dataclass(frozen=True, slots=True)
class ParsedOverlay:
    """A briefing, and the tree that knows where each part of it stands in the file."""

    briefing: Briefing
    tree: Tree

    def problems(self, findings: Iterable[Finding]) -> list[Problem]:
        """The findings with their places, in the file's order."""
        return _placed(findings, self.tree)


def read(path: Path) -> ParsedSource:
    """The source in a file. Raises SourceError with every problem that keeps it from being read."""
    return read_bytes(read_file(path), str(path), path.parent)


def read_bytes(data: bytes, file: str, folder: Path) -> ParsedSource:
    """The source in bytes; `file` is its name in problems, `folder` where its pictures are. Raises SourceError."""
    declaration, tree, pictures = _read(data, file, folder, DECLARATION, ("en",))
    return ParsedSource(replace(declaration, source=data), tree, pictures)


def read_overlay(path: Path, declaration: Declaration) -> ParsedOverlay:
    """The overlay in a file. Raises SourceError with every problem that keeps it from being read."""
    return read_overlay_bytes(read_file(path), str(path), declaration)


def read_overlay_bytes(data: bytes, file: str, declaration: Declaration) -> ParsedOverlay:
    """The overlay in bytes, of the declaration's languages if it names none. Raises SourceError."""
    from render.read.briefing_fields import BRIEFING

    briefing, tree, _ = _read(data, file, Path(file).parent, BRIEFING, declaration.languages)
    return ParsedOverlay(replace(briefing, languages=briefing.languages or declaration.languages), tree)


def _read(
    data: bytes, file: str, folder: Path, shape: Shape, languages: tuple[str, ...]
) -> tuple[Any, Tree, Mapping[str, PictureFile]]:
    """What bytes hold, by its shape, their tree, and the pictures read; `languages` are those that hold by default."""
    try:
        tree = read_tree(data, file)
    except Unreadable as unreadable:
        raise SourceError(sorted(unreadable.problems, key=lambda problem: problem.place)) from None
    pictures: dict[str, PictureFile] = {}

    def picture(name: str) -> PictureFile:
        if name not in pictures:
            pictures[name] = read_picture(name, folder)
        return pictures[name]

    reading = Reading(_languages(tree.root) or languages, picture)
    part: Any = None
    with suppress(TooMany):
        part = shape(tree.root, (), reading)
    echoless = [finding for finding in reading.findings if not tree.is_broken(finding.path)]
    if problems := tree.problems + _placed(echoless, tree):
        raise SourceError(sorted(problems, key=lambda problem: problem.place))
    return part, tree, pictures


def place(findings: Iterable[Finding], source: bytes, file: str) -> list[Problem]:
    """The findings with their places in a source that was read once already."""
    return _placed(findings, read_tree(source, file))


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises SourceError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError([_unopened(path, error)]) from None


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
    return tuple(dict.fromkeys(it for it in tags[:MAX_LANGUAGES] if re.fullmatch(r"[\w-]{1,35}", it)))
