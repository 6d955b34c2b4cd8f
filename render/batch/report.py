"""What a run did, for programs: as JSON by `report.schema.json`, and as XML for programs that read JUnit reports."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render.batch.events import BatchEvent, OrphanedOutput, SourceResult
from render.errors import UsageError
from render.output.atomic import save
from render.output.store import Store
from render.pipeline import OutputResult

if TYPE_CHECKING:
    from render.check.release import Release

VERSION = 2
"""Of the report's keys. It changes when a program that reads the old ones would go wrong."""
SUFFIXES = (".json", ".xml")
_NOT_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def document(result: SourceResult, out: Store) -> Mapping[str, Any]:
    """What the run did with a source."""
    return {
        "source": str(result.path),
        "id": result.id,
        "sha256": result.hash,
        "status": "failed" if result.errors else "written" if result.outputs else "up to date",
        "files": [{"name": name, "sha256": hash_} for name, hash_ in result.files],
        "outputs": [_output(output, result, out) for output in (*result.outputs, *result.up_to_date)],
        "problems": [
            {
                "severity": problem.severity,
                "file": problem.place.file,
                "line": problem.place.line,
                "column": problem.place.column,
                "what": problem.what,
                "hint": problem.hint,
            }
            for problem in result.problems
        ],
        "error": result.error,
        "withdrawn": [orphaned(output) for output in result.withdrawn],
        "seconds": round(result.seconds, 3),
        "peak_memory": result.memory,
    }


def orphaned(orphan: OrphanedOutput) -> Mapping[str, Any]:
    """An output that no source produces any more, or whose source may not be published."""
    return {"path": orphan.location, "removed": orphan.removed, "error": orphan.error}


def _output(output: OutputResult, result: SourceResult, out: Store) -> Mapping[str, Any]:
    saved = output.saved
    return {
        "path": out.location(output.name),
        "format": output.format,
        "language": output.language,
        "status": "up to date" if output in result.up_to_date else "written" if saved else "failed",
        "sha256": saved.hash if saved else "",
        "bytes": saved.size if saved else 0,
        "reason": result.reasons.get(output.name, ""),
        "error": output.error,
    }


class Report:
    """What a run did, collected until it ends and then written to files, each in the format of its suffix."""

    def __init__(self, paths: Sequence[Path], sources: Iterable[Path], out: Store, release: Release | None) -> None:
        """Raises UsageError for a suffix other than SUFFIXES."""
        for path in paths:
            if path.suffix not in SUFFIXES:
                raise UsageError(f"{path}: unknown kind of report; end its name in {' or '.join(SUFFIXES)}")
        self._paths, self._out, self._release = paths, out, _checked_against(release)
        self._not_tried = dict.fromkeys(map(str, sources))
        self._documents: list[Mapping[str, Any]] = []
        self._orphaned: list[Mapping[str, Any]] = []

    def add(self, event: BatchEvent) -> None:
        """Collect an event of the run."""
        if isinstance(event, OrphanedOutput):
            self._orphaned.append(orphaned(event))
        elif isinstance(event, SourceResult):
            self._documents.append(document(event, self._out))
            self._not_tried.pop(str(event.path), None)

    def write(self, exit_code: int, seconds: float, counts: Mapping[str, int]) -> None:
        """Write the files. Raises OutputError."""
        for path in self._paths:
            if path.suffix == ".xml":
                save(_junit(self._documents, self._not_tried, self._release, seconds), path)
            else:
                save(self._json(exit_code, seconds, counts), path)

    def _json(self, exit_code: int, seconds: float, counts: Mapping[str, int]) -> bytes:
        report = {
            "version": VERSION,
            "engross": _version(),
            "exit_code": exit_code,
            "seconds": round(seconds, 3),
            "release": {"public": bool(self._release), "as_of": "", "max_marking": "", **self._release},
            "summary": counts,
            "documents": self._documents,
            "orphaned": self._orphaned,
            "not_tried": list(self._not_tried),
        }
        return json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n"


def _checked_against(release: Release | None) -> Mapping[str, str]:
    """What the sources of a release were checked against; nothing without a release."""
    if release is None:
        return {}
    return {"as_of": release.as_of.astimezone(datetime.UTC).isoformat(), "max_marking": release.up_to or ""}


def _version() -> str:
    from importlib import metadata

    return metadata.version("engross")


def _junit(
    documents: Sequence[Mapping[str, Any]],
    not_tried: Iterable[str],
    release: Mapping[str, str],
    seconds: float,
) -> bytes:
    """A test for each source, which passed, failed or was skipped, in the XML that continuous integration reads."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    skipped = list(not_tried)
    failed = sum(document["status"] == "failed" for document in documents)
    counts = {"tests": len(documents) + len(skipped), "failures": failed, "errors": 0, "skipped": len(skipped)}
    attributes = {**{name: str(count) for name, count in counts.items()}, "time": f"{seconds:.3f}"}
    suites = Element("testsuites", {"name": "engross", **attributes})
    suite = SubElement(suites, "testsuite", {"name": "engross render", **attributes})
    if release:
        properties = SubElement(suite, "properties")
        for name, value in release.items():
            SubElement(properties, "property", name=name, value=_xml(value))
    for document in documents:
        source, id_ = document["source"], document["id"]
        case = SubElement(suite, "testcase", classname=_xml(source), name=_xml(id_ or source))
        case.set("time", f"{document['seconds']:.3f}")
        if document["status"] == "failed":
            lines = list(_errors(document))
            SubElement(case, "failure", message=_xml(lines[0]), type="failure").text = _xml("\n".join(lines))
    for source in skipped:
        SubElement(SubElement(suite, "testcase", classname=_xml(source), name=_xml(source), time="0"), "skipped")
    indent(suites)
    return bytes(tostring(suites, encoding="utf-8", xml_declaration=True)) + b"\n"


def _errors(document: Mapping[str, Any]) -> Iterable[str]:
    for problem in document["problems"]:
        if problem["severity"] == "error":
            yield "{file}:{line}:{column}: {what}; {hint}".format(**problem)
    outputs = (*document["withdrawn"], *document["outputs"])
    yield from (error for error in (document["error"], *(output["error"] for output in outputs)) if error)


def _xml(text: str) -> str:
    """The text without the characters that XML can't hold."""
    return re.sub(_NOT_XML, "\ufffd", text)
