"""One document's way: read, check, compose, write, save. Read this first."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from render.errors import EditedError, EngrossError, OutputError, Problem, SourceError, UsageError
from render.model.picture import PictureFile
from render.output.atomic import Finish, Saved, hash_of, save
from render.output.store import BUILD, Store
from render.view.options import DEFAULT_VIEW_OPTIONS, PAPERS, ViewOptions
from render.write.formats import DEFAULT_FORMATS, FORMATS, Format, Printer, attaching_pdf, open_printer, write
from render.write.theme import DEFAULT_THEME, Theme

if TYPE_CHECKING:
    import datetime

    from render.check.release import Release
    from render.model.briefing import Briefing
    from render.model.declaration import Declaration

HOUSE_SUFFIXES = (".docx", ".dotx")


@dataclass(frozen=True, slots=True)
class Document:
    """A source that has been read and checked, the pictures read with it, by name, and what was doubtful in it.

    `briefing` is what its overlay says, and `overlay` that file, where it was opened.
    """

    path: Path
    declaration: Declaration
    pictures: Mapping[str, PictureFile]
    warnings: tuple[Problem, ...]
    briefing: Briefing | None = None
    overlay: bytes = b""


@dataclass(frozen=True, slots=True)
class Options:
    """What is made of documents: the formats, the place they go to, their look, and what is chosen of their views.

    `force` is whether copies that people have edited are replaced; `release` is what is allowed out, where what is made
    is for the public.
    """

    formats: Sequence[Format] = DEFAULT_FORMATS
    out: Store = BUILD
    theme: Theme = DEFAULT_THEME
    choices: ViewOptions = DEFAULT_VIEW_OPTIONS
    force: bool = False
    release: Release | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """An output, and what its file is known by, or what kept it from being written."""

    name: str
    language: str
    format: Format
    saved: Saved | EngrossError


def read_checked(path: Path, data: bytes | None = None) -> Document:
    """The sound declaration in a file, or in `data` by its name. Raises SourceError with every problem in it."""
    from render.check.declaration import check
    from render.read.reader import read, read_bytes

    source = read(path) if data is None else read_bytes(data, str(path), path.parent)
    problems = source.problems(check(source.declaration))
    if any(problem.severity == "error" for problem in problems):
        raise SourceError(problems)
    return Document(path, source.declaration, source.pictures, tuple(problems))


def read_for(options: Options, path: Path, data: bytes | None = None) -> Document:
    """A document with what is needed to make what is asked for: its overlay, or that it may go out.

    An overlay is opened for nothing else. Raises SourceError with every problem in one of the two.
    """
    document = read_checked(path, data)
    if options.release:
        from render.check.release import refusals
        from render.read.reader import place

        if refused := list(refusals(document.declaration, options.release)):
            raise SourceError(place(refused, document.declaration.source, str(path)))
    return with_overlay(document) if options.choices.needs_overlay else document


def with_overlay(document: Document, today: datetime.date | None = None) -> Document:
    """The document with the overlay that stands beside its source. Raises SourceError with every problem in it.

    What is overdue on `today` is doubtful.
    """
    from render.check.briefing import check_briefing
    from render.read.reader import read_file, read_overlay_bytes

    path = overlay_path(document.path)
    data = read_file(path)
    overlay = read_overlay_bytes(data, str(path), document.declaration)
    problems = overlay.problems(check_briefing(overlay.briefing, document.declaration, today))
    if any(problem.severity == "error" for problem in problems):
        raise SourceError(problems)
    warnings = (*document.warnings, *problems)
    return replace(document, briefing=overlay.briefing, overlay=data, warnings=warnings)


def overlay_path(source: Path) -> Path:
    """Where the overlay of a source stands: beside it, by the name `<source>.briefing.yaml`."""
    return source.with_name(f"{source.stem}.briefing.yaml")


def render_document(
    document: Document,
    options: Options,
    printer: Printer | None = None,
    skip: Container[str] = (),
    hashes: Mapping[str, str] | None = None,
) -> Iterator[Result]:
    """Write a document in each of its languages and of the formats. A format that fails hinders no other.

    Files whose names are in `skip` are not written; `hashes` says how those that are there were once written.
    """
    from render.compose.edition import compose

    declaration = document.declaration
    several = len(declaration.languages) > 1
    for language in document.briefing.languages if document.briefing else declaration.languages:
        stem = options.choices.stem(declaration.id, language if several else "", declaration.state)
        names = {it: stem + it.suffix for it in options.formats}
        formats = [it for it in options.formats if names[it] not in skip]
        if not formats:
            continue
        view = compose(declaration, language, options.choices, document.briefing)
        begun: list[tuple[Format, Finish | EngrossError]] = []
        quick = sum(not it.printed for it in formats)
        for made, (it, written) in enumerate(write(view, formats, options.theme, printer), 1):
            begun.append((it, _begun(written, it, names[it], options, hashes or {})))
            if made >= quick:  # what comes next has to be waited for, if anything does
                yield from (Result(names[it], language, it, _finished(finish)) for it, finish in begun)
                begun.clear()


def _begun(
    data: bytes | EngrossError, it: Format, name: str, options: Options, hashes: Mapping[str, str]
) -> Finish | EngrossError:
    """What ends the writing of an output, which goes on while the next is made; or why it is not written."""
    if isinstance(data, EngrossError):
        return data
    try:
        if it.edited and not options.force:
            check_not_edited(options.out, name, data, hashes.get(name, ""))
        return options.out.start_write(name, data)
    except (EditedError, OutputError) as error:
        return error


def _finished(begun: Finish | EngrossError) -> Saved | EngrossError:
    if isinstance(begun, EngrossError):
        return begun
    try:
        return begun()
    except OutputError as error:
        return error


def save_house_style(path: Path, force: bool = False) -> None:
    """Write our styles of Word copies into a file to edit.

    Raises UsageError for a file of another kind, or one that is there already; OutputError if it can't be written.
    """
    if path.suffix.lower() not in HOUSE_SUFFIXES:
        raise UsageError(f"{path}: no Word file by its name; end it in {' or '.join(HOUSE_SUFFIXES)}")
    if path.exists() and not force:
        raise UsageError(f"{path}: there already, perhaps edited; choose another name, or add --force to replace it")
    from render.write.docx.writer import write_house_style

    save(write_house_style(path.suffix.lower()), path)


def check_not_edited(out: Store, name: str, data: bytes, hash_: str) -> None:
    """Raises EditedError unless an output is gone, holds the data that is to be written, or is as it was once written.

    That is seen by its seal, or by the hash of what was written there last.
    """
    from render.write.seal import is_as_sealed

    try:
        old = out.read(name)
    except FileNotFoundError:
        return
    except OSError as error:
        why = f"{out.place(name)}: can't be read ({error.strerror})"
        raise OutputError(f"{why}; it may have been edited, and stands") from None
    if not (old == data or is_as_sealed(old) or hash_of(old) == hash_):
        what = f"{out.place(name)}: edited since it was written, and kept"
        raise EditedError(f"{what}; move it away, or replace it with --force")


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
    attach_pdf: bool = False,
) -> bytes:
    """A declaration as "pdf", "docx", "html", "txt", "md" or "eml", in `language` or its first, on "a4" or "letter".

    The other choices are those of the command, by the same names. Raises UsageError for a format, language or paper
    that is not there, TemplateError, and PrintError.
    """
    from render.compose.edition import compose
    from render.errors import did_you_mean

    if to not in FORMATS:
        raise UsageError(f"unknown format {to!r}; {did_you_mean(to, FORMATS)}")
    if paper not in PAPERS:
        raise UsageError(f"unknown paper {paper!r}; {did_you_mean(paper, PAPERS)}")
    chosen = language or declaration.languages[0]
    if chosen not in declaration.languages:
        raise UsageError(f"{declaration.id} has no language {chosen!r}; {did_you_mean(chosen, declaration.languages)}")
    theme = Theme(_path(templates), _path(house_style))
    format_ = attaching_pdf(FORMATS[to]) if attach_pdf else FORMATS[to]
    printer = open_printer([format_], theme.templates)
    try:
        view = compose(declaration, chosen, ViewOptions(paper=paper, source=pdf_source, track_changes=track_changes))
        ((_, written),) = write(view, [format_], theme, printer)
    finally:
        if printer:
            printer.close()
    if isinstance(written, EngrossError):
        raise written
    return written


def _path(path: str | Path | None) -> Path | None:
    return Path(path) if path else None
