"""The work for a source grows as its size does, and not as the square of it, in every step from its bytes to each file.

The work is counted and never timed: the calls of functions, Python's and C's; the lengths of what functions return;
and the lengths of what is summed, sorted or searched for its largest item.
"""

from __future__ import annotations

import builtins
import sys
import zipfile
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from render.check.briefing import check_briefing
from render.check.declaration import check
from render.compose.commitments import entries
from render.compose.edition import compose
from render.errors import Problem, SourceError
from render.model.declaration import Declaration
from render.read.reader import read_bytes, read_overlay_bytes
from render.view.options import ViewOptions
from render.write.docx.template_package import load_house_style
from render.write.formats import FORMATS
from render.write.theme import Theme
from tests.security.fuzz_targets import house_parts
from tests.security.worst_cases import OVERLAYS, PARTIES, SOURCES

SMALL, LARGE = 64, 1500
"""The least n of the quick tests and of the long ones."""
BEYOND_ALL_COMPARED = 256
"""The least n for unknown words: of fewer known words, each is compared with all (MAX_COMPARED)."""
MOST = 2.6
"""By how much the work may grow faster the second time that n is doubled: 2 for linear work, 4 for quadratic work."""
WRITTEN = ("txt", "html", "md", "eml", "docx")
_COUNTED = ("max", "min", "sorted", "sum")


@dataclass
class Work:
    """What was done: the number of calls, and the number of items and characters that went through them."""

    calls: int = 0
    items: int = 0


@contextmanager
def counted() -> Iterator[Work]:
    """Count the work that is done inside."""
    work = Work()

    def count(_frame: FrameType, event: str, argument: Any) -> None:
        if event in ("call", "c_call"):
            work.calls += 1
        elif event == "return" and isinstance(argument, str | bytes | list | tuple | dict | set | frozenset):
            work.items += len(argument)

    modules = [module for name, module in list(sys.modules.items()) if name.startswith("render.")]
    for module in modules:
        for name in _COUNTED:
            setattr(module, name, _counting(getattr(builtins, name), work))
    sys.setprofile(count)
    try:
        yield work
    finally:
        sys.setprofile(None)
        for module in modules:
            for name in _COUNTED:
                delattr(module, name)


def _counting(function: Callable[..., Any], work: Work) -> Callable[..., Any]:
    def counting(*arguments: Any, **named: Any) -> Any:
        work.items += sum(len(argument) for argument in arguments if isinstance(argument, Sized))
        return function(*arguments, **named)

    return counting


# The whole way


def render_all(source: str) -> list[str]:
    """A source in every text format, or the problems in it."""
    try:
        read = read_bytes(source.encode(), "x.yaml", Path())
    except SourceError as error:
        return list(map(str, error.problems))
    read.declaration.source.for_publication()
    problems = read.problems(check(read.declaration))
    if not any(problem.severity == "error" for problem in problems):
        view = compose(read.declaration, read.declaration.languages[0])
        for name in WRITTEN:
            FORMATS[name].write(view)
    return list(map(str, problems))


def render_briefing(overlay: str, declaration: Declaration) -> list[str]:
    """A briefing as a Word copy, and its commitments, or the problems in the overlay."""
    try:
        read = read_overlay_bytes(overlay.encode(), "x.briefing.yaml", declaration)
    except SourceError as error:
        return list(map(str, error.problems))
    problems: list[Problem] = read.problems(check_briefing(read.briefing, declaration))
    if not any(problem.severity == "error" for problem in problems):
        list(entries(declaration, read.briefing, "en"))
        FORMATS["docx"].write(compose(declaration, "en", ViewOptions(edition="briefing"), read.briefing))
    return list(map(str, problems))


def assert_linear(do: Callable[[int], object], n: int) -> None:
    """Whether the work grows as n does: what is done once, such as filling the parts of every Word copy, falls out."""
    done = []
    do(2)  # fills the caches
    for size in (n, 2 * n, 4 * n):
        with counted() as work:
            do(size)
        done.append(work)
    first, second, third = done
    assert third.calls - second.calls <= MOST * (second.calls - first.calls) + 500, done
    assert third.items - second.items <= MOST * (second.items - first.items) + 5_000, done


