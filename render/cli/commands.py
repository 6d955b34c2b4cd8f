"""The command line. It alone prints and exits, and imports a step's modules when it takes the step."""

from __future__ import annotations

import atexit
import datetime
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from render.cli.options import CONFIG, batch_options, edition_options, release
from render.cli.runner import EXIT_FAILED, run_batch
from render.cli.types import FormatList, StoreType
from render.errors import EngrossError, SourceError, UsageError
from render.write.formats import DEFAULT_FORMATS, Format, attaching_pdf, open_printer, validate_theme
from render.write.theme import Theme

if TYPE_CHECKING:
    from render.batch.sources import Source
    from render.output.store import Store
    from render.pipeline import Document

SOURCE = click.Path(path_type=Path, allow_dash=True)
FROM_ENVIRONMENT = {"auto_envvar_prefix": "ENGROSS"}
"""`ENGROSS_JOBS` is what `--jobs` is, where that is not given."""


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


gc.set_threshold(1_000_000)  # a document is hundreds of thousands of objects, and hardly a cycle among them to be found
atexit.register(gc.freeze)  # what the process holds at its end is the system's to take back, all at once


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""
    engross render source/uk-lithuania-2022.yaml
    engross render source --to html,txt --out public
    engross check source
    engross house-style --write house.dotx
    """,
)
@click.version_option(package_name="engross", message="engross %(version)s")
def main() -> None:
    """Prepare the fair copy of a declaration: PDF, Word, HTML and plain text from one source."""


@main.command(
    "render",
    cls=Command,
    context_settings=FROM_ENVIRONMENT,
    epilog="""
    engross render source/uk-lithuania-2022.yaml
    engross render source --to pdf,docx --out /srv/exports
    engross render source/uk-lithuania-2022.yaml --templates house
    """,
)
@click.argument("sources", nargs=-1, type=SOURCE, metavar="SOURCE…")
@click.option(
    "--to",
    type=FormatList(),
    default=",".join(it.name for it in DEFAULT_FORMATS),
    show_default=True,
    metavar="FORMAT,…",
    help="The formats to write.",
)
@click.option(
    "--out",
    type=StoreType(),
    default="build",
    show_default=True,
    metavar="DIR",
    help="The folder to write into, or s3://bucket/folder.",
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
@click.option(
    "--house-style",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A .docx or .dotx file of your house: the Word copy has its styles, page, headers and footers.",
)
@click.option("--track-changes", is_flag=True, help="Let the Word copy note every change that is made to it.")
@click.option("--pdf-source", is_flag=True, help="Embed the source in the PDF, without its comments (PDF/A-3a).")
@click.option("--attach-pdf", is_flag=True, help="Attach the PDF to the mail (eml).")
@edition_options
@batch_options
@click.option("--quiet", "-q", is_flag=True, help="Say nothing of what goes well.")
@CONFIG
def render_command(
    sources: Sequence[Path],
    to: tuple[Format, ...],
    out: Store,
    templates: Path | None,
    paper: str,
    house_style: Path | None,
    track_changes: bool,
    pdf_source: bool,
    attach_pdf: bool,
    quiet: bool,
    **more: Any,
) -> None:
    """Write sources in every format: files, every source in a folder, or - for the standard input.

    What is as it should be is left alone. Prints a line for each file that it wrote. A source or format that fails
    hinders no other.

    Exits with 0 when all is written, 1 when something failed, 2 when the command itself can't be understood, 75 when
    another run writes into the same folder, 130 or 143 when it was interrupted.
    """
    if not sources and not more["from_file"]:
        raise click.UsageError("Missing argument 'SOURCE…'.")
    if attach_pdf:
        to = tuple(map(attaching_pdf, to))
    alone = len(sources) == 1 and not more["from_file"] and not sources[0].is_dir()
    printer = open_printer(to, templates) if alone and not more["scheduler"] else None
    from render.batch.sources import find_sources
    from render.pipeline import Options
    from render.view.options import ViewOptions

    try:
        released = release(more)
        shown = {name: more[name] for name in ("edition", "with_text", "paragraphs", "topics")}
        choices = ViewOptions(**shown, date=_source_date(), paper=paper, source=pdf_source, track_changes=track_changes)
        options = Options(to, out, Theme(templates, house_style), choices, more["force"], released)
        for note in validate_theme(to, options.theme) if not quiet else ():
            click.echo(note, err=True)
        code = run_batch(find_sources(sources, more["from_file"]), options, printer, quiet, more)
    except EngrossError as error:
        _fail(error)
    finally:
        if printer:
            printer.close()
    sys.exit(code)


@main.command(
    "house-style",
    cls=Command,
    epilog="""
    engross house-style --write house.dotx
    engross render source --to docx --house-style house.dotx
    """,
)
@click.option(
    "--write",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="The .docx or .dotx file to write.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there already.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing of what goes well.")
def house_style_command(path: Path, force: bool, quiet: bool) -> None:
    """Write the styles of Word copies as a file to edit in Word, and then to render with.

    Exits with 0 when it was written, 1 when it could not be, 2 when a file is there already.
    """
    from render.pipeline import save_house_style

    try:
        save_house_style(path, force)
    except EngrossError as error:
        _fail(error)
    if not quiet:
        click.echo(path)


@main.command(
    "check",
    cls=Command,
    context_settings=FROM_ENVIRONMENT,
    epilog="""
    engross check source/uk-lithuania-2022.yaml
    engross check source
    """,
)
@click.argument("sources", nargs=-1, required=True, type=SOURCE, metavar="SOURCE…")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing where nothing is wrong.")
@CONFIG
def check_command(sources: Sequence[Path], quiet: bool) -> None:
    """Say everything that is wrong in sources, and in the overlays beside them, with its place and its mend.

    Exits with 0 where every source could be rendered (it may have warnings), 1 where one could not, 2 when the command
    itself can't be understood.
    """
    from render.batch.sources import find_sources
    from render.pipeline import overlay_path, read_checked, with_overlay

    failed = 0
    try:
        found = find_sources(sources)
    except UsageError as error:
        _fail(error)
    for source in found:
        try:
            document = read_checked(source.path, source.data)
            if overlay_path(source.path).exists():
                document = with_overlay(document, datetime.date.today())
            problems = document.warnings
        except SourceError as error:
            problems, failed = error.problems, failed + 1
        for problem in problems:
            click.echo(problem)
    if not quiet:
        sound = len(found) - failed
        click.echo(f"{sound} of {len(found)} {'source' if len(found) == 1 else 'sources'} sound", err=True)
    sys.exit(EXIT_FAILED if failed else 0)


@main.command(
    "commitments",
    cls=Command,
    context_settings=FROM_ENVIRONMENT,
    epilog="""
    engross commitments source
    engross commitments source --to csv --topic ukraine
    engross commitments source --actor lt --status open --due-by 2026-12-31
    """,
)
@click.argument("sources", nargs=-1, required=True, type=SOURCE, metavar="SOURCE…")
@click.option("--to", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="The form.")
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only those about this.")
@click.option("--actor", "actors", multiple=True, metavar="PARTY", help="Only those of this party, by its id.")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice(["planned", "open", "done", "dropped"]),
    help="Only those that have come so far.",
)
@click.option("--due-by", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Only those due by this day.")
@CONFIG
def commitments_command(sources: Sequence[Path], to: str, due_by: datetime.datetime | None, **wanted: Any) -> None:
    """List the commitments of declarations: who, what, by when, and the sentence in the text.

    Sources without an overlay have none. Exits with 0, or 1 where a source or an overlay has an error.
    """
    from render.batch.sources import find_sources
    from render.cli.commitments import as_csv, as_json, as_table
    from render.compose.commitments import CommitmentEntry, CommitmentFilter, entries

    found: list[CommitmentEntry] = []
    failed = False
    try:
        known = find_sources(sources)
    except UsageError as error:
        _fail(error)
    for source in known:
        try:
            document = _overlaid(source)
        except SourceError as error:
            click.echo(str(error), err=True)
            failed = True
            continue
        if document and document.briefing:
            found += entries(document.declaration, document.briefing, document.briefing.languages[0])
    matching = list(filter(CommitmentFilter(due_by=due_by.date() if due_by else None, **wanted).matches, found))
    forms = {"table": as_table, "csv": as_csv, "json": as_json}
    sys.stdout.buffer.write(forms[to](matching).encode())
    sys.exit(EXIT_FAILED if failed else 0)


def _overlaid(source: Source) -> Document | None:
    """A document with its overlay; None where there is no overlay. Raises SourceError."""
    from render.pipeline import overlay_path, read_checked, with_overlay

    if not overlay_path(source.path).exists():
        return None
    return with_overlay(read_checked(source.path, source.data))


@main.command("schema", cls=Command, epilog="engross schema declaration > declaration.schema.json")
@click.argument("what", type=click.Choice(["declaration", "briefing"]))
def schema_command(what: str) -> None:
    """Print the JSON Schema of sources or of their overlays, for editors that complete and check while one types."""
    from render.read.schema import as_text

    click.echo(as_text(what), nl=False)


@main.command(
    "new",
    cls=Command,
    epilog="""
    engross new a-b-cooperation
    engross new a-b-cooperation --briefing --out source
    """,
)
@click.argument("id_", metavar="ID")
@click.option("--briefing", is_flag=True, help="Write its overlay too.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("source"),
    show_default=True,
    metavar="DIR",
    help="The folder to write into.",
)
def new_command(id_: str, briefing: bool, out: Path) -> None:
    """Write a source to begin from, with comments, and the schema by which editors help. Nothing is replaced."""
    from render.cli.scaffold import write_starter

    try:
        for path in write_starter(id_, out, briefing):
            click.echo(path)
    except EngrossError as error:
        _fail(error)


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
