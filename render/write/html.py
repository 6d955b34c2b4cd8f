"""View → HTML: the page for browsers, and the page that is printed."""

from __future__ import annotations

from pathlib import Path

from render.view import View
from render.write.templating import fill

MACROS = ("html/inlines.html.j2", "html/blocks.html.j2")
PRINT_MACROS = (*MACROS, "pdf/blocks.html.j2")


def write_html(view: View, templates: Path | None = None) -> bytes:
    """One self-contained page, UTF-8: its style inlined, no request, no script. Raises TemplateError."""
    return fill("html/page.html.j2", MACROS, view, templates).encode()


def write_print(view: View, templates: Path | None = None) -> str:
    """The page that goes to press. Raises TemplateError."""
    return fill("pdf/page.html.j2", PRINT_MACROS, view, templates)
