"""One document's way: read, check, compose, write, save. Read this first."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from render.errors import Code, EditedError, EngrossError, OutputError, Problem, RefusedError, SourceError, UsageError
from render.model.picture import PictureFile
from render.output.atomic import FinishWrite, IsUnedited, Saved, hash_of, owned_by
from render.output.store import DEFAULT_STORE, Store
from render.view.options import DEFAULT_VIEW_OPTIONS, PAPERS, ViewOptions
from render.write.formats import DEFAULT_FORMATS, FORMATS, Format, Printer, attaching_pdf, open_printer, write
from render.write.theme import DEFAULT_THEME, Theme

if TYPE_CHECKING:
    import datetime

    from render.check.release import Release
    from render.model.briefing import Briefing
    from render.model.declaration import Declaration
    from render.numbering import DeclarationNumbers

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Document:
    """A source that was read and checked, its numbers, the pictures read with it, by name, and the warnings about it.

    `briefing` is what its overlay says, and `overlay` the bytes of that file, if it was read.
    """

    path: Path
    declaration: Declaration
    numbers: DeclarationNumbers
    pictures: Mapping[str, PictureFile]
    warnings: tuple[Problem, ...]
    briefing: Briefing | None = None
    overlay: bytes = b""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages to render the document in: a briefing may have fewer than its declaration."""
        return self.briefing.languages if self.briefing else self.declaration.languages


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """What to make of documents: the formats, the place for the outputs, their look, and what their views show.

    `force` replaces copies that people have edited. `release` is set for outputs that go to the public.
    """

    formats: Sequence[Format] = DEFAULT_FORMATS
    out: Store = DEFAULT_STORE
    theme: Theme = DEFAULT_THEME
    view_options: ViewOptions = DEFAULT_VIEW_OPTIONS
    force: bool = False
    release: Release | None = None


class OutputResult(NamedTuple):
    """An output, by its file name, with its language and its format's name; saved, or with an error and its code."""

    name: str
    language: str
    format: str
    saved: Saved | None
    error: str = ""
    code: Code | Literal[""] = ""


class Existing(NamedTuple):
    """What is known of existing outputs, by name.

    Those in `skip` are up to date. `known_hashes` are those with which outputs were once written, and `owners` the
    sources to which outputs belong that aren't to be written.
    """

    skip: Container[str] = ()
    known_hashes: Mapping[str, str] = NOTHING
    owners: Mapping[str, str] = NOTHING


NONE_EXISTING = Existing()


def read_checked(
    path: Path, data: bytes | None = None, release: Release | None = None, folder: Path | None = None
) -> Document:
    """The valid declaration in a file, or in `data` by its name. Raises SourceError with all its problems.

    If there is a `release`, what keeps the declaration from the public is a problem too: then it raises RefusedError. A
    source that was found in a `folder` may not be a link that leads out of it.
    """
    from render.check.declaration import check
    from render.numbering import DeclarationNumbers
    from render.read.reader import read_bytes, read_file

    source = read_bytes(read_file(path, folder) if data is None else data, str(path), path.parent)
    numbers = DeclarationNumbers(source.declaration)
    findings = check(source.declaration, numbers)
    if release:
        from render.check.release import refusals

        if refused := source.problems(refusals(source.declaration, release)):
            problems = [*source.problems(findings), *_with_code(refused, "release")]
            problems.sort(key=lambda problem: (problem.place.line, problem.place.column))
            raise RefusedError(problems, source.declaration.id, source.declaration.languages)
    problems = source.problems(findings)
    if any(problem.severity == "error" for problem in problems):
        raise SourceError(problems)
    return Document(path, source.declaration, numbers, source.pictures, tuple(problems))


def read_for(options: RenderOptions, path: Path, data: bytes | None = None, folder: Path | None = None) -> Document:
    """A document with all that the options need: its overlay, or the check that it may be published.

    The overlay is read only if it is needed. Raises SourceError with all problems in the source or the overlay.
    """
    document = read_checked(path, data, options.release, folder)
    return with_overlay(document) if options.view_options.needs_overlay else document


def with_overlay(document: Document, today: datetime.date | None = None) -> Document:
    """The document with the overlay beside its source. Raises SourceError with all problems in the overlay.

    A commitment that is overdue on `today` is a warning.
    """
    from render.check.briefing import check_briefing
    from render.read.reader import read_file, read_overlay_bytes

    path = overlay_path(document.path)
    data = read_file(path, path.parent)
    try:
        overlay = read_overlay_bytes(data, str(path), document.declaration)
    except SourceError as error:
        raise SourceError(_with_code(error.problems, "overlay")) from None
    found = overlay.problems(check_briefing(overlay.briefing, document.declaration, today))
    problems = _with_code(found, "overlay")
    if any(problem.severity == "error" for problem in problems):
        raise SourceError(problems)
    warnings = (*document.warnings, *problems)
    return replace(document, briefing=overlay.briefing, overlay=data, warnings=warnings)


