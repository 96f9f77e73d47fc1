"""Precision-recall and ROC curves: exact at every point that is kept, and few enough points to draw."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from studio.core.scores import Scores, class_rows, class_scores_of, column_blocks

CURVES = "curves.json"
"""File of an evaluation beside evaluation.json."""

MOST_POINTS = 400
STEPS = 1001
"""A threshold slider goes from 0 to 1 in steps of a thousandth."""


class Curves(NamedTuple):
    """Points of both curves of one class, from the strictest threshold to the loosest, float64 (points,) each.

    The first point, at an infinite threshold, chooses nothing: precision 1 by convention, recall 0, no false alarms.
    The last one chooses every sample.
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    false_positive_rate: NDArray[np.float64]
    thresholds: NDArray[np.float64]


class ClassCurve(BaseModel):
    """The curves of one class as counts, of which every share follows exactly.

    Args:
        positives, negatives: Samples of the class, and of all others.
        thresholds: Descending scores; a sample is taken for the class when its score is at least this.
        true_positives, false_positives: Samples of the class, and of others, that are taken for it at each threshold.
    """

    model_config = ConfigDict(frozen=True)

    positives: int
    negatives: int
    thresholds: tuple[float, ...]
    true_positives: tuple[int, ...]
    false_positives: tuple[int, ...]

    def curves(self) -> Curves:
        """Return the points as shares. A share of nothing is 0, and the precision of no choice 1."""
        right = np.append(0, np.array(self.true_positives, np.float64))
        false = np.append(0, np.array(self.false_positives, np.float64))
        chosen = right + false
        return Curves(
            np.divide(right, chosen, out=np.ones_like(right), where=chosen > 0),
            right / max(self.positives, 1),
            false / max(self.negatives, 1),
            np.append(np.inf, np.array(self.thresholds, np.float64)),
        )


class EvaluationCurves(BaseModel):
    """What an evaluation keeps for its curves and for a threshold slider.

    Args:
        class_names: Names of the classes, in the order of all lists.
        classes: The curves of each class.
        overall: Over all classes at once (micro-average): each sample counts once for every class, as one of it or not.
        true_positives, false_positives: Class -> counts at the thresholds 0, 0.001 ... 1.
    """

    model_config = ConfigDict(frozen=True)

    class_names: tuple[str, ...]
    classes: tuple[ClassCurve, ...]
    overall: ClassCurve
    true_positives: tuple[tuple[int, ...], ...]
    false_positives: tuple[tuple[int, ...], ...]


def class_curves(
    is_class: NDArray[np.bool_], scores: NDArray[np.floating[Any]], *, limit: int = MOST_POINTS
) -> Curves:
    """Return the curves of one class.

    Args:
        is_class: Boolean (n,), whether a sample is of the class.
        scores: Float (n,), how sure the model is that it is.
        limit: So many points at most beside the first one. Default 400.

    Example:
        >>> found = class_curves(np.array([True, False, True]), np.array([0.9, 0.8, 0.7]))
        >>> found.recall.tolist(), found.precision.round(2).tolist()
        ([0.0, 0.5, 0.5, 1.0], [1.0, 1.0, 0.5, 0.67])
    """
    return class_curve(Scores.of(is_class, scores), limit).curves()


def class_curve(scores: Scores, limit: int = MOST_POINTS) -> ClassCurve:
    """Return the curves of one class as counts."""
    thresholds = scores.thresholds(limit)
    right, false = scores.counts(thresholds)
    return ClassCurve(
        positives=len(scores.positives),
        negatives=scores.negatives,
        thresholds=tuple(thresholds.tolist()),
        true_positives=tuple(right.tolist()),
        false_positives=tuple(false.tolist()),
    )


def slider_thresholds(steps: int = STEPS) -> NDArray[np.float32]:
    """Return the thresholds of a slider, float32 (steps,) from 0 to 1."""
    return np.linspace(0, 1, steps, dtype=np.float32)


def overall_thresholds() -> NDArray[np.float32]:
    """Return the thresholds at which the curve over all classes is drawn, ascending: close together near 0 and 1."""
    odds = np.linspace(-16, 16, MOST_POINTS - 1)
    inner = (1 / (1 + np.exp(-odds))).astype(np.float32)
    return np.unique(np.append(np.float32(0), inner))


def threshold_counts(
    probabilities: NDArray[np.floating[Any]],
    labels: NDArray[np.integer[Any]],
    classes: int,
    steps: int = STEPS,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count, for each class and threshold, the samples that are taken for the class.

    Args:
        probabilities: Float (n, classes).
        labels: Integer (n,), the true classes.
        classes: Number of classes.
        steps: Thresholds from 0 to 1. Default 1001.

    Returns:
        True and false positives, int64 (classes, steps) each.

    Example:
        >>> right, false = threshold_counts(np.array([[0.8, 0.2]]), np.array([0]), 2, steps=3)
        >>> right.tolist(), false.tolist()
        ([[1, 1, 0], [0, 0, 0]], [[0, 0, 0], [1, 0, 0]])
    """
    right, false = np.zeros((2, classes, steps), np.int64)
    thresholds = slider_thresholds(steps).astype(probabilities.dtype)
    rows = class_rows(labels, classes)
    for block in column_blocks(probabilities):
        for number, scores in class_scores_of(probabilities, rows, block):
            right[number], false[number] = scores.counts(thresholds)
    return right, false
