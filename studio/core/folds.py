"""Dividing samples into folds, so that each is judged by a model that has not seen it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def fold_codes(
    labels: NDArray[np.integer[Any]],
    folds: int,
    *,
    seed: int = 0,
    groups: NDArray[np.integer[Any]] | None = None,
) -> NDArray[np.uint8]:
    """Divide samples so that every fold has its share of every class.

    Args:
        labels: Integers (n,), 0 or more.
        folds: Number of folds, 2 to 255.
        seed: Start of the randomness.
        groups: Integers (n,): samples of a class with the same number come into the same fold, even where the folds
            then are of unequal size. Default: every sample by itself.

    Returns:
        uint8 (n,), 0 to folds - 1.

    Example:
        >>> np.bincount(fold_codes(np.array([0, 0, 0, 0, 1, 1]), 2)).tolist()
        [3, 3]
    """
    labels = np.asarray(labels)
    draw = np.random.default_rng(seed)
    codes = np.zeros(len(labels), np.uint8)
    filled = np.zeros(folds, np.int64)
    order = draw.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    ends = np.flatnonzero(np.diff(labels[order])) + 1
    for rows in np.split(order, ends):
        sizes = np.zeros(folds, np.int64)
        left = rows
        if groups is not None:
            left = _deal_groups(rows, np.asarray(groups)[rows], codes, sizes)
        codes[left] = _even_out(len(left), sizes, filled)
        filled += np.bincount(codes[rows], minlength=folds)
    return codes


def _deal_groups(
    rows: NDArray[np.int64],
    groups: NDArray[np.integer[Any]],
    codes: NDArray[np.uint8],
    sizes: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Give each group of several samples to the fold that has the fewest, and return the samples that stand alone."""
    _, inverse, counts = np.unique(groups, return_inverse=True, return_counts=True)
    alone = counts[inverse] == 1
    together = np.flatnonzero(~alone)
    if len(together):
        by_size = together[np.lexsort((inverse[together], -counts[inverse[together]]))]
        ends = np.flatnonzero(np.diff(inverse[by_size])) + 1
        for members in np.split(by_size, ends):
            fold = int(sizes.argmin())
            codes[rows[members]] = fold
            sizes[fold] += len(members)
    left: NDArray[np.int64] = rows[alone]
    return left


def _even_out(count: int, sizes: NDArray[np.int64], filled: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return a fold for each of `count` samples: those that have the fewest get the most.

    Args:
        sizes: int64 (folds,), samples of the class that they have already.
        filled: int64 (folds,), samples of other classes; decides who gets one more.
    """
    folds = len(sizes)
    level = sizes.astype(np.int64).copy()
    wanted = np.zeros(folds, np.int64)
    left = count
    while left:
        lowest = np.flatnonzero(level == level.min())
        above = level[level > level.min()]
        rise = min(int(above.min() - level.min()) if len(above) else left, left // len(lowest))
        if rise:
            level[lowest] += rise
            wanted[lowest] += rise
            left -= rise * len(lowest)
            continue
        first = lowest[np.argsort(filled[lowest], kind="stable")[:left]]
        level[first] += 1
        wanted[first] += 1
        left -= len(first)
    return np.repeat(np.arange(folds), wanted).astype(np.uint8)
