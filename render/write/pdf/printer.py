"""The page that is printed → PDF. WeasyPrint stays in this module.

It is called in a process of its own (`press.py`): that starts early, and neither its environment nor its memory nor a
crash of it is its parent's.
"""

from __future__ import annotations

import ctypes.util
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from render.errors import PrintError
from render.resources import TEMPLATES

_VARIANT, _VARIANT_WITH_SOURCE = "pdf/a-2a", "pdf/a-3a"
"""PDF/A-2a, or -3a, which may hold other files; the metadata claims PDF/UA-1 beside it."""
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>{folders}<cachedir prefix="xdg">engross/fontconfig</cachedir></fontconfig>
"""


_PATCHES = tuple(f"render.write.pdf.{name}" for name in ("tounicode", "hyphenation", "metadata", "structure"))


def prepare(templates: Path | None = None) -> None:
    """Import WeasyPrint with our fonts and those of the user's templates; none comes from the host unasked.

    Changes this process's environment: fontconfig reads it once, when WeasyPrint is imported.
    """
    with _fonts(templates), _libraries_by_name():
        _font_configuration()


def preload() -> None:
    """Import what prints, and no more, into a process that will be forked: fonts and layout are each fork's own."""
    with _fonts(None), _libraries_by_name():
        for name in ("weasyprint", *_PATCHES):
            import_module(name)


def print_page(page: str) -> bytes:
    """The PDF of a page, in a process that `prepare` was called in.

    Raises PrintError where a letter has no font, where the page asks for a file or address, and for all that WeasyPrint
    warns of: what it passes over would not be printed as it was meant.
    """
    import weasyprint
    import weasyprint.pdf
    import weasyprint.text.line_break
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    from render.write.pdf.hyphenation import Hyphenation
    from render.write.pdf.metadata import describe, list_attachments_once
    from render.write.pdf.structure import add_tags
    from render.write.pdf.tounicode import build_fonts_dictionary

    weasyprint.pdf.add_tags = add_tags
    weasyprint.pdf.build_fonts_dictionary = build_fonts_dictionary
    weasyprint.text.line_break.pyphen = Hyphenation
    fetcher = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)

    def fetch_data_alone(url: str) -> object:
        if not url.lower().startswith("data:"):
            raise FatalURLFetchingError(f"the page asks for {url}")
        return fetcher.fetch(url)

    with _Warnings() as warnings:
        try:
            html = weasyprint.HTML(string=page, url_fetcher=fetch_data_alone)
            document = html.render(font_config=_font_configuration(), pdf_variant=_VARIANT)
            _move_imprint_to_bottom(document)
            document.metadata = describe(document.metadata)
            variant = _VARIANT_WITH_SOURCE if document.metadata.attachments else _VARIANT
            pdf = document.write_pdf(pdf_variant=variant, finisher=list_attachments_once)
        except FatalURLFetchingError as error:
            raise PrintError(
                f"PDF: {error.__cause__ or error}; only what is in the page itself can be printed"
            ) from None
    if warnings.messages:
        raise PrintError(_fault(warnings.messages))
    return bytes(pdf)


def _move_imprint_to_bottom(document: Any) -> None:
    """Move what ends the last page, if it is of the class "imprint", down to the foot of that page."""
    from weasyprint.document import Page
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox

    last = document.pages[-1]._page_box
    imprints = [box for page in document.pages[-2:] if (box := _imprint(page._page_box))]
    if len(imprints) == 1 and (imprint := _imprint(last)):  # of one that goes over pages the end stays on top
        footnotes = [box.position_y for box in last.children if isinstance(box, FootnoteAreaBox)]
        foot = min([last.content_box_y() + last.height, *footnotes])
        imprint.translate(dy=max(0, foot - imprint.position_y - imprint.margin_height()))
        document.pages[-1] = Page(last)  # which notes where its links are


def _imprint(page: Any) -> Any:
    """The imprint, where it is the last block of a laid out page's text."""
    box = page.children[0]
    while box.children and box.element_tag in ("html", "body"):
        box = box.children[-1]
    return box if box.element is not None and box.element.get("class") == "imprint" else None


@contextmanager
def _fonts(templates: Path | None) -> Iterator[None]:
    folders = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in _font_folders(templates))
    with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8") as file:
        file.write(_FONTCONFIG.format(folders=folders))
        file.flush()
        os.environ["FONTCONFIG_FILE"] = file.name
        yield


@contextmanager
def _libraries_by_name() -> Iterator[None]:
    """Let WeasyPrint find its libraries by the loader alone: ctypes would run compilers from the PATH for them."""
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


_MAX_LETTERS = 8
"""That are named, of those that have no font."""


def _fault(messages: Sequence[str]) -> str:
    """What WeasyPrint warned of, and what to do."""
    if missing := re.findall(r'\.notdef glyph.*: (".+?" \(U\+\w+\))', "\n".join(dict.fromkeys(messages))):
        more = f" and {len(missing) - _MAX_LETTERS} more" if len(missing) > _MAX_LETTERS else ""
        letters = f"{', '.join(missing[:_MAX_LETTERS])}{more}"
        return (
            f"PDF: no font has {letters}; put a font with these letters into fonts/ of a folder given with --templates"
        )
    shown = "; ".join(message if len(message) < 200 else f"{message[:200]}…" for message in dict.fromkeys(messages))
    return f"PDF: {shown}; mend the print templates or their style"


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
