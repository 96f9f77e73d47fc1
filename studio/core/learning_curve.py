"""The stop signal: what more labels are worth, read off how accuracy grew with those there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.core.label_session import LearningPoint

FEWEST = 30
"""Answers below which nothing is said."""
FLOORS = 41
"""Floors of the error that are tried: what no number of labels would remove."""


def worth(curve: Sequence[LearningPoint], more: int = 50) -> float | None:
    """Return how much accuracy the next labels are worth, in percentage points; None when it is too early to say.

    The error is taken to fall as a power of the number of answers towards a floor: `floor + a * answers ** -b`.

    Args:
        curve: Held-out accuracy after so many answers, in any order.
        more: So many labels more than the last point has.

    Example:
        >>> points = [LearningPoint(answers=n, accuracy=1 - n ** -0.5) for n in (25, 100, 400)]
        >>> round(worth(points, 500), 2)
        1.67
    """
    points = sorted(curve, key=lambda point: point.answers)
    if len({point.answers for point in points}) < 2 or points[-1].answers < FEWEST:
        return None
    answers = np.array([point.answers for point in points], float)
    errors = np.clip([1 - point.accuracy for point in points], 0, 1)
    floor, scale, power = _fitted(answers, errors)
    now = answers[-1]
    gain = scale * (now**-power - (now + more) ** -power)
    return float(100 * max(0.0, min(gain, floor + scale * now**-power)))


def _fitted(
    answers: np.ndarray[tuple[int], np.dtype[np.float64]],
    errors: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> tuple[float, float, float]:
    """Return (floor, scale, power) of the power law that misses the errors least; later points count more."""
    weights = np.sqrt(answers)
    best = (np.inf, 0.0, float(errors.mean()), 0.0)
    floors = np.linspace(0, errors.min() * 0.95, FLOORS) if len(answers) > 2 else np.zeros(1)
    x = np.log(answers)
    for floor in floors.tolist():
        left = np.maximum(errors - floor, 1e-6)
        # Logarithms stretch small errors, which is taken back here.
        w = weights * left
        slope, height = np.polyfit(x, np.log(left), 1, w=w)
        power = min(2.0, max(0.0, -float(slope)))
        height = float(np.average(np.log(left) + power * x, weights=w**2))
        missed = weights * (floor + np.exp(height - power * x) - errors)
        if (found := float((missed**2).sum())) < best[0]:
            best = (found, floor, float(np.exp(height)), power)
    return best[1:]
