"""Writes the reference from the code: a line such as `<!-- generated: command render -->` in a page becomes Markdown.

The command's pages come from Click's own help, those of the keys from the JSON Schemas.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from render.cli.commands import main
from render.read.schema import briefing_schema, declaration_schema

ROOT = Path(__file__).parents[2]
Schema = Mapping[str, Any]
_MARK = re.compile(r"^<!-- generated: (\w+) ([\w-]+) -->$", re.MULTILINE)


def setup(app: Sphinx) -> Mapping[str, Any]:
    """Register the generated Markdown, and keys as objects that readers can link to and search for."""
    app.add_object_type("key", "key", indextemplate="single: %s (key)", parse_node=_show_key, objname="key")
    app.connect("source-read", _fill_page)
    return {"parallel_read_safe": True}


def _fill_page(_app: Sphinx, _page: str, content: list[str]) -> None:
    content[0] = fill(content[0])


def fill(page: str) -> str:
    """A page with its generated parts."""
    return _MARK.sub(lambda mark: GENERATORS[mark[1]](mark[2]), page)


def _show_key(_environment: BuildEnvironment, signature: str, node: addnodes.desc_signature) -> str:
    """Show "declaration.title required" as the key and a note; returns the key's full name."""
    name, _, note = signature.partition(" ")
    node += addnodes.desc_name("", name.rpartition(".")[2])
    if note:
        node += nodes.inline("", note, classes=["required"])
    return name


# The command


class _Recorder(click.HelpFormatter):
    """Keeps the sections of a help text and the rows in them, in place of their layout."""

    def __init__(self) -> None:
        super().__init__()
        self.sections: list[tuple[str, list[tuple[str, str]]]] = []

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Record what follows under a name."""
        self.sections.append((name, []))
        yield

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Record rows."""
        self.sections[-1][1].extend(rows)


def sections_of(command: click.Command, context: click.Context) -> list[tuple[str, list[tuple[str, str]]]]:
    """The sections of a command's help, each with its rows: what is written, and what it means."""
    recorder = _Recorder()
    command.format_options(context, recorder)
    return [(name, rows) for name, rows in recorder.sections if rows]


def command_reference(name: str) -> str:
    """One command: its usage, its help, its options and examples."""
    command = main.commands[name]
    context = click.Context(command, click.Context(main, info_name="engross"), name)
    usage = " ".join(command.collect_usage_pieces(context))
    parts = [f"```text\nengross {name} {usage}\n```", _paragraphs(command.help or "")]
    parts += _options(command, context)
    examples = [line.strip() for line in (command.epilog or "").strip().splitlines()]
    if examples:
        parts += ["Examples:", "```text\n" + "\n".join(examples) + "\n```"]
    return "\n\n".join(parts)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    sections = sections_of(command, context)
    yield f":::{{program}} engross {command.name}\n:::"
    for title, rows in sections:
        if len(sections) > 1:
            yield f"**{title}**"
        for option, meaning in rows:
            text, *notes = re.split(r"  (?=\[)", meaning)
            noted = [f"Default: `{note[10:-1]}`." for note in notes if note.startswith("[default: ")]
            yield f":::{{option}} {option}\n{' '.join([text, *noted])}\n:::"


def _paragraphs(help_text: str) -> str:
    lines = [line.strip() for line in help_text.replace("\b", "").strip().splitlines()]
    return "\n".join(lines)


# The keys


def objects_in(schema: Any, name: str = "") -> Iterator[tuple[str, Schema]]:
    """The objects with keys in a schema, each with its name, outermost first; one that occurs twice is given twice."""
    match schema:
        case {"properties": dict() as properties}:
            if name := name or schema.get("title", ""):
                yield name, schema
            for value in properties.values():
                yield from objects_in(value)
        case dict():
            for key in ("items", "additionalProperties", "anyOf"):
                yield from objects_in(schema.get(key))
        case list():
            for item in schema:
                yield from objects_in(item)


def keys_reference(what: str) -> str:
    """Every part of a source, an overlay or a report, with its keys."""
    definitions = SCHEMAS[what]()["$defs"]
    return "\n\n".join(_part(name, schema, definitions) for name, schema in parts_of(what).items())


