"""Imports what prints when it is imported itself: a fork server knows modules by their names alone."""

from __future__ import annotations

from render.write.pdf.printer import preload

preload()
