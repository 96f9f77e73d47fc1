"""Confusion matrices: as shares, in an order that puts what is confused side by side, and the pairs most confused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Unit = Literal["count", "true", "predicted"]
Order = Literal["declared", "confused", "alphabetical"]


class Confusion(NamedTuple):
    """Samples of one class that were taken for another.

    Args:
        true, predicted: Places of the classes.
        samples: How many.
        share: Of the samples of the true class, 0-1.
    """

    true: int
    predicted: int
    samples: int
    share: float


def normalised(counts: Counts, unit: Unit) -> NDArray[np.float64]:
    """Return a matrix as counts, or as shares of its rows (true classes) or columns (predicted ones), 0-1.

    Args:
        counts: int64 (classes, classes), rows are true classes. A share of nothing is 0.

    Example:
        >>> normalised(np.array([[3, 1], [0, 0]]), "true").tolist()
        [[0.75, 0.25], [0.0, 0.0]]
    """
    if unit == "count":
        return counts.astype(np.float64)
    whole = counts.sum(axis=1 if unit == "true" else 0, keepdims=True)
    return np.asarray(counts / np.maximum(whole, 1), np.float64)


def confused_pairs(counts: Counts, limit: int = 20) -> list[Confusion]:
    """Return who is taken for whom most often, most samples first; of as many the larger share first."""
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    shares = normalised(counts, "true")
    rows, columns = np.nonzero(wrong)
    order = np.lexsort((columns, rows, -shares[rows, columns], -wrong[rows, columns]))[:limit]
    return [
        Confusion(row, column, int(counts[row, column]), float(shares[row, column]))
        for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True)
    ]


def class_order(counts: Counts, names: Sequence[str], order: Order) -> list[int]:
    """Return the places of the classes in an order.

    "confused" begins with the two classes that are confused most, whichever way, then goes on with the pair that comes
    next: what is confused stands side by side, and classes that are never confused come last.

    Example:
        >>> class_order(np.array([[5, 0, 0], [0, 5, 1], [0, 4, 5]]), ["a", "b", "c"], "confused")
        [1, 2, 0]
    """
    if order == "declared":
        return list(range(len(names)))
    if order == "alphabetical":
        return sorted(range(len(names)), key=lambda place: (names[place].casefold(), place))
    both = counts + counts.T
    np.fill_diagonal(both, 0)
    rows, columns = np.nonzero(np.triu(both))
    ranked = np.lexsort((columns, rows, -both[rows, columns]))
    pairs = np.stack([rows[ranked], columns[ranked]], axis=1)
    return list(dict.fromkeys([*pairs.reshape(-1).tolist(), *range(len(names))]))
