from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.overlay import LEAST_POINTS, overlaid, smoothed


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 40), st.integers(0, 2**31))
def test_thinned_curves_keep_peaks_ends_and_order(count: int, runs: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    curves = {
        str(run): (np.arange(count, dtype=np.int64), generator.normal(size=count))
        for run in range(runs)
    }
    found = overlaid(curves, most=1000)
    for name, (steps, values) in found.items():
        whole = curves[name][1]
        assert len(steps) <= max(LEAST_POINTS, 1000 // runs)
        assert np.all(np.diff(steps) > 0)
        assert (steps[0], steps[-1]) == (0, count - 1)
        assert (values.min(), values.max()) == (whole.min(), whole.max())
        assert np.array_equal(values, whole[steps])


def test_smoothing_leaves_what_is_not_finite_out() -> None:
    found = smoothed(np.array([1.0, np.nan, 3.0]), 0.5)
    assert np.isnan(found[1])
    assert found[[0, 2]].tolist() == [1.0, 2.0]
    ((steps, values),) = overlaid({"a": (np.arange(3), np.array([1.0, np.nan, 3.0]))}).values()
    assert (steps.tolist(), values.tolist()) == ([0, 2], [1.0, 3.0])
