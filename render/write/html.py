"""View → one self-contained HTML page: its style inlined, no request, no script."""

from __future__ import annotations

from pathlib import Path

from render.view import View
from render.write.templating import fill

MACROS = ("html/inlines.html.j2", "html/blocks.html.j2")


def write_html(view: View, templates: Path | None = None) -> bytes:
    """The page, UTF-8. Raises TemplateError."""
    return fill("html/page.html.j2", MACROS, view, templates).encode()
