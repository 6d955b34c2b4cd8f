"""What the fuzzer calls: each target takes any bytes, and raises only if Engross has a fault.

A source that can't be used is refused with problems, a house style or a picture with a sentence. Whatever is accepted
is written, and readers that this project did not write can read what was written.
"""

from __future__ import annotations

import email
import email.policy
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import docx
from lxml import etree
from markdown_it import MarkdownIt

from render.check.briefing import check_briefing
from render.check.declaration import check
from render.compose.commitments import entries
from render.compose.edition import compose
from render.errors import Problem, SourceError, UsageError
from render.model.declaration import Declaration
from render.read.pictures import InvalidPicture, read_picture
from render.read.reader import read_bytes, read_overlay_bytes
from render.read.source_text import FORBIDDEN
from render.view.blocks import View
from render.view.options import ViewOptions
from render.write.docx.template_package import load_house_style
from render.write.docx.writer import write_word
from render.write.formats import FORMATS
from render.write.theme import Theme
from tests.houses import ministry_a

DATA = Path(__file__).parents[1] / "data"
SMALL = b"""\
id: two
title: {en: "A *treaty*[^n]", lt: "Sutartis[^n]"}
languages: [en, lt]
status: draft
marking: {level: OFFICIAL-SENSITIVE, handling: RECIPIENTS ONLY}
embargo: 2024-02-29T12:00:00+01:00
parties: [{id: a, name: A}, {id: b, name: B}]
publication: {organisation: {name: O, url: "https://example.org"}, published: 2024-03-01, url: "https://example.org/x"}
rights: {copyright: C, notice: {en: "a", lt: "b"}}
notes: {n: {en: words, lt: zodziai}}
body:
  - recital: why
    text: {en: "*Recalling* that,", lt: "Primindamos,"}
  - id: first
    lead: {en: A lead., lt: Pradzia.}
    text:
      en: |
        One, see [](#second-a) and [](#list) or [words](#art).
        Two **and** [a page](https://example.org/a?b=1&c=2).

        A second paragraph, [de jure]{la}.
      lt: |
        Vienas, [](#art-2).
        Du.

        Trys.
  - id: second
    number: 2 bis
    text: {en: "a:", lt: "b:"}
    body:
      - {id: second-a, text: {en: a, lt: b}}
      - {id: second-b, text: {en: a, lt: b}, body: [{id: deep, text: {en: a, lt: b}}]}
    closing: {en: c, lt: d}
  - article: art
    title: {en: a, lt: b}
    body:
      - {id: art-1, text: {en: a, lt: b}}
      - {id: art-2, text: {en: a, lt: b}}
  - section: part
    title: {en: a, lt: b}
    body: [{id: third, text: {en: a, lt: b}}]
  - list: [{en: a, lt: b}, {text: {en: a, lt: b}, list: [{en: a, lt: b}]}]
  - table: measures
    caption: {en: a, lt: b}
    header: [A, {en: a, lt: b}]
    rows: [["1", "2"], ["3", "4"]]
  - box: {en: a, lt: b}
  - {image: rule.png, decorative: true}
  - annex: list
    title: {en: A list, lt: Sarasas}
    body: [{quotation: {en: a, lt: b}, attribution: {en: C, lt: D}}]
testimonium: {en: a, lt: b}
signed: {text: {en: a, lt: b}, date: 2024-02-29}
signatories: [{name: Anna A, party: a, title: {en: a, lt: b}, on_behalf: {en: a, lt: b}, signed: {text: C}}]
"""
"""A source with nearly every key, in two languages."""

Target = Callable[[bytes], None]


# Sources and overlays


def read_and_check(data: bytes) -> Declaration | None:
    """The declaration in a source; None if it has errors, each of which has a place and a hint."""
    try:
        source = read_bytes(data, "x.yaml", DATA)
    except SourceError as error:
        assert error.problems
        _assert_clear(error.problems)
        return None
    source.declaration.source.for_publication()
    problems = source.problems(check(source.declaration))
    _assert_clear(problems)
    return None if any(problem.severity == "error" for problem in problems) else source.declaration


def _assert_clear(problems: list[Problem] | tuple[Problem, ...]) -> None:
    assert len(problems) <= 3000
    for problem in problems:
        assert problem.what and problem.hint
        assert len(str(problem).split("\n")) == 1
        assert len(str(problem)) < 5000


def read_check_compose(data: bytes) -> None:
    """Read, check and compose a source in each of its languages, whole and as an extract."""
    if declaration := read_and_check(data):
        for language in declaration.languages[:3]:
            assert compose(declaration, language).blocks
            if ids := [node.id for node in declaration.body if hasattr(node, "id")]:
                assert compose(declaration, language, ViewOptions(paragraphs=ids[0])).blocks


