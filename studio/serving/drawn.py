"""Strokes that callers send: drawn as Quick, Draw! draws them, or made the sequence that a model of strokes takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from studio.core.errors import InvalidInput
from studio.core.layer import format_shape
from studio.core.quickdraw import SIDE
from studio.core.strokes import encode_strokes
from studio.serving.pixels import Shape, describe, read_picture
from studio.serving.taken import Taken
from studio.sources.lines import kept_strokes, simple_points
from studio.sources.pictures import Unreadable, encode
from studio.sources.raster import rasterise_all

STROKES_FORM = '{"strokes": [[[x, ...], [y, ...]], ...]}'
FARTHEST_STEP = 1e4
"""The longer side of a drawing is 1; from numbers beyond all bounds a model makes what is no number."""


def drawn_picture(strokes: object, shape: Shape, place: str) -> NDArray[np.uint8]:
    """Return strokes as the picture that Quick, Draw! makes of them, uint8 (height, width, channels).

    Args:
        strokes: `[[[x, ...], [y, ...]], ...]`: from 0 to 255 from the top left, or of any size, which are then moved
            and scaled as Google does.
        shape: Other sizes than 28x28 are resized from it.

    Raises:
        InvalidInput: These are no strokes; the error names `place`.
    """
    points, lengths = _points(strokes, place)
    bitmap = rasterise_all(points, lengths, [len(lengths)]).reshape(SIDE, SIDE, 1)
    return bitmap if shape == (SIDE, SIDE, 1) else read_picture(encode(bitmap), shape, place)


def drawn_sequence(value: object, taken: Taken, place: str) -> NDArray[np.float32]:
    """Return strokes, or a sequence that was made of them elsewhere, as float32 (points, 3).

    Raises:
        InvalidInput: It is neither; the error names `place`.
    """
    if _is_sequence(value):
        return whole_sequence(value, taken, place)
    kept = kept_strokes(*_points(value, place))
    sequence: NDArray[np.float32] = encode_strokes([kept], taken.strokes)[0]
    return sequence


def whole_sequence(value: Any, taken: Taken, place: str) -> NDArray[np.float32]:
    """Return an encoded sequence as float32 (points, 3).

    Raises:
        InvalidInput: It has another shape, or numbers that are none; the error names `place`.
    """
    try:
        sequence = np.array(value, np.float32)
    except (ValueError, TypeError, OverflowError) as error:
        raise _no_strokes(place, "it is no table of numbers") from error
    if sequence.size != taken.size or not are_steps(sequence):
        raise InvalidInput(
            f"{place} has the shape {format_shape(sequence.shape)}.",
            f"The model takes {format_shape(taken.shape)} numbers: steps right and down, and ends of strokes.",
            f"Send {STROKES_FORM}, which the endpoint makes them of.",
        )
    return sequence.reshape(taken.shape)


def are_steps(values: NDArray[Any]) -> bool:
    """Tell whether numbers can be the steps of a drawing."""
    return bool((np.abs(values.astype(np.float64)) <= FARTHEST_STEP).all())


def _is_sequence(value: object) -> bool:
    """Tell rows of three numbers from strokes, which are lists of lists of numbers."""
    rows: list[Any] = value if isinstance(value, list) else []
    first = rows[0] if rows else None
    return isinstance(first, list) and bool(first) and isinstance(first[0], int | float)


def _points(strokes: object, place: str) -> tuple[NDArray[np.float64], list[int]]:
    if isinstance(strokes, str):
        words = strokes[:20]
        try:
            strokes = orjson.loads(strokes)
        except ValueError as error:
            raise _no_strokes(place, f"{words!r} is not JSON") from error
    if not isinstance(strokes, list):
        raise _no_strokes(place, f"it is {describe(strokes)}")
    try:
        return simple_points(strokes)
    except Unreadable as error:
        raise _no_strokes(place, str(error)) from error


def _no_strokes(place: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"The strokes of {place} are no drawing.",
        f"Reason: {why}.",
        f"Send {STROKES_FORM}, as many x as y.",
    )
