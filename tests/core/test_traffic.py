from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.traffic import (
    LATENCY_EDGES,
    TrafficRow,
    TrafficSums,
    quantile,
    series,
    summary,
)


def sums_of(seconds: list[float], status: int = 200) -> TrafficSums:
    places = np.searchsorted(LATENCY_EDGES, seconds).tolist()
    made = TrafficSums(requests=len(seconds), seconds=sum(seconds), statuses={status: len(seconds)})
    made.latency.update(places)
    return made


@given(
    st.lists(st.floats(0.0002, 50), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 0.99])
)
@settings(max_examples=80)
def test_quantiles_are_right_to_a_bucket(seconds: list[float], share: float) -> None:
    exact = 1000 * float(np.quantile(seconds, share, method="inverted_cdf"))
    found = quantile(sums_of(seconds).latency, share)
    assert found is not None
    assert exact / 1.3 <= found <= exact * 1.3


@given(st.lists(st.lists(st.floats(0.001, 1), max_size=20), min_size=1, max_size=5))
@settings(max_examples=30)
def test_sums_of_parts_add_up_to_those_of_the_whole(parts: list[list[float]]) -> None:
    whole = sums_of([second for part in parts for second in part])
    added = TrafficSums()
    for part in parts:
        added.add(sums_of(part))
    assert added.latency == whole.latency
    assert added.requests == whole.requests
    assert added.seconds == pytest.approx(whole.seconds)
    kept = TrafficSums.model_validate_json(added.model_dump_json(exclude_defaults=True))
    assert kept == added


def row(second: int, count: int, role: str = "champion", **facts: object) -> TrafficRow:
    sums = TrafficSums(requests=count, statuses={200: count}, **facts)
    return TrafficRow(second=second, model="fruit:1", role=role, sums=sums)


def test_callers_and_the_shadow_are_told_apart() -> None:
    rows = [
        row(1000, 50),
        row(1005, 20, confidence={19: 20}, confidence_sum=18.0),
        row(1005, 20, "shadow", compared=20, agreed=15),
        TrafficRow(second=1005, model="", role="champion", sums=sums_of([0.001] * 4, 401)),
    ]
    found = summary("fruit", rows, 900, 1010)
    assert (found.requests, found.errors, found.confidence) == (74, 4, 0.9)
    assert found.recent == pytest.approx(7.4)
    shadow = found.role("shadow")
    assert shadow is not None
    assert (shadow.agreement, shadow.compared) == (0.75, 20)
    assert found.role("challenger") is None
    assert [one.requests for one in found.roles] == [70, 20]


def test_a_series_has_as_many_points_as_were_asked_for_and_loses_nothing() -> None:
    rows = [row(second, 10) for second in range(1000, 4600, 5)]
    found = series(rows, 1000, 4600, 60)
    assert found.width % 5 == 0
    assert 55 <= len(found.times) <= 61
    assert sum(found.requests) * found.width == pytest.approx(7200)
    empty = series([], 0, 100, 10)
    assert set(empty.requests) == {0.0}
    assert set(empty.p99) == {None}
