"""Writing: a View → the bytes of a file, for each format. A writer is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from render.problem import EngrossError
from render.view import View
from render.write.press import Press


@dataclass(frozen=True, slots=True)
class Format:
    """A format that engross writes. `writer` is "module:function", from (View, templates) to the file's bytes.

    Of a format that is `printed` the writer makes the page that goes to press. One that is `edited` is meant to be
    changed by people.
    """

    name: str
    suffix: str
    writer: str
    printed: bool = False
    edited: bool = False

    def write(self, view: View, templates: Path | None = None) -> Any:
        """The file's bytes, or the page to print. Raises TemplateError."""
        module, function = self.writer.split(":")
        return getattr(import_module(f"render.write.{module}"), function)(view, templates)


FORMATS = {
    it.name: it
    for it in (
        Format("pdf", ".pdf", "pdf:pdf_page", printed=True),
        Format("docx", ".docx", "word:write_word", edited=True),
        Format("html", ".html", "html:write_html"),
        Format("txt", ".txt", "text:write_text"),
    )
}
"""Every format, by the name that `--to` knows it by."""


def write(
    view: View, formats: Iterable[Format], templates: Path | None, press: Press | None
) -> Iterator[tuple[Format, bytes | EngrossError]]:
    """Each format's bytes, or why there are none. What is printed goes to `press` first and comes back last."""
    wanted = sorted(formats, key=lambda it: it.printed)
    for_press: list[tuple[Format, bytes | EngrossError]] = []
    for it in wanted:
        if it.printed and press:
            for_press.append((it, _attempt(lambda it=it: press.send(it.write(view, templates)) or b"")))  # type: ignore[misc]
    for it in wanted:
        if not it.printed:
            yield it, _attempt(lambda it=it: it.write(view, templates))  # type: ignore[misc]
    for it, sent in for_press:
        yield it, sent if isinstance(sent, EngrossError) else _attempt(press.receive)  # type: ignore[union-attr]


def _attempt(step: Callable[[], bytes]) -> bytes | EngrossError:
    try:
        return step()
    except EngrossError as error:
        return error
