"""How many examples the fuzz tests try.

By default a few hundred of each, the same every time; `pytest -m proof` tries many more, and others each time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

QUICK = settings(derandomize=True, database=None, deadline=None, max_examples=400)
LONG = settings(database=None, deadline=None, max_examples=10_000)
Property = Callable[..., None]


def quick(**strategies: st.SearchStrategy[Any]) -> Callable[[Property], Property]:
    return lambda property: QUICK(given(**strategies)(property))


def long(**strategies: st.SearchStrategy[Any]) -> Callable[[Property], Property]:
    return lambda property: pytest.mark.proof(LONG(given(**strategies)(property)))
