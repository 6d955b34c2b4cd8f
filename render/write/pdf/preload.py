"""Importing this module imports everything that printing needs.

multiprocessing's fork server preloads modules by name and can't call a function.
"""

from __future__ import annotations

from render.write.pdf.printer import preload

preload()
