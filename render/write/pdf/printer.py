"""The HTML page to print, to PDF. WeasyPrint is imported only in this folder.

This module runs in a process that only prints (process.py): it changes the environment, and a crash in one of
WeasyPrint's libraries ends the process.
"""

from __future__ import annotations

import ctypes.util
import logging
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from render.errors import PrintError
from render.regular_files import special_files
from render.resources import TEMPLATES
from render.write.repeated_pictures import addresses

_VARIANT, _VARIANT_WITH_SOURCE = "pdf/a-2a", "pdf/a-3a"
"""PDF/A-2a (ISO 19005-2), or PDF/A-3a (ISO 19005-3), which allows attachments. The metadata adds PDF/UA-1."""
_FONTCONFIG = Path(__file__).with_name("fonts.conf")
_OWN_MODULES = tuple(f"render.write.pdf.{name}" for name in ("tounicode", "hyphenation", "metadata", "structure"))


def prepare(templates: Path | None = None) -> None:
    """Import and patch WeasyPrint, with Engross's fonts and those in the user's templates, but none of the system's.

    Changes this process's environment, because fontconfig reads it once, when WeasyPrint is imported.
    """
    with _fonts(templates), _libraries_by_name():
        _font_configuration()
        _patch_weasyprint()


def preload() -> None:
    """Import everything that printing needs into a process that will be forked.

    Each fork sets up fonts for itself with `prepare`.
    """
    with _fonts(None), _libraries_by_name():
        for name in ("weasyprint", *_OWN_MODULES):
            import_module(name)


def print_page(page: str) -> bytes:
    """The PDF of a page, in a process in which `prepare` was called.

    Raises PrintError if a character is in no font, if the page refers to a file or an address, and for any other
    warning of WeasyPrint's: what WeasyPrint warns of and skips wouldn't be printed as the template says.
    """
    import weasyprint
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    from render.write.pdf.metadata import extended, list_attachments_once

    fetcher = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)

    pictures: dict[str, str] = {}

    def fetch_data(url: str) -> object:
        url = pictures.get(url, url)
        if not url.lower().startswith("data:"):
            raise FatalURLFetchingError(f"the page asks for {url}")
        return fetcher.fetch(url)

    with _warnings() as warnings:
        try:
            html = weasyprint.HTML(string=page, url_fetcher=fetch_data)
            pictures |= _pictures_in(html.etree_element)
            document = html.render(font_config=_font_configuration(), pdf_variant=_VARIANT)
            _move_imprint_to_bottom(document)
            document.metadata = extended(document.metadata)
            variant = _VARIANT_WITH_SOURCE if document.metadata.attachments else _VARIANT
            pdf = document.write_pdf(pdf_variant=variant, finisher=list_attachments_once)
        except FatalURLFetchingError as error:
            raise PrintError(f"PDF: {error.__cause__ or error}; embed it in the page as a data: URL") from None
    if warnings:
        raise PrintError(_message(warnings))
    return bytes(pdf)


def _pictures_in(page: Any) -> dict[str, str]:
    """The pictures that a page shows more than once, as data: URLs, by the addresses that the page has for them."""
    links = (link for link in page.iter("link") if link.get("rel") == "picture")
    return addresses((link.get("id", ""), link.get("href", "")) for link in links)


def _patch_weasyprint() -> None:
    """Replace the parts of WeasyPrint for which it has no option.

    - `add_tags`: its structure tree has an element for each box, so a paragraph on two pages becomes two paragraphs.
    - `build_fonts_dictionary`: it gives wrong text to some glyphs of letters with combining marks.
    - `pyphen`: it would hyphenate names.
    """
    import weasyprint.pdf
    import weasyprint.text.line_break

    from render.write.pdf.hyphenation import Hyphenation
    from render.write.pdf.structure import add_tags
    from render.write.pdf.tounicode import build_fonts_dictionary

    weasyprint.pdf.add_tags = add_tags
    weasyprint.pdf.build_fonts_dictionary = build_fonts_dictionary
    weasyprint.text.line_break.pyphen = Hyphenation


