"""Writing: a View → the bytes of a file, for each format. A writer is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from render.problem import EngrossError, UsageError

if TYPE_CHECKING:
    from render.view import View

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look:
    """What a user brings for the look of things: a folder of templates, and a house style for Word copies."""

    templates: Path | None = None
    house_style: Path | None = None


OURS = Look()
"""The look of what engross ships."""


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

    Of a format that is `printed` the writer makes the page that goes to press. One that is `edited` is meant to be
    changed by people. `files` are the templates that it is made by, "folder/*" for all in a folder, and `libraries` the
    distributions: where one of them is another, so may be the bytes.
    """

    name: str
    suffix: str
    writer: str
    files: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    printed: bool = False
    edited: bool = False

    def write(self, view: View, look: Look = OURS) -> Any:
        """The file's bytes, or the page to print. Raises TemplateError."""
        module, function = self.writer.split(":")
        return getattr(import_module(f"render.write.{module}"), function)(view, look)


FORMATS = {
    it.name: it
    for it in (
        Format(
            *("pdf", ".pdf", "html:write_print"),
            ("pdf/*", "html/blocks.html.j2", "html/inlines.html.j2", "fonts/*"),
            ("weasyprint", "pydyf", "pyphen", "fonttools", "tinycss2", "tinyhtml5", "cssselect2"),
            printed=True,
        ),
        Format("docx", ".docx", "word:write_word", ("docx/*",), ("python-docx", "lxml"), edited=True),
        Format("html", ".html", "html:write_html", ("html/*",)),
        Format("txt", ".txt", "text:write_text", ("text/*",), ("wcwidth",)),
    )
}
"""Every format, by the name that `--to` knows it by."""


def look_over(formats: Iterable[Format], look: Look) -> tuple[str, ...]:
    """What a user should know of a look before anything is written. Raises UsageError for one that can't be used."""
    if look.house_style is None or not any(it.edited for it in formats):
        return ()
    from render.write.word import notes_on

    return tuple(f"{look.house_style}: {note}" for note in notes_on(look))


def open_press(formats: Iterable[Format], templates: Path | None = None) -> Printer | None:
    """A press, if anything is to be printed. Opened first, it makes ready while sources are read."""
    if not any(it.printed for it in formats):
        return None
    from render.write.press import Press

    return Press(templates)


def write(
    view: View, formats: Sequence[Format], look: Look, press: Printer | None
) -> Iterator[tuple[Format, bytes | EngrossError]]:
    """Each format's bytes, or why there are none. What is printed goes to `press` first and comes back last."""
    at_press = {it: _attempt(partial(_send, it, view, look, press)) for it in formats if it.printed}
    for it in formats:
        if it not in at_press:
            yield it, _attempt(partial(it.write, view, look))
    for it, sent in at_press.items():
        yield it, sent if isinstance(sent, EngrossError) else _attempt(sent.receive)


def _send(it: Format, view: View, look: Look, press: Printer | None) -> Printer:
    """The press, printing the view's page."""
    if press is None:
        raise UsageError(f"{it.name} is printed, and there is no press; open one first")
    press.send(it.write(view, look))
    return press


def _attempt(step: Callable[[], T]) -> T | EngrossError:
    try:
        return step()
    except EngrossError as error:
        return error
