"""Links that lead out of a folder: nobody named the file there, so no run reads it or prints its lines."""

from __future__ import annotations

from os.path import realpath
from pathlib import Path


def path_inside(path: Path, folder: Path) -> Path | None:
    """The path with all links followed; None if it is outside the folder."""
    # Not Path.resolve, which raises RuntimeError for circular links before Python 3.13.
    resolved = Path(realpath(path))
    return resolved if resolved.is_relative_to(realpath(folder)) else None
