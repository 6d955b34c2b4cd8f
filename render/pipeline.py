"""One document's way: read, check, compose, write, save. Read this first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from render.problem import EngrossError, OutputError, Problem, SourceError, UsageError
from render.save import make_folder, save
from render.view import AS_USUAL, PAPERS, Choices
from render.write import FORMATS, OURS, Format, Look, open_press, write

if TYPE_CHECKING:
    from render.model import Declaration
    from render.write.press import Press

SUFFIXES = (".yaml", ".yml")
OVERLAYS = (".briefing", ".conformity")
"""Before the suffix: files beside a source that are no sources themselves."""


@dataclass(frozen=True, slots=True)
class Document:
    """A source that has been read and checked, and what was doubtful in it."""

    path: Path
    declaration: Declaration
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """What is made of documents: the formats, the folder they go to, their look, and what is chosen of their views."""

    formats: Sequence[Format] = tuple(FORMATS.values())
    out: Path = Path("build")
    look: Look = OURS
    choices: Choices = AS_USUAL


@dataclass(frozen=True, slots=True)
class Result:
    """An output, and what kept it from being written, if anything did."""

    path: Path
    error: EngrossError | None = None


def read_checked(path: Path) -> Document:
    """The sound declaration in a file. Raises SourceError with every problem in it."""
    from render.check import check
    from render.read import read

    source = read(path)
    problems = source.problems(check(source.declaration))
    if any(problem.severity == "error" for problem in problems):
        raise SourceError(problems)
    return Document(path, source.declaration, tuple(problems))


def render_document(document: Document, options: Options, press: Press | None = None) -> Iterator[Result]:
    """Write a document in each of its languages and of the formats. A format that fails hinders no other."""
    from render.compose import compose

    for language in document.declaration.languages:
        view = compose(document.declaration, language, options.choices)
        for it, written in write(view, options.formats, options.look, press):
            path = options.out / output_name(document.declaration, language, it)
            yield Result(path, written if isinstance(written, EngrossError) else _saved(written, path))


def _saved(data: bytes, path: Path) -> EngrossError | None:
    try:
        save(data, path)
    except OutputError as error:
        return error
    return None


def output_name(declaration: Declaration, language: str, it: Format) -> str:
    """`<id>[.<language>].<ext>`; the language where the declaration has several."""
    several = len(declaration.languages) > 1
    return f"{declaration.id}{f'.{language}' if several else ''}{it.suffix}"


def refuse_collisions(documents: Iterable[Document]) -> None:
    """Raises UsageError where two sources would write files of one name (on some disks case makes no difference)."""
    sources = defaultdict(list)
    for document in documents:
        sources[document.declaration.id.casefold()].append(document.path)
    clashes = [
        f"{' and '.join(map(str, paths))} have the same id {name!r}, and would write the same files"
        for name, paths in sources.items()
        if len(paths) > 1
    ]
    if clashes:
        raise UsageError("; ".join(clashes) + "; give each an id of its own. Nothing was written")


def find_sources(paths: Iterable[Path]) -> list[Path]:
    """The sources that files and folders hold, each once; those of a folder in the order of their names.

    Raises UsageError for a folder without a source, and for an overlay named as one.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            sources = sorted(it for it in path.rglob("*") if _is_source(it))
            if not sources:
                raise UsageError(f"{path}: no sources in this folder; they end in .yaml")
        elif path.suffix in SUFFIXES and path.with_suffix("").suffix in OVERLAYS:
            raise UsageError(f"{path}: an overlay, not a source; name the source that it stands beside")
        else:
            sources = [path]
        found |= {it.resolve(): it for it in sources if it.resolve() not in found}
    return list(found.values())


def _is_source(path: Path) -> bool:
    overlay = path.with_suffix("").suffix in OVERLAYS
    return path.suffix in SUFFIXES and not overlay and not path.name.startswith(".") and path.is_file()


# The Python API


def load(path: str | Path) -> Declaration:
    """The sound declaration in a source. Raises SourceError with every problem in it."""
    return read_checked(Path(path)).declaration


def render(
    declaration: Declaration,
    to: str,
    *,
    language: str | None = None,
    templates: str | Path | None = None,
    house_style: str | Path | None = None,
    paper: str = "a4",
    pdf_source: bool = False,
    track_changes: bool = False,
) -> bytes:
    """A declaration as "pdf", "docx", "html" or "txt", in `language` or its first, on "a4" or "letter".

    The other choices are those of the command, by the same names. Raises UsageError for a format, language or paper
    that is not there, TemplateError, and PrintError.
    """
    from render.compose import compose
    from render.problem import did_you_mean

    if to not in FORMATS:
        raise UsageError(f"unknown format {to!r}; {did_you_mean(to, FORMATS)}")
    if paper not in PAPERS:
        raise UsageError(f"unknown paper {paper!r}; {did_you_mean(paper, PAPERS)}")
    chosen = language or declaration.languages[0]
    if chosen not in declaration.languages:
        raise UsageError(f"{declaration.id} has no language {chosen!r}; {did_you_mean(chosen, declaration.languages)}")
    look = Look(_path(templates), _path(house_style))
    press = open_press([FORMATS[to]], look.templates)
    try:
        view = compose(declaration, chosen, Choices(None, paper, pdf_source, track_changes))
        ((_, written),) = write(view, [FORMATS[to]], look, press)
    finally:
        if press:
            press.close()
    if isinstance(written, EngrossError):
        raise written
    return written


def _path(path: str | Path | None) -> Path | None:
    return Path(path) if path else None


__all__ = ["load", "make_folder", "render"]
