"""Reads a source to a Declaration and an overlay to a Briefing, or reports every problem in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render.errors import Finding, Place, Problem, SourceError
from render.model.declaration import Declaration
from render.model.picture import PictureFile
from render.model.source_file import SourceFile
from render.read.comments import find_comments
from render.read.context import MAX_LANGUAGES, ReadContext, TooManyProblems
from render.read.fields import DECLARATION, Shape
from render.read.links import path_inside
from render.read.pictures import PictureReader
from render.read.source_text import MAX_FILE, UnreadableFile, too_large
from render.read.unprinted import find_unprinted
from render.read.yaml_tree import Tree, read_tree
from render.regular_files import SpecialFileError, TooLargeError, read_regular

if TYPE_CHECKING:
    from render.model.briefing import Briefing


@dataclass(frozen=True, slots=True)
class ParsedSource:
    """A declaration, the pictures read with it, by name, and the tree that gives the place of each part in the file."""

    declaration: Declaration
    tree: Tree
    pictures: Mapping[str, PictureFile]

    def problems(self, findings: Iterable[Finding]) -> list[Problem]:
        """The findings with their places, in the file's order."""
        return _placed(findings, self.tree)


@dataclass(frozen=True, slots=True)
class ParsedOverlay:
    """A briefing, and the tree that gives the place of each part in the file."""

    briefing: Briefing
    tree: Tree

    def problems(self, findings: Iterable[Finding]) -> list[Problem]:
        """The findings with their places, in the file's order."""
        return _placed(findings, self.tree)


def read(path: Path) -> ParsedSource:
    """The source in a file. Raises SourceError with every problem because of which it can't be read."""
    return read_bytes(read_file(path), str(path), path.parent)


def read_bytes(data: bytes, file: str, folder: Path) -> ParsedSource:
    """The source in `data`. Problems name it `file`, and its pictures are in `folder`. Raises SourceError."""
    declaration, tree, pictures = _read(data, file, folder, DECLARATION, ("en",))
    replacements = tuple(find_unprinted(declaration, tree))
    source = SourceFile(data, sha256(data).hexdigest(), find_comments(tree), replacements)
    return ParsedSource(replace(declaration, source=source), tree, pictures)


def read_overlay(path: Path, declaration: Declaration) -> ParsedOverlay:
    """The overlay in a file. Raises SourceError with every problem because of which it can't be read."""
    return read_overlay_bytes(read_file(path), str(path), declaration)


def read_overlay_bytes(data: bytes, file: str, declaration: Declaration) -> ParsedOverlay:
    """The overlay in `data`, in the languages of its declaration unless it names its own. Raises SourceError."""
    from render.read.briefing_fields import BRIEFING

    briefing, tree, _ = _read(data, file, Path(file).parent, BRIEFING, declaration.languages)
    return ParsedOverlay(replace(briefing, languages=briefing.languages or declaration.languages), tree)


def read_file(path: Path, folder: Path | None = None) -> bytes:
    """The bytes of a file, which no link may lead out of a `folder` if one is given.

    Raises SourceError, before it reads a file that is too large.
    """
    if folder and path_inside(path, folder) is None:
        what = f"this file is a link that leads out of the folder {folder}"
        raise SourceError([Problem(Place(str(path)), what, "put the file itself there", code="unreadable")])
    try:
        return read_regular(path, MAX_FILE)
    except OSError as error:
        raise SourceError([_file_problem(path, error)]) from None


def _read(
    data: bytes, file: str, folder: Path, shape: Shape, default_languages: tuple[str, ...]
) -> tuple[Any, Tree, Mapping[str, PictureFile]]:
    """The part that a shape reads from bytes, the tree, and the pictures read."""
    try:
        tree = read_tree(data, file)
    except UnreadableFile as unreadable:
        raise SourceError(_in_order(unreadable.problems)) from None
    pictures = PictureReader(folder)
    context = ReadContext(_languages(tree.root) or default_languages, pictures.read)
    part: Any = None
    with suppress(TooManyProblems):
        part = shape(tree.root, (), context)
    own_findings = [finding for finding in context.findings if not tree.is_broken(finding.path)]
    if problems := tree.problems + _placed(own_findings, tree):
        raise SourceError(_in_order(problems))
    return part, tree, pictures.pictures


def _placed(findings: Iterable[Finding], tree: Tree) -> list[Problem]:
    """The findings with their places, each once: a text that all languages share can have the same problem in each."""
    return _in_order(dict.fromkeys(map(tree.problem, findings)))


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.place)


def _file_problem(path: Path, error: OSError) -> Problem:
    match error:
        case FileNotFoundError():
            return _unreadable(path, "no such file", "check the path")
        case IsADirectoryError():
            return _unreadable(path, "this is a folder", "name a source in it")
        case TooLargeError(size=size):
            return too_large(str(path), size)
        case SpecialFileError():
            return _unreadable(path, f"this is {error.strerror}", "name a file")
        case _:
            return _unreadable(path, f"can't read the file ({error.strerror})", "check its permissions")


def _unreadable(path: Path, what: str, hint: str) -> Problem:
    return Problem(Place(str(path)), what, hint, code="unreadable")


def _languages(root: object) -> tuple[str, ...]:
    """The languages of a source, found before anything else is read: everything there that could be meant as a tag."""
    languages = root.get("languages") if isinstance(root, dict) else None
    tags = [tag for tag in languages if isinstance(tag, str)] if isinstance(languages, list) else []
    return tuple(dict.fromkeys(tag for tag in tags[:MAX_LANGUAGES] if re.fullmatch(r"[\w-]{1,35}", tag)))
