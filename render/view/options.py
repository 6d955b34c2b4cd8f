"""The options of a view: its edition, its extract, its paper."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

PAPERS = ("a4", "letter")


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """The options of a view.

    `edition` is "full" or "briefing"; `with_text` adds the declaration to a briefing. `paragraphs` ("4-8,14") and
    `topics` select an extract. `date` is the date of a file whose source has none. `paper` is one of PAPERS. `source`
    embeds the source in the PDF. `track_changes` makes Word record every change to a copy.
    """

    edition: str = "full"
    with_text: bool = False
    paragraphs: str = ""
    topics: tuple[str, ...] = ()
    date: datetime.date | None = None
    paper: str = "a4"
    source: bool = False
    track_changes: bool = False

    @property
    def is_extract(self) -> bool:
        """Whether the view leaves out paragraphs."""
        return bool(self.paragraphs or self.topics)

    @property
    def needs_overlay(self) -> bool:
        """Whether the view needs the briefing overlay beside the declaration."""
        return self.edition != "full" or bool(self.topics)

    @property
    def selection(self) -> str:
        """The parts of a file name that name an extract: "extract-4-8_14", "topic-trade"; "" if all is shown."""
        paragraphs = [part.strip() for part in self.paragraphs.split(",") if part.strip()]
        chosen = {"extract": paragraphs, "topic": self.topics}
        return ".".join(f"{kind}-{_file_name_part(parts)}" for kind, parts in chosen.items() if parts)

    def stem(self, id_: str, languages: Collection[str], language: str, state: str) -> str:
        """A file's name without its suffix: `<id>[.<edition>][.<selection>][.<language>][.<state>]`.

        `languages` are all those of the declaration, and `language` is the one of the file.
        """
        edition = "" if self.edition == "full" else self.edition + ("-with-text" if self.with_text else "")
        parts = (id_, edition, self.selection, language_in_name(languages, language), state)
        return ".".join(filter(None, parts))


def language_in_name(languages: Collection[str], language: str) -> str:
    """The language as it appears in the names of a declaration's outputs: "" for a declaration in one language."""
    return language if len(languages) > 1 else ""


_PLAIN = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
"""What a file name shows as it is: an id, a topic, a number, or a range of numbers."""
_MAX_SHOWN = 60
"""Characters of a selection that a file name shows."""


def _file_name_part(names: Sequence[str]) -> str:
    """The names joined, for a file name: different for different names, even where a disk ignores case.

    Names with other characters than ids have, or too long, are shown in part; their hash follows.
    """
    joined = "_".join(names)
    if all(map(_PLAIN.fullmatch, names)) and len(joined) <= _MAX_SHOWN:
        return joined
    from hashlib import sha256

    shown = "_".join(re.sub("[^a-z0-9]+", "-", name.lower()).strip("-") for name in names)
    return f"{shown[:_MAX_SHOWN]}__{sha256(chr(0).join(names).encode()).hexdigest()[:16]}"


DEFAULT_VIEW_OPTIONS = ViewOptions()
