"""The documents: their fenced examples, tables, sections and links."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docs._ext.reference import fill

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SITE = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)
PAGES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", *SITE)
}
"""Every page as it is written, by its path."""

_FENCE = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Fence:
    """A fenced block: its language, its lines, and the file that they are, where the line before names one.

    `start` is where the text begins in its page.
    """

    page: str
    file: str | None
    language: str
    text: str
    start: int

    def __str__(self) -> str:
        return f"{self.page}: {self.text.strip().splitlines()[0]}"


def fences(page: str, *languages: str) -> list[Fence]:
    """The fenced blocks of a page in these languages, or in any."""
    found = [Fence(page, match[1], match[2], match[3], match.start(3)) for match in _FENCE.finditer(PAGES[page])]
    return [fence for fence in found if not languages or fence.language in languages]


def filled(page: str) -> str:
    """A page with its generated parts."""
    return fill(PAGES[page])


def section(page: str, heading: str) -> str:
    """What is under a heading, up to the next of its level or above."""
    marks = heading.split(" ")[0]
    found = re.search(
        rf"^{re.escape(heading)}\b.*?(?=^#{{1,{len(marks)}}} |\Z)", filled(page), re.MULTILINE | re.DOTALL
    )
    assert found, f"{page} has no heading {heading!r}"
    return found[0]


def rows(text: str) -> dict[str, str]:
    """The rows of the tables in a text, by what is in backticks in the first cell."""
    return {row[1]: row[0] for row in re.finditer(r"^\| `([^`]+)`.*\|$", text, re.MULTILINE)}


def links(page: str) -> Iterator[str]:
    """Where the links of a page lead, but for those in code."""
    outside_fences = re.sub(r"^```.*?^```$", "", PAGES[page], flags=re.MULTILINE | re.DOTALL)
    outside_code = re.sub(r"`[^`\n]+`", "", outside_fences)
    yield from re.findall(r"\]\(([^)\s]+)\)", outside_code)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
