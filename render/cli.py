"""The command line. It alone prints and exits, and imports a step's modules when it takes the step."""

from __future__ import annotations

import atexit
import datetime
import gc
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from render.problem import EngrossError, SourceError, UsageError, did_you_mean
from render.write import FORMATS, Format, Look, open_press

if TYPE_CHECKING:
    from render.pipeline import Document

EXIT_FAILED = 1


class FormatList(click.ParamType[tuple[Format, ...]]):
    """Formats by name, with commas between: "pdf,html"."""

    name = "formats"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> tuple[Format, ...]:
        """The formats, in the order given, each once."""
        if not isinstance(value, str):
            return tuple(value)
        names = list(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
        for name in names:
            if name not in FORMATS:
                self.fail(f"unknown format {name!r}; {did_you_mean(name, FORMATS)}", parameter, context)
        return tuple(FORMATS[name] for name in names) or self.fail("no format", parameter, context)

    def shell_complete(
        self, context: click.Context, parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The list with each format that can come next."""
        before, comma, last = incomplete.rpartition(",")
        taken = before.split(",")
        return [CompletionItem(before + comma + it) for it in FORMATS if it.startswith(last) and it not in taken]


SOURCES = click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SOURCE…")


class Group(click.Group):
    """Shows the examples as they are written."""

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, line by line."""
        _write_examples(self.epilog, formatter)


class Command(click.Command):
    """Shows the examples as they are written."""

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, line by line."""
        _write_examples(self.epilog, formatter)


def _write_examples(epilog: str | None, formatter: click.HelpFormatter) -> None:
    with formatter.section("Examples"):
        for line in (epilog or "").strip().splitlines():
            formatter.write(f"  {line.strip()}\n")


atexit.register(gc.freeze)  # what the process holds at its end is the system's to take back, all at once


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""
    engross render source/uk-lithuania-2022.yaml
    engross render source --to html,txt --out public
    engross check source
    """,
)
@click.version_option(package_name="engross", message="engross %(version)s")
def main() -> None:
    """Prepare the fair copy of a declaration: PDF, Word, HTML and plain text from one source."""


@main.command(
    "render",
    cls=Command,
    epilog="""
    engross render source/uk-lithuania-2022.yaml
    engross render source --to pdf,docx --out /srv/exports
    engross render source/uk-lithuania-2022.yaml --templates house
    """,
)
@SOURCES
@click.option(
    "--to",
    "formats",
    type=FormatList(),
    default=",".join(FORMATS),
    show_default=True,
    metavar="FORMAT,…",
    help="The formats to write.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("build"),
    show_default=True,
    metavar="DIR",
    help="The folder to write into.",
)
@click.option(
    "--templates",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="A folder with templates, and fonts/, of your own: what it holds is used before what engross ships.",
)
@click.option(
    "--paper",
    type=click.Choice(["a4", "letter"]),
    default="a4",
    show_default=True,
    help="The page of the PDF and the Word copy.",
)
@click.option("--pdf-source", is_flag=True, help="Embed the source in the PDF, without its comments (PDF/A-3a).")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing of what goes well.")
def render_command(
    sources: Sequence[Path],
    formats: tuple[Format, ...],
    out: Path,
    templates: Path | None,
    paper: str,
    pdf_source: bool,
    quiet: bool,
) -> None:
    """Write sources, or every source in a folder, in every format.

    Prints a line for each file that it wrote. A source or format that fails hinders no other. Exits with 0 when all was
    written, 1 when something failed, 2 when the command itself can't be understood.
    """
    press = open_press(formats, templates)
    from render.pipeline import Options, find_sources, make_folder, refuse_collisions, render_document
    from render.view import Choices

    try:
        choices = Choices(_source_date(), paper, pdf_source)
        options = Options(formats, out, Look(templates), choices)
        paths = find_sources(sources)
        documents = _read_all(paths)
        refuse_collisions(documents)
        failed = len(documents) < len(paths)
        if documents:
            make_folder(out)
        for document in documents:
            for result in render_document(document, options, press):
                if result.error:
                    failed = True
                    click.echo(f"{document.path}: {result.error}", err=True)
                elif not quiet:
                    click.echo(result.path)
    except EngrossError as error:
        _fail(error)
    finally:
        if press:
            press.close()
    sys.exit(EXIT_FAILED if failed else 0)


@main.command(
    "check",
    cls=Command,
    epilog="""
    engross check source/uk-lithuania-2022.yaml
    engross check source
    """,
)
@SOURCES
@click.option("--quiet", "-q", is_flag=True, help="Say nothing where nothing is wrong.")
def check_command(sources: Sequence[Path], quiet: bool) -> None:
    """Say everything that is wrong in sources, with its place and its mend.

    Exits with 0 where a source could be rendered (it may have warnings), 1 where one could not.
    """
    from render.pipeline import find_sources, read_checked

    failed = 0
    try:
        paths = find_sources(sources)
    except UsageError as error:
        _fail(error)
    for path in paths:
        try:
            problems = read_checked(path).warnings
        except SourceError as error:
            problems, failed = error.problems, failed + 1
        for problem in problems:
            click.echo(problem)
    if not quiet:
        sound = len(paths) - failed
        click.echo(f"{sound} of {len(paths)} {'source' if len(paths) == 1 else 'sources'} sound", err=True)
    sys.exit(EXIT_FAILED if failed else 0)


def _read_all(paths: Iterable[Path]) -> list[Document]:
    """The sound documents among sources; says what is wrong with the others, and doubtful in these."""
    from render.pipeline import read_checked

    documents = []
    for path in paths:
        try:
            document = read_checked(path)
        except SourceError as error:
            click.echo(str(error), err=True)
            continue
        for problem in document.warnings:
            click.echo(problem, err=True)
        documents.append(document)
    return documents


def _source_date() -> datetime.date | None:
    """The date for files whose source has none (https://reproducible-builds.org/specs/source-date-epoch)."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds:
        return None
    try:
        return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date()
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"SOURCE_DATE_EPOCH is {seconds!r}; write seconds since 1970-01-01") from None


def _fail(error: EngrossError) -> None:
    click.echo(f"engross: {error}", err=True)
    sys.exit(error.exit_code)
