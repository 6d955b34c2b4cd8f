"""What a run did, for programs: as JSON, by `report.schema.json`, and as XML, for readers of JUnit's reports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from render.batch.events import Notice, OrphanedOutput, Outcome
from render.batch.job import Output
from render.errors import UsageError
from render.output.atomic import save
from render.output.store import Store

VERSION = 1
"""Of the report's form. It changes where a reader of the old form would go wrong."""
SUFFIXES = (".json", ".xml")
_NOT_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def document(it: Outcome, out: Store) -> Mapping[str, Any]:
    """What came of a source."""
    return {
        "source": str(it.path),
        "id": it.id,
        "sha256": it.hash,
        "status": "failed" if it.faults else "written" if it.outputs else "up to date",
        "files": [{"name": name, "sha256": hash_} for name, hash_ in it.files],
        "outputs": [_output(output, it, out) for output in (*it.outputs, *it.fresh)],
        "problems": [
            {
                "severity": problem.severity,
                "file": problem.place.file,
                "line": problem.place.line,
                "column": problem.place.column,
                "what": problem.what,
                "mend": problem.hint,
            }
            for problem in it.problems
        ],
        "fault": it.fault,
        "seconds": round(it.seconds, 3),
        "peak_memory": it.memory,
    }


def gone(it: OrphanedOutput) -> Mapping[str, Any]:
    """An output whose source is gone."""
    return {"path": it.place, "removed": it.removed, "fault": it.fault}


def _output(output: Output, it: Outcome, out: Store) -> Mapping[str, Any]:
    saved = output.saved
    return {
        "path": out.place(output.name),
        "format": output.format,
        "language": output.language,
        "status": "up to date" if output in it.fresh else "written" if saved else "failed",
        "sha256": saved.hash if saved else "",
        "bytes": saved.size if saved else 0,
        "reason": it.reasons.get(output.name, ""),
        "fault": output.fault,
    }


class Report:
    """What a run did, kept until it ends and then written to files, each in the form that its suffix says."""

    def __init__(self, paths: Sequence[Path], sources: Iterable[Path], out: Store) -> None:
        """Raises UsageError for a suffix that no form has."""
        for path in paths:
            if path.suffix not in SUFFIXES:
                raise UsageError(f"{path}: a report ends in {' or '.join(SUFFIXES)}")
        self._paths, self._out = paths, out
        self._not_tried = dict.fromkeys(map(str, sources))
        self._documents: list[Mapping[str, Any]] = []
        self._gone: list[Mapping[str, Any]] = []

    def add(self, it: Outcome | OrphanedOutput | Notice) -> None:
        """Keep what came of a source."""
        if isinstance(it, OrphanedOutput):
            self._gone.append(gone(it))
        elif isinstance(it, Outcome):
            self._documents.append(document(it, self._out))
            self._not_tried.pop(str(it.path), None)

    def write(self, exit_code: int, seconds: float, counts: Mapping[str, int]) -> None:
        """Write the files. Raises OutputError."""
        for path in self._paths:
            if path.suffix == ".xml":
                save(_junit(self._documents, self._not_tried, seconds), path)
            else:
                told = {
                    "version": VERSION,
                    "engross": _version(),
                    "exit_code": exit_code,
                    "seconds": round(seconds, 3),
                    "summary": counts,
                    "documents": self._documents,
                    "gone": self._gone,
                    "not_tried": list(self._not_tried),
                }
                save(json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n", path)


def _version() -> str:
    from importlib import metadata

    return metadata.version("engross")


def _junit(documents: Sequence[Mapping[str, Any]], not_tried: Iterable[str], seconds: float) -> bytes:
    """A test for each source, as the readers of continuous integration know it: failed, skipped, or passed."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    skipped = list(not_tried)
    failed = sum(it["status"] == "failed" for it in documents)
    counts = {"tests": len(documents) + len(skipped), "failures": failed, "errors": 0, "skipped": len(skipped)}
    attributes = {**{name: str(count) for name, count in counts.items()}, "time": f"{seconds:.3f}"}
    suites = Element("testsuites", {"name": "engross", **attributes})
    suite = SubElement(suites, "testsuite", {"name": "engross render", **attributes})
    for it in documents:
        case = SubElement(suite, "testcase", classname=_xml(it["source"]), name=_xml(it["id"] or it["source"]))
        case.set("time", f"{it['seconds']:.3f}")
        if it["status"] == "failed":
            lines = list(_faults(it))
            SubElement(case, "failure", message=_xml(lines[0]), type="failure").text = _xml("\n".join(lines))
    for source in skipped:
        SubElement(SubElement(suite, "testcase", classname=_xml(source), name=_xml(source), time="0"), "skipped")
    indent(suites)
    return bytes(tostring(suites, encoding="utf-8", xml_declaration=True)) + b"\n"


def _faults(it: Mapping[str, Any]) -> Iterable[str]:
    for problem in it["problems"]:
        if problem["severity"] == "error":
            yield "{file}:{line}:{column}: {what}; {mend}".format(**problem)
    yield from (fault for fault in (it["fault"], *(output["fault"] for output in it["outputs"])) if fault)


def _xml(text: str) -> str:
    """The text without the characters that XML can't hold."""
    return re.sub(_NOT_XML, "\ufffd", text)
