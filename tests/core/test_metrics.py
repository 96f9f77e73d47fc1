"""The metrics agree with scikit-learn on everything, ties and empty classes included."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from studio.core.metrics import (
    average_precision,
    class_scores,
    confusion_matrix,
    cross_entropy,
    ranks,
)

CLASSES = 4
answers = st.lists(
    st.tuples(st.integers(0, CLASSES - 1), st.integers(0, CLASSES - 1)), min_size=1, max_size=60
)
# Few distinct scores, so that ties are the rule and not the exception.
scored = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])),
    min_size=1,
    max_size=60,
)
tables = st.integers(1, 20).flatmap(
    lambda n: st.tuples(
        st.lists(
            st.lists(st.sampled_from([0.0, 0.2, 0.3, 0.5]), min_size=CLASSES, max_size=CLASSES),
            min_size=n,
            max_size=n,
        ),
        st.lists(st.integers(0, CLASSES - 1), min_size=n, max_size=n),
    )
)


@given(answers)
def test_confusion_matrix_and_class_scores_equal_scikit_learn(
    pairs: list[tuple[int, int]],
) -> None:
    y_true, y_predicted = np.array(pairs).T
    labels = list(range(CLASSES))
    matrix = confusion_matrix(y_true, y_predicted, CLASSES)
    expected = sklearn_metrics.confusion_matrix(y_true, y_predicted, labels=labels)
    np.testing.assert_array_equal(matrix, expected)
    precision, recall, f1, _ = sklearn_metrics.precision_recall_fscore_support(
        y_true, y_predicted, labels=labels, zero_division=0
    )
    scores = class_scores(matrix)
    np.testing.assert_allclose(scores.precision, precision, atol=1e-12)
    np.testing.assert_allclose(scores.recall, recall, atol=1e-12)
    np.testing.assert_allclose(scores.f1, f1, atol=1e-12)


@given(scored)
def test_average_precision_equals_scikit_learn(rows: list[tuple[bool, float]]) -> None:
    is_class = np.array([row[0] for row in rows])
    scores = np.array([row[1] for row in rows], np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns where no sample is of the class
        expected = sklearn_metrics.average_precision_score(is_class, scores)
    assert average_precision(is_class, scores) == pytest.approx(expected, abs=1e-9)


def test_average_precision_of_many_samples_equals_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    scores = generator.random(50_000, np.float32).round(3)
    is_class = generator.random(50_000) < scores
    expected = sklearn_metrics.average_precision_score(is_class, scores)
    assert average_precision(is_class, scores) == pytest.approx(expected, abs=1e-9)


def test_average_precision_of_nothing_is_zero() -> None:
    assert average_precision(np.zeros(0, bool), np.zeros(0)) == 0.0
    assert average_precision(np.zeros(3, bool), np.arange(3.0)) == 0.0


@given(tables)
def test_ranks_break_ties_like_argmax(table: tuple[list[list[float]], list[int]]) -> None:
    probabilities, y_true = np.array(table[0]), np.array(table[1])
    order = np.argsort(-probabilities, axis=1, kind="stable")
    expected = [list(row).index(label) for row, label in zip(order, y_true, strict=True)]
    found = ranks(probabilities, y_true)
    assert found.tolist() == expected
    assert ((found == 0) == (probabilities.argmax(axis=1) == y_true)).all()


@given(st.integers(1, CLASSES), st.integers(0, 99))
def test_ranks_give_scikit_learns_top_k(k: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    probabilities = generator.random((30, CLASSES))
    y_true = generator.integers(0, CLASSES, 30)
    if k == CLASSES:
        assert np.mean(ranks(probabilities, y_true) < k) == 1.0
        return
    expected = sklearn_metrics.top_k_accuracy_score(
        y_true, probabilities, k=k, labels=range(CLASSES)
    )
    assert np.mean(ranks(probabilities, y_true) < k) == pytest.approx(expected)


def test_cross_entropy_equals_scikit_learn_and_stays_finite() -> None:
    generator = np.random.default_rng(0)
    probabilities = generator.dirichlet(np.ones(CLASSES), 100)
    y_true = generator.integers(0, CLASSES, 100)
    expected = sklearn_metrics.log_loss(y_true, probabilities, labels=range(CLASSES))
    assert cross_entropy(probabilities, y_true).mean() == pytest.approx(expected, abs=1e-6)
    assert np.isfinite(cross_entropy(np.array([[0.0, 1.0]]), np.array([0]))).all()
