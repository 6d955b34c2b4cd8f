"""The kinds of values that options take."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any, cast

import click
from click.shell_completion import CompletionItem

from render.errors import UsageError, did_you_mean
from render.write.formats import FORMATS, Format

if TYPE_CHECKING:
    from render.output.store import Store

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


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


class Size(click.ParamType[int]):
    """Bytes: "500M", "2G"."""

    name = "size"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int:
        """The number of bytes."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d+)([KMG]?)B?", str(value).strip().upper())
        if not found or not int(found[1]):
            self.fail(f"{value!r} is no size; write 500M, or 2G", parameter, context)
        return int(found[1]) * _UNITS[found[2]]


class StoreType(click.ParamType["Store"]):
    """Where outputs go: a folder, or "s3://…"."""

    name = "place"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Store:
        """The folder or the bucket."""
        if not isinstance(value, str):
            return cast("Store", value)
        from render.output.store import store_at

        try:
            return store_at(value)
        except UsageError as error:
            self.fail(str(error), parameter, context)


class Moment(click.ParamType[datetime.datetime]):
    """A moment: "2022-05-23T12:00:00+01:00"; without a distance from universal time it is this machine's."""

    name = "moment"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> datetime.datetime:
        """The moment, with its distance from universal time."""
        if isinstance(value, datetime.datetime):
            return value
        try:
            return datetime.datetime.fromisoformat(str(value)).astimezone()
        except ValueError:
            self.fail(f"{value!r} is no moment; write 2022-05-23 or 2022-05-23T12:00:00+01:00", parameter, context)
