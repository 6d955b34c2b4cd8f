"""One job: render a source, in a worker or in the command's own process. Jobs and their results can be pickled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from render.errors import Problem, SourceError, UsageError
from render.output.atomic import hash_of
from render.pipeline import Document, OutputResult, RenderOptions, overlay_path, read_for, render_document
from render.write.formats import Printer

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
    """

    path: Path
    id: str | None
    hash: str
    skip: frozenset[str]
    known_hashes: Mapping[str, str]
    data: bytes | None = None


class JobResult(NamedTuple):
    """What a job did: the source as it was read, the files read with it, its outputs, and all errors and warnings.

    `hash` is "" if the source couldn't be read. `languages` are those of the declaration, and `rendered_languages`
    those of the outputs.
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


def make_work(options: RenderOptions) -> Callable[[Job], JobResult]:
    """The function by which a worker does jobs. It prints in its own process, which has imported WeasyPrint already."""
    printer = None
    if any(format_.needs_printer for format_ in options.formats):
        from render.write.pdf.process import InProcessPdf

        printer = InProcessPdf(options.theme.templates)
    return partial(render_job, options=options, printer=printer)


def render_job(job: Job, options: RenderOptions, printer: Printer | None) -> JobResult:
    """Read, check, compose, write and save what a job asks for."""
    try:
        document = read_for(options, job.path, job.data)
    except SourceError as error:
        return JobResult(problems=error.problems)
    declaration = document.declaration
    if job.id != declaration.id:  # ids were compared when the run began, and another source may have the new one
        return JobResult(error="its id changed while the run was going on; run the command again")
    hash_ = declaration.source.sha256
    skip = job.skip if hash_ == job.hash else frozenset()
    try:
        outputs = tuple(render_document(document, options, printer, skip, job.known_hashes))
    except UsageError as error:  # a paragraph or a topic that this source doesn't have
        return JobResult(error=str(error))
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


def _files_read(document: Document) -> FileHashes:
    files = [(name, picture.sha256) for name, picture in document.pictures.items()]
    if document.briefing:
        files.append((overlay_path(document.path).name, hash_of(document.overlay)))
    return tuple(files)
