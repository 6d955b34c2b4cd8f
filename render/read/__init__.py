"""Reading: the bytes of a source → a Declaration, or every problem that is in them, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from render.model import KINDS, Context, Declaration, Part
from render.problem import Finding, Place, Problem, SourceError, Trail, did_you_mean
from render.read.pictures import read_picture
from render.read.tree import Tree, Unreadable, read_tree


@dataclass(frozen=True, slots=True)
class Source:
    """A declaration, and the tree that knows where each part of it stands in the file."""

    declaration: Declaration
    tree: Tree

    def problems(self, findings: Iterable[Finding]) -> list[Problem]:
        """The findings with their places, in the file's order."""
        return sorted(map(self.tree.problem, findings), key=lambda problem: problem.place)


def read(path: Path) -> Source:
    """The source in a file. Raises SourceError with every problem that keeps it from being read."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise SourceError([Problem(Place(str(path)), "no such file", "look at the path")]) from None
    except IsADirectoryError:
        raise SourceError([Problem(Place(str(path)), "a folder, not a file", "name a source in it")]) from None
    except OSError as error:
        what = f"can't be read ({error.strerror})"
        raise SourceError([Problem(Place(str(path)), what, "look at the file's permissions")]) from None
    return read_bytes(data, str(path), path.parent)


def read_bytes(data: bytes, file: str, folder: Path) -> Source:
    """The source in bytes; `file` is its name in problems, `folder` where its pictures are. Raises SourceError."""
    try:
        tree = read_tree(data, file)
    except Unreadable as unreadable:
        raise SourceError(unreadable.problems) from None
    context = Context(_languages(tree.root), partial(read_picture, folder=folder))
    try:
        declaration = Declaration.model_validate(tree.root, context=context)
    except ValidationError as error:
        problems = [problem for line in error.errors(include_url=False) for problem in _problems(line, tree)]
        raise SourceError(sorted(tree.problems + problems, key=lambda problem: problem.place)) from None
    if tree.problems:
        raise SourceError(tree.problems)
    return Source(declaration, tree)


def _languages(root: object) -> tuple[str, ...]:
    """The languages that the source says it holds, before anything is validated."""
    languages = root.get("languages") if isinstance(root, dict) else None
    known = tuple(dict.fromkeys(it for it in languages if isinstance(it, str))) if isinstance(languages, list) else ()
    return known or ("en",)


def _problems(error: Any, tree: Tree) -> list[Problem]:
    """One error of the validation as problems with places; none where its place is broken already."""
    path = tuple(error["loc"])
    if tree.is_broken(tuple(step for step in path if not str(step).startswith("<"))):
        return []
    if error["type"] == "extra_forbidden":
        what, mend = f"unknown key {path[-1]!r}", did_you_mean(str(path[-1]), _fields(path[:-1]))
        return [Problem(tree.key_place(_plain(path, tree)), what, mend)]
    return [tree.problem(finding) for finding in _findings(error, path)]


def _findings(error: Any, path: Trail) -> list[Finding]:
    context = error.get("ctx", {})
    match error["type"]:
        case "engross":
            inside = (context["key"],) if context["key"] else ()
            return [Finding(path + inside, context["what"], context["mend"], context["offset"])]
        case "markup":
            return [
                Finding(path + ((key,) if key else ()), doubt.what, doubt.mend, doubt.offset)
                for key, doubt in context["doubts"]
            ]
        case "missing":
            return [Finding(path[:-1], f"no {path[-1]!r}", f"{_name(path[:-1])} needs one")]
        case "union_tag_not_found" | "union_tag_invalid":
            return [_misplaced(error, path)]
        case "model_type" | "model_attributes_type" | "dict_type":
            return [Finding(path, f"{_kind_of(error['input'])} where keys are wanted", f"keys: {_key_list(path)}")]
        case "tuple_type":
            return [Finding(path, f"{_kind_of(error['input'])} where a list is wanted", "begin each item with '- '")]
        case _:
            return [Finding(path, f"{_kind_of(error['input'])}: {error['msg'].lower()}", "look at this value")]


def _misplaced(error: Any, path: Trail) -> Finding:
    """A node without a kind, or of a kind that may not stand here."""
    value, expected = error["input"], error.get("ctx", {}).get("expected_tags", "")
    if error["type"] == "union_tag_invalid":
        allowed = re.sub("['<>]", "", expected).replace("text", "text (with an id)")
        return Finding(path, f"a node with {error['ctx']['tag'][1:-1]!r} can't stand here", f"here may stand {allowed}")
    if isinstance(value, dict) and value:
        near = next((mend for key in value if (mend := did_you_mean(key, KINDS)).startswith("did")), None)
        return Finding(path, f"a node of no kind (it has {', '.join(map(repr, value))})", near or _kind_list())
    return Finding(path, f"{_kind_of(value)} where a node is wanted", _kind_list())


def _kind_list() -> str:
    return "a node has one of the keys " + ", ".join(KINDS)


def _kind_of(value: object) -> str:
    if value == "":
        return "nothing"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "a mapping"


def _model(path: Trail) -> type[Part]:
    """The model class at a path of the validation, which has a tag ("<section>") after each node's index."""
    model: type[Part] = Declaration
    for step in map(str, path):
        if step.startswith("<"):
            model = KINDS[step[1:-1]]
        elif step in model.model_fields and (inner := _part_in(model.model_fields[step].annotation)):
            model = inner
    return model


def _part_in(annotation: Any) -> type[Part] | None:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next((part for it in getattr(annotation, "__args__", ()) if (part := _part_in(it))), None)


def _fields(path: Trail) -> Iterable[str]:
    return _model(path).model_fields


def _key_list(path: Trail) -> str:
    return ", ".join(_fields(path))


def _name(path: Trail) -> str:
    name = _model(path).__name__.lower()
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _plain(path: Trail, tree: Tree) -> Trail:
    """The path in the file: without the validation's tags and the indices that it adds."""
    here: Trail = ()
    for step in path:
        if (*here, step) in tree.marks or (*here, step) in tree.keys:
            here = (*here, step)
    return here
