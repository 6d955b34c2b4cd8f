"""The table of formats, and how a View becomes a file in each. A writer's module is imported when it is first used."""

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
    """Makes PDFs from HTML pages, one at a time: `send` a page, do other work, then `receive` its PDF."""

    def send(self, page: str) -> None:
        """Start to print a page (HTML). Raises PrintError."""

    def receive(self) -> bytes:
        """The PDF of the page that was sent last; waits for it. Raises PrintError."""

    def close(self) -> None:
        """Stop the printer. It takes no more pages."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format that Engross writes: its writer, and everything in Engross that the file's bytes depend on."""

    name: str
    """The name that `--to` takes."""
    suffix: str
    """The end of the file's name, with its full stop."""
    writer: str
    """`module:function`, below render.write. It takes a View and a Theme and returns the file's bytes, or, for a format
    that needs a printer, the page to print (HTML)."""
    templates: tuple[str, ...]
    """The templates that the writer reads: paths below templates/, or patterns such as "docx/*" for a whole folder."""
    libraries: tuple[str, ...] = ()
    """The distributions that the bytes depend on: another version of one may write other bytes."""
    needs_printer: bool = False
    """Whether the writer returns a page to print. Formats that need a printer share one page and one PDF."""
    page_ends: str = ""
    """`module:function` that reads what is at the head and foot of the finished file's pages (`page_ends.py`)."""
    wrap_pdf: str = ""
    """`module:function` that takes a View, a Theme and the printed PDF and returns the file's bytes; "" if the PDF
    itself is the file."""
    editable: bool = False
    """Whether people are meant to edit the file. Engross overwrites an edited file only with --force."""
    supports_house_style: bool = False
    """Whether the theme's house style affects the file."""
    default: bool = True
    """Whether Engross writes this format if the user names none."""

    def write(self, view: View, theme: Theme = DEFAULT_THEME) -> Any:
        """The file's bytes, or the page to print. Raises TemplateError, and MarkingError (see `checked`)."""
        written = _imported(self.writer)(view, theme)
        return written if self.needs_printer else self.checked(view, written)

    def checked(self, view: View, data: bytes) -> bytes:
        """The finished file. Raises MarkingError unless its marking, if it has one, is on every page."""
        if view.marking:
            from render.view.plain import plain
            from render.write.page_ends import check_marking

            pages = _imported(self.page_ends)(data)
            check_marking(self.name, plain(view.marking), pages, is_rtl=view.direction == "rtl")
        return data

    def wrap(self, view: View, theme: Theme, pdf: bytes) -> Any:
        """The file's bytes, made from the printed PDF. Raises TemplateError and MarkingError."""
        return self.checked(view, _imported(self.wrap_pdf)(view, theme, pdf)) if self.wrap_pdf else pdf


def _imported(name: str) -> Callable[..., Any]:
    module, function = name.split(":")
    found: Callable[..., Any] = getattr(import_module(f"render.write.{module}"), function)
    return found


_TABLE = (
    Format(
        name="pdf",
        suffix=".pdf",
        writer="html:write_print",
        templates=("pdf/*", "html/blocks.html.j2", "html/inlines.html.j2", "fonts/*"),
        page_ends="pdf.page_ends:read_pdf",
        libraries=("weasyprint", "pydyf", "pyphen", "fonttools", "tinycss2", "tinyhtml5", "cssselect2"),
        needs_printer=True,
    ),
    Format(
        name="docx",
        suffix=".docx",
        writer="docx.writer:write_word",
        templates=("docx/*",),
        page_ends="docx.page_ends:read_word",
        libraries=("python-docx", "lxml"),
        editable=True,
        supports_house_style=True,
    ),
    Format(
        name="html",
        suffix=".html",
        writer="html:write_html",
        templates=("html/*",),
        page_ends="page_ends:read_html",
    ),
    Format(
        name="txt",
        suffix=".txt",
        writer="text:write_text",
        templates=("text/*",),
        page_ends="page_ends:read_text",
        libraries=("wcwidth",),
    ),
    Format(
        name="md",
        suffix=".md",
        writer="markdown:write_markdown",
        templates=("md/*",),
        page_ends="page_ends:read_text",
        default=False,
    ),
    Format(
        name="eml",
        suffix=".eml",
        writer="email:write_mail",
        templates=("text/*", "eml/*", "html/blocks.html.j2", "html/inlines.html.j2"),
        page_ends="page_ends:read_mail",
        libraries=("wcwidth",),
        editable=True,
        default=False,
    ),
)
FORMATS = {format_.name: format_ for format_ in _TABLE}
"""Every format, by its name."""
DEFAULT_FORMATS = tuple(format_ for format_ in _TABLE if format_.default)


def attaching_pdf(format_: Format) -> Format:
    """The mail format with the PDF attached, which depends on everything that the PDF depends on.

    Any other format is returned as it is.
    """
    if format_.name != "eml":
        return format_
    mail, pdf = FORMATS["eml"], FORMATS["pdf"]
    return replace(
        mail,
        writer=pdf.writer,
        wrap_pdf=mail.writer,
        templates=tuple(dict.fromkeys((*mail.templates, *pdf.templates))),
        libraries=(*mail.libraries, *pdf.libraries),
        needs_printer=True,
    )


def validate_theme(formats: Iterable[Format], theme: Theme) -> tuple[str, ...]:
    """What a user should know about a theme before Engross writes anything: one sentence each, with the file's name.

    Raises UsageError for a house style that can't be used.
    """
    if theme.house_style is None or not any(format_.supports_house_style for format_ in formats):
        return ()
    from render.write.docx.writer import house_style_notes

    return tuple(f"{theme.house_style}: {note}" for note in house_style_notes(theme))


def open_printer(formats: Iterable[Format], templates: Path | None = None, may_fork: bool = False) -> Printer | None:
    """A printer, if one of the formats needs it. Open it early: it starts up while the caller reads and composes.

    It may fork a process that has no threads, and holds nothing open that a child shouldn't have.
    """
    if not any(format_.needs_printer for format_ in formats):
        return None
    from render.write.pdf.process import PdfProcess

    return PdfProcess(templates, may_fork)


def write(
    view: View, formats: Sequence[Format], theme: Theme, printer: Printer | None
) -> Iterator[tuple[Format, bytes | EngrossError]]:
    """Each format with its file's bytes, or with the error that it failed with.

    The page to print goes to the printer first. The other formats are written meanwhile, and those that need the PDF
    come last.
    """
    printed = [format_ for format_ in formats if format_.needs_printer]
    sent = _attempt(partial(_send, printed[0], view, theme, printer)) if printed else None
    for format_ in formats:
        if not format_.needs_printer:
            yield format_, _attempt(partial(format_.write, view, theme))
    if sent:
        pdf = sent if isinstance(sent, EngrossError) else _attempt(partial(_receive, sent, view))
        for format_ in printed:
            yield format_, pdf if isinstance(pdf, EngrossError) else _attempt(partial(format_.wrap, view, theme, pdf))


def _send(format_: Format, view: View, theme: Theme, printer: Printer | None) -> Printer:
    """The printer, after the view's page was sent to it."""
    if printer is None:
        raise UsageError(f"{format_.name} needs a printer; open one first")
    printer.send(format_.write(view, theme))
    return printer


def _receive(printer: Printer, view: View) -> bytes:
    """The printed PDF. Raises PrintError and MarkingError."""
    return FORMATS["pdf"].checked(view, printer.receive())


def _attempt(step: Callable[[], T]) -> T | EngrossError:
    try:
        return step()
    except EngrossError as error:
        return error
