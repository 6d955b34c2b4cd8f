"""A list of commitments as a table, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields

from render.compose.commitments import CommitmentEntry


def as_json(found: Iterable[CommitmentEntry]) -> str:
    """A list of objects with the names of CommitmentEntry's fields; dates as in ISO 8601."""
    return json.dumps([asdict(entry) for entry in found], ensure_ascii=False, indent=2, default=str) + "\n"


def as_csv(found: Iterable[CommitmentEntry]) -> str:
    """A table for spreadsheets: with a byte order mark, and the line ends of RFC 4180.

    An apostrophe precedes what a spreadsheet would take for a formula, also after a semicolon or a line end, where a
    spreadsheet may begin another cell.
    """
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(field.name for field in fields(CommitmentEntry))
    for entry in found:
        writer.writerow(_cell(getattr(entry, field.name)) for field in fields(CommitmentEntry))
    return "\ufeff" + table.getvalue()


def as_table(found: Sequence[CommitmentEntry]) -> str:
    """Lines for a terminal, with a heading for each declaration."""
    lines: list[str] = []
    title = ""
    for entry in found:
        if title != entry.title:
            title = entry.title
            lines += ["", title, "=" * len(title)][not lines :]
        who, due = ", ".join(entry.who), f", by {entry.due}" if entry.due else ""
        lines += ["", f"{entry.action} ({entry.status}{due})", f"  {who}{f'; {entry.owner}' if entry.owner else ''}"]
        sentence = f"{entry.number or '–'}  {entry.sentence}"
        lines += textwrap.wrap(sentence, 78, initial_indent="  ", subsequent_indent="     ")
    return "".join(f"{line}\n" for line in lines) or "no commitments\n"


def _cell(value: object) -> str:
    text = "; ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return _FORMULA.sub(r"\1'", text)


_FORMULA = re.compile(r"(^|[;\t\r\n])(?=\s*[=+\-@＝＋－＠]|^[\t\r])")
"""Where a formula begins, also with the full-width letters that some spreadsheets take for the usual ones."""