def read_overlay(data: bytes) -> None:
    """Read, check and compose an overlay of a source that has every kind of node."""
    declaration = _kitchen_sink()
    try:
        overlay = read_overlay_bytes(data, "x.yaml", declaration)
    except SourceError as error:
        _assert_clear(error.problems)
        return
    problems = overlay.problems(check_briefing(overlay.briefing, declaration))
    _assert_clear(problems)
    if all(problem.severity == "warning" for problem in problems):
        list(entries(declaration, overlay.briefing, overlay.briefing.languages[0]))
        for with_text in (False, True):
            options = ViewOptions(edition="briefing", with_text=with_text)
            view = compose(declaration, overlay.briefing.languages[0], options, overlay.briefing)
            _CHECKS["docx"](write_word(view))


@cache
def _kitchen_sink() -> Declaration:
    return read_bytes((DATA / "kitchen-sink.yaml").read_bytes(), "kitchen-sink.yaml", DATA).declaration


# Writers


def write_as(format_: str) -> Target:
    """The target that writes a source in a format, and reads what was written."""

    def target(data: bytes) -> None:
        if declaration := read_and_check(data):
            view = compose(declaration, declaration.languages[-1])
            written = FORMATS[format_].write(view)
            _CHECKS[format_](written)
            assert FORMATS[format_].write(view) == written

    return target


def _check_text(data: bytes) -> None:
    text = data.decode()
    assert text.endswith("\n")
    assert "\n\n\n" not in text
    assert not FORBIDDEN.search(text.replace("\n", ""))


def _check_html(data: bytes) -> None:
    parser = _Tags()
    parser.feed(data.decode())
    assert parser.foreign == set()


class _Tags(HTMLParser):
    """Finds what no page of ours has, and what a source could therefore only have smuggled in."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("iframe", "object", "embed", "form", "svg", "base", "frame"):
            self.foreign.add(tag)
        for name, value in attrs:
            if name.startswith("on") or (name == "href" and (value or "").strip().startswith(("javascript:", "data:"))):
                self.foreign.add(f"{tag} {name}={value}")


def _check_markdown(data: bytes) -> None:
    _check_text(data)
    MarkdownIt("commonmark").enable("table").render(data.decode())


def _check_mail(data: bytes) -> None:
    message = email.message_from_bytes(data, policy=email.policy.SMTP)
    body = message.get_body(("plain",))
    assert body
    assert body.get_content().strip()
    assert not message.defects


def _check_word(data: bytes) -> None:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
    docx.Document(BytesIO(data))


_CHECKS: Mapping[str, Target] = {
    "txt": _check_text,
    "html": _check_html,
    "md": _check_markdown,
    "eml": _check_mail,
    "docx": _check_word,
}


# House styles and pictures


def apply_house_style(data: bytes) -> None:
    """Apply a house style to a Word copy. The first line names the part that the rest replaces; "" is the archive."""
    name, _, rest = data.partition(b"\n")
    archive = _with_part(name.decode("ascii", "replace"), rest) if name else rest
    with tempfile.TemporaryDirectory(dir=_memory_folder()) as folder:
        path = Path(folder, "house.docx")
        path.write_bytes(archive)
        theme = Theme(None, path)
        try:
            load_house_style(theme)
        except UsageError as error:
            assert len(str(error)) < 5000
            return
        _check_word(write_word(_marked_view(), theme))


def _with_part(name: str, data: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part, content in {**house_parts(), name if name.isprintable() else "x": data}.items():
            archive.writestr(part, content)
    return packed.getvalue()


@cache
def house_parts() -> Mapping[str, bytes]:
    """The parts of a house style, by name."""
    with zipfile.ZipFile(BytesIO(ministry_a())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def _marked_view() -> View:
    declaration = read_and_check(SMALL)
    assert declaration
    return compose(declaration, "en")


def look_at_picture(data: bytes) -> None:
    """Read a picture."""
    with tempfile.TemporaryDirectory(dir=_memory_folder()) as folder:
        Path(folder, "x.png").write_bytes(data)
        try:
            picture = read_picture("x.png", Path(folder))
        except InvalidPicture as error:
            assert error.what and error.hint
            return
        assert picture.media_type in ("image/png", "image/jpeg")
        assert min(picture.pixels) > 0
        assert 0 < min(picture.millimetres) < 1e8


def _memory_folder() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


TARGETS: Mapping[str, Target] = {
    "read": read_check_compose,
    "overlay": read_overlay,
    **{format_: write_as(format_) for format_ in _CHECKS},
    "house": apply_house_style,
    "picture": look_at_picture,
}
