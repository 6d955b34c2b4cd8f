"""Escaping for formats that are neither HTML nor XML, which Jinja's own autoescape is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

_MARKDOWN = re.compile(
    r"""
    [\\`\[\]{|]                                  # code, links, attributes, cells of tables
    | (?<!\s)[*~^] | [*~^](?!\s)                 # emphasis and the like, unless between spaces
    | (?<![^\W_])_ | _(?![^\W_])                 # emphasis, unless inside a word
    | <(?=[a-z/!?]|$)                            # HTML and addresses
    | &(?=\#?\w{0,40}(?:;|$))                    # entities
    | !$                                         # a link after it would be a picture
    | \$(?!\s)                                   # formulas (GitHub, pandoc)
    | (?<!\w)@(?!\s)                             # citations (pandoc)
    | :(?=[a-z_+-][\w+-]{0,40}:)          # emoji (GitHub)
    # Bare addresses that GitHub would make links of, and then show the backslashes that are in them.
    | (?:(?<=http)|(?<=https)|(?<=ftp)):(?=//\S{0,2000}?(?:[\\`\[\]{|*~^_<&$@:]|$))
    | (?<=www)\.(?=\S{0,2000}?(?:[\\`\[\]{|*~^_<&$@:]|$))
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Signs that a reader of Markdown might take for markup (CommonMark 0.31, GitHub's extensions, and pandoc's)."""
_LINE_ENDS = {"\n": "&#10;", "\r": "&#13;"}


def escape_markdown(value: Any) -> Markup:
    """A piece of text for the inside of a line of Markdown: backslashes before what could be read as markup.

    The text before and after the piece is unknown, so its ends are escaped as if markup touched them. What is
    Markdown already stays as it is.
    """
    if hasattr(value, "__html__"):
        return Markup(value)
    text = _MARKDOWN.sub(r"\\\g<0>", str(value))
    return Markup(re.sub(r"[\n\r]", lambda found: _LINE_ENDS[found[0]], text))


ESCAPES: Mapping[str, Callable[[Any], Markup]] = {".md.j2": escape_markdown}
"""By the suffix of a format's templates: how what they print is escaped, unless it is marked as escaped already."""
