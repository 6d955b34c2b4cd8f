"""Chromium, without a network and with a profile of its own, and what a script finds in a page."""

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
_SAY = """
const say = (found) => {
  const result = document.createElement("pre");
  result.id = "found_";
  result.textContent = JSON.stringify(found);
  document.body.append(result);
};
"""


def chromium(folder: Path, *options: str) -> str:
    """What Chromium prints. It finds the project's fonts alone."""
    done = run("chromium", *_QUIET, f"--user-data-dir={folder / 'profile'}", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def found(page: Path, script: str, folder: Path, width: int = 1280, dark: bool = False) -> Any:
    """What `script` says of a page, by `say(…)`. The page's own policy holds; the script is added to it by its hash."""
    text = _SAY + script
    allowed = f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
    copied = page.read_text("utf-8").replace("script-src '", f"script-src {allowed} '", 1)
    copied = copied.replace("</body>", f"<script>{text}</script>\n</body>")
    copy = folder / page.name
    copy.write_text(copied, "utf-8")
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    size = f"--window-size={width},900"
    dom = chromium(folder, *scheme, size, "--virtual-time-budget=20000", "--dump-dom", copy.as_uri())
    result = re.search(r'<pre id="found_">(.*?)</pre>', dom, re.DOTALL)
    assert result, "the script said nothing"
    return json.loads(html.unescape(result[1]))


def framed(page: Path, folder: Path, width: int, script: str) -> Any:
    """What `script` says of a page that is `width` CSS pixels wide, as `frame`; narrower than a window can be."""
    outer = folder / "frame.html"
    outer.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><iframe id="f" style="border:0;width:{width}px;height:900px"></iframe>'
        f"<script>{_SAY}const f = document.getElementById('f');"
        f"f.addEventListener('load', () => {{ const frame = f.contentWindow; {script} }});"
        f"f.srcdoc = {json.dumps(page.read_text('utf-8')).replace('</', '<' + chr(92) + '/')};</script>",
        "utf-8",
    )
    dom = chromium(folder, "--window-size=1400,1000", "--virtual-time-budget=20000", "--dump-dom", outer.as_uri())
    result = re.search(r'<pre id="found_">(.*?)</pre>', dom, re.DOTALL)
    assert result, "the script said nothing"
    return json.loads(html.unescape(result[1]))