def _with_code(problems: Sequence[Problem], code: Code) -> list[Problem]:
    return [replace(problem, code=code) for problem in problems]


def overlay_path(source: Path) -> Path:
    """The path of a source's overlay: beside it, named `<source>.briefing.yaml`."""
    return source.with_name(f"{source.stem}.briefing.yaml")


def render_document(
    document: Document,
    options: RenderOptions,
    printer: Printer | None = None,
    existing: Existing = NONE_EXISTING,
) -> Iterator[OutputResult]:
    """Write a document in all its languages and formats. If one format fails, the others are still written.

    Outputs that are up to date, or belong to another source, are not written. Raises UsageError for a paragraph or
    topic that the document doesn't have.
    """
    for language in document.languages:
        yield from _render_language(document, language, options, printer, existing)


def _render_language(
    document: Document, language: str, options: RenderOptions, printer: Printer | None, existing: Existing
) -> Iterator[OutputResult]:
    from render.compose.edition import compose

    declaration, view_options = document.declaration, options.view_options
    stem = view_options.stem(declaration.id, declaration.languages, language, declaration.state)
    formats = []
    for format_ in options.formats:
        name = stem + format_.suffix
        if owner := existing.owners.get(name):
            error = owned_by(owner, options.out.location(name))
            yield OutputResult(name, language, format_.name, None, str(error), error.code)
        elif name not in existing.skip:
            formats.append(format_)
    if not formats:
        return
    view = compose(declaration, language, view_options, document.briefing, document.numbers)
    not_printed = sum(not format_.needs_printer for format_ in formats)
    started: list[_StartedOutput] = []
    for count, (format_, data) in enumerate(write(view, formats, options.theme, printer), 1):
        name = stem + format_.suffix
        finish = _start_output(data, format_, name, options, existing.known_hashes.get(name, ""))
        started.append(_StartedOutput(name, language, format_.name, finish))
        if count >= not_printed:  # nothing is left to do but to wait for the printer, and for the disk
            yield from map(_finish_output, started)
            started.clear()


class _StartedOutput(NamedTuple):
    """An output that is on its way to the disk while others are made, or the reason why it isn't written."""

    name: str
    language: str
    format: str
    finish_write: FinishWrite | EngrossError


def _finish_output(started: _StartedOutput) -> OutputResult:
    name, language, format_, finish_write = started
    if isinstance(finish_write, EngrossError):
        return OutputResult(name, language, format_, None, str(finish_write), finish_write.code)
    try:
        return OutputResult(name, language, format_, finish_write())
    except (EditedError, OutputError) as error:
        return OutputResult(name, language, format_, None, str(error), error.code)


def _start_output(
    data: bytes | EngrossError, format_: Format, name: str, options: RenderOptions, known_hash: str
) -> FinishWrite | EngrossError:
    if isinstance(data, EngrossError):
        return data
    try:
        if format_.editable and not options.force:
            return options.out.start_write(name, data, unedited_test(hash_of(data), known_hash))
        return options.out.start_write(name, data)
    except (EditedError, OutputError) as error:
        return error


def unedited_test(*hashes: str) -> IsUnedited:
    """The test whether an existing output is as Engross wrote it: by its seal, or by one of these hashes."""
    from render.write.seal import is_as_sealed

    return lambda existing: is_as_sealed(existing) or hash_of(existing) in hashes


# The Python API


def load(path: str | Path) -> Declaration:
    """The valid declaration in a source. Raises SourceError with all its problems."""
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
    """The bytes of a declaration as "pdf", "docx", "html", "txt", "md" or "eml".

    `language` is its first language by default, and `paper` is "a4" or "letter". The other options are those of
    `engross render`, by the same names. Raises UsageError for an unknown format, language or paper, TemplateError, and
    PrintError.
    """
    from render.compose.edition import compose

    _check_known("format", to, FORMATS)
    _check_known("paper", paper, PAPERS)
    chosen = language or declaration.languages[0]
    _check_known(f"language of {declaration.id}", chosen, declaration.languages)
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


def _check_known(kind: str, value: str, known: Collection[str]) -> None:
    from render.errors import did_you_mean

    if value not in known:
        raise UsageError(f"unknown {kind} {value!r}; {did_you_mean(value, known)}")


def _path(path: str | Path | None) -> Path | None:
    return Path(path) if path else None
