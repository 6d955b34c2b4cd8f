"""What a user brings for the look of outputs: templates and a house style."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Theme:
    """The look of outputs. None means what Engross ships."""

    templates: Path | None = None
    """A folder of templates and fonts; a file in it replaces Engross's own file of the same name."""
    house_style: Path | None = None
    """A Word file whose styles, page and headers the Word copies use."""


DEFAULT_THEME = Theme()
