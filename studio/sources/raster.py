"""Strokes become 28x28 bitmaps the way Google drew those it publishes.

Google's own code, which an author of the data set published, draws with cairo: the drawing, which begins at 0, 0, is
centred; a line is 16 wide, with round caps and joins, in a square of 256 that gets a margin of 16 and half a line on
each side; every stroke is laid over those before it. So the longer side of a drawing covers rows or columns 1 to 26.

Here, without cairo, each stroke is the union of its lines, each capped by polygons of 12 corners, as cairo's are at
this size, and what it covers of a pixel is measured as there: exactly from left to right, on 15 lines from top to
bottom. Agreement, in grey levels of 255:

| against | drawings | mean difference | largest | correlation |
|---|---|---|---|---|
| published bitmaps of apples, from their published strokes | 19 | 0.09 | 37 | 0.99998 |
| Google's code with cairo 1.16, random strokes | 500 | 0.09 | 24 | 0.99998 |

Google's code with cairo gives these 19 published bitmaps bit by bit, so it is what to compare with.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from studio.core.quickdraw import SIDE

SPACE = 256.0
"""Width and height that a drawing may fill; its coordinates go from 0 to 255."""
LINE = 16.0
PADDING = 16.0
SCALE = SIDE / (SPACE + 2 * PADDING + LINE)
"""Pixels a unit of the drawing."""
RADIUS = LINE * SCALE / 2
CORNERS = np.deg2rad([15, 45, 75])
"""Where the sides of a cap's quarter face; its corners lie 30 degrees apart."""
LINES = 15
"""Lines on which one row of pixels is measured."""
STEPS = 2**16
"""Steps within a pixel to which the end of a line's section is rounded."""
EDGE = SIDE - 1 / STEPS
"""Where the last pixel ends."""
BLOCK = 2**15
"""Sections that are computed at a time: they fit the processor's cache."""

Stroke = tuple[Sequence[float], Sequence[float]]
"""The x and the y of its points, 0 to 255 from the top left."""


def rasterise(strokes: Sequence[Stroke]) -> NDArray[np.uint8]:
    """Draw one drawing.

    Args:
        strokes: At least one, each with at least one point.

    Returns:
        uint8 (28, 28), white on black.

    Example:
        >>> rasterise([([0, 255], [0, 0])])[12:16, 14].tolist()
        [0, 187, 187, 0]
    """
    lengths = [len(xs) for xs, _ in strokes]
    points = np.array([[x for xs, _ in strokes for x in xs], [y for _, ys in strokes for y in ys]])
    bitmap: NDArray[np.uint8] = rasterise_all(points, lengths, [len(strokes)])[0]
    return bitmap


def rasterise_all(
    points: NDArray[np.floating], lengths: Sequence[int], strokes: Sequence[int]
) -> NDArray[np.uint8]:
    """Draw many drawings at once, which is faster.

    Args:
        points: float (2, points), x and y of all points, 0 to 255.
        lengths: Number of points of each stroke, at least 1.
        strokes: Number of strokes of each drawing, at least 1.

    Returns:
        uint8 (drawings, 28, 28), white on black.
    """
    owner = np.repeat(np.arange(len(lengths)), lengths)
    first = np.cumsum([0, *strokes[:-1]])
    starts = np.cumsum([0, *lengths[:-1]])
    x, y = _centred(np.asarray(points, np.float64), starts[first], np.repeat(first, strokes), owner)
    begins = np.ones(len(owner), bool)  # a line leads from each point to the next one of its stroke
    begins[starts[1:] - 1] = False
    begins[-1] = False
    alone = np.asarray(lengths) == 1
    head = np.sort(np.concatenate([np.flatnonzero(begins), starts[alone]]))
    tail = head + begins[head]
    covered = _covered(x[head], y[head], x[tail], y[tail], owner[head], len(lengths))
    left = np.multiply.reduceat(1 - covered, first, axis=0)
    bitmaps: NDArray[np.uint8] = np.rint(255 * (1 - left)).astype(np.uint8)
    return bitmaps


