"""Makes the pictures of outputs in docs/images/ from the declaration in source/: `make pictures`."""

from __future__ import annotations

import html
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SOURCE = ROOT / "source" / "uk-lithuania-2022.yaml"
MAX_BYTES = 60_000
COLOURS = 16
PAGE_DPI = 52
"""Two A4 pages side by side are then 860 pixels wide."""
PAGE_WIDTH, PAGE_HEIGHT = 768, 1086
TERMINAL_LINES = 53
_CHROMIUM = (
    "chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars"
).split()
_TERMINAL = """<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; background: #1a1b1e; color: #d6d6d6 }}
pre {{ margin: 0; padding: 14px 16px; font: 13px/17px "DejaVu Sans Mono", monospace }}
</style><pre>{}</pre>"""


def main() -> None:
    """Render the declaration, and picture each of its outputs."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _run(sys.executable, "-m", "render", "render", SOURCE, "--out", folder, "--quiet")
        for name, picture in PICTURES.items():
            path = IMAGES / f"{name}.png"
            save(picture(folder / SOURCE.stem, folder), path)
            print(path.relative_to(ROOT))


def pdf_pages(output: Path, folder: Path) -> Image.Image:
    """The first two pages of the PDF."""
    return _two_pages(output.with_suffix(".pdf"), folder / "pdf")


def word_pages(output: Path, folder: Path) -> Image.Image:
    """The first two pages of the Word copy, as LibreOffice prints it with the project's fonts."""
    printed = folder / "word"
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    convert = ("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", printed)
    _run(*convert, output.with_suffix(".docx"), environment=_our_fonts(folder))
    return _two_pages(printed / f"{output.name}.pdf", folder / "word-page")


def web_page(output: Path, folder: Path) -> Image.Image:
    """The top of the web page, with the project's fonts."""
    return _screenshot(output.with_suffix(".html"), folder, PAGE_WIDTH, PAGE_HEIGHT, _our_fonts(folder))


def terminal(output: Path, folder: Path) -> Image.Image:
    """The first lines of the text, in a terminal."""
    lines = output.with_suffix(".txt").read_text("utf-8").splitlines()[: TERMINAL_LINES - 1]
    shown = "\n".join([f"$ cat build/{output.name}.txt", *lines])
    page = folder / "terminal.html"
    page.write_text(_TERMINAL.format(html.escape(shown)), "utf-8")
    return _screenshot(page, folder, 628, 17 * TERMINAL_LINES + 28)


PICTURES: Mapping[str, Callable[[Path, Path], Image.Image]] = {
    "pdf": pdf_pages,
    "word": word_pages,
    "html": web_page,
    "text": terminal,
}


def save(picture: Image.Image, path: Path) -> None:
    """Write a picture with a small palette. Raises ValueError for one that is still too large."""
    small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path}: {path.stat().st_size:,} bytes, more than {MAX_BYTES:,}; show less of the output")


def _two_pages(pdf: Path, stem: Path) -> Image.Image:
    _run("pdftoppm", "-r", str(PAGE_DPI), "-l", "2", "-png", pdf, stem)
    left, right = (Image.open(path) for path in sorted(stem.parent.glob(f"{stem.name}-*.png")))
    both = Image.new("RGB", (left.width + right.width, left.height), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    return both


def _our_fonts(folder: Path) -> Mapping[str, str]:
    """An environment in which programs find the project's fonts and no others."""
    fonts = folder / "fonts.conf"
    fonts.write_text(f"<fontconfig><dir>{ROOT}/templates/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>")
    return {"FONTCONFIG_FILE": str(fonts)}


def _screenshot(
    page: Path, folder: Path, width: int, height: int, environment: Mapping[str, str] | None = None
) -> Image.Image:
    path = folder / f"{page.stem}.png"
    profile = f"--user-data-dir={folder / 'profile'}"
    _run(
        *_CHROMIUM,
        profile,
        f"--window-size={width},{height}",
        f"--screenshot={path}",
        page.as_uri(),
        environment=environment,
    )
    return Image.open(path)


def _run(*command: str | Path, environment: Mapping[str, str] | None = None) -> None:
    arguments: Sequence[str] = [str(part) for part in command]
    done = subprocess.run(
        arguments, cwd=ROOT, env=os.environ | (environment or {}), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} failed: {done.stdout}{done.stderr}")


if __name__ == "__main__":
    main()
