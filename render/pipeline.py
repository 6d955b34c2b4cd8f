"""One document's way: read, check, compose, write, save. Read this first."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from render.errors import EditedError, EngrossError, OutputError, Problem, SourceError, UsageError
from render.model.picture import PictureFile
from render.output.atomic import FinishWrite, Saved, hash_of, is_there, save
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

HOUSE_STYLE_SUFFIXES = (".docx", ".dotx")
NO_HASHES: Mapping[str, str] = MappingProxyType({})


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
    """An output, by its file name, with its language and its format's name; either saved, or with an error."""

    name: str
    language: str
    format: str
    saved: Saved | None
    error: str = ""


def read_checked(path: Path, data: bytes | None = None, release: Release | None = None) -> Document:
    """The valid declaration in a file, or in `data` by its name. Raises SourceError with all its problems.

    If there is a `release`, what keeps the declaration from the public is a problem too.
    """
    from render.check.declaration import check
    from render.numbering import DeclarationNumbers
    from render.read.reader import read, read_bytes

    source = read(path) if data is None else read_bytes(data, str(path), path.parent)
    numbers = DeclarationNumbers(source.declaration)
    problems = source.problems(check(source.declaration, numbers))
    if any(problem.severity == "error" for problem in problems):
        raise SourceError(problems)
    if release:
        from render.check.release import refusals

        if refused := source.problems(refusals(source.declaration, release)):
            raise SourceError(refused)
    return Document(path, source.declaration, numbers, source.pictures, tuple(problems))


def read_for(options: RenderOptions, path: Path, data: bytes | None = None) -> Document:
    """A document with all that the options need: its overlay, or the check that it may be published.

    The overlay is read only if it is needed. Raises SourceError with all problems in the source or the overlay.
    """
    document = read_checked(path, data, options.release)
    return with_overlay(document) if options.view_options.needs_overlay else document


def with_overlay(document: Document, today: datetime.date | None = None) -> Document:
    """The document with the overlay beside its source. Raises SourceError with all problems in the overlay.

    A commitment that is overdue on `today` is a warning.
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
    """The path of a source's overlay: beside it, named `<source>.briefing.yaml`."""
    return source.with_name(f"{source.stem}.briefing.yaml")


def render_document(
    document: Document,
    options: RenderOptions,
    printer: Printer | None = None,
    skip: Container[str] = (),
    known_hashes: Mapping[str, str] = NO_HASHES,
) -> Iterator[OutputResult]:
    """Write a document in all its languages and formats. If one format fails, the others are still written.

    Outputs whose names are in `skip` are not written. `known_hashes` are the hashes with which existing outputs were
    once written. Raises UsageError for a paragraph or topic that the document doesn't have.
    """
    for language in document.languages:
        yield from _render_language(document, language, options, printer, skip, known_hashes)


def _render_language(
    document: Document,
    language: str,
    options: RenderOptions,
    printer: Printer | None,
    skip: Container[str],
    known_hashes: Mapping[str, str],
) -> Iterator[OutputResult]:
    from render.compose.edition import compose

    declaration, view_options = document.declaration, options.view_options
    stem = view_options.stem(declaration.id, declaration.languages, language, declaration.state)
    formats = [format_ for format_ in options.formats if stem + format_.suffix not in skip]
    if not formats:
        return
    view = compose(declaration, language, view_options, document.briefing, document.numbers)
    not_printed = sum(not format_.needs_printer for format_ in formats)
    started: list[_StartedOutput] = []
    for count, (format_, data) in enumerate(write(view, formats, options.theme, printer), 1):
        name = stem + format_.suffix
        finish = _start_output(data, format_, name, options, known_hashes)
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
        return OutputResult(name, language, format_, None, str(finish_write))
    try:
        return OutputResult(name, language, format_, finish_write())
    except OutputError as error:
        return OutputResult(name, language, format_, None, str(error))


def _start_output(
    data: bytes | EngrossError, format_: Format, name: str, options: RenderOptions, known_hashes: Mapping[str, str]
) -> FinishWrite | EngrossError:
    if isinstance(data, EngrossError):
        return data
    try:
        if format_.editable and not options.force:
            check_not_edited(options.out, name, data, known_hashes.get(name, ""))
        return options.out.start_write(name, data)
    except (EditedError, OutputError) as error:
        return error


def save_house_style(path: Path, force: bool = False) -> None:
    """Write the styles of Word copies into a file for a user to edit.

    Raises UsageError for another suffix than Word's, or a file that exists already; OutputError if it can't be written.
    """
    if path.suffix.lower() not in HOUSE_STYLE_SUFFIXES:
        raise UsageError(f"{path}: not the name of a Word file; end it in {' or '.join(HOUSE_STYLE_SUFFIXES)}")
    if is_there(path) and not force:
        raise UsageError(
            f"{path}: this file exists already, and someone may have edited it; "
            "choose another name, or add --force to replace it"
        )
    from render.write.docx.writer import write_house_style

    save(write_house_style(path.suffix.lower()), path)


def check_not_edited(out: Store, name: str, data: bytes, known_hash: str) -> None:
    """Check that an output is missing, or is `data`, or hasn't been edited since it was written.

    Its seal shows that, or else the hash with which it was last written. Raises EditedError, and OutputError if the
    output can't be read.
    """
    from render.write.seal import is_as_sealed

    try:
        existing = out.read(name)
    except FileNotFoundError:
        return
    except OSError as error:
        what = f"{out.location(name)}: can't read this file ({error.strerror}), so it was kept in case it was edited"
        raise OutputError(f"{what}; check its permissions") from None
    if not (existing == data or is_as_sealed(existing) or hash_of(existing) == known_hash):
        what = f"{out.location(name)}: edited since Engross wrote it, and therefore kept"
        raise EditedError(f"{what}; move the file away, or add --force to replace it")


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