def parts_of(what: str) -> dict[str, Schema]:
    """The parts that a schema describes, by name: the root, what is in it, then its definitions.

    An overlay's marking is that of a source, and described there.
    """
    schema = SCHEMAS[what]()
    defined = (part for name, definition in schema["$defs"].items() for part in objects_in(definition, name))
    elsewhere = parts_of("declaration") if what == "briefing" else {}
    found: dict[str, Schema] = {}
    for name, part in (*objects_in(schema, what), *defined):
        if _short(name) not in elsewhere:
            found.setdefault(_short(name), part)
    return found


def _short(name: str) -> str:
    """The name of a part: a definition is called `text-node` or `list-item`."""
    return name.removesuffix("-node").removeprefix("list-")


def _part(name: str, schema: Schema, definitions: Schema) -> str:
    lines = [f"(part-{name})=", f"### `{name}`", schema.get("description", "")]
    for key, value in schema["properties"].items():
        note = " required" if key in schema["required"] else ""
        meaning = value.get("description") or _definition(value, definitions).get("description", "")
        lines.append(f":::{{key}} {name}.{key}{note}\n{meaning}\n\nValue: {_value(value, definitions)}.\n:::")
    return "\n\n".join(line for line in lines if line)


def _definition(value: Schema, definitions: Schema) -> Schema:
    """What a reference leads to; nothing where the value is none."""
    found: Schema = definitions.get(value.get("$ref", "").rpartition("/")[2], {})
    return found


def _value(schema: Schema, definitions: Schema) -> str:
    """What a key takes, in words."""
    match schema:
        case {"$ref": str(reference)}:
            return _reference(reference.rpartition("/")[2], definitions)
        case {"title": str(title), "properties": _}:
            return f"{'an' if title[0] in 'aeiou' else 'a'} [`{title}`](#part-{title}) mapping"
        case {"title": str(title)}:
            return title
        case {"properties": dict() as properties}:
            return f"an object with {' and '.join(f'`{key}`' for key in properties)}"
        case {"enum": list(words)}:
            return " or ".join(f"`{word}`" for word in words)
        case {"const": value}:
            return f"`{value}`"
        case {"anyOf": list(choices)}:
            return " or ".join(_value(choice, definitions) for choice in choices)
        case {"type": "array", "items": items}:
            return f"a list, each item {_value(items, definitions)}"
        case {"propertyNames": _, "additionalProperties": value}:
            return f"a mapping by id, each value {_value(value, definitions)}"
    return _JSON_TYPES[schema["type"]]


_JSON_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "null": "`null`",
}


def _reference(name: str, definitions: Schema) -> str:
    definition = definitions[name]
    if "properties" in definition:
        return f"[`{_short(name)}`](#part-{_short(name)})"
    return f"[{definition['title']}](#kinds-of-value)" if "title" in definition else _value(definition, definitions)


def report_schema() -> Schema:
    """The JSON Schema of the report."""
    schema: Schema = json.loads((resources.files("render") / "batch" / "report.schema.json").read_text("utf-8"))
    return schema


_EXAMPLE = """\
id: a-b
title: Joint declaration of A and B
languages: [en]
body:
  - {id: meetings, text: A and B will meet.}
"""


def example_report(_what: str) -> str:
    """The report of a run on a small source, with round figures for time and memory."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "a-b.yaml").write_text(_EXAMPLE, "utf-8")
        command = (sys.executable, "-m", "render", "render", "a-b.yaml", "--to", "txt", "--report", "report.json")
        subprocess.run(command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
        text = (Path(folder) / "report.json").read_text("utf-8")
    steady = re.sub(r'"seconds": [\d.]+', '"seconds": 0.5', text)
    steady = re.sub(r'"peak_memory": \d+', '"peak_memory": 50000000', steady)
    return f"```json\n{steady}```"


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "declaration": declaration_schema,
    "briefing": briefing_schema,
    "report": report_schema,
}
GENERATORS: Mapping[str, Callable[[str], str]] = {
    "command": command_reference,
    "keys": keys_reference,
    "example": example_report,
}
