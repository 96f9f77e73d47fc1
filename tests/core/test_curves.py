"""Curves go through scikit-learn's points, and what a slider counts is what is there."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from studio.core.curves import (
    EvaluationCurves,
    class_curves,
    overall_thresholds,
    slider_thresholds,
    threshold_counts,
)
from studio.core.judging import judge
from studio.core.predictions import Predictions


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.5, 0.75, 1.0])),
        min_size=1,
        max_size=40,
    )
)
def test_few_samples_give_all_points_of_scikit_learn(rows: list[tuple[bool, float]]) -> None:
    is_class, scores = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = class_curves(is_class, scores)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # shares of nothing
        if is_class.any():
            precision, recall, thresholds = metrics.precision_recall_curve(is_class, scores)
            np.testing.assert_allclose(found.precision, precision[::-1], atol=1e-12)
            np.testing.assert_allclose(found.recall, recall[::-1], atol=1e-12)
            np.testing.assert_array_equal(found.thresholds[1:], thresholds[::-1])
        if not is_class.all():
            rates, recall, thresholds = metrics.roc_curve(is_class, scores, drop_intermediate=False)
            np.testing.assert_allclose(found.false_positive_rate, rates, atol=1e-12)
            np.testing.assert_array_equal(found.thresholds, thresholds)


def test_many_samples_give_few_points_that_are_exact() -> None:
    generator = np.random.default_rng(0)
    scores = generator.beta(0.3, 0.5, 30_000).astype(np.float32)
    is_class = generator.random(30_000) < scores
    found = class_curves(is_class, scores)
    assert 300 < len(found.thresholds) <= 401
    assert (found.recall[0], found.precision[0], found.false_positive_rate[0]) == (0, 1, 0)
    assert (found.recall[-1], found.false_positive_rate[-1]) == (1, 1)
    assert np.diff(found.recall).max() < 0.012
    assert np.diff(found.false_positive_rate).max() < 0.012
    for at in (1, 7, 150, 299):
        chosen = scores >= np.float32(found.thresholds[at])
        assert found.precision[at] == pytest.approx(is_class[chosen].mean(), abs=1e-12)
        assert found.recall[at] == pytest.approx(chosen[is_class].mean(), abs=1e-12)
        assert found.false_positive_rate[at] == pytest.approx(chosen[~is_class].mean(), abs=1e-12)


def test_a_slider_counts_every_sample_for_every_class() -> None:
    generator = np.random.default_rng(3)
    table = generator.dirichlet(np.full(20, 0.2), 300).astype(np.float32)
    labels = generator.integers(0, 20, 300)
    right, false = threshold_counts(table, labels, 20, steps=101)
    assert right.shape == false.shape == (20, 101)
    for step in (0, 1, 50, 100):
        chosen = table >= slider_thresholds(101)[step]
        of_class = labels[:, None] == np.arange(20)
        np.testing.assert_array_equal(right[:, step], (chosen & of_class).sum(axis=0))
        np.testing.assert_array_equal(false[:, step], (chosen & ~of_class).sum(axis=0))


def test_the_curve_over_all_classes_counts_each_sample_for_each_class() -> None:
    generator = np.random.default_rng(4)
    table = generator.dirichlet(np.full(5, 0.3), 200).astype(np.float32)
    labels = generator.integers(0, 5, 200).astype(np.int32)
    names = ("a", "b", "c", "d", "e")
    curves = judge(Predictions("d:1", "", names, np.arange(200), labels, table), k=2).curves
    assert EvaluationCurves.model_validate_json(curves.model_dump_json()) == curves
    overall, points = curves.overall, curves.overall.curves()
    assert (overall.positives, overall.negatives) == (200, 800)
    assert (points.recall[-1], points.false_positive_rate[-1]) == (1, 1)
    is_class = (labels[:, None] == np.arange(5)).ravel()
    for at in (10, 200, 350):
        chosen = table.ravel() >= np.float32(overall.thresholds[at])
        assert overall.true_positives[at] == np.count_nonzero(chosen & is_class)
        assert overall.false_positives[at] == np.count_nonzero(chosen & ~is_class)
    assert len(overall_thresholds()) <= 400
    right, false = threshold_counts(table, labels, 5)
    assert curves.true_positives == tuple(map(tuple, right.tolist()))
    assert curves.false_positives == tuple(map(tuple, false.tolist()))
