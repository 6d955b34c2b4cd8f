"""The shapes of a source and the classes of the model: two lists of the same keys, which must not part."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator
from typing import get_args

import pytest

from render.model import declaration as model
from render.read import fields
from render.read.containers import ListOf, MapOf
from render.read.fields import NODES, Shape

PARTS = tuple(part for part in vars(model).values() if isinstance(part, type) and part.__module__ == model.__name__)


def shapes_in(value: object) -> Iterator[Shape]:
    """The shapes that a reader uses, itself included."""
    if isinstance(value, Shape):
        yield value
        for key in value.keys.values():
            yield from shapes_in(key.read)
    elif isinstance(value, ListOf | MapOf):
        yield from shapes_in(value.read)


ALL = [found for value in (*vars(fields).values(), *NODES.values()) for found in shapes_in(value)]
SHAPES = {shape.part: shape for shape in ALL}

every_part = pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)


def model_fields(part: type) -> dict[str, bool]:
    """The fields of a dataclass that say what a part is, and whether each must be given."""
    return {
        field.name: field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        for field in dataclasses.fields(part)
        if field.compare
    }


def test_every_part_of_the_model_has_one_shape() -> None:
    assert SHAPES.keys() == set(PARTS)
    assert all(shape.keys == SHAPES[shape.part].keys for shape in ALL)


@every_part
def test_the_keys_of_a_shape_are_the_fields_of_its_part(part: type) -> None:
    assert SHAPES[part].keys.keys() == model_fields(part).keys()


@every_part
def test_a_key_is_needed_where_its_field_has_no_default(part: type) -> None:
    assert {name: key.is_required for name, key in SHAPES[part].keys.items()} == model_fields(part)


def test_every_part_of_the_model_is_walked_over() -> None:
    assert set(get_args(model.Part)) == set(PARTS)


@pytest.mark.parametrize(
    ("kinds", "union"),
    [(fields._INNER, model.Inner), (fields._OUTER, model.Outer), (tuple(NODES), model.Node)],
    ids=["inner", "outer", "every"],
)
def test_the_kinds_of_node_allowed_in_a_place_are_those_of_the_model(
    kinds: tuple[str, ...], union: types.UnionType
) -> None:
    assert {NODES[kind].part for kind in kinds} == set(get_args(union))


@pytest.mark.parametrize("kind", NODES)
def test_the_key_that_gives_the_kind_of_a_node_is_required(kind: str) -> None:
    assert NODES[kind].keys[kind].is_required
