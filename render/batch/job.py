"""One job, done: a source's outputs, made in a worker or in the process itself. What goes in and comes out is plain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from render.errors import EngrossError, Problem, SourceError, UsageError
from render.output.atomic import Saved, hash_of
from render.pipeline import Options, Result, overlay_path, read_for, render_document
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
"""The modules that render, for a worker to have when it starts; and the command, which Python imports there anyway."""
PRELOAD_TO_PRINT = ("render.write.pdf.preload",)
"""And what prints."""


class Job(NamedTuple):
    """A source, by its path or the bytes that came in for it, and the id and hash that it was planned with.

    Outputs whose names are in `skip` are as they should be; `hashes` are those that outputs had when they were written.
    """

    path: Path
    id: str | None
    hash: str
    skip: frozenset[str] = frozenset()
    hashes: Mapping[str, str] | None = None
    data: bytes | None = None


class Output(NamedTuple):
    """An output that was written, or why it was not."""

    name: str
    language: str
    format: str
    saved: Saved | None
    fault: str = ""


class Rendered(NamedTuple):
    """What came of a job: the source as it was read, what was read with it, its outputs, and all that is wrong."""

    hash: str = ""
    id: str = ""
    state: str = ""
    languages: tuple[str, ...] = ()
    written_in: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    outputs: tuple[Output, ...] = ()
    problems: tuple[Problem, ...] = ()
    fault: str = ""


def make_work(options: Options) -> Callable[[Job], Rendered]:
    """What a worker does with jobs. It prints in its own process: that may die, and has WeasyPrint already."""
    printer = None
    if any(it.needs_printer for it in options.formats):
        from render.write.pdf.process import InProcessPdf

        printer = InProcessPdf(options.theme.templates)
    return partial(render_job, options=options, printer=printer)


def render_job(job: Job, options: Options, printer: Printer | None) -> Rendered:
    """Read, check, compose, write and save what a job asks for."""
    try:
        document = read_for(options, job.path, job.data)
    except SourceError as error:
        return Rendered(problems=error.problems)
    declaration = document.declaration
    if job.id != declaration.id:  # another source may be of that id; all were compared when the run began
        return Rendered(fault="its id was changed while it was being rendered; run it again")
    hash_ = declaration.source.sha256
    skip = job.skip if hash_ == job.hash else frozenset()
    try:
        outputs = tuple(map(_output, render_document(document, options, printer, skip, job.hashes)))
    except UsageError as error:  # a paragraph or a topic that this source has not
        return Rendered(fault=str(error))
    files = [(name, hash_of(picture.data)) for name, picture in document.pictures.items()]
    if document.briefing:
        files.append((overlay_path(job.path).name, hash_of(document.overlay)))
    return Rendered(
        hash_,
        declaration.id,
        declaration.state,
        declaration.languages,
        document.briefing.languages if document.briefing else declaration.languages,
        tuple(files),
        outputs,
        document.warnings,
    )


def _output(result: Result) -> Output:
    if isinstance(result.saved, EngrossError):
        return Output(result.name, result.language, result.format.name, None, str(result.saved))
    return Output(result.name, result.language, result.format.name, result.saved)
