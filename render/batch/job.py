"""One job: render a source, in a worker or in the command's own process. Jobs and their results can be pickled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from render.errors import Code, Problem, RefusedError, SourceError, UsageError
from render.output.atomic import hash_of
from render.pipeline import (
    Document,
    Existing,
    OutputResult,
    RenderOptions,
    overlay_path,
    read_for,
    render_document,
)
from render.view.options import DEFAULT_VIEW_OPTIONS
from render.write.formats import FORMATS, Printer, open_printer

PRELOAD = (
    "render.check.declaration",
    "render.cli.commands",
    "render.compose.edition",
    "render.read.reader",
    "render.write.html",
    "render.write.pdf.process",
    "render.write.text",
    "render.write.docx.writer",
)
"""The modules that a worker imports at its start: those that render, and the command, which Python imports anyway."""
PRELOAD_TO_PRINT = ("render.write.pdf.preload",)
"""The modules that a worker imports too, if it prints."""

FileHashes = tuple[tuple[str, str], ...]
"""Pairs of a file's name, relative to its source, and the SHA-256 of its content."""


class Job(NamedTuple):
    """A source to render, by its path or by its bytes from the standard input, and the id and hash it was planned with.

    Outputs in `skip` are up to date. `known_hashes` are those with which existing outputs were once written, by name.
    `folder` is that of the Source. `owners` are the sources to which outputs belong that this one may not write.
    """

    path: Path
    id: str | None
    hash: str
    skip: frozenset[str]
    known_hashes: Mapping[str, str]
    data: bytes | None = None
    folder: Path | None = None
    owners: Mapping[str, str] = {}  # nobody writes into it, and it can be pickled


class JobResult(NamedTuple):
    """What a job did: the source as it was read, the files read with it, its outputs, and all errors and warnings.

    `hash` is "" if the source couldn't be read. `languages` are those of the declaration, and `rendered_languages`
    those of the outputs. `code` is that of the `error`. `public_names` are those that the outputs of a source may have
    that may not be published.
    """

    hash: str = ""
    id: str = ""
    state: str = ""
    languages: tuple[str, ...] = ()
    rendered_languages: tuple[str, ...] = ()
    files: FileHashes = ()
    outputs: tuple[OutputResult, ...] = ()
    problems: tuple[Problem, ...] = ()
    error: str = ""
    code: Code | Literal[""] = ""
    public_names: tuple[str, ...] = ()


def make_work(options: RenderOptions) -> Callable[[Job], JobResult]:
    """The function by which a worker does jobs. It prints in its own process, which has imported WeasyPrint already."""
    printer = None
    if any(format_.needs_printer for format_ in options.formats):
        from render.write.pdf.process import InProcessPdf

        printer = InProcessPdf(options.theme.templates)
    return partial(render_job, options=options, printer=printer)


def make_single_work(options: RenderOptions) -> Callable[[Job], JobResult]:
    """The function by which a worker does its only job. It prints in a second process, while it reads and composes."""
    printer = open_printer(options.formats, options.theme.templates, may_fork=True)
    return partial(render_job, options=options, printer=printer)


def render_job(job: Job, options: RenderOptions, printer: Printer | None) -> JobResult:
    """Read, check, compose, write and save what a job asks for."""
    try:
        document = read_for(options, job.path, job.data, job.folder)
    except RefusedError as refused:
        names = tuple(public_names(refused, options))
        return JobResult(id=refused.id, problems=refused.problems, public_names=names)
    except SourceError as error:
        return JobResult(problems=error.problems)
    declaration = document.declaration
    if job.id != declaration.id:  # ids were compared when the run began, and another source may have the new one
        return JobResult(error="its id changed while the run was going on; run the command again", code="changed")
    hash_ = declaration.source.sha256
    skip = job.skip if hash_ == job.hash else frozenset()
    try:
        outputs = tuple(render_document(document, options, printer, Existing(skip, job.known_hashes, job.owners)))
    except UsageError as error:  # a paragraph or a topic that this source doesn't have
        return JobResult(error=str(error), code=error.code)
    return JobResult(
        hash=hash_,
        id=declaration.id,
        state=declaration.state,
        languages=declaration.languages,
        rendered_languages=document.languages,
        files=_files_read(document),
        outputs=outputs,
        problems=document.warnings,
    )


def public_names(refused: RefusedError, options: RenderOptions) -> Iterator[str]:
    """The names that outputs of a refused source have if it was published before: whole, or as this extract."""
    for language in refused.languages:
        for view_options in dict.fromkeys((DEFAULT_VIEW_OPTIONS, options.view_options)):
            stem = view_options.stem(refused.id, refused.languages, language, "")
            yield from (stem + format_.suffix for format_ in FORMATS.values())


def _files_read(document: Document) -> FileHashes:
    files = [(name, picture.sha256) for name, picture in document.pictures.items()]
    if document.briefing:
        files.append((overlay_path(document.path).name, hash_of(document.overlay)))
    return tuple(files)