def _centred(
    points: NDArray[np.float64],
    drawings: NDArray[np.int64],
    first: NDArray[np.int64],
    owner: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the points in pixels, each drawing's bounding box in the middle."""
    high = np.maximum.reduceat(points, drawings, axis=1)
    which = np.unique(first, return_inverse=True)[1][owner]
    placed = (points - (high / 2)[:, which]) * SCALE + SIDE / 2
    return placed[0], placed[1]


def _covered(
    x0: NDArray[np.float64],
    y0: NDArray[np.float64],
    x1: NDArray[np.float64],
    y1: NDArray[np.float64],
    owner: NDArray[np.int64],
    strokes: int,
) -> NDArray[np.float64]:
    """Return which share of each pixel each stroke covers, float64 (strokes, 28, 28).

    Every line of a stroke crosses a horizontal line in one section. The ends of all sections are sorted, and where the
    number of open sections rises from 0 or falls to 0 the union begins or ends.
    """
    top = np.ceil((np.minimum(y0, y1) - RADIUS) * LINES - 0.5).astype(np.int64)
    bottom = np.floor((np.maximum(y0, y1) + RADIUS) * LINES - 0.5).astype(np.int64)
    top, bottom = np.maximum(top, 0), np.minimum(bottom, SIDE * LINES - 1)
    count = np.maximum(bottom - top + 1, 0)
    ends = []
    for lines in _blocks(count):
        number = count[lines]
        which = np.repeat(np.arange(lines.start, lines.stop), number)
        row = np.arange(len(which)) - np.repeat(np.cumsum(number) - number, number) + top[which]
        left, right = _section(x0[which], y0[which], x1[which], y1[which], (row + 0.5) / LINES)
        place = (owner[which] * (SIDE * LINES) + row) * SIDE
        # Sections sort by stroke, row and column; the last bit says that one ends.
        ends.append((place * STEPS + np.rint(left * STEPS).astype(np.int64)) << 1)
        ends.append(((place * STEPS + np.rint(right * STEPS).astype(np.int64)) << 1) | 1)
    events = np.sort(np.concatenate(ends))
    closes = events & 1
    opened = np.cumsum(1 - 2 * closes)
    edges = events[opened == closes ^ 1]
    sign = 1.0 - 2.0 * (edges & 1)
    place, within = np.divmod(edges >> 1, STEPS)
    row, column = np.divmod(place, SIDE)
    # An edge counts for the part of its pixel that is right of it, and for all pixels further right.
    pixel = row // LINES * (SIDE + 1) + column
    share = within / STEPS
    size = strokes * SIDE * (SIDE + 1)
    found = np.bincount(pixel, sign * (1 - share), size)
    found += np.bincount(pixel + 1, sign * share, size)
    rows = np.cumsum(found.reshape(strokes, SIDE, SIDE + 1)[:, :, :SIDE], axis=2)
    return np.clip(rows / LINES, 0, 1)


def _blocks(count: NDArray[np.int64]) -> list[slice]:
    """Divide the lines so that not too many sections are computed at a time."""
    ends = np.cumsum(count)
    cuts = np.searchsorted(ends, np.arange(BLOCK, ends[-1], BLOCK), side="left") + 1
    edges = np.unique(np.concatenate([[0], cuts, [len(count)]])).tolist()
    return [slice(start, stop) for start, stop in pairwise(edges)]


def _section(
    x0: NDArray[np.float64],
    y0: NDArray[np.float64],
    x1: NDArray[np.float64],
    y1: NDArray[np.float64],
    y: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where a horizontal line at `y` enters and leaves the round-capped line from 0 to 1.

    A cap is a polygon; between the two lies a rectangle, which is where two strips cross.
    """
    dx, dy = x1 - x0, y1 - y0
    length = np.hypot(dx, dy)
    scale = 1 / np.maximum(length, 1e-12)
    dx, dy = dx * scale, dy * scale
    dx += np.where(np.abs(dx) < 1e-9, 1e-9, 0)
    dy += np.where(np.abs(dy) < 1e-9, 1e-9, 0)
    up, down = y - y0, y - y1
    cap0, cap1 = _cap(np.abs(up)), _cap(np.abs(down))
    in0, in1 = cap0 >= 0, cap1 >= 0
    along, across = up * dy, up * dx
    a, b = -along / dx, (length - along) / dx
    c, d = (across - RADIUS) / dy, (across + RADIUS) / dy
    low = np.maximum(np.minimum(a, b), np.minimum(c, d))
    high = np.minimum(np.maximum(a, b), np.maximum(c, d))
    between = low <= high
    left = np.where(between, x0 + low, SIDE)
    right = np.where(between, x0 + high, 0.0)
    left = np.minimum(left, np.where(in0, x0 - cap0, SIDE))
    right = np.maximum(right, np.where(in0, x0 + cap0, 0.0))
    left = np.minimum(left, np.where(in1, x1 - cap1, SIDE))
    right = np.maximum(right, np.where(in1, x1 + cap1, 0.0))
    left = np.clip(left, 0, EDGE)
    return left, np.clip(right, left, EDGE)


def _cap(height: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return half the width of a cap at a height above its middle; less than 0 beyond it."""
    first, second, third = (
        (RADIUS * np.cos(CORNERS[0]) - height * np.sin(facing)) / np.cos(facing)
        for facing in CORNERS
    )
    width: NDArray[np.float64] = np.minimum(np.minimum(first, second), third)
    return width
