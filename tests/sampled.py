"""One sample of declarations, with every kind of node, that all tests of "any declaration" share.

Drawing a declaration takes ten times as long as any test of it. The sample is the same in every run. `make proof`
draws a larger sample, different in every run. Hypothesis then finds the smallest declaration that fails.
"""

from __future__ import annotations

from functools import cache

from hypothesis import HealthCheck, Phase, given, settings

from tests.declarations import Sample, declarations

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
    """The sample, the shortest first, so that the first one that fails is easy to read."""
    return drawn(SIZE)


def drawn(number: int) -> tuple[Sample, ...]:
    """Different declarations, the shortest first; a few less than `number`, since some are drawn twice."""
    found: dict[str, Sample] = {}

    @settings(PLAIN, max_examples=number, phases=[Phase.generate])
    @given(sample=declarations())
    def draw(sample: Sample) -> None:
        found[sample.source] = sample

    draw()
    return tuple(sorted(found.values(), key=lambda sample: len(sample.source)))
