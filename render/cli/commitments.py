"""The register of commitments as a table, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields

from render.compose.commitments import CommitmentEntry


def as_json(found: Iterable[CommitmentEntry]) -> str:
    """A list of objects with the names of Entry's fields; dates as in ISO 8601."""
    return json.dumps([asdict(it) for it in found], ensure_ascii=False, indent=2, default=str) + "\n"


def as_csv(found: Iterable[CommitmentEntry]) -> str:
    """A table that spreadsheets open rightly: with a byte order mark, and lines that end as RFC 4180 says.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(field.name for field in fields(CommitmentEntry))
    for it in found:
        writer.writerow(_cell(getattr(it, field.name)) for field in fields(CommitmentEntry))
    return "\ufeff" + table.getvalue()


def as_table(found: Sequence[CommitmentEntry]) -> str:
    """Lines to read in a terminal, a heading for each declaration."""
    lines: list[str] = []
    title = ""
    for it in found:
        if title != it.title:
            title = it.title
            lines += ["", title, "=" * len(title)][not lines :]
        who, due = ", ".join(it.who), f", by {it.due}" if it.due else ""
        lines += ["", f"{it.action} ({it.status}{due})", f"  {who}{f'; {it.owner}' if it.owner else ''}"]
        lines += textwrap.wrap(f"{it.number or '–'}  {it.sentence}", 78, initial_indent="  ", subsequent_indent="     ")
    return "".join(f"{line}\n" for line in lines) or "no commitments\n"


def _cell(value: object) -> str:
    text = "; ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
