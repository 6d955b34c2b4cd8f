"""The options of `engross render`, in the groups that its help shows."""

from __future__ import annotations

from pathlib import Path

import click

from render.cli.command import OptionGroup, TrustedOption
from render.cli.types import FormatList, MemorySize, Moment, StoreType
from render.view.options import PAPERS
from render.write.formats import DEFAULT_FORMATS

WHAT = OptionGroup(
    "What to write",
    (
        click.Option(
            ["--to"],
            type=FormatList(),
            default=",".join(format_.name for format_ in DEFAULT_FORMATS),
            show_default=True,
            metavar="FORMAT,…",
            help="The formats to write.",
        ),
        TrustedOption(
            ["--from-file"],
            type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
            multiple=True,
            metavar="LIST",
            help="Read the paths of more sources from this file, one per line; - reads the standard input.",
        ),
        click.Option(["--attach-pdf"], is_flag=True, help="Attach the PDF to the email (eml)."),
        click.Option(
            ["--pdf-source"], is_flag=True, help="Embed the source in the PDF, without its comments (PDF/A-3a)."
        ),
    ),
)

WHERE = OptionGroup(
    "Where to write",
    (
        TrustedOption(
            ["--out"],
            type=StoreType(),
            default="build",
            show_default=True,
            metavar="DIR",
            help="Write into this folder, or into s3://bucket/folder.",
        ),
        TrustedOption(
            ["--force", "-f"],
            is_flag=True,
            help="Write all outputs, and replace even edited Word copies and emails.",
        ),
        click.Option(["--verify"], is_flag=True, help="Read all outputs to check that they are as they were written."),
        TrustedOption(
            ["--prune"],
            is_flag=True,
            help="Remove the outputs that no source produces any more and, with --public, those of refused sources.",
        ),
        click.Option(["--keep-edited"], is_flag=True, help="Count an edited Word copy or email that was kept as done."),
        TrustedOption(
            ["--take-over"],
            is_flag=True,
            help="Also write outputs that were built from another source with the same id.",
        ),
        click.Option(
            ["--wait"],
            type=click.FloatRange(min=0),
            default=0.0,
            metavar="SECONDS",
            help="Wait this long for another run that is writing into the same folder.",
        ),
    ),
)

LOOK = OptionGroup(
    "Look",
    (
        click.Option(
            ["--templates"],
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            metavar="DIR",
            help="Use the templates, and the fonts in fonts/, of this folder before those of Engross.",
        ),
        click.Option(
            ["--house-style"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Take the styles, page, headers and footers of Word copies from this .docx or .dotx file.",
        ),
        click.Option(
            ["--paper"],
            type=click.Choice(PAPERS),
            default=PAPERS[0],
            show_default=True,
            help="The page size of the PDF and the Word copy.",
        ),
        click.Option(["--track-changes"], is_flag=True, help="Make Word track all changes to the copy."),
    ),
)

BRIEFING = OptionGroup(
    "Briefings and extracts",
    (
        click.Option(
            ["--edition"],
            type=click.Choice(["full", "briefing"]),
            default="full",
            show_default=True,
            help="Write the declaration alone, or a briefing from its overlay.",
        ),
        click.Option(["--with-text"], is_flag=True, help="Add the declaration to the briefing, as an annex."),
        click.Option(
            ["--topic"],
            multiple=True,
            metavar="TOPIC",
            help="Show only the paragraphs on this topic. Repeatable.",
        ),
        click.Option(
            ["--paragraphs"],
            default="",
            metavar="LIST",
            help="Show only these paragraphs, by number or id: 4-8,14,russia.",
        ),
    ),
)

RELEASE = OptionGroup(
    "Release",
    (
        click.Option(["--public"], is_flag=True, help="Refuse texts that can't be published yet, and read no overlay."),
        click.Option(
            ["--max-marking"],
            metavar="LEVEL",
            help="With --public: the highest protective marking that may be published.",
        ),
        click.Option(
            ["--as-of"],
            type=Moment(),
            metavar="MOMENT",
            help="With --public: the time of publication; now by default.",
        ),
    ),
)

BATCH = OptionGroup(
    "Batch",
    (
        click.Option(
            ["--jobs", "-j"],
            type=click.IntRange(min=1),
            metavar="N",
            help="Render this many sources at a time, each in its own process; one per processor by default.",
        ),
        TrustedOption(
            ["--scheduler"],
            metavar="URL",
            help="Render on the Dask cluster whose scheduler has this address: tcp://host:8786.",
        ),
        click.Option(
            ["--timeout"],
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help="The time limit for each source; 60 by default.",
        ),
        click.Option(
            ["--memory"], type=MemorySize(), metavar="SIZE", help="The memory limit for each source; 2G by default."
        ),
        click.Option(["--fail-fast"], is_flag=True, help="Stop after the first source that fails."),
        click.Option(
            ["--max-failures"],
            type=click.IntRange(min=1),
            metavar="N",
            help="Stop after this many sources have failed.",
        ),
    ),
)

REPORTING = OptionGroup(
    "Reporting",
    (
        click.Option(["--quiet", "-q"], is_flag=True, help="Print only warnings and errors."),
        click.Option(["--explain"], is_flag=True, help="Print why each output is written."),
        TrustedOption(
            ["--report"],
            type=click.Path(path_type=Path, dir_okay=False),
            multiple=True,
            metavar="FILE",
            help="Write a report to FILE.json, or to FILE.xml in the format of JUnit.",
        ),
        click.Option(
            ["--log-format"],
            type=click.Choice(["text", "json"]),
            default="text",
            show_default=True,
            help="The format of messages on the standard error.",
        ),
    ),
)

RENDER_OPTIONS = (WHAT, WHERE, LOOK, BRIEFING, RELEASE, BATCH, REPORTING)
