"""PDFs of small declarations, and what poppler reads of them."""

from __future__ import annotations

import yaml

from tests.extract import run, viewed
from tests.printer import printed


def pdf_of(*nodes: object, **keys: object) -> bytes:
    """The PDF of a declaration of these nodes."""
    source = {"id": "it", "languages": ["en"], "title": "T", **keys, "body": list(nodes)}
    return printed(viewed(yaml.safe_dump(source)))


def filler(number: int) -> list[object]:
    return [{"id": f"filler-{index}", "text": "filler"} for index in range(number)]


def info(pdf: bytes, *options: str) -> str:
    return run(["pdfinfo", *options, "-"], pdf).decode()
