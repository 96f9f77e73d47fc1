from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.class_weights import class_weights


@settings(max_examples=80)
@given(st.lists(st.integers(-1, 5), max_size=60))
def test_every_class_counts_alike_and_a_sample_counts_one_on_average(known: list[int]) -> None:
    labels = np.array(known, np.int32)
    weights = class_weights(labels, 6)
    assert weights.shape == (6,)
    assert weights.dtype == np.float32
    labelled = labels[labels >= 0]
    if len(labelled):
        assert np.isclose(weights[labelled].mean(), 1)
    totals = np.bincount(labelled, minlength=6) * weights
    assert np.allclose(totals[totals > 0], totals.max(initial=0))
    assert (weights[totals == 0] == 1).all()
