"""Rows as points: numbers evened out, categories side by side, so that rows that are alike lie near each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.core.table import Column, column_numbers, word_of
from studio.tables.frames import Frame, values_of

MOST_VALUES = 20
"""So many values of a category have a place of their own; the rest share none."""
MOST_FEATURES = 512
FAR = 4.0
"""So many deviations from the mean a number counts at most."""


def row_features(
    frame: Frame, columns: tuple[Column, ...], left_out: str = ""
) -> NDArray[np.float32]:
    """Return what rows are like, float32 (rows, at least 1). Free text and the column `left_out` do not count.

    Args:
        frame: The rows.
        columns: What its columns hold.
        left_out: Name of a column that is not looked at: the target.
    """
    parts: list[NDArray[np.float32]] = []
    for column in columns:
        if column.name == left_out or column.kind == "text":
            continue
        values = values_of(frame, [column.name])[column.name]
        if column.kind == "category":
            parts.append(_places(values, column))
        else:
            parts.append(_evened(column_numbers(values, column)))
    if not parts:
        return np.zeros((frame.num_rows, 1), np.float32)
    return np.ascontiguousarray(np.concatenate(parts, axis=1)[:, :MOST_FEATURES])


def _places(values: NDArray[np.generic], column: Column) -> NDArray[np.float32]:
    places = {name: place for place, name in enumerate(column.categories[:MOST_VALUES])}
    found = np.array([places.get(word_of(value), -1) for value in values], np.int64)
    one_hot = np.zeros((len(values), max(1, len(places))), np.float32)
    known = found >= 0
    one_hot[np.flatnonzero(known), found[known]] = 1
    return one_hot


def _evened(numbers: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return deviations from the mean, a missing value in the middle; float32 (rows, 1)."""
    known = np.isfinite(numbers)
    if not known.any():
        return np.zeros((len(numbers), 1), np.float32)
    middle, width = numbers[known].mean(), numbers[known].std() or 1.0
    filled = np.where(known, numbers, middle)
    even: NDArray[np.float32] = np.clip((filled - middle) / width, -FAR, FAR).astype(np.float32)
    return even[:, None]
