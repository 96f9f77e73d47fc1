"""Scores in order give what scikit-learn gives, whatever ties there are."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn import metrics

from studio.core.scores import Scores, class_rows, class_scores_of, column_blocks

# Few distinct scores, so that ties are the rule; tiny ones and -0.0, so that the order of floats is tried.
rows = st.lists(
    st.tuples(
        st.booleans(), st.sampled_from([-0.0, 0.0, 1e-38, 0.1, 0.25, 0.5, 0.9, 0.99999994, 1.0])
    ),
    min_size=1,
    max_size=60,
)


def columns(found: list[tuple[bool, float]]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    return np.array([row[0] for row in found]), np.array([row[1] for row in found], np.float32)


@settings(max_examples=60)
@given(rows)
def test_average_precision_and_roc_auc_equal_scikit_learn(found: list[tuple[bool, float]]) -> None:
    is_class, scores = columns(found)
    ours = Scores.of(is_class, scores)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns where no sample is of the class
        expected = metrics.average_precision_score(is_class, scores)
    assert ours.average_precision() == pytest.approx(expected, abs=1e-12)
    if is_class.all() or not is_class.any():
        assert ours.roc_auc() is None
    else:
        assert ours.roc_auc() == pytest.approx(metrics.roc_auc_score(is_class, scores), abs=1e-12)


def test_many_samples_equal_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    scores = generator.random(50_000, np.float32)
    is_class = generator.random(50_000) < scores**3
    ours = Scores.of(is_class, scores)
    expected = metrics.average_precision_score(is_class, scores)
    assert ours.average_precision() == pytest.approx(expected, abs=1e-9)
    assert ours.roc_auc() == pytest.approx(metrics.roc_auc_score(is_class, scores), abs=1e-9)


@settings(max_examples=30)
@given(rows, st.lists(st.floats(0, 1, width=32), max_size=5))
def test_counts_at_thresholds_are_what_is_counted_by_hand(
    found: list[tuple[bool, float]], thresholds: list[float]
) -> None:
    is_class, scores = columns(found)
    right, false = Scores.of(is_class, scores).counts(np.array(thresholds, np.float32))
    for number, threshold in enumerate(thresholds):
        assert right[number] == np.count_nonzero(is_class & (scores >= threshold))
        assert false[number] == np.count_nonzero(~is_class & (scores >= threshold))


@pytest.mark.parametrize("limit", [7, 1000])
def test_thresholds_fall_from_the_highest_score_to_the_lowest(limit: int) -> None:
    generator = np.random.default_rng(1)
    scores = generator.random(500, np.float32)
    thresholds = Scores.of(scores > 0.7, scores).thresholds(limit)
    assert (thresholds[0], thresholds[-1]) == (scores.max(), scores.min())
    assert (np.diff(thresholds) < 0).all()
    assert len(thresholds) == min(limit, 500) or (limit == 7 and 4 <= len(thresholds) <= 7)


def test_classes_are_copied_in_groups_and_come_out_whole() -> None:
    generator = np.random.default_rng(2)
    table = generator.random((50, 37), np.float32)
    labels = generator.integers(0, 36, 50)
    rows_of = class_rows(labels, 37)
    assert [block.start for block in column_blocks(table)] == [0, 16, 32]
    for block in column_blocks(table):
        for number, scores in class_scores_of(table, rows_of, block):
            np.testing.assert_array_equal(scores.every, np.sort(table[:, number]))
            np.testing.assert_array_equal(
                scores.positives, np.sort(table[labels == number, number])
            )
    assert len(column_blocks(np.broadcast_to(np.float32(0), (20_000_000, 3)))) == 3


def test_no_samples_have_no_numbers() -> None:
    nothing = Scores.of(np.zeros(0, bool), np.zeros(0, np.float32))
    assert (nothing.average_precision(), nothing.roc_auc()) == (0.0, None)
    assert len(nothing.thresholds(400)) == 0
