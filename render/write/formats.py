"""Writing: a View → the bytes of a file, for each format. A writer is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from render.errors import EngrossError, UsageError
from render.write.theme import DEFAULT_THEME, Theme

if TYPE_CHECKING:
    from render.view.blocks import View

T = TypeVar("T")


class Printer(Protocol):
    """Prints one page at a time: `send` it, do something else, `receive` its PDF. Both raise PrintError."""

    def send(self, page: str) -> None:
        """Begin to print a page (HTML)."""

    def receive(self) -> bytes:
        """The PDF of the page sent last."""

    def close(self) -> None:
        """Print no more."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format that engross writes. `writer` is "module:function", from (View, Look) to the file's bytes.

    Of a format that is `printed` the writer makes the page that goes to press, one page for all; `around`, if it is
    set, makes the file of (View, Look, PDF). One that is `edited` is meant to be changed by people, one that is
    `housed` wears a house style, and one that is `usual` is made where none is named. `files` are the templates that it
    is made by, "folder/*" for all in a folder, and `libraries` the distributions: where one of them is another, so may
    be the bytes.
    """

    name: str
    suffix: str
    writer: str
    files: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    printed: bool = False
    wrap_pdf: str = ""
    edited: bool = False
    supports_house_style: bool = False
    default: bool = True

    def write(self, view: View, theme: Theme = DEFAULT_THEME) -> Any:
        """The file's bytes, or the page to print. Raises TemplateError."""
        return _function(self.writer)(view, theme)

    def bound(self, view: View, theme: Theme, pdf: bytes) -> Any:
        """The file's bytes, of what was printed. Raises TemplateError."""
        return _function(self.wrap_pdf)(view, theme, pdf) if self.wrap_pdf else pdf


def _function(name: str) -> Callable[..., Any]:
    module, function = name.split(":")
    found: Callable[..., Any] = getattr(import_module(f"render.write.{module}"), function)
    return found


FORMATS = {
    it.name: it
    for it in (
        Format(
            *("pdf", ".pdf", "html:write_print"),
            ("pdf/*", "html/blocks.html.j2", "html/inlines.html.j2", "fonts/*"),
            ("weasyprint", "pydyf", "pyphen", "fonttools", "tinycss2", "tinyhtml5", "cssselect2"),
            printed=True,
        ),
        Format(
            "docx",
            ".docx",
            "docx.writer:write_word",
            ("docx/*",),
            ("python-docx", "lxml"),
            edited=True,
            supports_house_style=True,
        ),
        Format("html", ".html", "html:write_html", ("html/*",)),
        Format("txt", ".txt", "text:write_text", ("text/*",), ("wcwidth",)),
        Format("md", ".md", "markdown:write_markdown", ("md/*",), default=False),
        Format(
            *("eml", ".eml", "email:write_mail"),
            ("text/*", "eml/*", "html/blocks.html.j2", "html/inlines.html.j2"),
            ("wcwidth",),
            edited=True,
            default=False,
        ),
    )
}
"""Every format, by the name that `--to` knows it by."""
DEFAULT_FORMATS = tuple(it for it in FORMATS.values() if it.default)
"""What is made where no format is named."""


def attaching_pdf(it: Format) -> Format:
    """The format, if it is the mail's, made with the PDF attached: then it is made of all that a PDF is made of."""
    if it.name != "eml":
        return it
    mail, pdf = FORMATS["eml"], FORMATS["pdf"]
    files = tuple(dict.fromkeys((*mail.files, *pdf.files)))
    libraries = (*mail.libraries, *pdf.libraries)
    return replace(mail, writer=pdf.writer, wrap_pdf=mail.writer, files=files, libraries=libraries, printed=True)


def validate_theme(formats: Iterable[Format], theme: Theme) -> tuple[str, ...]:
    """What a user should know of a look before anything is written. Raises UsageError for one that can't be used."""
    if theme.house_style is None or not any(it.supports_house_style for it in formats):
        return ()
    from render.write.docx.writer import notes_on

    return tuple(f"{theme.house_style}: {note}" for note in notes_on(theme))


def open_printer(formats: Iterable[Format], templates: Path | None = None) -> Printer | None:
    """A press, if anything is to be printed. Opened first, it makes ready while sources are read."""
    if not any(it.printed for it in formats):
        return None
    from render.write.pdf.process import PdfProcess

    return PdfProcess(templates)


def write(
    view: View, formats: Sequence[Format], theme: Theme, printer: Printer | None
) -> Iterator[tuple[Format, bytes | EngrossError]]:
    """Each format's bytes, or why there are none. What is printed goes to `press` first and comes back last."""
    printed = [it for it in formats if it.printed]
    sent = _attempt(partial(_send, printed[0], view, theme, printer)) if printed else None
    for it in formats:
        if not it.printed:
            yield it, _attempt(partial(it.write, view, theme))
    if sent:
        pdf = sent if isinstance(sent, EngrossError) else _attempt(sent.receive)
        for it in printed:
            yield it, pdf if isinstance(pdf, EngrossError) else _attempt(partial(it.bound, view, theme, pdf))


def _send(it: Format, view: View, theme: Theme, printer: Printer | None) -> Printer:
    """The press, printing the view's page."""
    if printer is None:
        raise UsageError(f"{it.name} is printed, and there is no press; open one first")
    printer.send(it.write(view, theme))
    return printer


def _attempt(step: Callable[[], T]) -> T | EngrossError:
    try:
        return step()
    except EngrossError as error:
        return error
