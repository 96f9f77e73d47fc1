"""From the strokes of a drawing to the sequence that a stroke model takes, the same in Python and in the browser.

A drawing is kept as Google publishes simplified drawings: JSON `[[[x, ...], [y, ...]], ...]`, one pair of lists a
stroke, whole numbers from 0 to 255 from the top left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from studio.core.errors import InvalidInput

COLUMNS = 3
"""Numbers of a point: step right, step down, end of a stroke."""


class StrokeSettings(BaseModel):
    """How strokes become a float32 sequence (points, 3): step right, step down, and 1 where a stroke ends.

    Args:
        points: Points of a drawing; what is beyond is cut off, what is missing is 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: int = Field(
        96,
        ge=8,
        le=1024,
        title="Points",
        description="Points of a drawing the model looks at; what is beyond is cut off.",
        json_schema_extra={"unit": "points"},
    )

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of one encoded drawing: (points, 3)."""
        return self.points, COLUMNS


def encode_strokes(drawings: Sequence[str], settings: StrokeSettings) -> NDArray[np.float32]:
    """Return drawings as sequences.

    The longer side of a drawing becomes 1. The first step leads from the top left corner of the drawing to its first
    point, every other one from point to point, also from the end of a stroke to the beginning of the next.

    Args:
        drawings: JSON of each, as they are kept; "" for one without strokes.
        settings: How many points.

    Returns:
        float32 (n, points, 3).

    Raises:
        InvalidInput: One is no drawing.

    Example:
        >>> encode_strokes(["[[[0,10],[0,0]],[[10],[20]]]"], StrokeSettings(points=8))[0, :4].tolist()
        [[0.0, 0.0, 0.0], [0.5, 0.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
    """
    encoded = np.zeros((len(drawings), *settings.shape), np.float32)
    for row, text in enumerate(drawings):
        if not text:
            continue
        points, ends = _points(text)
        points -= points.min(axis=0)
        points /= max(float(points.max()), 1.0)
        steps = np.diff(points, axis=0, prepend=np.zeros((1, 2)))
        count = min(len(points), settings.points)
        encoded[row, :count, :2] = steps[:count]
        encoded[row, :count, 2] = ends[:count]
    return encoded


def dump_strokes(strokes: Iterable[tuple[Iterable[float], Iterable[float]]]) -> str:
    """Return the JSON in which a drawing is kept.

    Args:
        strokes: x and y of the points of each stroke, 0 to 255.

    Example:
        >>> dump_strokes([([0, 254.6], [0, 3])])
        '[[[0,255],[0,3]]]'
    """
    whole = [[[round(x) for x in xs], [round(y) for y in ys]] for xs, ys in strokes]
    return json.dumps(whole, separators=(",", ":"))


def _points(text: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return all points, float64 (n, 2), and which end a stroke, float64 (n,)."""
    try:
        strokes = [(stroke[0], stroke[1]) for stroke in json.loads(text) if stroke[0]]
        points = np.array(
            [[x for xs, _ in strokes for x in xs], [y for _, ys in strokes for y in ys]], np.float64
        ).T
        if not len(points) or not np.isfinite(points).all():
            raise ValueError("it has no points")
        ends = np.zeros(len(points))
        ends[np.cumsum([len(xs) for xs, _ in strokes]) - 1] = 1
    except (ValueError, TypeError, IndexError, KeyError, OverflowError, RecursionError) as error:
        raise InvalidInput(
            "These are no strokes of a drawing.",
            f"They must be JSON [[[x, ...], [y, ...]], ...], and {text[:60]!r} is not: {error}.",
            "Send at least one stroke with as many x as y.",
        ) from error
    return points, ends
