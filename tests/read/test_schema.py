"""The JSON Schemas: what the readers take they take, and what is beside the sources is what they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from render.read.reader import read_bytes
from render.read.schema import as_text
from tests.extract import DATA, DECLARATION, KITCHEN_SINK
from tests.sampled import corpus

SOURCES = DECLARATION.parent
STARTERS = DECLARATION.parents[1] / "templates" / "new"


def validator(what: str) -> Draft202012Validator:
    schema = json.loads(as_text(what))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def loaded(text: str) -> Any:
    """A file as editors read it: `true` and whole numbers are what they are, all else is text."""
    loader: Any = type("Loader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": {}})
    loader.yaml_implicit_resolvers = {
        first: [resolver for resolver in resolvers if resolver[0].endswith((":bool", ":int"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, loader)


@pytest.mark.parametrize("what", ["declaration", "briefing"])
def test_the_schemas_beside_the_sources_are_those_of_the_readers(what: str) -> None:
    assert (SOURCES / f"{what}.schema.json").read_text("utf-8") == as_text(what)


@pytest.mark.parametrize(
    ("what", "path"),
    [
        ("declaration", DECLARATION),
        ("declaration", KITCHEN_SINK),
        ("declaration", STARTERS / "declaration.yaml"),
        ("briefing", DECLARATION.with_name("uk-lithuania-2022.briefing.yaml")),
        ("briefing", STARTERS / "briefing.yaml"),
    ],
    ids=lambda value: getattr(value, "stem", value),
)
def test_a_valid_source_fits_its_schema(what: str, path: Path) -> None:
    assert [error.message for error in validator(what).iter_errors(loaded(path.read_text("utf-8")))] == []


def test_every_declaration_that_can_be_read_is_valid() -> None:
    schema = validator("declaration")
    for sample in corpus():
        assert read_bytes(sample.source.encode(), "x.yaml", DATA)
        assert [error.message for error in schema.iter_errors(loaded(sample.source))] == [], sample.source


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("id: ", "id: A "), "does not match"),
        (("title: ", "titel: "), "titel"),
        (("status: published", "status: late"), "is not one of"),
        (("signed:\n", "signed: x\nnothing:\n"), "nothing"),
        (("  published: 2022-05-30", "  published: 30 May"), "does not match"),
    ],
)
def test_an_invalid_source_does_not_fit_the_schema(change: tuple[str, str], message: str) -> None:
    text = DECLARATION.read_text("utf-8").replace(*change, 1)
    messages = [error.message for error in validator("declaration").iter_errors(loaded(text))]
    assert any(message in found for found in messages), messages


@pytest.mark.parametrize("path", [DECLARATION, *sorted(STARTERS.glob("*.yaml"))], ids=lambda path: path.stem)
def test_every_source_that_is_shipped_names_its_schema(path: Path) -> None:
    what = "briefing" if "briefing" in path.name else "declaration"
    assert path.read_text("utf-8").startswith(f"# yaml-language-server: $schema={what}.schema.json\n")
