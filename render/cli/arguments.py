"""The arguments of `engross render`, and what the pipeline and the batch need to know of them."""

from __future__ import annotations

import datetime
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from render.errors import UsageError
from render.output.atomic import is_folder
from render.write.formats import Format, attaching_pdf

if TYPE_CHECKING:
    from render.batch.settings import BatchSettings
    from render.check.release import Release
    from render.output.store import Store
    from render.pipeline import RenderOptions
    from render.view.options import ViewOptions


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)  # what nobody needs would cost each start 0.5 ms
class RenderArguments:
    """The arguments of `engross render`, by the names of its parameters."""

    sources: tuple[Path, ...]
    to: tuple[Format, ...]
    from_file: tuple[Path, ...]
    attach_pdf: bool
    pdf_source: bool
    out: Store
    force: bool
    prune: bool
    verify: bool
    keep_edited: bool
    take_over: bool
    wait: float
    templates: Path | None
    house_style: Path | None
    paper: str
    track_changes: bool
    edition: str
    with_text: bool
    topic: tuple[str, ...]
    paragraphs: str
    public: bool
    max_marking: str | None
    as_of: datetime.datetime | None
    jobs: int | None
    scheduler: str | None
    timeout: float | None
    memory: int | None
    fail_fast: bool
    max_failures: int | None
    quiet: bool
    explain: bool
    report: tuple[Path, ...]
    log_format: str

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats to write."""
        return tuple(map(attaching_pdf, self.to)) if self.attach_pdf else self.to

    @property
    def is_single(self) -> bool:
        """Whether there is one source, to render in this process."""
        one = len(self.sources) == 1 and not is_folder(self.sources[0])
        return one and not self.from_file and not self.scheduler

    def render_options(self) -> RenderOptions:
        """What to make of documents. Raises UsageError for options that can't be combined."""
        from render.pipeline import RenderOptions
        from render.write.theme import Theme

        release = self._release()
        theme = Theme(self.templates, self.house_style)
        return RenderOptions(self.formats, self.out, theme, self._view_options(), self.force, release)

    def _view_options(self) -> ViewOptions:
        from render.view.options import ViewOptions

        return ViewOptions(
            edition=self.edition,
            with_text=self.with_text,
            paragraphs=self.paragraphs,
            topics=self.topic,
            date=_source_date(),
            paper=self.paper,
            source=self.pdf_source,
            track_changes=self.track_changes,
        )

    def _release(self) -> Release | None:
        """The conditions of a release, if the outputs are for the public."""
        if self.with_text and self.edition != "briefing":
            raise UsageError("--with-text needs a briefing; add --edition briefing")
        if not self.public:
            if self.max_marking or self.as_of:
                raise UsageError("--max-marking and --as-of need --public; add --public")
            return None
        if self.edition != "full" or self.topic:
            raise UsageError("a briefing and --topic read the overlay, which is never public; remove --public")
        from render.check.release import Release

        return Release(self.as_of or datetime.datetime.now(datetime.UTC), self.max_marking)

    def batch_settings(self) -> BatchSettings:
        """How the run works. A limit on the command line isolates a single source too, so that it can be enforced.

        Raises UsageError for options that can't be combined.
        """
        from render.batch.settings import DEFAULT_MEMORY, DEFAULT_TIMEOUT, BatchSettings

        if self.keep_edited and self.force:
            raise UsageError("--keep-edited and --force contradict each other; remove one of them")
        return BatchSettings(
            jobs=self.jobs or (1 if self.scheduler else _processors()),
            timeout=DEFAULT_TIMEOUT if self.timeout is None else self.timeout,
            memory=DEFAULT_MEMORY if self.memory is None else self.memory,
            isolate=self.timeout is not None or self.memory is not None,
            wait=self.wait,
            verify=self.verify,
            prune=self.prune,
            keep_edited=self.keep_edited,
            take_over=self.take_over,
            scheduler=self.scheduler or "",
        )

    @property
    def failures_to_stop(self) -> int:
        """The number of failed sources after which the run stops."""
        return 1 if self.fail_fast else self.max_failures or sys.maxsize


def _processors() -> int:
    """The number of processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _source_date() -> datetime.date | None:
    """The date for files whose source has none (https://reproducible-builds.org/specs/source-date-epoch)."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds:
        return None
    try:
        return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date()
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"invalid SOURCE_DATE_EPOCH {seconds!r}; write seconds since 1970-01-01") from None
