"""What a run did, in the XML that continuous integration reads as a JUnit report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from render.printable import without_credentials

_NOT_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_SUITE = "engross render"


def junit(
    documents: Sequence[Mapping[str, Any]],
    not_tried: Iterable[str],
    notices: Iterable[Mapping[str, Any]],
    release: Mapping[str, str],
    seconds: float,
) -> bytes:
    """A test for each source, which passed, failed or was skipped, and one for each error of the whole run."""
    skipped, errors = list(not_tried), [notice for notice in notices if notice["severity"] == "error"]
    counts = {
        "tests": len(documents) + len(skipped) + len(errors),
        "failures": sum(document["status"] == "failed" for document in documents),
        "errors": len(errors),
        "skipped": len(skipped),
    }
    attributes = {**{name: str(count) for name, count in counts.items()}, "time": f"{seconds:.3f}"}
    suites = Element("testsuites", {"name": "engross", **attributes})
    suite = SubElement(suites, "testsuite", {"name": _SUITE, **attributes})
    if release:
        properties = SubElement(suite, "properties")
        for name, value in release.items():
            SubElement(properties, "property", name=name, value=_xml(value))
    for error in errors:
        case = SubElement(suite, "testcase", classname=_SUITE, name=_SUITE, time="0")
        SubElement(case, "error", message=_xml(error["message"]), type=error["code"])
    for document in documents:
        _add_document(suite, document)
    for source in skipped:
        SubElement(SubElement(suite, "testcase", classname=_xml(source), name=_xml(source), time="0"), "skipped")
    indent(suites)
    return bytes(tostring(suites, encoding="utf-8", xml_declaration=True)) + b"\n"


def _add_document(suite: Element, document: Mapping[str, Any]) -> None:
    source, id_ = document["source"], document["id"]
    case = SubElement(suite, "testcase", classname=_xml(source), name=_xml(id_ or source))
    case.set("time", f"{document['seconds']:.3f}")
    if document["status"] == "failed":
        (code, first), *more = _errors(document)
        text = "\n".join([first, *(line for _, line in more)])
        SubElement(case, "failure", message=_xml(first), type=code).text = _xml(text)


def _errors(document: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The codes and texts of everything that failed."""
    for problem in document["problems"]:
        if problem["severity"] == "error":
            yield problem["code"], "{file}:{line}:{column}: {what}; {hint}".format(**problem)
    failed = (output for output in document["outputs"] if output["status"] == "failed")
    parts = (document, *document["withdrawn"], *failed)
    yield from ((part["code"], part["error"]) for part in parts if part["error"])


def _xml(text: str) -> str:
    """The text without the characters that XML can't hold."""
    return re.sub(_NOT_XML, "\ufffd", without_credentials(text))
