"""Several runs' curves of one metric as one: their mean, and how far they lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Spread(NamedTuple):
    """Mean and standard deviation of curves, over the steps that at least one of them has.

    Args:
        steps: int64 (n,), rising.
        mean, deviation: float64 (n,); the deviation is 0 where there is one run only.
        runs: int64 (n,), so many runs are in it there: some may not have come that far.
    """

    steps: NDArray[np.int64]
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    runs: NDArray[np.int64]


def spread(
    curves: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]], most: int = 400
) -> Spread:
    """Return mean and standard deviation of curves whose points need not lie at the same steps.

    Args:
        curves: (steps int64 (n,), values float64 (n,)), steps rising; between two points a curve is a straight line.
        most: So many steps at most.

    Example:
        >>> made = spread([(np.array([1, 3]), np.array([1.0, 3.0])), (np.array([1, 2]), np.array([3.0, 4.0]))])
        >>> made.steps.tolist(), made.mean.tolist(), made.runs.tolist()
        ([1, 2, 3], [2.0, 3.0, 3.0], [2, 2, 1])
    """
    finite = [
        (steps[good], values[good])
        for steps, values in curves
        if (good := np.isfinite(values)).any()
    ]
    if not finite:
        return Spread(np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0, np.int64))
    steps = np.unique(np.concatenate([steps for steps, _ in finite]))
    if len(steps) > most:
        steps = steps[np.unique(np.linspace(0, len(steps) - 1, most).round().astype(np.int64))]
    at = [np.interp(steps, x, y, left=np.nan, right=np.nan) for x, y in finite]
    values = np.vstack(at)
    there = ~np.isnan(values)
    runs = there.sum(axis=0)
    shared = runs > 0
    steps, values, there, runs = steps[shared], values[:, shared], there[:, shared], runs[shared]
    mean = np.where(there, values, 0).sum(axis=0) / runs
    squares = np.where(there, values - mean, 0) ** 2
    deviation = np.sqrt(squares.sum(axis=0) / np.maximum(runs - 1, 1))
    return Spread(steps.astype(np.int64), mean, deviation, runs.astype(np.int64))
