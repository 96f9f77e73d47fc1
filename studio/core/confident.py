"""Confident learning: how many labels of each class are really another class, and which samples those are.

A class counts as the true one of a sample where a model that has not seen the sample gives it at least as much as it
gives, on average, to the samples that carry that label: so a class the model is always unsure of needs less to count.
From these counts follows how many labels of each class are wrong and what they should be; so many are taken for
errors, those first whose probability lies furthest from that of their label.

Source: Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 70 (2021);
samples are chosen by its "prune by noise rate" and ranked by normalised margin.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

BLOCK_VALUES = 4_000_000
"""So many probabilities are looked at at a time."""
TOLERANCE = 1e-6
"""A probability that is less than its threshold by no more than this reaches it."""

Labels = NDArray[np.integer[Any]]
Probabilities = NDArray[np.float32]


class Suspects(NamedTuple):
    """Samples whose label is not the class a model would give them.

    Args:
        rows: int64 (m,), places in what was looked at: the likely errors first, each part by falling score.
        suggested: int32 (m,), the class the model gives.
        scores: float32 (m,), how much more probable that class is than the label, above 0 up to 1.
        likely: So many of them are taken for errors; the others are doubtful.
        joint: int64 (classes, classes), estimated samples by (label, true class); rows add up to the labels.
    """

    rows: NDArray[np.int64]
    suggested: NDArray[np.int32]
    scores: NDArray[np.float32]
    likely: int
    joint: NDArray[np.int64]


def find_suspects(labels: Labels, probabilities: Probabilities) -> Suspects:
    """Return the samples whose label looks wrong, the surest first.

    Args:
        labels: Integers (n,), 0 to classes - 1.
        probabilities: float32 (n, classes) of models that have not seen the samples; may be memory-mapped.

    Example:
        >>> answers = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.05, 0.95]], np.float32)
        >>> found = find_suspects(np.array([0, 0, 1, 1, 0]), answers)
        >>> found.rows.tolist(), found.suggested.tolist(), found.likely
        ([4], [1], 1)
    """
    known: NDArray[np.int64] = np.asarray(labels, np.int64)
    joint = confident_joint(known, probabilities)
    suggested, scores = _margins(known, probabilities)
    likely = _pruned(known, probabilities, joint) & (scores > 0)
    rows = np.flatnonzero(scores > 0)
    order = np.lexsort((-scores[rows], ~likely[rows]))
    rows = rows[order]
    return Suspects(rows.astype(np.int64), suggested[rows], scores[rows], int(likely.sum()), joint)


def confident_joint(labels: Labels, probabilities: Probabilities) -> NDArray[np.int64]:
    """Return int64 (classes, classes): how many samples with a label (row) are estimated to be of a class (column).

    Args:
        labels, probabilities: As in `find_suspects`.
    """
    known: NDArray[np.int64] = np.asarray(labels, np.int64)
    classes = probabilities.shape[1]
    thresholds = _thresholds(known, probabilities)
    counts = np.zeros(classes * classes, np.int64)
    for part in _blocks(*probabilities.shape):
        block = np.asarray(probabilities[part])
        reached = block >= thresholds - TOLERANCE
        how_many = reached.sum(axis=1)
        guess = np.where(how_many > 1, block.argmax(axis=1), reached.argmax(axis=1))
        sure = how_many > 0
        pairs = known[part][sure] * classes + guess[sure]
        counts += np.bincount(pairs, minlength=classes * classes)
    joint = counts.reshape(classes, classes)
    np.fill_diagonal(joint, np.maximum(joint.diagonal(), 1))
    # Samples that reach no threshold are shared out as the others of their label.
    totals = np.bincount(known, minlength=classes)
    return _rounded(joint / joint.sum(axis=1, keepdims=True) * totals[:, None])


def _thresholds(labels: NDArray[np.int64], probabilities: Probabilities) -> NDArray[np.float64]:
    """Return the mean probability of each class among the samples that carry it; 2 where none does."""
    classes = probabilities.shape[1]
    sums = np.zeros(classes)
    for part in _blocks(*probabilities.shape):
        block, own = np.asarray(probabilities[part]), labels[part]
        given = block[np.arange(len(own)), own].astype(np.float64)
        sums += np.bincount(own, given, minlength=classes)
    counts = np.bincount(labels, minlength=classes)
    return np.where(counts > 0, sums / np.maximum(counts, 1), 2.0)


def _margins(
    labels: NDArray[np.int64], probabilities: Probabilities
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the most probable other class of each sample, and how much more probable than its label it is."""
    suggested = np.empty(len(labels), np.int32)
    scores = np.empty(len(labels), np.float32)
    for part in _blocks(*probabilities.shape):
        block, own = np.array(probabilities[part]), labels[part]
        places = np.arange(len(own))
        given = block[places, own]
        block[places, own] = -1.0
        other = block.argmax(axis=1)
        suggested[part] = other
        scores[part] = block[places, other] - given
    return suggested, scores


def _pruned(
    labels: NDArray[np.int64], probabilities: Probabilities, joint: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which samples are taken for errors: as many of each pair of classes as the joint says."""
    chosen = np.zeros(len(labels), bool)
    for given in range(probabilities.shape[1]):
        rows = np.flatnonzero(labels == given)
        if len(rows) < 2:
            continue  # a class keeps its only sample
        wanted = [(true, joint[given, true]) for true in np.flatnonzero(joint[given])]
        block = np.asarray(probabilities[rows])
        for true, count in wanted:
            if true != given:
                margins = block[:, true] - block[:, given]
                chosen[rows[np.argsort(-margins, kind="stable")[:count]]] = True
    return chosen


def _rounded(counts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round to whole numbers so that rows add up as before: the largest remainders are rounded up."""
    down = np.floor(counts + 1e-9)
    missing = np.rint(counts.sum(axis=1) - down.sum(axis=1)).astype(np.int64)
    order = np.argsort(-(counts - down), axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(counts.shape[1])[None, :], axis=1)
    rounded: NDArray[np.int64] = (down + (places < missing[:, None])).astype(np.int64)
    return rounded


def _blocks(count: int, classes: int) -> Iterator[slice]:
    size = max(1, BLOCK_VALUES // max(1, classes))
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
