"""The fuzzer in its small form, which changes some inputs for every target without atheris, and in its whole form.

`pytest -m proof -k coverage_guided --fuzz-minutes 60` runs the whole one for an hour.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.extract import run
from tests.security.fuzz import MAX_LENGTH, TARGET_NAMES
from tests.security.fuzz_inputs import mutated, seeds
from tests.security.fuzz_targets import TARGETS, read_and_check


def test_every_target_is_fuzzed() -> None:
    assert tuple(TARGETS) == TARGET_NAMES


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_that_the_fuzzer_begins_with_is_cut(name: str) -> None:
    assert max(map(len, seeds(name))) <= MAX_LENGTH


@pytest.mark.parametrize("name", [name for name in TARGETS if name not in ("overlay", "house", "picture")])
def test_the_sources_that_the_fuzzer_begins_with_are_sound(name: str) -> None:
    assert all(read_and_check(seed) for seed in seeds(name))


@pytest.mark.parametrize("name", TARGETS)
def test_changed_inputs_are_refused_with_a_reason_or_written_as_readers_expect(name: str) -> None:
    chance = random.Random(name)
    for seed in seeds(name):
        TARGETS[name](seed)
    for _ in range(8 if name == "house" else 60):
        TARGETS[name](mutated(chance.choice(seeds(name)), name, chance))


@pytest.mark.proof
def test_the_coverage_guided_fuzzer_finds_nothing(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    minutes = str(request.config.getoption("--fuzz-minutes"))
    run([sys.executable, "-m", "tests.security.fuzz", "--minutes", minutes, "--findings", tmp_path])
    assert list(tmp_path.iterdir()) == []
