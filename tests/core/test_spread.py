from __future__ import annotations

import numpy as np

from studio.core.spread import spread


def curve(steps, values):
    return np.array(steps, np.int64), np.array(values, np.float64)


def test_equal_steps_give_mean_and_sample_deviation():
    found = spread([curve([1, 2], [1, 4]), curve([1, 2], [3, 4])])
    assert found.mean.tolist() == [2, 4]
    assert np.allclose(found.deviation, [np.std([1, 3], ddof=1), 0])
    assert found.runs.tolist() == [2, 2]


def test_a_run_that_has_not_come_as_far_counts_as_far_as_it_came():
    found = spread([curve([10, 20, 30], [3, 2, 1]), curve([10, 20], [5, 4])])
    assert found.steps.tolist() == [10, 20, 30]
    assert found.mean.tolist() == [4, 3, 1]
    assert found.runs.tolist() == [2, 2, 1]
    assert found.deviation[-1] == 0


def test_what_is_not_finite_is_bridged_and_nothing_gives_nothing():
    assert spread([curve([1, 2, 3], [1, np.nan, 3])]).mean.tolist() == [1, 3]
    assert spread([curve([1], [np.inf]), curve([], [])]).steps.tolist() == []


def test_long_curves_are_looked_at_in_few_places_from_first_to_last():
    steps = np.arange(1, 5001)
    found = spread([(steps, steps / 1.0), (steps, steps / 1.0)], most=100)
    assert len(found.steps) == 100
    assert (found.steps[0], found.steps[-1]) == (1, 5000)
    assert np.array_equal(found.mean, found.steps)