def render_sized(make: Callable[[int], str]) -> Callable[[int], object]:
    return lambda n: render_all(make(n))


def brief_sized(make: Callable[[int], str]) -> Callable[[int], object]:
    """A function that briefs on n paragraphs."""

    def brief(n: int) -> list[str]:
        body = "".join(f"  - {{id: p{i}, text: a}}\n" for i in range(n))
        source = "id: x\ntitle: T\nlanguages: [en]\n" + PARTIES + "body:\n" + body
        return render_briefing(make(n), read_bytes(source.encode(), "x.yaml", Path()).declaration)

    return brief


@pytest.mark.parametrize("name", SOURCES)
def test_the_work_for_a_source_grows_as_its_size_does(name: str) -> None:
    assert_linear(render_sized(SOURCES[name]), _small(name))


@pytest.mark.parametrize("name", OVERLAYS)
def test_the_work_for_an_overlay_grows_as_its_size_does(name: str) -> None:
    assert_linear(brief_sized(OVERLAYS[name]), _small(name))


def _small(name: str) -> int:
    return BEYOND_ALL_COMPARED if name.startswith("unknown") else SMALL


@pytest.mark.proof
@pytest.mark.parametrize("name", SOURCES)
def test_the_work_for_a_long_source_grows_as_its_size_does(name: str) -> None:
    assert_linear(render_sized(SOURCES[name]), LARGE)


@pytest.mark.proof
@pytest.mark.parametrize("name", OVERLAYS)
def test_the_work_for_a_long_overlay_grows_as_its_size_does(name: str) -> None:
    assert_linear(brief_sized(OVERLAYS[name]), LARGE)


def test_quadratic_work_is_noticed() -> None:
    def quadratic(n: int) -> None:
        for _ in range(n):
            list(map(str.upper, "x" * n))
            _returned("x" * n)

    with pytest.raises(AssertionError):
        assert_linear(quadratic, SMALL)


def _returned(text: str) -> str:
    return text


# House styles

HOUSE_PARTS: dict[str, tuple[str, str, Callable[[int], str]]] = {
    "styles of one name": (
        "word/styles.xml",
        "</w:styles>",
        lambda i: f'<w:style w:type="paragraph" w:styleId="x{i}"><w:name w:val="{"xX"[i % 2]}"/></w:style>',
    ),
    "styles based on each other": (
        "word/styles.xml",
        "</w:styles>",
        lambda i: (
            f'<w:style w:type="paragraph" w:styleId="x{i}"><w:name w:val="x{i}"/><w:basedOn w:val="x{i + 1}"/>'
            f'<w:pPr><w:numPr><w:numId w:val="{1000 + i}"/></w:numPr></w:pPr></w:style>'
        ),
    ),
    "numbering instances": (
        "word/numbering.xml",
        "</w:numbering>",
        lambda i: f'<w:num w:numId="{1000 + i}"><w:abstractNumId w:val="{1000 + i}"/></w:num>',
    ),
}


def house_with(counts: dict[str, int]) -> bytes:
    """A house style with more of some elements."""
    parts = dict(house_parts())
    for name, n in counts.items():
        part, end, element = HOUSE_PARTS[name]
        parts[part] = parts[part].decode().replace(end, "".join(map(element, range(n))) + end).encode()
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    "names",
    [["styles of one name"], ["styles based on each other"], ["styles based on each other", "numbering instances"]],
)
def test_the_work_for_a_house_style_grows_as_its_size_does(names: list[str], tmp_path: Path) -> None:
    def load(n: int) -> None:
        path = tmp_path / f"{n}.docx"
        path.write_bytes(house_with(dict.fromkeys(names, n)))
        load_house_style(Theme(None, path))

    assert_linear(load, SMALL)
