"""Counting many small numbers at once, and comparing sets of classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.core.answer_table import AnswerTable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

COUNTERS_LIMIT = 1_000_000


def expanded(lengths: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Return for each element of some rows of a ragged table: the place of its row in `rows`, and its own place.

    Args:
        lengths: int64 (n,), elements of each row; they lie one behind the other.
        rows: int64 (k,), the rows that are asked for.

    Example:
        >>> [found.tolist() for found in expanded(np.array([2, 1, 0, 3]), np.array([3, 0]))]
        [[0, 0, 0, 1, 1], [3, 4, 5, 0, 1]]
    """
    starts = np.cumsum(lengths) - lengths
    counts = lengths[rows]
    place = np.repeat(np.arange(len(rows)), counts)
    within = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
    return place, starts[rows][place] + within


class Tally:
    """How often each number was added.

    Args:
        size: Numbers are below this. Few possible numbers have a counter each, others are sorted.
    """

    def __init__(self, size: int) -> None:
        self._counters = np.zeros(size, np.int64) if size <= COUNTERS_LIMIT else None
        self._parts: list[tuple[Ints, Ints]] = []

    def add(self, numbers: Ints) -> None:
        """Count some more."""
        if self._counters is not None:
            np.add.at(self._counters, numbers, 1)
        else:
            self._parts.append(np.unique(numbers, return_counts=True))

    def _all(self) -> tuple[Ints, Ints]:
        if self._counters is not None:
            used = np.flatnonzero(self._counters)
            return used, self._counters[used]
        if len(self._parts) != 1:
            none: list[Ints] = [np.zeros(0, np.int64)]
            keys = np.concatenate(none + [part for part, _ in self._parts])
            counts = np.concatenate(none + [part for _, part in self._parts])
            found, where = np.unique(keys, return_inverse=True)
            self._parts = [(found, np.bincount(where, counts, len(found)).astype(np.int64))]
        return self._parts[0]

    @property
    def keys(self) -> Ints:
        """The numbers, ascending."""
        return self._all()[0]

    def at(self, numbers: Ints) -> Ints:
        """Return how often each of these was added."""
        if self._counters is not None:
            return self._counters[numbers]
        keys, counts = self._all()
        if not len(keys):
            return np.zeros(len(numbers), np.int64)
        place = np.searchsorted(keys, numbers).clip(max=len(keys) - 1)
        found: Ints = np.where(keys[place] == numbers, counts[place], 0).astype(np.int64)
        return found


def class_bits(table: AnswerTable) -> NDArray[np.uint64]:
    """Return uint64 (n, words): a bit for each class that an answer has."""
    words = np.zeros((table.count, len(table.class_names) // 64 + 1), np.uint64)
    bit = np.uint64(1) << (table.classes % 64).astype(np.uint64)
    np.bitwise_or.at(words, (table.owners, table.classes // 64), bit)
    return words


def numbered(words: NDArray[np.uint64]) -> Ints:
    """Return int64 (n,): equal rows have equal numbers, from 0 on."""
    if words.shape[1] == 1:
        rows: NDArray[np.generic] = words[:, 0]
    else:
        rows = np.ascontiguousarray(words).view(f"V{8 * words.shape[1]}")[:, 0]
    number: Ints = np.unique(rows, return_inverse=True)[1].astype(np.int64)
    return number


def masi_distance(members: Floats) -> Floats:
    """Return float64 (sets, sets): how far sets are apart, 0 to 1: one minus Jaccard times monotonicity.

    Args:
        members: float64 (sets, classes), 1 where the set has the class.

    Source: R. Passonneau, Measuring agreement on set-valued items (MASI), LREC 2006.

    Example:
        >>> masi_distance(np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]))[0].round(3).tolist()
        [0.0, 0.667, 1.0]
    """
    both = members @ members.T
    sizes = members.sum(axis=1)
    either = sizes[:, None] + sizes[None, :] - both
    equal = both == either
    within = both == np.minimum(sizes[:, None], sizes[None, :])
    likeness = np.where(equal, 1.0, np.where(within, 2 / 3, 1 / 3))
    jaccard = np.divide(both, either, out=np.ones_like(both), where=either > 0)
    distance: Floats = 1 - jaccard * likeness
    return distance
