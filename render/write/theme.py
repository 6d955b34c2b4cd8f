"""What a user brings for the look of outputs: templates and a house style."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class Theme:
    """What a user brings for the look of things: a folder of templates, and a house style for Word copies."""

    templates: Path | None = None
    house_style: Path | None = None


DEFAULT_THEME = Theme()
"""The look of what engross ships."""
