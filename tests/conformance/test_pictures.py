"""One page of each format is compared with an accepted picture, and every kind of block is in the kitchen sink."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from PIL import Image, ImageChops

from render.compose.edition import compose
from render.pipeline import load
from render.view import blocks as view
from render.view import inlines as view_inlines
from tests.conformance.browser import chromium
from tests.conformance.conftest import ROOT, SINK, Output, compare, run
from tests.office import convert

pytestmark = pytest.mark.conformance

GOLDEN = ROOT / "tests" / "golden"
DIFFERENT = 48
"""Levels of 255 by which a pixel may differ: other versions of the programs smooth letters differently."""
TOLERANCE = 0.01
"""The share of the pixels that may differ by more."""


def assert_alike(picture: Path, golden: Path, update: bool) -> None:
    with Image.open(picture) as opened:
        seen = opened.convert("L")
    if update:
        seen.quantize(16).save(golden, optimize=True)
    with Image.open(golden) as opened:
        accepted = opened.convert("L")
    assert seen.size == accepted.size
    histogram = ImageChops.difference(seen, accepted).histogram()
    assert sum(histogram[DIFFERENT:]) / sum(histogram) < TOLERANCE, f"{picture} differs from {golden}: look at both"


def page(pdf: Path, number: int, folder: Path) -> Path:
    """A page of a PDF as a picture."""
    run(
        "pdftoppm",
        "-png",
        "-gray",
        "-r",
        "60",
        "-f",
        str(number),
        "-l",
        str(number),
        "-singlefile",
        pdf,
        folder / "page",
    )
    return folder / "page.png"


def test_a_page_of_the_pdf_looks_as_accepted(sink: Output, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    assert_alike(page(sink["pdf"], 2, tmp_path), GOLDEN / "pdf.png", bool(pytestconfig.getoption("--update-golden")))


def test_the_first_page_of_a_briefing_looks_as_accepted(
    sink_briefing: Output, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    picture = page(sink_briefing["pdf"], 1, tmp_path)
    assert_alike(picture, GOLDEN / "briefing.png", bool(pytestconfig.getoption("--update-golden")))


def test_a_page_of_the_word_copy_looks_as_accepted(sink: Output, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    printed = tmp_path / "kitchen-sink.pdf"
    printed.write_bytes(convert([sink["docx"].read_bytes()])[0])
    assert_alike(page(printed, 2, tmp_path), GOLDEN / "docx.png", bool(pytestconfig.getoption("--update-golden")))


def test_a_page_in_the_browser_looks_as_accepted(sink: Output, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    picture = tmp_path / "html.png"
    chromium(tmp_path, "--window-size=768,2000", f"--screenshot={picture}", sink["html"].as_uri())
    assert_alike(picture, GOLDEN / "html.png", bool(pytestconfig.getoption("--update-golden")))


def test_the_text_equals_the_accepted_one(sink: Output, pytestconfig: pytest.Config) -> None:
    text = sink["txt"].read_text("utf-8")
    compare(text, GOLDEN / "kitchen-sink.txt", update=bool(pytestconfig.getoption("--update-golden")))


def test_every_kind_of_block_and_inline_is_in_the_kitchen_sink() -> None:
    seen: set[type] = set()

    def collect(value: object) -> None:
        seen.add(type(value))
        if isinstance(value, tuple):
            for item in value:
                collect(item)
        elif hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                collect(getattr(value, name))

    collect(compose(load(SINK), "en"))
    kinds = {*get_args(view.Block), *get_args(view_inlines.Inline)}
    assert kinds - seen == set()
