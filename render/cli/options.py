"""The options by which many sources are rendered, and where their defaults come from."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from render.cli.types import Moment, Size
from render.errors import UsageError

if TYPE_CHECKING:
    from render.batch.settings import Settings
    from render.check.release import Release

F = TypeVar("F", bound=Callable[..., Any])


def processors() -> int:
    """The processors that this process may use."""
    with_affinity = getattr(os, "sched_getaffinity", None)
    return len(with_affinity(0)) if with_affinity else os.cpu_count() or 1


def _defaults(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Lay the configuration under the command's options, before any of them is looked at."""
    from render.cli.config import read_config

    group = context.find_root().command
    commands = group.commands.values() if isinstance(group, click.Group) else (context.command,)
    options = {it.name: it for command in commands for it in command.params if isinstance(it, click.Option) and it.name}
    try:
        values = read_config(path, options.keys() - {"config"})
    except UsageError as error:
        raise click.UsageError(str(error), context) from None
    context.default_map = {key: _as_given(value, options[key]) for key, value in values.items()}
    return path


def _as_given(value: Any, option: click.Option) -> Any:
    """A value as the command line has it: one or several where there can be several, else with commas between."""
    if option.multiple:
        return value if isinstance(value, list) else [value]
    return ",".join(map(str, value)) if isinstance(value, list) else value


CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=_defaults,
    help="A file with defaults for the options, in the place of engross.toml or pyproject.toml.",
)

_BATCH = (
    click.option(
        "--from-file",
        type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
        multiple=True,
        metavar="LIST",
        help="A file with more sources, one a line; - for the standard input.",
    ),
    click.option(
        "--jobs",
        "-j",
        type=click.IntRange(min=1),
        metavar="N",
        help="Render so many sources at a time, each in a process of its own.  [default: the processors]",
    ),
    click.option(
        "--scheduler",
        metavar="URL",
        help="Render on the workers of a Dask cluster: tcp://host:8786, the address of its scheduler.",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        default=60.0,
        metavar="SECONDS",
        help="The time that a source may take.  [default: 60]",
    ),
    click.option(
        "--memory",
        type=Size(),
        default="2G",
        show_default=True,
        metavar="SIZE",
        help="The memory that a source may take.",
    ),
    click.option("--fail-fast", is_flag=True, help="End at the first source that fails."),
    click.option(
        "--max-failures", type=click.IntRange(min=1), metavar="N", help="End when so many sources have failed."
    ),
    click.option(
        "--force", "-f", is_flag=True, help="Write every file, and replace Word copies and mails even if edited."
    ),
    click.option("--explain", is_flag=True, help="Say of every file why it is written."),
    click.option("--verify", is_flag=True, help="Read every file again to see whether it is as it was written."),
    click.option("--prune", is_flag=True, help="Remove the files that no source makes any longer."),
    click.option(
        "--wait",
        type=click.FloatRange(min=0),
        default=0.0,
        metavar="SECONDS",
        help="Wait so long for another run that writes into the same folder.",
    ),
    click.option(
        "--report",
        type=click.Path(path_type=Path, dir_okay=False),
        multiple=True,
        metavar="FILE",
        help="Write what was done to FILE.json, or FILE.xml for readers of JUnit's reports.",
    ),
    click.option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How things are said on the standard error.",
    ),
)


_EDITION = (
    click.option(
        "--edition",
        type=click.Choice(["full", "briefing"]),
        default="full",
        show_default=True,
        help="The declaration alone, or the briefing that is made of its overlay.",
    ),
    click.option("--with-text", is_flag=True, help="Put the declaration into the briefing as an annex."),
    click.option(
        "--topic", "topics", multiple=True, metavar="TOPIC", help="Show only the paragraphs that are about this."
    ),
    click.option(
        "--paragraphs", default="", metavar="LIST", help="Show only these paragraphs, by number or id: 4-8,14,russia."
    ),
    click.option("--public", is_flag=True, help="Refuse what may not go out, and open no overlay."),
    click.option("--max-marking", metavar="LEVEL", help="With --public: the highest marking that may go out."),
    click.option("--as-of", type=Moment(), metavar="MOMENT", help="With --public: when it goes out.  [default: now]"),
)


def release(values: Mapping[str, Any]) -> Release | None:
    """What is allowed out, if what is made is for the public. Raises UsageError for what is never public."""
    if values["with_text"] and values["edition"] != "briefing":
        raise UsageError("--with-text is of a briefing; add --edition briefing")
    if not values["public"]:
        if values["max_marking"] or values["as_of"]:
            raise UsageError("--max-marking and --as-of say what --public lets out; add --public")
        return None
    if values["edition"] != "full" or values["topics"]:
        raise UsageError("a briefing and --topic read the overlay, which is never public; take --public away")
    from render.check.release import Release

    return Release(values["as_of"] or datetime.datetime.now(datetime.UTC), values["max_marking"])


def _all_of(options: Sequence[Callable[[F], F]]) -> Callable[[F], F]:
    """What gives a command these options, in their order."""

    def add(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return add


edition_options = _all_of(_EDITION)
"""The options by which it is chosen what is shown, and to whom."""
batch_options = _all_of(_BATCH)
"""The options by which many sources are rendered."""


def settings(values: Mapping[str, Any]) -> Settings:
    """How a run goes about it, by the options' values. Limits that were asked for hold for a single source too."""
    from render.batch.settings import Settings

    source = click.get_current_context().get_parameter_source
    asked = any(source(name) != click.core.ParameterSource.DEFAULT for name in ("timeout", "memory"))
    names = ("wait", "verify", "prune", "memory")
    scheduler = values["scheduler"] or ""
    jobs = values["jobs"] or (1 if scheduler else processors())
    more = {name: values[name] for name in names}
    return Settings(jobs, values["timeout"], isolate=asked, scheduler=scheduler, **more)
