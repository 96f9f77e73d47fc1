"""Curves of many runs over each other: smoothed, and thinned to what a picture can show."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

Steps = NDArray[np.int64]
Values = NDArray[np.float64]

POINTS_IN_ALL = 60_000
"""Points of all curves together that a browser draws and searches without a pause."""
LEAST_POINTS = 20


def smoothed(values: Values, amount: float) -> Values:
    """Return the exponential mean of each value and those before it; what is not finite is left out of it.

    Args:
        values: float64 (n,).
        amount: 0-1, the share that the mean so far has in the next one.

    Example:
        >>> smoothed(np.array([1.0, 3.0]), 0.5).tolist()
        [1.0, 2.0]
    """
    good = np.isfinite(values)
    if amount <= 0 or not good.any():
        return values
    means = accumulate(
        values[good].tolist(), lambda mean, value: amount * mean + (1 - amount) * value
    )
    made = np.full(len(values), np.nan)
    made[good] = np.fromiter(means, np.float64, int(good.sum()))
    return made


def overlaid(
    curves: Mapping[str, tuple[Steps, Values]], *, smooth: float = 0.0, most: int = POINTS_IN_ALL
) -> dict[str, tuple[Steps, Values]]:
    """Return each curve smoothed, then thinned so that all together have about `most` points.

    Of each stretch its lowest and its highest point stay, and the ends: peaks are seen whatever the number of runs.

    Args:
        curves: Run -> (steps int64 (n,), rising; values float64 (n,)).
        smooth: 0-1, as in `smoothed`.
    """
    each = max(LEAST_POINTS, most // max(1, len(curves)))
    return {
        name: _thinned(steps, smoothed(values, smooth), each)
        for name, (steps, values) in curves.items()
    }


def _thinned(steps: Steps, values: Values, most: int) -> tuple[Steps, Values]:
    good = np.isfinite(values)
    steps, values = steps[good], values[good]
    if len(steps) <= most:
        return steps, values
    stretches = max(1, (most - 2) // 2)
    bounds = np.linspace(0, len(steps), stretches + 1).astype(np.int64)
    starts, sizes = bounds[:-1], np.diff(bounds)
    width = int(sizes.max())
    # Every stretch as a row, its last point repeated where it is shorter.
    at = starts[:, None] + np.minimum(np.arange(width), sizes[:, None] - 1)
    table = values[at]
    kept = np.concatenate(
        [
            np.take_along_axis(at, table.argmin(axis=1)[:, None], axis=1)[:, 0],
            np.take_along_axis(at, table.argmax(axis=1)[:, None], axis=1)[:, 0],
            [0, len(steps) - 1],
        ]
    )
    kept = np.unique(kept)
    return steps[kept], values[kept]
