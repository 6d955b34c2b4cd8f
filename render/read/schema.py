"""JSON Schemas (2020-12) of a source and of its overlay, for editors that complete and check during typing.

They are made from the shapes that read the files, so that schema and reader always agree. A schema can't express every
rule, such as that an id must be known: `engross check` reports those problems.
"""

from __future__ import annotations

import json
from typing import Any

from render.model.patterns import IDENTIFIER
from render.read import dates, fields, values
from render.read.briefing_fields import BRIEFING, ordinal
from render.read.containers import ListOf, MapOf
from render.read.fields import DECLARATION, NODES, NodeField, Shape
from render.read.key_descriptions import DESCRIPTIONS, PARTS
from render.read.localized_text import column_name, line, name, prose, title
from render.read.values import Matching, OneOf, Reader, with_article

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
"""Text: Engross reads `2022` and `no` as text, although YAML gives them other types."""
_BY_LANGUAGE: Schema = {"anyOf": [_SCALAR, {"type": "object", "minProperties": 1, "additionalProperties": _SCALAR}]}
_WORDS: dict[str, Schema] = {
    "line": _BY_LANGUAGE | {"title": "a line of text", "description": "One paragraph, with inline markup."},
    "name": _BY_LANGUAGE | {"title": "a name", "description": "One paragraph that may be the same in all languages."},
    "prose": _BY_LANGUAGE | {"title": "prose", "description": "One paragraph or more, with inline markup."},
}
"""Text in one language, or a text for each language, by its tag."""
_ITEM: Schema = {"anyOf": [{"$ref": "#/$defs/line"}, {"$ref": "#/$defs/list-item"}]}


def declaration_schema() -> Schema:
    """The schema of a source."""
    nodes = {f"{kind}-node": _shape(shape) for kind, shape in NODES.items()}
    item = {"list-item": _shape(fields.ITEM)}
    return _document("A declaration", DECLARATION, _WORDS | item | nodes)


def briefing_schema() -> Schema:
    """The schema of an overlay."""
    return _document("The briefing overlay of a declaration", BRIEFING, _WORDS)


def _document(title: str, shape: Shape, definitions: dict[str, Schema]) -> Schema:
    return {"$schema": DIALECT, **_shape(shape), "title": title, "$defs": definitions}


def part_name(shape: Shape) -> str:
    """The name of a part: the key that says its kind for a node, the name of its class for any other part."""
    return next((kind for kind, node in NODES.items() if node is shape), shape.part.__name__.lower())


def _shape(shape: Shape) -> Schema:
    name = part_name(shape)
    return {
        "type": "object",
        "title": name,
        "description": PARTS[name],
        "properties": {
            key: _reader(field.read) | {"description": DESCRIPTIONS[name][key]} for key, field in shape.keys.items()
        },
        "required": [key for key, field in shape.keys.items() if field.is_required],
        "additionalProperties": False,
    }


def _reader(read: Reader) -> Schema:
    """The schema of the values that a reader accepts."""
    match read:
        case Shape():
            return _shape(read)
        case ListOf():
            maximum = {} if read.max_length is None else {"maxItems": read.max_length}
            return {"type": "array", "items": _reader(read.read), "minItems": read.min_length} | maximum
        case MapOf():
            names = {"pattern": f"^(?:{IDENTIFIER})$"}
            return {"type": "object", "propertyNames": names, "additionalProperties": _reader(read.read)}
        case OneOf():
            return {"enum": list(read.words)}
        case Matching():
            return _SCALAR | {"title": with_article(read.name), "pattern": f"^(?:{read.pattern.pattern})$"}
        case NodeField():
            return {"anyOf": [{"$ref": f"#/$defs/{kind}-node"} for kind in read.kinds]}
    if read == fields.marking:
        return {"anyOf": [{"$ref": "#/$defs/name"}, _shape(fields.MARKING)]}
    return _PLAIN[read]


_PLAIN: dict[Reader, Schema] = {
    line: {"$ref": "#/$defs/line"},
    title: {"$ref": "#/$defs/line"},
    name: {"$ref": "#/$defs/name"},
    column_name: {"$ref": "#/$defs/name"},
    prose: {"$ref": "#/$defs/prose"},
    values.text: _SCALAR | {"title": "plain text"},
    values.short_text: _SCALAR | {"title": "plain text"},
    dates.date: {"type": "string", "title": "a date, such as 2022-05-30", "pattern": r"^\d{4}-\d\d-\d\d$"},
    values.boolean: {"enum": [True, False, "true", "false"], "title": "true or false"},
    values.picture: {"type": "string", "title": "the name of a file"},
    fields.item: _ITEM,
    dates.moment: {"type": "string", "title": "a moment, such as 2022-05-23T12:00:00+01:00", "format": "date-time"},
    ordinal: {"type": "integer", "title": "a whole number", "minimum": 1},
}


def as_text(what: str) -> str:
    """The schema of a "declaration" or of a "briefing", as JSON text."""
    schema = declaration_schema() if what == "declaration" else briefing_schema()
    return json.dumps(schema, indent=2) + "\n"
