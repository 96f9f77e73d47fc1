"""Figures of a search say what the trials say."""

from __future__ import annotations

import math

import pytest

from studio.ui.search_charts import importances, learning, parallel_coordinates
from tests.searched import PARAMS, TRIALS


def test_parallel_coordinates_have_an_axis_a_setting_and_a_line_a_trial() -> None:
    figure = parallel_coordinates(TRIALS, PARAMS)
    assert figure is not None
    axes = figure.data[0].dimensions
    assert [axis.label for axis in axes] == [
        "Model", "Learning rate", "Units of layer 1", "Early stopping", "Epochs", "Accuracy",
    ]  # fmt: skip
    assert [len(axis["values"]) for axis in axes] == [4] * 6  # the failed one has no value
    assert list(axes[0].ticktext) == ["small", "large"]
    assert axes[1]["values"][0] == pytest.approx(math.log10(0.001))
    assert list(axes[3]["values"]) == [0, 1, 1, 0]
    assert parallel_coordinates(TRIALS[3:4], PARAMS) is None


def test_every_trial_has_its_curve_and_those_ended_early_are_marked() -> None:
    figure = learning(TRIALS, PARAMS)
    assert figure is not None
    told = {trace.name: trace for trace in figure.data}
    assert set(told) == {"ended early", "trained to the end", "running", "the best"}
    assert told["ended early"].line.dash == "dot"
    assert told["the best"].y == (0.7, 0.93)
    assert learning(TRIALS[3:4], PARAMS) is None


def test_importances_come_in_their_order() -> None:
    figure = importances(TRIALS, PARAMS)
    assert figure is not None
    assert figure.data[0].y[0] == "Learning rate"
    assert list(figure.data[0].x) == [70, 20, 6, 4]
    assert importances(TRIALS[:2], PARAMS) is None
