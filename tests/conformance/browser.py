"""Run Chromium without a network and with its own profile, and run scripts in a page."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.conformance.conftest import run

_QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars"
).split()
_REPORT = """
const report = (found) => {
  const result = document.createElement("pre");
  result.id = "found_";
  result.textContent = JSON.stringify(found);
  document.body.append(result);
};
"""


def chromium(folder: Path, *options: str) -> str:
    """The output of Chromium, which finds only the project's fonts."""
    done = run("chromium", *_QUIET, f"--user-data-dir={folder / 'profile'}", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def found(page: Path, script: str, folder: Path, width: int = 1280, dark: bool = False) -> Any:
    """What `script` passes to `report(…)` in a page. The page's policy applies; it allows the script by its hash."""
    text = _REPORT + script
    allowed = f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
    copied = page.read_text("utf-8").replace("script-src '", f"script-src {allowed} '", 1)
    copied = copied.replace("</body>", f"<script>{text}</script>\n</body>")
    copy = folder / page.name
    copy.write_text(copied, "utf-8")
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    size = f"--window-size={width},900"
    dom = chromium(folder, *scheme, size, "--virtual-time-budget=20000", "--dump-dom", copy.as_uri())
    result = re.search(r'<pre id="found_">(.*?)</pre>', dom, re.DOTALL)
    assert result, "the script reported nothing"
    return json.loads(html.unescape(result[1]))


def framed(page: Path, folder: Path, width: int, script: str) -> Any:
    """What `script` passes to `report(…)` about `frame`, a page `width` CSS pixels wide: windows can't be so narrow."""
    outer = folder / "frame.html"
    outer.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><iframe id="f" style="border:0;width:{width}px;height:900px"></iframe>'
        f"<script>{_REPORT}const f = document.getElementById('f');"
        f"f.addEventListener('load', () => {{ const frame = f.contentWindow; {script} }});"
        f"f.srcdoc = {json.dumps(page.read_text('utf-8')).replace('</', '<' + chr(92) + '/')};</script>",
        "utf-8",
    )
    dom = chromium(folder, "--window-size=1400,1000", "--virtual-time-budget=20000", "--dump-dom", outer.as_uri())
    result = re.search(r'<pre id="found_">(.*?)</pre>', dom, re.DOTALL)
    assert result, "the script reported nothing"
    return json.loads(html.unescape(result[1]))
