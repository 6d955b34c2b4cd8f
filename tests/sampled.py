"""One sample of declarations, with every kind of node, which all tests of "any declaration" share.

The sample is the same in every run. `make proof` draws many more, and others in every run; Hypothesis then finds the
smallest declaration that fails.
"""

from __future__ import annotations

from functools import cache

from hypothesis import HealthCheck, settings

from tests.declarations import Sample, samples

SIZE = 100
PLAIN = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
"""Examples that are the same in every run."""


@cache
def corpus() -> tuple[Sample, ...]:
    """The sample, the shortest first: the first that fails is easy to read."""
    return drawn("any", SIZE)


def drawn(seed: str, number: int) -> tuple[Sample, ...]:
    """Different declarations, the shortest first."""
    return tuple(sorted(samples(seed, number), key=lambda sample: len(sample.source)))
