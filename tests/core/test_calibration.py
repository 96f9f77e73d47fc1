"""Calibration is measured as it is, and one temperature puts an over-sure model right without moving an answer."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.calibration import calibration_curve

from studio.core.calibration import (
    calibration_error,
    cross_fitted,
    fit_temperature,
    histograms,
    reliability,
    tempered,
)


def answers(
    count: int, temperature: float, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return answers that are well calibrated at `temperature`, and true classes drawn by them."""
    generator = np.random.default_rng(seed)
    logits = generator.standard_normal((count, 6)) * 2
    exact = np.exp(logits)
    exact /= exact.sum(axis=1, keepdims=True)
    labels = (exact.cumsum(axis=1) < generator.random((count, 1))).sum(axis=1)
    said = np.exp(logits * temperature)
    return (said / said.sum(axis=1, keepdims=True)).astype(np.float32), labels


def test_bins_equal_scikit_learn() -> None:
    table, labels = answers(4000, 2.0)
    confidence, right = table.max(axis=1), table.argmax(axis=1) == labels
    bins = reliability(confidence, right)
    filled = [one for one in bins if one.count]
    accuracy, sure = calibration_curve(right, confidence, n_bins=15)
    np.testing.assert_allclose([one.accuracy for one in filled], accuracy, atol=1e-9)
    np.testing.assert_allclose([one.confidence for one in filled], sure, atol=1e-7)
    weights = np.array([one.count for one in filled]) / 4000
    assert calibration_error(bins) == pytest.approx(weights @ np.abs(accuracy - sure), abs=1e-7)


def test_histograms_count_every_answer_once() -> None:
    found = histograms(np.array([0.0, 0.049, 0.05, 1.0]), np.array([True, False, True, True]))
    assert [len(one) for one in found] == [20, 20]
    assert (found[0][0], found[0][1], found[0][19], found[1][0]) == (1, 1, 1, 1)
    assert found[0].sum() + found[1].sum() == 4


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_the_temperature_that_was_is_found(temperature: float) -> None:
    table, labels = answers(20_000, temperature)
    found = fit_temperature(table, labels)
    assert found == pytest.approx(temperature, rel=0.05)

    def loss(value: float) -> float:
        return float(-np.log(tempered(table, value)[np.arange(len(labels)), labels]).mean())

    best = minimize_scalar(loss, bounds=(0.1, 10), method="bounded", options={"xatol": 1e-6})
    assert found == pytest.approx(best.x, rel=0.01)


def test_an_over_sure_model_is_put_right_and_says_the_same_classes() -> None:
    table, labels = answers(6000, 3.0)
    found = cross_fitted(table, labels)
    assert found.before > 0.15
    assert found.after < 0.03
    np.testing.assert_array_equal(
        tempered(table, found.temperature).argmax(axis=1), table.argmax(axis=1)
    )
    assert found == cross_fitted(table, labels)


def test_one_sample_and_sure_mistakes_have_a_temperature() -> None:
    wrong = np.array([[1.0, 0.0]], np.float32)
    assert fit_temperature(wrong, np.array([1])) == pytest.approx(50, rel=1e-6)
    assert fit_temperature(wrong, np.array([0])) == pytest.approx(0.02, rel=1e-6)
    assert cross_fitted(wrong, np.array([1])).before == 1.0
