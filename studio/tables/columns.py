"""What the columns of a table hold, and what their values are like."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from studio.core.table import MOST_CATEGORIES, Column, ColumnKind, ColumnSummary
from studio.tables.frames import Frame, column_of, is_words, records_of

FREE_TEXT = 0.5
"""A column of words in which more than this share of the rows says something of its own is text."""
FEW_ROWS = 40
"""Of so few rows that share says nothing."""
BINS = 20
SHOWN_VALUES = 12


def describe(frame: Frame) -> tuple[Column, ...]:
    """Return what each column of a frame holds."""
    return tuple(_describe(name, frame.column(name)) for name in frame.column_names)


def _describe(name: str, column: pa.ChunkedArray) -> Column:
    kind = column.type
    missing = column.null_count
    if is_words(kind):
        counts, different = most_frequent(column)
        alike = len(column) < FEW_ROWS or different <= FREE_TEXT * (len(column) - missing)
        if different <= MOST_CATEGORIES and alike:
            return Column(
                name=name,
                kind="category",
                missing=missing,
                categories=tuple(value for value, _ in counts),
            )
        return Column(name=name, kind="text", missing=missing)
    plain: ColumnKind = "number"
    if pa.types.is_boolean(kind):
        plain = "boolean"
    elif pa.types.is_timestamp(kind):
        plain = "time"
    return Column(name=name, kind=plain, missing=missing)


def most_frequent(
    column: pa.ChunkedArray, most: int = MOST_CATEGORIES
) -> tuple[list[tuple[str, int]], int]:
    """Return (value, how often), the most frequent first, those that are equally frequent by their order.

    Args:
        column: Words.
        most: So many of them.

    Returns:
        These, and how many different values there are in all.
    """
    found = pa.Table.from_struct_array(pc.value_counts(column.drop_null()))
    order = [("counts", "descending"), ("values", "ascending")]
    first = found.take(pc.select_k_unstable(found, min(most, found.num_rows), order))
    pairs = zip(first.column("values").to_pylist(), first.column("counts").to_pylist(), strict=True)
    return list(pairs), found.num_rows


def summarise(frame: Frame, column: Column) -> ColumnSummary:
    """Return what the values of a column are like.

    Raises:
        NotFound: No such column.
    """
    values = column_of(frame, column.name)
    facts: dict[str, Any] = {"name": column.name, "kind": column.kind, "count": len(values)}
    if column.kind == "number":
        return _of_numbers(values, facts)
    missing = values.null_count
    facts |= {"missing": missing}
    if column.kind == "time":
        low, high = pc.min_max(values).values()
        whole = Frame.from_arrays([pa.array([low.as_py(), high.as_py()], values.type)], ["at"])
        first, last = (row["at"] for row in records_of(whole))
        return ColumnSummary(**facts, first=first or "", last=last or "")
    counts, different = most_frequent(values.cast(pa.string()), SHOWN_VALUES)
    return ColumnSummary(**facts, different=different, values=tuple(counts))


@np.errstate(over="ignore", invalid="ignore")
def _of_numbers(values: pa.ChunkedArray, facts: dict[str, Any]) -> ColumnSummary:
    numbers = np.asarray(values.cast(pa.float64(), safe=False).to_numpy(), np.float64)
    found = numbers[np.isfinite(numbers)]
    facts |= {"missing": len(numbers) - len(found)}
    if not len(found):
        return ColumnSummary(**facts)
    counts, edges = _histogram(found)
    low, middle, high = np.quantile(found, (0.25, 0.5, 0.75)).tolist()
    return ColumnSummary(
        **facts,
        different=len(np.unique(found)),
        mean=float(found.mean()),
        deviation=float(found.std()),
        least=float(found.min()),
        quarter=low,
        median=middle,
        three_quarters=high,
        most=float(found.max()),
        histogram=tuple(counts.tolist()),
        edges=tuple(edges.tolist()),
    )


def _histogram(values: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return how many values are in each bin, and the edges of the bins, however near or far apart the values are."""
    low, high = values.min(), values.max()
    if not np.isfinite(high - low):
        counts, edges = np.histogram(values / 4, BINS)
        return counts, edges * 4
    room = 2 * BINS * np.spacing(max(abs(low), abs(high)))
    if low < high < low + room:
        low, high = low - room, high + room
    elif low == high:
        low, high = low - max(room, 0.5), high + max(room, 0.5)
    return np.histogram(values, BINS, (low, high))
