"""The site builds without a warning, asks no other host for anything, and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.docs.pages import PAGES, ROOT, SITE, anchors, links

LOADED = {"audio", "embed", "iframe", "img", "input", "object", "script", "source", "track", "video"}
"""Elements whose `src`, `srcset` or `data` a browser loads; of `link` it is `href`."""


class Page(HTMLParser):
    """What a page loads, where its links lead, and its anchors."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id" and value:
                self.anchors.add(value)
            elif (tag in LOADED and name in ("src", "srcset", "data")) or (tag == "link" and name == "href"):
                self.loads.append(value or "")
            elif tag == "a" and name == "href":
                self.links.append(value or "")


def test_the_site_is_valid(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "docs", tmp_path)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    pages = {path: Page(path) for path in tmp_path.rglob("*.html")}
    assert len(pages) >= len(SITE)
    assert (tmp_path / "searchindex.js").is_file()
    assert [link for page in pages.values() for link in page.loads if urlsplit(link).netloc] == []
    assert [f"{path.name}: {link}" for path, page in pages.items() for link in broken(path, page, pages)] == []
    styles = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.css"))
    assert re.findall(r"""url\(["']?(?:\w+:)?//[^)]*|@import.*""", styles) == []


def broken(path: Path, page: Page, pages: dict[Path, Page]) -> list[str]:
    """The links of a page that lead to nothing, and addresses that are none."""
    return [link for link in (*page.links, *page.loads) if not leads_somewhere(link, path, pages)]


def leads_somewhere(link: str, path: Path, pages: dict[Path, Page]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return parts.scheme == "https" and "." in parts.netloc
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not parts.fragment:
        return target.is_file()
    return target in pages and unquote(parts.fragment) in pages[target].anchors


@pytest.mark.parametrize("page", PAGES)
def test_links_of_a_page_lead_somewhere_in_a_checkout_too(page: str) -> None:
    folder = (ROOT / page).parent
    for link in links(page):
        path, _, anchor = link.partition("#")
        if re.match("https://", link) or anchor.startswith("part-"):
            continue
        target = (folder / path).resolve() if path else ROOT / page
        assert target.exists(), link
        assert not anchor or anchor in anchors(PAGES[str(target.relative_to(ROOT))]), link
