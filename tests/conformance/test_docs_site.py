"""The documentation site in Chromium: axe-core checks every page, wide and narrow, light and dark; the search works."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.browser import chromium
from tests.conformance.conftest import ROOT

pytestmark = pytest.mark.conformance

AXE = ROOT / ".tools" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PROBE = """
const frame = document.createElement("iframe");
frame.style = `border: 0; width: ${width}px; height: 900px`;
document.body.append(frame);
const loaded = (url) => new Promise((done) => { frame.onload = done; frame.src = url; });
const scripted = () => new Promise((done) => {
  const script = frame.contentDocument.createElement("script");
  script.src = "/axe.js";
  script.onload = done;
  frame.contentDocument.head.append(script);
});
const examine = async (page) => {
  await loaded(page);
  const root = frame.contentDocument.documentElement;
  const overflow = root.scrollWidth - root.clientWidth;
  const requests = frame.contentWindow.performance.getEntriesByType("resource");
  await scripted();
  const result = await frame.contentWindow.axe.run(frame.contentDocument, { runOnly: rules });
  const violations = result.violations.map((rule) => [rule.id, rule.nodes.map((node) => node.html)]);
  const hosts = requests.map((entry) => new URL(entry.name).host).filter((host) => host !== location.host);
  return { page, overflow, hosts, violations, passes: result.passes.length };
};
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
(async () => {
  const found = [];
  for (const page of pages) found.push(await examine(page));
  const result = document.createElement("pre");
  result.id = "found_";
  result.textContent = JSON.stringify({ dark, found });
  document.body.append(result);
})();
"""


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site, with axe beside its pages."""
    folder = tmp_path_factory.mktemp("site")
    command = (sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "docs", folder)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    (folder / "axe.js").write_bytes(AXE.read_bytes())
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served, on the loopback alone."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def pages(site: Path) -> list[str]:
    return sorted(f"/{path.relative_to(site)}" for path in site.rglob("*.html") if path.name != "probe.html")


def by_rule(found: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The elements that violate each rule, each once however many pages have it."""
    violations: dict[str, dict[str, str]] = {}
    for page in found:
        for rule, elements in page["violations"]:
            for element in elements:
                violations.setdefault(rule, {}).setdefault(element, page["page"])
    return {rule: [f"{page}: {element}" for element, page in where.items()] for rule, where in violations.items()}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_no_violation_and_nothing_overflows(
    width: int, dark: bool, site: Path, address: str, tmp_path: Path
) -> None:
    values = f"const width = {width}, rules = {json.dumps(RULES)}, pages = {json.dumps(pages(site))};"
    probe = f'<!DOCTYPE html><meta charset="utf-8"><body><script>{values}{PROBE}</script>'
    (site / "probe.html").write_text(probe, "utf-8")
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    options = (*scheme, "--window-size=1400,1000", "--virtual-time-budget=300000", "--dump-dom")
    dom = chromium(tmp_path, *options, f"{address}/probe.html")
    result = re.search(r'<pre id="found_">(.*?)</pre>', dom, re.DOTALL)
    assert result, "the probe didn't end"
    found = json.loads(html.unescape(result[1]))
    assert found["dark"] is dark
    assert [page["page"] for page in found["found"]] == pages(site)
    assert [(page["page"], page["hosts"]) for page in found["found"] if page["hosts"]] == []
    assert [(page["page"], page["overflow"]) for page in found["found"] if page["overflow"] > 0] == []
    violations = by_rule(found["found"])
    assert not violations, json.dumps(violations, indent=1)
    assert all(page["passes"] > 20 for page in found["found"])


@pytest.mark.parametrize(("words", "page"), [("embargo", "how-to/publishing"), ("testimonium", "explanation/glossary")])
def test_the_search_finds_a_page(words: str, page: str, address: str, tmp_path: Path) -> None:
    dom = chromium(tmp_path, "--virtual-time-budget=10000", "--dump-dom", f"{address}/search.html?q={words}")
    results = re.findall(r'<a href="([^"#?]+)[^"]*"[^>]*>', dom.partition('id="search-results"')[2])
    assert any(page in result for result in results)
