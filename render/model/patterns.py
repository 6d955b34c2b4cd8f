"""The patterns of identifiers and language tags."""

from __future__ import annotations

LANGUAGE = r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?(?:-(?:[a-z][a-z0-9]{4,7}|[0-9][a-z0-9]{3}))*"
"""A BCP 47 language tag: language, script, region, variants."""


IDENTIFIER = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
"""A letter, then letters and digits, hyphens between: an id is an address, a bookmark and part of a file name."""
