"""Makes pages of the theme accessible where Sphinx and the theme leave a gap (WCAG 2.2, and axe's best practices)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sphinx.application import Sphinx


def setup(app: Sphinx) -> Mapping[str, Any]:
    """Have each page's body corrected before the theme lays it out."""
    app.connect("html-page-context", _correct)
    return {"parallel_read_safe": True}


def _correct(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    context["body"] = correct(context.get("body", ""))


def correct(body: str) -> str:
    """The body with code that can be scrolled by keyboard (WCAG 2.1.1)."""
    return re.sub(r"<pre>", '<pre tabindex="0">', body)
