"""Intervals are those of the plain bootstrap, hold the truth about as often as they say, and are the same again."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn import metrics

from studio.core import intervals
from studio.core.calibration import calibration_error, reliability
from studio.core.intervals import Answers, bootstrap_intervals, wilson
from studio.core.metrics import cross_entropy, ranks


def answers(count: int, seed: int, classes: int = 4, signal: float = 1.5) -> Answers:
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, classes, count)
    logits = generator.standard_normal((count, classes))
    logits[np.arange(count), labels] += signal
    table = np.exp(logits)
    return of((table / table.sum(axis=1, keepdims=True)).astype(np.float32).round(3), labels)


def of(table: NDArray[np.float32], labels: NDArray[np.int64]) -> Answers:
    predicted = table.argmax(axis=1)
    within = ranks(table, labels) < 2
    return Answers(
        table, labels, predicted, table.max(axis=1), within, cross_entropy(table, labels)
    )


def numbers(found: Answers) -> dict[str, float]:
    """What scikit-learn says, over classes with samples."""
    labels, classes = found.labels, found.probabilities.shape[1]
    present = np.unique(labels)
    right = found.predicted == labels
    precisions = [
        metrics.average_precision_score(labels == c, found.probabilities[:, c]) for c in present
    ]
    assert classes >= len(present)
    return {
        "accuracy": float(right.mean()),
        "top_k": float(found.within.mean()),
        "macro_f1": float(
            metrics.f1_score(labels, found.predicted, labels=present, average="macro")
        ),
        "mean_average_precision": float(np.mean(precisions)),
        "loss": float(found.loss.mean()),
        "expected_calibration_error": calibration_error(reliability(found.confidence, right)),
    }


def test_a_resample_counts_as_if_its_samples_were_there_that_often() -> None:
    found = answers(60, 0)
    drawn = np.random.default_rng(1).integers(0, 60, 60)
    weights = np.bincount(drawn, minlength=60)
    ours = intervals._Part(found).numbers(weights)
    for name, value in numbers(found.part(drawn)).items():
        assert ours[name] == pytest.approx(value, abs=1e-9), name


def test_they_are_those_of_the_plain_bootstrap() -> None:
    found = answers(150, 2)
    estimates = numbers(found)
    ours = bootstrap_intervals(found, estimates)
    generator = np.random.default_rng(9)
    plain = [numbers(found.part(generator.integers(0, 150, 150))) for _ in range(150)]
    for name, (low, high) in ours.items():
        assert low <= estimates[name] <= high
        values = np.array([one[name] for one in plain])
        ends = np.quantile(values, [0.025, 0.975])
        if name == "expected_calibration_error":
            ends = np.clip(2 * estimates[name] - ends[::-1], 0, 1)
        width = values.std() * 4
        np.testing.assert_allclose((low, high), ends, atol=0.25 * width, err_msg=name)


def test_parts_of_many_samples_give_the_interval_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    found = answers(6000, 3)
    estimates = numbers(found)
    whole = bootstrap_intervals(found, estimates, seed=1)
    monkeypatch.setattr(intervals, "PART_VALUES", 1000 * 4)
    in_parts = bootstrap_intervals(found, estimates, seed=1)
    assert in_parts != whole
    for name, (low, high) in whole.items():
        assert in_parts[name][1] - in_parts[name][0] == pytest.approx(high - low, rel=0.35), name


def test_they_hold_the_truth_about_as_often_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "WORK", 0)  # 200 resamples
    truth = numbers(answers(100_000, 99))
    held = dict.fromkeys(truth, 0)
    for seed in range(40):
        found = answers(150, seed)
        for name, (low, high) in bootstrap_intervals(found, numbers(found), seed=seed).items():
            held[name] += low <= truth[name] <= high
    assert all(34 <= times <= 40 for times in held.values()), held


def test_the_same_seed_gives_the_same_intervals_and_answers_all_right_wilsons() -> None:
    table = np.tile(np.array([[0.9, 0.1], [0.2, 0.8]], np.float32), (10, 1))
    found = of(table, np.tile([0, 1], 10))
    first = bootstrap_intervals(found, numbers(found), seed=4)
    assert first == bootstrap_intervals(found, numbers(found), seed=4)
    assert first["accuracy"] == first["top_k"] == wilson(20, 20)
    assert first["accuracy"][0] == pytest.approx(0.839, abs=1e-3)
    assert first["accuracy"][1] == 1.0


def test_wilson_equals_scipy() -> None:
    for right, count in ((0, 3), (3, 3), (1, 2), (40, 97), (999, 1000)):
        expected = binomtest(right, count).proportion_ci(0.95, "wilson")
        assert wilson(right, count) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert wilson(0, 0) is None
