"""The Word copy passes the Open XML SDK's validator and openxml-audit, and LibreOffice opens it."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from tests.conformance.conftest import TOOLS, Output, run
from tests.extract import run as run_on
from tests.office import convert

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


def test_libreoffice_opens_the_copy_and_computes_the_published_numbers(declaration: Output) -> None:
    (pdf,) = convert([declaration["docx"].read_bytes()])
    text = run_on(["pdftotext", "-raw", "-", "-"], pdf).decode()
    assert re.findall(r"^(\d+)\. [A-Z]", text, re.MULTILINE) == [str(number) for number in range(1, 34)]
    assert "Reference source not found" not in text
