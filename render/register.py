"""The register of commitments: who has undertaken what, by when, and in which sentence, across declarations."""

from __future__ import annotations

import csv
import datetime
import io
import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields

from render.briefing import Briefing, citable, sentences
from render.compose.text import Composer
from render.model import Declaration, Paragraph, Recital
from render.plain import plain


@dataclass(frozen=True, slots=True)
class Entry:
    """A commitment, in plain words.

    `actors` and `topics` are ids; `paragraph` is the stable id, `number` the printed one; `sentence` is of the text.
    `link` is the paragraph's address on the page that the source names, or "" where it names none.
    """

    declaration: str
    title: str
    commitment: str
    actors: tuple[str, ...]
    who: tuple[str, ...]
    action: str
    due: datetime.date | None
    status: str
    owner: str
    topics: tuple[str, ...]
    paragraph: str
    number: str
    sentence: str
    link: str


def entries(declaration: Declaration, briefing: Briefing, language: str) -> Iterator[Entry]:
    """The commitments of a declaration, in the order of its overlay."""
    composer = Composer(declaration, language)
    names = {party.id: party.name for party in declaration.parties}
    known = citable(declaration)
    for name, annotation in briefing.paragraphs.items():
        told = _sentences(known[name], composer) if annotation.commitments else ()
        for it in annotation.commitments:
            yield Entry(
                declaration=declaration.id,
                title=declaration.title.plain(language),
                commitment=it.id,
                actors=it.actors,
                who=tuple(names[actor] for actor in it.actors),
                action=plain(composer.line(it.action)),
                due=it.due,
                status=it.status,
                owner=plain(composer.line(it.owner)) if it.owner else "",
                topics=annotation.topics,
                paragraph=name,
                number=_number(composer, name),
                sentence=told[it.at - 1],
                link=_link(declaration, name),
            )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which commitments are wanted: those that agree with all that is set. `due_by` is the last day."""

    topics: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    due_by: datetime.date | None = None

    def __call__(self, it: Entry) -> bool:
        """Whether a commitment is wanted. One without a due date is due by no day."""
        return (
            _meets(self.topics, it.topics)
            and _meets(self.actors, it.actors)
            and _meets(self.statuses, (it.status,))
            and (self.due_by is None or (it.due is not None and it.due <= self.due_by))
        )


def _meets(wanted: Sequence[str], had: Sequence[str]) -> bool:
    return not wanted or not set(wanted).isdisjoint(had)


# What becomes of them


def as_json(found: Iterable[Entry]) -> str:
    """A list of objects with the names of Entry's fields; dates as in ISO 8601."""
    return json.dumps([asdict(it) for it in found], ensure_ascii=False, indent=2, default=str) + "\n"


def as_csv(found: Iterable[Entry]) -> str:
    """A table that spreadsheets open rightly: with a byte order mark, and lines that end as RFC 4180 says.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(field.name for field in fields(Entry))
    for it in found:
        writer.writerow(_cell(getattr(it, field.name)) for field in fields(Entry))
    return "\ufeff" + table.getvalue()


def as_table(found: Sequence[Entry]) -> str:
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


# The words


def _sentences(node: Paragraph | Recital, composer: Composer) -> tuple[str, ...]:
    """The sentences of a paragraph, with the references in them."""
    paragraphs = node.text.paragraphs(composer.language)
    return sentences("\n\n".join(plain(composer.words(pieces, node.notes)) for pieces in paragraphs))


def _number(composer: Composer, name: str) -> str:
    """A paragraph's number as it is referred to, "2(b)"; "" for one without."""
    number = composer.numbers.get(name)
    steps = number.reference.steps if number and number.reference and number.label else ()
    return "".join(step.before + step.text + step.after for step in steps)


def _link(declaration: Declaration, name: str) -> str:
    url = declaration.publication and declaration.publication.url
    return f"{url}#{name}" if url else ""
