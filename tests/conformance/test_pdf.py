"""veraPDF checks PDF/A-2a and PDF/UA-1 in one file; a golden file holds the tag tree, which veraPDF can't judge."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.conftest import ROOT, SINK, TOOLS, Output, compare, render, run
from tests.extract import DECLARATION, unpacked

pytestmark = pytest.mark.conformance


def verapdf_result(pdf: Path, flavour: str) -> Any:
    """The result of veraPDF for a file."""
    done = run(TOOLS / "verapdf", "--flavour", flavour, "--format", "json", pdf)
    return json.loads(done.stdout)["report"]["jobs"][0]["validationResult"][0]


@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_vera_pdf_finds_nothing(output: Output, flavour: str) -> None:
    result = verapdf_result(output["pdf"], flavour)
    details = result["details"]
    assert result["profileName"].startswith("PDF/A-2A" if flavour == "2a" else "PDF/UA-1")
    assert (result["compliant"], details["failedRules"], details["failedChecks"]) == (True, 0, 0), details
    assert details["passedRules"] > 100


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
@pytest.mark.parametrize("source", [DECLARATION, SINK], ids=lambda source: source.stem)
def test_vera_pdf_finds_nothing_in_a_pdf_with_its_source(source: Path, flavour: str, tmp_path: Path) -> None:
    render(source, tmp_path, "--to", "pdf", "--pdf-source")
    (pdf,) = tmp_path.glob("*.pdf")
    result = verapdf_result(pdf, flavour)
    assert result["profileName"].startswith("PDF/A-3A" if flavour == "3a" else "PDF/UA-1")
    assert (result["compliant"], result["details"]["failedRules"]) == (True, 0), result["details"]
    assert result["details"]["passedRules"] > 100


def test_the_long_document_has_300_pages(long: Output) -> None:
    pages = re.search(r"^Pages: +(\d+)$", run("pdfinfo", long["pdf"]).stdout, re.MULTILINE)
    assert pages
    assert int(pages[1]) >= 300


def test_the_briefing_has_four_pages_at_most(briefing: Output) -> None:
    pages = re.search(r"^Pages: +(\d+)$", run("pdfinfo", briefing["pdf"]).stdout, re.MULTILINE)
    assert pages
    assert int(pages[1]) <= 4


@pytest.mark.parametrize("name", ["declaration", "sink", "briefing", "sink_extract"])
def test_the_tag_tree_equals_the_accepted_one(
    name: str, request: pytest.FixtureRequest, pytestconfig: pytest.Config
) -> None:
    output: Output = request.getfixturevalue(name)
    tree = run("pdfinfo", "-struct-text", output["pdf"]).stdout
    tree = re.sub(r"^ *Object \d+ 0\n", "", tree, flags=re.MULTILINE)
    tree = re.sub(r"<element-\d+>", "<id>", tree)
    golden = ROOT / "tests" / "golden" / f"{output.name}.tags.txt"
    compare(tree, golden, update=bool(pytestconfig.getoption("--update-golden")))


def test_a_paragraph_over_two_pages_is_one_paragraph(declaration: Output) -> None:
    tree = run("pdfinfo", "-struct", declaration["pdf"]).stdout
    numbered = 33
    others = [
        "organisation",
        "type",
        "date",
        "testimonium",
        "place and date",
        *["name", "office"] * 2,
        *["imprint"] * 4,
    ]
    assert len(re.findall(r"^ *P \(block\)", tree, re.MULTILINE)) == numbered + len(others)
    assert len(re.findall(r"^ *H2 \(block\)", tree, re.MULTILINE)) == 7


def test_running_headers_and_page_numbers_are_not_content(declaration: Output) -> None:
    tree = run("pdfinfo", "-struct-text", declaration["pdf"]).stdout
    assert "Page 1 of" not in tree
    assert "UK-Lithuania joint declaration 2022" not in tree


def test_a_repeated_table_header_is_not_content(tmp_path: Path) -> None:
    rows = "".join(f"      - [Row {number}, A]\n" for number in range(100))
    source = tmp_path / "table.yaml"
    source.write_text(
        f"id: table\ntitle: A table\nlanguages: [en]\nbody:\n  - table: one\n    header: [What, Who]\n    rows:\n{rows}"
    )
    render(source, tmp_path, "--to", "pdf")
    assert run("pdftotext", "-raw", tmp_path / "table.pdf", "-").stdout.count("What Who") > 1
    assert run("pdfinfo", "-struct-text", tmp_path / "table.pdf").stdout.count('"Who"') == 1


def test_passages_in_other_languages_have_their_language(sink: Output) -> None:
    data = unpacked(sink["pdf"].read_bytes())
    assert re.findall(rb"/Lang \((\w+)\)", data).count(b"la") == 3
    assert {b"ar", b"en", b"he", b"la", b"lt"} == set(re.findall(rb"/Lang \((\w+)\)", data))


def test_every_link_is_described_by_its_words(sink: Output) -> None:
    descriptions = re.findall(rb"/Contents \(((?:[^()\\]|\\.)*)\)", unpacked(sink["pdf"].read_bytes()))
    assert b"paragraph 2\\(b\\)\\(ii\\)" in descriptions
    assert not [text for text in descriptions if text.startswith(b"http") or not text.strip()]


def test_the_metadata_has_the_author_the_date_and_the_rights(declaration: Output) -> None:
    info = run("pdfinfo", declaration["pdf"]).stdout
    assert re.search("^Title: +UK-Lithuania joint declaration on bilateral cooperation 2022$", info, re.MULTILINE)
    assert re.search("^Author: +Foreign, Commonwealth & Development Office$", info, re.MULTILINE)
    assert re.search("^CreationDate: +Mon May 30 .* 2022", info, re.MULTILINE)
    xmp = run("pdfinfo", "-meta", declaration["pdf"]).stdout
    for words in ("Crown copyright 2022", "<dc:publisher>", 'pdfuaid:part="1"', 'pdfaid:part="2"', "<dc:language>"):
        assert words in xmp
    assert b"/DisplayDocTitle true" in unpacked(declaration["pdf"].read_bytes())


def test_all_fonts_are_bundled_and_embedded(output: Output) -> None:
    _, _, *rows = run("pdffonts", output["pdf"]).stdout.splitlines()
    assert rows
    for row in rows:
        assert re.match(r"[A-Z]{6}\+(Source-Serif-4|Noto-(Serif|Naskh-Arabic|Serif-Hebrew))", row), row
        assert re.search(r" yes +yes +yes +\d+ +\d+$", row), row
