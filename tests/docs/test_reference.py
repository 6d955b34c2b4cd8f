"""The reference is whole: every command, option, key, format, exit code and argument is in it, and no other."""

from __future__ import annotations

import inspect
import re
from dataclasses import MISSING, fields
from signal import SIGHUP, SIGINT, SIGTERM
from typing import Any, get_args

import click
import pytest

from docs._ext.reference import SCHEMAS, parts_of, sections_of
from render import render
from render.cli.commands import main
from render.errors import EngrossError
from render.model import briefing
from render.model import declaration as model
from render.read.fields import NODES
from render.read.key_descriptions import DESCRIPTIONS
from render.read.key_descriptions import PARTS as PART_DESCRIPTIONS
from render.write.formats import FORMATS
from tests.docs.pages import PAGES, filled, rows, section

COMMAND = "docs/reference/command.md"
PARTS: tuple[Any, ...] = (*get_args(model.Part), *get_args(briefing.Part))
NAMES = {shape.part: kind for kind, shape in NODES.items()}
KEYS = {field.name for part in PARTS for field in fields(part) if field.compare}


def name_of(part: type) -> str:
    """What a part is called: a node by the key that says its kind, any other part by its class."""
    return NAMES.get(part, part.__name__.lower())


# The command


def options() -> list[tuple[str, click.Option]]:
    return [
        (name, option)
        for name, command in main.commands.items()
        for option in command.params
        if isinstance(option, click.Option)
    ]


def test_every_command_has_its_section() -> None:
    headings = re.findall(r"^## engross ([\w-]+)", PAGES[COMMAND], re.MULTILINE)
    assert sorted(headings) == sorted(main.commands)
    assert re.findall(r"<!-- generated: command ([\w-]+) -->", PAGES[COMMAND]) == headings


@pytest.mark.parametrize(("command", "option"), options(), ids=str)
def test_every_option_is_documented(command: str, option: click.Option) -> None:
    assert option.help
    shown = re.findall(r"^:::\{option\} (.*)$", section(COMMAND, f"## engross {command}"), re.MULTILINE)
    assert any(set(option.opts) <= set(re.split(r",? ", signature)) for signature in shown)


class Grouped(click.Command):
    """A command whose help has its options in two groups."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, option in (("What", "--to"), ("Where", "--out")):
            with formatter.section(title):
                formatter.write_dl([(option, "Help.")])


def test_the_reference_has_the_groups_of_the_help() -> None:
    command = Grouped("grouped")
    sections = sections_of(command, click.Context(command))
    assert sections == [("What", [("--to", "Help.")]), ("Where", [("--out", "Help.")])]


def test_every_option_that_a_page_names_exists() -> None:
    known = {name for _, option in options() for name in option.opts} | {"--help", "--version"}
    named = {
        name
        for page, text in PAGES.items()
        if page not in ("CONTRIBUTING.md", "CHANGELOG.md")
        for name in re.findall(r"`(--[a-z-]+)", text)
    }
    assert named - known == set()


def test_every_exit_code_is_documented() -> None:
    errors: list[type[EngrossError]] = [EngrossError, *EngrossError.__subclasses__()]
    codes = {0, *(error.exit_code for error in errors), *(128 + signal for signal in (SIGHUP, SIGINT, SIGTERM))}
    documented = re.findall(r"^\| ([\d, ]+) \|", PAGES["docs/reference/exit-codes.md"], re.MULTILINE)
    assert {int(code) for row in documented for code in row.split(", ")} == codes


def test_every_format_is_documented() -> None:
    assert set(rows(PAGES["docs/reference/formats.md"])) == set(FORMATS)


def test_every_argument_of_the_python_api_is_documented() -> None:
    documented = re.findall(r"^`(\w+)`\n: ", PAGES["docs/reference/python.md"], re.MULTILINE)
    assert documented == list(inspect.signature(render).parameters)[1:]


# Keys


@pytest.mark.parametrize("part", PARTS, ids=name_of)
def test_every_key_has_a_description_and_no_other(part: Any) -> None:
    described = DESCRIPTIONS[name_of(part)]
    assert set(described) == {field.name for field in fields(part) if field.compare}
    assert all(text.endswith(".") for text in described.values())


def test_every_part_that_is_described_exists() -> None:
    assert set(DESCRIPTIONS) == set(PART_DESCRIPTIONS) == set(map(name_of, PARTS))


@pytest.mark.parametrize("part", PARTS, ids=name_of)
def test_every_key_is_documented_and_marked_where_it_is_required(part: Any) -> None:
    pages = filled("docs/reference/source.md") + filled("docs/reference/overlay.md")
    shown = re.findall(rf"^:::\{{key\}} {name_of(part)}\.(\w+)( required)?$", pages, re.MULTILINE)
    needed = {
        field.name: field.default is MISSING and field.default_factory is MISSING
        for field in fields(part)
        if field.compare
    }
    assert {name: bool(required) for name, required in shown} == needed
    assert len(shown) == len(needed)


@pytest.mark.parametrize("kind", NODES)
def test_nodes_have_the_keys_of_their_parts(kind: str) -> None:
    assert {field.name for field in fields(NODES[kind].part)} == set(NODES[kind].keys)


def test_every_key_of_the_report_is_documented() -> None:
    definitions = SCHEMAS["report"]()["$defs"]
    assert set(parts_of("report")) == {"report", *(name for name, part in definitions.items() if "properties" in part)}


@pytest.mark.parametrize("page", PAGES)
def test_every_mark_of_a_generated_part_is_filled(page: str) -> None:
    assert "<!-- generated" not in filled(page)
