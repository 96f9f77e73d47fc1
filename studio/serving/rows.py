"""Samples that come as rows of a table: a column of pictures, strokes or texts, or one column a pixel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from studio.core.errors import InvalidInput
from studio.serving.drawn import FARTHEST_STEP, are_steps
from studio.serving.exchange import Samples
from studio.serving.instances import check_count, read
from studio.serving.pixels import describe, whole_pixels
from studio.serving.records import read_records
from studio.serving.taken import DTYPES, Taken

COLUMNS = {
    "image": ("image", "pixels", "b64", "strokes"),
    "text": ("text",),
    "strokes": ("strokes",),
    "row": (),
}
"""What a model takes -> names that its column may have, the preferred one first."""


def sample_column(columns: Sequence[str], taken: Taken) -> str | None:
    """Return the column that holds the samples; None where each number, or value of a row, has a column of its own."""
    if taken.kind == "row":
        return None
    for name in COLUMNS[taken.kind]:
        if name in columns:
            return name
    return columns[0] if len(columns) == 1 else None


def read_rows(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], taken: Taken, field: str
) -> Samples:
    """Return the samples of a table.

    Args:
        columns: Their names.
        rows: As many cells each as there are columns.
        taken: What the model takes.
        field: What the table is called in the body, for errors.

    Raises:
        InvalidInput: No rows, too many, a row of another length, or no column with samples.
    """
    if not rows:
        raise InvalidInput(
            f'"{field}" has no rows.', "One row is one sample.", "Send at least one row."
        )
    check_count(len(rows), field)
    for number, row in enumerate(rows):
        if len(row) != len(columns):
            raise InvalidInput(
                f"{field}[{number}] has {len(row)} cells.",
                f"There are {len(columns)} columns.",
                "Give every row a cell for each column.",
            )
    if taken.kind == "row":
        return read_records([dict(zip(columns, row, strict=True)) for row in rows], taken, field)
    column = sample_column(columns, taken)
    if column is not None:
        place = list(columns).index(column)
        cells: list[Any] = [row[place] for row in rows]
        if column in ("b64", "strokes") and taken.kind == "image":
            cells = [cell if isinstance(cell, dict) else {column: cell} for cell in cells]
        return read(cells, taken, field, words=True)
    if taken.kind == "text" or len(columns) != taken.size:
        names = " or ".join(map(repr, COLUMNS[taken.kind]))
        numbers = "" if taken.kind == "text" else f", or {taken.size} columns of numbers"
        raise InvalidInput(
            f'"{field}" has the columns {", ".join(map(str, columns))[:80]}.',
            f"The model takes a column called {names}{numbers}.",
            "Call the column so.",
        )
    return _numbers(rows, taken, field)


def _numbers(rows: Sequence[Sequence[Any]], taken: Taken, field: str) -> Samples:
    for number, row in enumerate(rows):
        if not set(map(type, row)) <= {int, float, str}:
            strange = next(cell for cell in row if type(cell) not in (int, float, str))
            raise InvalidInput(
                f"{field}[{number}] holds {describe(strange)}.",
                "Every column is one number of the sample.",
                "Send numbers only.",
            )
    try:
        table = np.array([list(map(float, row)) for row in rows], np.float64)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            f'"{field}" has a cell that is no number.', f"{str(error)[:80]}.", "Send numbers only."
        ) from error
    if taken.kind == "image":
        return whole_pixels(table, field).reshape(len(rows), *taken.shape)
    if not are_steps(table):
        raise InvalidInput(
            f'"{field}" has a cell that is no step.',
            f"Steps are numbers within {FARTHEST_STEP:,.0f}; the longer side of a drawing is 1.",
            "Send the steps that the model was trained on.",
        )
    return table.astype(DTYPES[taken.kind]).reshape(len(rows), *taken.shape)
