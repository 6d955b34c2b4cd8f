"""The page that is printed → PDF. WeasyPrint stays in this module.

It is called in a process of its own (`press.py`): that starts early, and neither its environment nor its memory nor a
crash of it is its parent's.
"""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from render.problem import PrintError
from render.resources import TEMPLATES

_MAIN_FONT = "SourceSerif4-Regular"
_FONT_SUFFIXES = (".ttf", ".otf", ".ttc")
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>{folders}<cachedir prefix="xdg">engross/fontconfig</cachedir></fontconfig>
"""


def prepare(templates: Path | None = None) -> None:
    """Import WeasyPrint with our fonts and those of the user's templates; none comes from the host unasked.

    Changes this process's environment: fontconfig reads it once, when WeasyPrint is imported.
    """
    folders = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in _font_folders(templates))
    with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8") as file:
        file.write(_FONTCONFIG.format(folders=folders))
        file.flush()
        os.environ["FONTCONFIG_FILE"] = file.name
        _font_configuration()


def print_page(page: str, templates: Path | None = None) -> bytes:
    """The PDF of a page, in a process that `prepare` was called in.

    Raises PrintError where a letter has no font, where the page asks for a file or address, and for all that WeasyPrint
    warns of: what it passes over would not be printed as it was meant.
    """
    import weasyprint
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    fetcher = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)

    def fetch_data_alone(url: str) -> object:
        if not url.lower().startswith("data:"):
            raise FatalURLFetchingError(f"the page asks for {url}")
        return fetcher.fetch(url)

    _check_letters(page, _font_files(templates))
    with _Warnings() as warnings:
        try:
            html = weasyprint.HTML(string=page, url_fetcher=fetch_data_alone)
            pdf = html.write_pdf(font_config=_font_configuration(), pdf_tags=True, cache={})
        except FatalURLFetchingError as error:
            raise PrintError(
                f"PDF: {error.__cause__ or error}; only what is in the page itself can be printed"
            ) from None
    if warnings.messages:
        raise PrintError(f"PDF: {'; '.join(warnings.messages)}; mend the print templates or their style")
    return bytes(pdf)


@cache
def _font_configuration() -> object:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


class _Warnings:
    """Collects what WeasyPrint warns of."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def __enter__(self) -> _Warnings:
        import logging

        self._handler = logging.Handler(logging.WARNING)
        self._handler.emit = lambda record: self.messages.append(record.getMessage())  # type: ignore[method-assign]
        logging.getLogger("weasyprint").addHandler(self._handler)
        return self

    def __exit__(self, *_: object) -> None:
        import logging

        logging.getLogger("weasyprint").removeHandler(self._handler)


# Fonts


def _font_folders(templates: Path | None) -> Sequence[Path]:
    own = [templates.resolve() / "fonts"] if templates and (templates / "fonts").is_dir() else []
    return [*own, TEMPLATES.resolve() / "fonts"]


def _font_files(templates: Path | None) -> tuple[Path, ...]:
    folders = _font_folders(templates)
    fonts = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in _FONT_SUFFIXES]
    return tuple(sorted(fonts, key=lambda path: not path.name.startswith(_MAIN_FONT)))


@cache
def _letters(font: Path) -> frozenset[str]:
    """The characters that a font has."""
    from fontTools.ttLib import TTFont

    with TTFont(font, lazy=True, fontNumber=0) as opened:
        return frozenset(map(chr, opened.getBestCmap() or ()))


def _check_letters(page: str, fonts: Iterable[Path]) -> None:
    """Raises PrintError where the page has letters that no font has."""
    missing = {letter for letter in set(page) if unicodedata.category(letter)[0] not in "CZ"}
    for font in fonts:
        if missing:
            missing -= _letters(font)
    if missing:
        shown = ", ".join(f"{letter!r} (U+{ord(letter):04X})" for letter in sorted(missing)[:8])
        more = f" and {len(missing) - 8} more" if len(missing) > 8 else ""
        raise PrintError(
            f"PDF: no font for {shown}{more}; put a font that has them into fonts/ of a folder given with --templates"
        )
