"""What a run did, for programs: as JSON by `report.schema.json`, and as XML for programs that read JUnit reports."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render.batch.events import BatchEvent, Notice, OrphanedOutput, SourceResult
from render.errors import OutputError, UsageError
from render.output.atomic import save
from render.output.store import Store
from render.pipeline import OutputResult
from render.printable import json_text

if TYPE_CHECKING:
    from render.check.release import Release

VERSION = 3
"""Of the report's keys. It changes when a program that reads the old ones would go wrong."""
SUFFIXES = (".json", ".xml")


def document(result: SourceResult, out: Store) -> Mapping[str, Any]:
    """What the run did with a source."""
    return {
        "source": str(result.path),
        "id": result.id,
        "sha256": result.hash,
        "status": _status(result),
        "files": [{"name": name, "sha256": hash_} for name, hash_ in result.files],
        "outputs": [_output(output, result, out) for output in (*result.outputs, *result.kept, *result.up_to_date)],
        "problems": [
            {
                "severity": problem.severity,
                "code": problem.code,
                "file": problem.place.file,
                "line": problem.place.line,
                "column": problem.place.column,
                "what": problem.what,
                "hint": problem.hint,
            }
            for problem in result.problems
        ],
        "error": result.error,
        "code": result.code,
        "withdrawn": [orphaned(output) for output in result.withdrawn],
        "seconds": round(result.seconds, 3),
        "peak_memory": result.memory,
    }


def orphaned(orphan: OrphanedOutput) -> Mapping[str, Any]:
    """An output that no source produces any more, or whose source may not be published."""
    return {"path": orphan.location, "removed": orphan.removed, "error": orphan.error, "code": orphan.code}


def notice(event: Notice) -> Mapping[str, Any]:
    """What a user should know about the whole run."""
    return {"severity": "error" if event.failed else "warning", "code": event.code, "message": event.text}


def _status(result: SourceResult) -> str:
    if result.errors:
        return "failed"
    return "written" if result.outputs else "kept" if result.kept else "up to date"


def _output(output: OutputResult, result: SourceResult, out: Store) -> Mapping[str, Any]:
    saved = output.saved
    return {
        "path": out.location(output.name),
        "format": output.format,
        "language": output.language,
        "status": _output_status(output, result),
        "sha256": saved.hash if saved else "",
        "bytes": saved.size if saved else 0,
        "reason": result.reasons.get(output.name, ""),
        "error": output.error,
        "code": output.code,
    }


def _output_status(output: OutputResult, result: SourceResult) -> str:
    if output in result.up_to_date:
        return "up to date"
    return "written" if output.saved else "kept" if output in result.kept else "failed"


def check_suffixes(paths: Iterable[Path]) -> None:
    """Check that all reports are of a known kind. Raises UsageError."""
    for path in paths:
        if path.suffix not in SUFFIXES:
            raise UsageError(f"{path}: unknown kind of report; end its name in {' or '.join(SUFFIXES)}")


class Report:
    """What a run did, collected until it ends and then written to files, each in the format of its suffix.

    From the beginning, the files have a report without an exit code: that of a run that hasn't ended, or was killed.
    """

    def __init__(self, paths: Sequence[Path], out: Store) -> None:
        """`paths` with a suffix other than SUFFIXES are left out."""
        self._paths, self._out = [path for path in paths if path.suffix in SUFFIXES], out
        self._not_tried: dict[str, None] = {}
        self._release: Mapping[str, str] = {}
        self._documents: list[Mapping[str, Any]] = []
        self._orphaned: list[Mapping[str, Any]] = []
        self._notices: list[Mapping[str, Any]] = []

    def begin(self, sources: Iterable[Path], release: Release | None, counts: Mapping[str, int]) -> None:
        """Write that the run hasn't ended. A folder that doesn't exist yet may be made later."""
        self._not_tried, self._release = dict.fromkeys(map(str, sources)), _checked_against(release)
        with suppress(OutputError):
            self.write(None, 0.0, counts)

    def add(self, event: BatchEvent) -> None:
        """Collect an event of the run."""
        match event:
            case OrphanedOutput():
                self._orphaned.append(orphaned(event))
            case Notice():
                self._notices.append(notice(event))
            case SourceResult():
                self._documents.append(document(event, self._out))
                self._not_tried.pop(str(event.path), None)

    def write(self, exit_code: int | None, seconds: float, counts: Mapping[str, int]) -> None:
        """Write all the files that can be written. Raises OutputError for the first that can't."""
        errors = []
        for path in self._paths:
            try:
                if path.suffix == ".xml":
                    save(self._junit(exit_code, seconds), path)
                else:
                    save(self._json(exit_code, seconds, counts), path)
            except OutputError as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def _junit(self, exit_code: int | None, seconds: float) -> bytes:
        from render.batch.junit import junit

        running = Notice("the run hasn't ended, or was killed", "running", failed=True)
        of_run = [*self._notices, *([notice(running)] if exit_code is None else [])]
        return junit(self._documents, self._not_tried, of_run, self._release, seconds)

    def _json(self, exit_code: int | None, seconds: float, counts: Mapping[str, int]) -> bytes:
        report = {
            "version": VERSION,
            "engross": _version(),
            "exit_code": exit_code,
            "seconds": round(seconds, 3),
            "release": {"public": bool(self._release), "as_of": "", "max_marking": "", **self._release},
            "summary": counts,
            "notices": self._notices,
            "documents": self._documents,
            "orphaned": self._orphaned,
            "not_tried": list(self._not_tried),
        }
        return json_text(report, indent=1).encode() + b"\n"


def _checked_against(release: Release | None) -> Mapping[str, str]:
    """What the sources of a release were checked against; nothing without a release."""
    if release is None:
        return {}
    return {"as_of": release.as_of.astimezone(datetime.UTC).isoformat(), "max_marking": release.up_to or ""}


def _version() -> str:
    from importlib import metadata

    return metadata.version("engross")
