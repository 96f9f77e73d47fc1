"""The scores of one class in order: what average precision, the ROC curve and thresholds are counted from.

Only one sort of plain numbers a class is needed, which processors do many numbers at once: sorting places, or scores
together with labels, takes several times as long.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

COLUMNS = 16
"""At most so many classes are copied together from a table of probabilities: a line of the processor's cache."""
COLUMN_VALUES = 16_000_000
"""At most so many values are copied together."""
ROWS = 4096
"""So many rows are copied at a time, which stay in the processor's cache meanwhile."""


class Scores(NamedTuple):
    """The scores of one class.

    Args:
        every: Float (n,), all samples' scores, ascending.
        positives: Float (p,), those of the samples that are of the class, ascending.
    """

    every: NDArray[np.floating[Any]]
    positives: NDArray[np.floating[Any]]

    @classmethod
    def of(cls, is_class: NDArray[np.bool_], scores: NDArray[np.floating[Any]]) -> Scores:
        """Sort scores.

        Args:
            is_class: Boolean (n,), whether a sample is of the class.
            scores: Float (n,), how sure the model is that it is.
        """
        return cls(np.sort(scores), np.sort(scores[np.asarray(is_class, bool)]))

    @property
    def negatives(self) -> int:
        """Number of samples that are not of the class."""
        return len(self.every) - len(self.positives)

    def average_precision(self) -> float:
        """Return the area under the precision-recall curve, as a sum of steps; 0 when no sample is of the class.

        Samples with equal scores enter together, so their order does not matter.
        """
        if not len(self.positives):
            return 0.0
        values, first, counts = self._steps()
        found = len(self.positives) - first
        chosen = len(self.every) - np.searchsorted(self.every, values, side="left")
        return float(np.sum(counts * (found / chosen)) / len(self.positives))

    def roc_auc(self) -> float | None:
        """Return the area under the ROC curve: how often a sample of the class has a higher score than another one.

        Equal scores count half. None where all samples are of the class, or none is.
        """
        if not len(self.positives) or not self.negatives:
            return None
        values, first, counts = self._steps()
        below = np.searchsorted(self.every, values, side="left") - first
        up_to = np.searchsorted(self.every, values, side="right") - first - counts
        return float(np.sum(counts * (below + up_to)) / 2 / len(self.positives) / self.negatives)

    def counts(
        self, thresholds: NDArray[np.floating[Any]]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return how many samples of the class, and of others, have at least each of some scores.

        Args:
            thresholds: Float (t,), of the same type as the scores.

        Returns:
            True and false positives, int64 (t,) each.
        """
        found = len(self.positives) - np.searchsorted(self.positives, thresholds, side="left")
        chosen = len(self.every) - np.searchsorted(self.every, thresholds, side="left")
        return found.astype(np.int64), (chosen - found).astype(np.int64)

    def thresholds(self, limit: int) -> NDArray[np.floating[Any]]:
        """Return at most `limit` scores at which the curves are drawn, descending: all different ones if they are few.

        Else half of them have evenly many samples of the class between them, so that recall goes in even steps, and
        half evenly many of all samples, so that the false positive rate does. The highest and lowest are among them.
        """
        if not len(self.every):
            return self.every
        different = self.every[np.append(True, self.every[1:] != self.every[:-1])]
        if len(different) > limit:
            half = limit // 2
            picked = [_evenly(self.every, half), _evenly(self.positives, limit - half)]
            different = np.unique(np.concatenate(picked))
        return np.asarray(different[::-1])

    def _steps(
        self,
    ) -> tuple[NDArray[np.floating[Any]], NDArray[np.int64], NDArray[np.int64]]:
        """Return the different scores of the class's samples, the place of each one's first, and how many it has."""
        ordered = self.positives
        first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        return ordered[first], first, np.diff(first, append=len(ordered))


def column_blocks(probabilities: NDArray[np.floating[Any]]) -> list[range]:
    """Return the classes in groups that are copied together.

    Args:
        probabilities: Float (n, classes).
    """
    count, classes = probabilities.shape
    width = min(COLUMNS, max(1, COLUMN_VALUES // max(count, 1)))
    return [range(start, min(start + width, classes)) for start in range(0, classes, width)]


def class_rows(labels: NDArray[np.integer[Any]], classes: int) -> list[NDArray[np.int64]]:
    """Return the places of each class's samples.

    Args:
        labels: Integer (n,), the true classes.
        classes: Number of classes.
    """
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.searchsorted(labels[order], np.arange(1, classes)))


def class_scores_of(
    probabilities: NDArray[np.floating[Any]], rows: list[NDArray[np.int64]], block: range
) -> Iterator[tuple[int, Scores]]:
    """Yield (class, its scores) of some neighbouring classes.

    Args:
        probabilities: Float (n, classes), usually memory-mapped.
        rows: Of `class_rows`.
        block: One of `column_blocks`.
    """
    count = len(probabilities)
    columns = np.empty((len(block), count), probabilities.dtype)
    for start in range(0, count, ROWS):
        part = probabilities[start : start + ROWS, block.start : block.stop]
        columns[:, start : start + ROWS] = part.T
    for number, column in zip(block, columns, strict=True):
        positives = np.sort(column[rows[number]])
        column.sort()
        yield number, Scores(column, positives)


def _evenly(ordered: NDArray[np.floating[Any]], count: int) -> NDArray[np.floating[Any]]:
    """Return `count` of some ordered values at even distances, both ends among them; fewer where there are fewer."""
    if not len(ordered):
        return ordered
    return ordered[np.linspace(0, len(ordered) - 1, min(count, len(ordered))).astype(np.int64)]
