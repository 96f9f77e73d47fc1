"""Metrics of a classifier in NumPy: what is counted, and what happens with ties and empty classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.core.scores import Scores

EPSILON = 1e-7
"""A probability below this counts as this in the cross-entropy, so that one sure mistake stays finite."""


BLOCK_VALUES = 4_000_000
"""Tables of probabilities are read so many values at a time."""


def blocks(probabilities: NDArray[np.floating]) -> Iterator[slice]:
    """Yield slices of rows that go through a table of probabilities with little memory.

    Args:
        probabilities: Float (n, classes), usually memory-mapped.
    """
    rows = max(1, BLOCK_VALUES // max(1, probabilities.shape[1]))
    for start in range(0, len(probabilities), rows):
        yield slice(start, min(start + rows, len(probabilities)))


def argmax(probabilities: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the most likely class of each sample, int64 (n,); of equally likely ones the first.

    Args:
        probabilities: Float (n, classes).
    """
    found = np.empty(len(probabilities), np.int64)
    for rows in blocks(probabilities):
        found[rows] = probabilities[rows].argmax(axis=1)
    return found


class ClassScores(NamedTuple):
    """Precision, recall and F1 of each class, float64 (classes,)."""

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]


def confusion_matrix(
    y_true: NDArray[np.integer], y_predicted: NDArray[np.integer], classes: int
) -> NDArray[np.int64]:
    """Count how often class i was taken for class j.

    Args:
        y_true: Integer (n,), the true classes.
        y_predicted: Integer (n,), the predicted classes.
        classes: Number of classes.

    Returns:
        int64 (classes, classes); rows are true classes, columns predicted ones.

    Example:
        >>> confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), 2).tolist()
        [[1, 1], [0, 1]]
    """
    flat = np.asarray(y_true, np.int64) * classes + np.asarray(y_predicted, np.int64)
    return np.bincount(flat, minlength=classes * classes).reshape(classes, classes)


def class_scores(matrix: NDArray[np.int64]) -> ClassScores:
    """Return precision, recall and F1 of each class. A share of nothing is 0.

    Args:
        matrix: int64 (classes, classes), a confusion matrix.

    Example:
        >>> class_scores(np.array([[1, 1], [0, 1]])).recall.tolist()
        [0.5, 1.0]
    """
    right = np.diag(matrix).astype(np.float64)
    predicted, true = matrix.sum(axis=0), matrix.sum(axis=1)
    return ClassScores(
        _share(right, predicted), _share(right, true), _share(2 * right, predicted + true)
    )


def average_precision(is_class: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """Return the area under one class's precision-recall curve, as a sum of steps.

    Samples with equal scores enter together, so their order does not matter.

    Args:
        is_class: Boolean (n,), whether a sample is of the class.
        scores: Float (n,), how sure the model is that it is.

    Returns:
        0-1; 0 when no sample is of the class.

    Example:
        >>> round(average_precision(np.array([True, False, True]), np.array([0.9, 0.8, 0.7])), 4)
        0.8333
    """
    return Scores.of(is_class, scores).average_precision()


def ranks(probabilities: NDArray[np.floating], y_true: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return how many classes come before the true one; 0 is the most likely.

    Of equally likely classes the one with the lower index comes first, as in `numpy.argmax`.

    Args:
        probabilities: Float (n, classes).
        y_true: Integer (n,), the true classes.

    Example:
        >>> ranks(np.array([[0.2, 0.4, 0.4]]), np.array([2])).tolist()
        [1]
    """
    found = np.empty(len(y_true), np.int64)
    classes = np.arange(probabilities.shape[1])[None, :]
    for rows in blocks(probabilities):
        table, labels = probabilities[rows], np.asarray(y_true[rows], np.int64)[:, None]
        true = np.take_along_axis(table, labels, axis=1)
        before = (table > true) | ((table == true) & (classes < labels))
        found[rows] = np.count_nonzero(before, axis=1)
    return found


def cross_entropy(
    probabilities: NDArray[np.floating], y_true: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Return minus the logarithm of the probability each sample's true class was given, float64 (n,).

    Args:
        probabilities: Float (n, classes).
        y_true: Integer (n,), the true classes.
    """
    true = np.take_along_axis(probabilities, np.asarray(y_true, np.int64)[:, None], axis=1)[:, 0]
    return -np.log(np.clip(true.astype(np.float64), EPSILON, 1.0))


def _share(part: NDArray[np.float64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
