"""The patterns of ids and language tags."""

from __future__ import annotations

LANGUAGE = r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?(?:-(?:[a-z][a-z0-9]{4,7}|[0-9][a-z0-9]{3}))*"
"""A BCP 47 language tag: language, script, region and variants, in their usual case (RFC 5646, section 2.1.1)."""

IDENTIFIER = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
"""A letter, then letters and digits, with single hyphens between: an id is an address and part of a file name."""
