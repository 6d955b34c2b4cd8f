"""The types of option values."""

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
    """Names of formats, joined by commas: "pdf,html"."""

    name = "formats"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> tuple[Format, ...]:
        """The formats in the order given, each once."""
        if not isinstance(value, str):
            return tuple(value)
        names = list(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
        for name in names:
            if name not in FORMATS:
                self.fail(f"unknown format {name!r}; {did_you_mean(name, FORMATS)}", parameter, context)
        return tuple(FORMATS[name] for name in names) or self.fail(
            f"no format given; write one or more of {','.join(FORMATS)}", parameter, context
        )

    def shell_complete(
        self, context: click.Context, parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The value with each format that can come next."""
        before, comma, last = incomplete.rpartition(",")
        taken = before.split(",")
        names = [name for name in FORMATS if name.startswith(last) and name not in taken]
        return [CompletionItem(before + comma + name) for name in names]


class MemorySize(click.ParamType[int]):
    """A number of bytes: "500M", "2G"."""

    name = "size"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int:
        """The number of bytes."""
        if isinstance(value, int):
            return value
        size = re.fullmatch(r"(\d+)([KMG]?)B?", str(value).strip().upper())
        if not size or not int(size[1]):
            self.fail(f"invalid size {value!r}; write 500M or 2G", parameter, context)
        return int(size[1]) * _UNITS[size[2]]


class StoreType(click.ParamType["Store"]):
    """A place for outputs: a folder, or "s3://…"."""

    name = "location"

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
    """A moment: "2022-05-23T12:00:00+01:00". Without an offset from UTC, the machine's time zone counts."""

    name = "moment"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> datetime.datetime:
        """The moment, with its offset from UTC."""
        if isinstance(value, datetime.datetime):
            return value
        try:
            return datetime.datetime.fromisoformat(str(value)).astimezone()
        except (ValueError, OverflowError):
            self.fail(f"invalid time {value!r}; write 2022-05-23 or 2022-05-23T12:00:00+01:00", parameter, context)
