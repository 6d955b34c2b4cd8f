"""What a user chooses of a view: its edition, its extract, its paper."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

EDITIONS = ("full", "briefing")


PAPERS = ("a4", "letter")


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What a user chooses of a view.

    `edition` is one of EDITIONS, and `with_text` is whether a briefing has the declaration as an annex. `paragraphs`
    ("4-8,14") and `topics` make an extract. `date` is the date that files bear whose source has none; `paper` is one of
    PAPERS; `source` is whether a PDF holds the source that it was made from; `track_changes` is whether a Word copy
    notes every change that is made to it.
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
        """Whether not all paragraphs are shown."""
        return bool(self.paragraphs or self.topics)

    @property
    def needs_overlay(self) -> bool:
        """Whether what officials add is needed, and not the declaration alone."""
        return self.edition != "full" or bool(self.topics)

    @property
    def selection(self) -> str:
        """What an extract is known by in the name of a file: "extract-4-8_14"; "" where all is shown."""
        parts = [it.strip() for it in (*self.paragraphs.split(","), *self.topics) if it.strip()]
        return f"extract-{'_'.join(re.sub('[^A-Za-z0-9-]+', '-', it) for it in parts)}" if parts else ""

    def stem(self, id_: str, language: str, state: str) -> str:
        """`<id>[.<edition>][.<selection>][.<language>][.<state>]`: a file's name without its suffix."""
        edition = "" if self.edition == "full" else self.edition + ("-with-text" if self.with_text else "")
        return ".".join(filter(None, (id_, edition, self.selection, language, state)))


DEFAULT_VIEW_OPTIONS = ViewOptions()
