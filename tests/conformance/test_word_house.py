"""Word copies in two house styles, checked by the validators and as LibreOffice lays them out."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.conftest import ROOT, SINK, TOOLS, render, run
from tests.houses import ministry_a, ministry_b
from tests.office import convert

pytestmark = pytest.mark.conformance

DECLARATION = ROOT / "source" / "uk-lithuania-2022.yaml"
HOUSES = {"a.docx": ministry_a, "b.dotx": ministry_b}
NAMES = ["uk-lithuania-2022", "kitchen-sink", "sink.draft"]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of copies for each house style, and one for the default styles, written and used unchanged."""
    folder = tmp_path_factory.mktemp("houses")
    draft = folder / "draft.yaml"
    sink = re.sub(r"(?m)^id: .*$", "id: sink", SINK.read_text("utf-8"), count=1)
    draft.write_text(re.sub(r"(?m)^status: .*$", "status: draft", sink), "utf-8")
    for picture in SINK.parent.glob("*.png"):
        (folder / picture.name).write_bytes(picture.read_bytes())
    for name, house in HOUSES.items():
        (folder / name).write_bytes(house())
    assert run(sys.executable, "-m", "render", "house-style", "--write", folder / "default.dotx").returncode == 0
    for name in (*HOUSES, "default.dotx"):
        for source in (DECLARATION, SINK, draft):
            options = ("--to", "docx", "--house-style", str(folder / name), "--track-changes")
            render(source, folder / name.partition(".")[0], *options)
    render(SINK, folder / "plain", "--to", "docx")
    return folder


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("house", ["a", "b"])
def test_the_validators_find_nothing(copies: Path, house: str, name: str) -> None:
    assert_valid(copies / house / f"{name}.docx")


def test_the_validators_find_nothing_in_the_default_styles(copies: Path) -> None:
    assert_valid(copies / "default.dotx")


def assert_valid(file: Path) -> None:
    done = run(TOOLS / "ooxml-validator", file)
    report = json.loads(done.stdout)
    assert (done.returncode, report["ok"], report["errors"]) == (0, True, [])
    audit = Path(sys.executable).with_name("openxml-audit")
    done = run(audit, "--policy", "strict", "--output", "json", "--max-errors", "0", file)
    (report,) = json.loads(done.stdout)
    assert (report["valid"], report["errors"]) == (True, [])


@pytest.fixture(scope="module")
def printed(copies: Path) -> Path:
    """The same folders with the PDFs that LibreOffice prints."""
    for folder in ("a", "b", "default", "plain"):
        files = sorted((copies / folder).glob("*.docx"))
        for file, pdf in zip(files, convert([file.read_bytes() for file in files]), strict=True):
            file.with_suffix(".pdf").write_bytes(pdf)
    return copies


def pages(pdf: Path) -> Iterator[str]:
    yield from run("pdftotext", "-raw", pdf, "-").stdout.split("\f")[:-1]


@pytest.mark.parametrize("house", ["a", "b", "default"])
def test_libreoffice_computes_the_published_numbers(printed: Path, house: str) -> None:
    text = "\f".join(pages(printed / house / "uk-lithuania-2022.pdf"))
    assert re.findall(r"^(\d+)\. [A-Z]", text, re.MULTILINE) == [str(number) for number in range(1, 34)]
    assert "Reference source not found" not in "\f".join(pages(printed / house / "kitchen-sink.pdf"))


@pytest.mark.parametrize("house", ["a", "b", "default"])
def test_every_page_of_a_draft_has_its_marking_and_its_label(printed: Path, house: str) -> None:
    for page in pages(printed / house / "draft.pdf"):
        assert len(re.findall("^OFFICIAL$", page, re.MULTILINE)) == 2
        assert re.search("^Draft$", page, re.MULTILINE)


def test_the_default_styles_used_unchanged_look_the_same(printed: Path) -> None:
    for folder in ("default", "plain"):
        run("pdftoppm", "-r", "40", printed / folder / "kitchen-sink.pdf", printed / folder / "page")
    found = {
        folder: [path.read_bytes() for path in sorted((printed / folder).glob("page*.ppm"))]
        for folder in ("default", "plain")
    }
    assert found["default"]
    assert found["default"] == found["plain"]
