"""A format's row names every template that its writer reads: else an edit of one would not be seen."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from render.batch.fingerprint import Fingerprints, difference
from render.compose.edition import compose
from render.pipeline import RenderOptions, load
from render.resources import TEMPLATES
from render.write.formats import FORMATS, Format
from render.write.template_loader import TemplateLoader
from render.write.templating import _environment
from render.write.theme import Theme

SINK = Path(__file__).parents[1] / "data" / "kitchen-sink.yaml"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The names of the templates that are read."""
    names: set[str] = set()
    get_source = TemplateLoader.get_source

    def noted(self: TemplateLoader, environment: Any, template: str) -> Any:
        names.add(template.removeprefix("shipped/"))
        return get_source(self, environment, template)

    monkeypatch.setattr(TemplateLoader, "get_source", noted)
    _environment.cache_clear()
    yield names
    _environment.cache_clear()


@pytest.mark.parametrize("format_", FORMATS.values(), ids=lambda value: value.name)
def test_a_formats_row_names_every_template_that_is_read_for_it(format_: Format, read: set[str]) -> None:
    format_.write(compose(load(SINK), "en"))
    assert read
    assert {name for name in read if not any(fnmatchcase(name, pattern) for pattern in format_.templates)} == set()


@pytest.mark.parametrize("format_", FORMATS.values(), ids=lambda value: value.name)
def test_a_formats_row_names_no_missing_template(format_: Format) -> None:
    names = [path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file()]
    assert [pattern for pattern in format_.templates if not any(fnmatchcase(name, pattern) for name in names)] == []


def test_labels_make_stale_what_is_in_their_language(tmp_path: Path) -> None:
    fingerprints = Fingerprints(RenderOptions())
    format_ = FORMATS["txt"]
    assert fingerprints.hash(format_, "lt") != fingerprints.hash(format_, "en") == fingerprints.hash(format_, "xx")
    assert "templates/locale/lt.json" in fingerprints.by_hash[fingerprints.hash(format_, "lt")]
    assert "templates/locale/en.json" not in fingerprints.by_hash[fingerprints.hash(format_, "lt")]


def test_a_house_style_makes_stale_what_is_edited(tmp_path: Path) -> None:
    style = tmp_path / "style.docx"
    style.write_bytes(b"one")
    theme = Theme(None, style)
    one = Fingerprints(RenderOptions(theme=theme))
    style.write_bytes(b"two")
    two = Fingerprints(RenderOptions(theme=theme))
    assert one.hash(FORMATS["docx"], "en") != two.hash(FORMATS["docx"], "en")
    assert one.hash(FORMATS["html"], "en") == two.hash(FORMATS["html"], "en")


def test_a_folder_of_templates_may_have_circular_links(tmp_path: Path) -> None:
    (tmp_path / "house" / "html").mkdir(parents=True)
    (tmp_path / "house" / "html" / "again").symlink_to(tmp_path / "house")
    (tmp_path / "house" / "fonts").symlink_to(TEMPLATES / "fonts")
    fingerprints = Fingerprints(RenderOptions(theme=Theme(tmp_path / "house")))
    names = fingerprints.by_hash[fingerprints.hash(FORMATS["pdf"], "en")]
    assert "your fonts/SourceSerif4-Regular.ttf" in names


def test_the_difference_of_two_fingerprints_is_readable() -> None:
    old = {"a": "1", "b": "0" * 64, "c": "x"}
    new = {"a": "2", "b": "1" * 64, "d": "y"}
    assert difference(old, new) == "a is 2, was 1, b changed, c was removed, d was added"
