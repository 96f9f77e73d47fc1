"""Raw strokes become what Google calls simplified: 0 to 255 from the top left, with few points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LARGEST = 255.0
"""Of the coordinates of a simplified drawing."""
TOLERANCE = 2.0
"""Units by which a point may lie beside the line that replaces it, as Google chose."""
ALIGNED = 4.0
"""Units from the corner up to which rounding may have moved a simplified drawing."""
SMALLEST = 1e-9
"""Width and height up to which a drawing is one point."""


def aligned(points: NDArray[np.float64], scale: bool) -> NDArray[np.float64]:
    """Move a drawing to the top left, and scale it.

    Args:
        points: float64 (2, points).
        scale: Make the longer side 255 long. Otherwise a drawing that is in place already stays there.
    """
    corner = points.min(axis=1, keepdims=True)
    if not scale and (corner <= ALIGNED).all():
        return points
    moved: NDArray[np.float64] = points - corner
    extent = float(moved.max())
    if scale and extent > SMALLEST:
        moved *= LARGEST / extent
    return moved


def simplified(stroke: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave out points that lie within 2 units of the line between their neighbours (Ramer, Douglas, Peucker).

    Args:
        stroke: float64 (2, points).

    Example:
        >>> simplified(np.array([[0.0, 5, 10, 10], [0, 1, 0, 30]])).tolist()
        [[0.0, 10.0, 10.0], [0.0, 0.0, 30.0]]
    """
    count = stroke.shape[1]
    kept = np.zeros(count, bool)
    kept[[0, -1]] = True
    spans = [(0, count - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        start, end = stroke[:, first], stroke[:, last]
        between = stroke[:, first + 1 : last] - start[:, None]
        line = end - start
        length = float(np.hypot(*line))
        if length > SMALLEST:
            far = np.abs(between[0] * line[1] - between[1] * line[0]) / length
        else:
            far = np.hypot(*between)
        worst = int(far.argmax())
        if far[worst] > TOLERANCE:
            middle = first + 1 + worst
            kept[middle] = True
            spans += [(first, middle), (middle, last)]
    return stroke[:, kept]
