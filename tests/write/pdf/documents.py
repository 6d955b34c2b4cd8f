"""Pages to print, and what the tests of their structure share."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from render.compose.edition import compose
from render.pipeline import load
from render.read.reader import read_overlay
from render.view.options import ViewOptions
from render.write.html import write_print
from tests.extract import DATA, DECLARATION, KITCHEN_SINK, viewed
from tests.write.pdf.reader import Element

PICTURE = "data:image/png;base64," + base64.b64encode((DATA / "rule.png").read_bytes()).decode()
STYLE = """
    html { font: 11pt "Source Serif 4" }
    ul { list-style-type: "• " }
    .note { float: footnote }
    @page { @top-left { content: "running header" } @bottom-right { content: counter(page) } }
"""


def page(body: str, style: str = "", language: str = "en") -> str:
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><title>T</title><style>{STYLE}{style}</style></head>'
        f"<body>{body}</body></html>"
    )


def briefing() -> str:
    declaration = load(KITCHEN_SINK)
    overlay = read_overlay(DATA / "kitchen-sink.briefing.yaml", declaration).briefing
    return write_print(compose(declaration, "en", ViewOptions("briefing", with_text=True), overlay))


LONG_TABLE = (
    '<table><caption>C</caption><thead><tr><th scope="col">head one</th><th scope="col">head two</th></tr></thead>'
    "<tbody>" + "".join(f"<tr><td>row {row}</td><td>cell {row}</td></tr>" for row in range(90)) + "</tbody></table>"
)
LONG_PARAGRAPH = f'<p>begin {"word " * 2500}<a href="https://example.org/">a link</a> end</p>'
DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "declaration": lambda: write_print(viewed(DECLARATION)),
    "kitchen-sink": lambda: write_print(viewed(KITCHEN_SINK)),
    "briefing": briefing,
    "long table": lambda: page(f"<h1>T</h1>{LONG_TABLE}"),
    "long paragraph": lambda: page(f"<h1>T</h1>{LONG_PARAGRAPH}"),
}


def tags(element: Element) -> list[str]:
    return [child.tag for child in element.children]


def only(element: Element, tag: str) -> Element:
    (found,) = element.all(tag)
    return found


def attributes(element: Element) -> Mapping[str, Any]:
    found: Mapping[str, Any] = element.entries.get("A", {})
    return found
