"""The Word copy, by the Open XML SDK's validator, by openxml-audit, and by LibreOffice, which must open it."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from tests.conformance.conftest import TOOLS, Output, run

pytestmark = pytest.mark.conformance


def test_the_open_xml_sdk_finds_nothing(output: Output) -> None:
    done = run(TOOLS / "ooxml-validator", output["docx"])
    report = json.loads(done.stdout)
    assert (done.returncode, report["ok"], report["errors"]) == (0, True, [])


def test_openxml_audit_finds_nothing(output: Output) -> None:
    audit = Path(sys.executable).with_name("openxml-audit")
    done = run(audit, "--policy", "strict", "--output", "json", "--max-errors", "0", output["docx"])
    assert done.returncode == 0, done.stdout
    (report,) = json.loads(done.stdout)
    assert (report["valid"], report["errors"]) == (True, [])


def test_libreoffice_opens_it_and_computes_the_published_numbers(declaration: Output, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    run("soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", tmp_path, declaration["docx"])
    text = run("pdftotext", "-raw", tmp_path / "uk-lithuania-2022.pdf", "-").stdout
    assert re.findall(r"^(\d+)\. [A-Z]", text, re.MULTILINE) == [str(number) for number in range(1, 34)]
    assert "Reference source not found" not in text