def _move_imprint_to_bottom(document: Any) -> None:
    """Move the imprint, if it ends the last page, to the bottom of that page: CSS can't do it in WeasyPrint.

    An imprint that takes more than one page stays where it is.
    """
    from weasyprint.document import Page
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox

    last_page = document.pages[-1]._page_box
    imprints = [box for page in document.pages[-2:] if (box := _imprint(page._page_box))]
    if len(imprints) == 1 and (imprint := _imprint(last_page)):
        footnotes = [box.position_y for box in last_page.children if isinstance(box, FootnoteAreaBox)]
        bottom = min([last_page.content_box_y() + last_page.height, *footnotes])
        imprint.translate(dy=max(0, bottom - imprint.position_y - imprint.margin_height()))
        document.pages[-1] = Page(last_page)  # a new Page collects its links again, at their new places


def _imprint(page: Any) -> Any:
    """The box of the class "imprint", if it is the last block on a page."""
    box = page.children[0]
    while box.children and box.element_tag in ("html", "body"):
        box = box.children[-1]
    return box if box.element is not None and box.element.get("class") == "imprint" else None


# Fonts and libraries


@contextmanager
def _fonts(templates: Path | None) -> Iterator[None]:
    """Let fontconfig find only the fonts of Engross and of the user's templates.

    A configuration of its own for each run would stay as a file if the process is killed. So it is always the same, and
    names the folders by variables of the environment, which fontconfig reads here alone.
    """
    _refuse_special_files(templates)
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    during = {
        "HOME": str(TEMPLATES.resolve()),
        "XDG_CACHE_HOME": cache,
        "XDG_DATA_HOME": str(templates.resolve()) if templates else os.devnull,
        "XDG_DATA_DIRS": os.devnull,
    }
    before = {name: os.environ.get(name) for name in during}
    os.environ.update(during, FONTCONFIG_FILE=str(_FONTCONFIG))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _refuse_special_files(templates: Path | None) -> None:
    """Raise PrintError for a file among the user's fonts that fontconfig would wait for."""
    for path in special_files(templates.resolve() / "fonts") if templates and (templates / "fonts").is_dir() else ():
        raise PrintError(f"PDF: {path}: not a regular file; remove it from the fonts")


@contextmanager
def _libraries_by_name() -> Iterator[None]:
    """Let WeasyPrint load its libraries by name: ctypes would run compilers from the PATH to find them."""
    find_library = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = find_library


@cache
def _font_configuration() -> object:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


# Warnings


class _Recorder(logging.Handler):
    """Keeps the messages that are logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """A list that WeasyPrint's warnings are added to."""
    logger, recorder = logging.getLogger("weasyprint"), _Recorder()
    logger.addHandler(recorder)
    try:
        yield recorder.messages
    finally:
        logger.removeHandler(recorder)


_MAX_CHARACTERS = 8
"""How many of the characters without a font a message names."""


def _message(warnings: Sequence[str]) -> str:
    """WeasyPrint's warnings, each once, and what to do about them."""
    unique = tuple(dict.fromkeys(warnings))
    if missing := re.findall(r'\.notdef glyph.*: (".+?" \(U\+\w+\))', "\n".join(unique)):
        more = f" and {len(missing) - _MAX_CHARACTERS} more" if len(missing) > _MAX_CHARACTERS else ""
        characters = f"{', '.join(missing[:_MAX_CHARACTERS])}{more}"
        hint = "put a font with these characters into DIR/fonts and add --templates DIR"
        return f"PDF: no font has {characters}; {hint}"
    shortened = (warning if len(warning) < 200 else f"{warning[:200]}…" for warning in unique)
    return f"PDF: {'; '.join(shortened)}; fix the print templates or their style"
