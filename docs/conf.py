"""How Sphinx builds the documentation site."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

project = "Engross"
author = "The Engross authors"
version = release = metadata.version("engross")
language = "en-GB"

extensions = ["myst_parser", "docs._ext.reference"]
exclude_patterns = ["_build", "examples"]
templates_path = ["_templates"]
nitpicky = True
smartquotes = False  # options keep their hyphens, and examples their quotation marks

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4

html_theme = "furo"
html_title = "Engross"
html_static_path = ["_static"]
html_css_files = ["engross.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_last_updated_fmt = None
html_use_index = True
html_theme_options: dict[str, Any] = {
    "top_of_page_buttons": [],
    "light_css_variables": {
        "color-brand-primary": "#1d4f91",
        "color-brand-content": "#1d4f91",
        "color-brand-visited": "#5b2d82",
        "color-api-name": "#1d4f91",
        "color-api-pre-name": "#1d4f91",
    },
    "dark_css_variables": {
        "color-brand-primary": "#8ab8f5",
        "color-brand-content": "#8ab8f5",
        "color-brand-visited": "#c7a6ea",
        "color-api-name": "#8ab8f5",
        "color-api-pre-name": "#8ab8f5",
    },
}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
