"""Tables: columns, what they hold, and from rows to the numbers that a model takes. No I/O, NumPy only."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from studio.core.errors import InvalidInput, unknown

ColumnKind = Literal["number", "category", "text", "boolean", "time"]
KIND_TITLES: dict[ColumnKind, str] = {
    "number": "number",
    "category": "category",
    "text": "text",
    "boolean": "yes or no",
    "time": "date or time",
}
"""Kind -> what people read."""


class Column(BaseModel):
    """A column of a table.

    Args:
        name: As in its header.
        kind: What it holds.
        missing: Number of rows without a value.
        categories: Of a category, its values, most frequent first, at most MOST_CATEGORIES; else empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: ColumnKind
    missing: int = 0
    categories: tuple[str, ...] = ()


MOST_CATEGORIES = 1000
"""A column of words with more different values than this is text."""
MOST_COLUMNS = 2000
DAY = 86_400.0
EPOCH = date(1970, 1, 1).toordinal()
TRUE_WORDS = frozenset({"true", "yes", "1", "t", "y"})
FALSE_WORDS = frozenset({"false", "no", "0", "f", "n"})

TableColumns = Mapping[str, Sequence[Any] | NDArray[Any]]
"""Column name -> its values, all equally long: numbers (NaN or None where missing), words (None where missing) ..."""
Records = Sequence[Mapping[str, Any]]
"""Rows as JSON has them: column name -> value; a name left out, or None, is a missing value."""


class TableSettings(BaseModel):
    """How a row becomes the float32 numbers that a model of tables takes: one number a column.

    A number stays what it is, NaN where it is missing; a category is its place among `categories` counted from 1,
    0 where it is missing or unknown; a boolean is 0 or 1, NaN where it is missing; a time is the days since 1970.
    Imputing, scaling and one-hot encoding are layers of the model itself, fitted on the training rows.

    Args:
        columns: The columns a model reads, in order; empty until it is known which dataset it is trained on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[Column, ...] = Field(default=(), max_length=MOST_COLUMNS)

    @property
    def shape(self) -> tuple[int, ...]:
        """(columns,): the shape of a row as a model takes it."""
        return (len(self.columns),)


def model_columns(columns: Sequence[Column], target: str = "") -> tuple[Column, ...]:
    """Return the columns that a model can read: all but the target and free text.

    Example:
        >>> found = model_columns([Column(name="age", kind="number"), Column(name="note", kind="text")])
        >>> [column.name for column in found]
        ['age']
    """
    return tuple(c for c in columns if c.name != target and c.kind != "text")


def find_column(columns: Sequence[Column], name: str) -> Column:
    """Return the column of a name.

    Raises:
        NotFound: There is none.
    """
    for column in columns:
        if column.name == name:
            return column
    raise unknown("column", name, [column.name for column in columns])


def free_column(name: str, taken: Collection[str]) -> str:
    """Return a name that no column has yet.

    Example:
        >>> free_column("class", ["age", "class"])
        'class_'
    """
    while name in taken:
        name += "_"
    return name


def encode_rows(rows: TableColumns | Records, settings: TableSettings) -> NDArray[np.float32]:
    """Turn rows into the numbers that a model of tables takes; the same for one row and for a million.

    Args:
        rows: Column name -> values, or one mapping a row. Columns that the model does not read are left out.
        settings: The columns that the model reads.

    Returns:
        float32 (rows, columns).

    Raises:
        InvalidInput: A value does not fit to its column, or a column is missing altogether.

    Example:
        >>> columns = (Column(name="age", kind="number"), Column(name="pet", kind="category", categories=("cat",)))
        >>> encode_rows([{"age": 3, "pet": "cat"}, {"pet": "cow"}], TableSettings(columns=columns)).tolist()
        [[3.0, 1.0], [nan, 0.0]]
    """
    columns = rows if isinstance(rows, Mapping) else _from_records(rows, settings.columns)
    missing = [column.name for column in settings.columns if column.name not in columns]
    if missing:
        raise InvalidInput(
            f'The rows have no column "{missing[0]}".',
            "The model reads it: it was trained with "
            + ", ".join(column.name for column in settings.columns[:12])
            + ".",
            "Give rows with these columns; a single value may be left empty.",
        )
    count = len(next(iter(columns.values()))) if columns else 0
    encoded = np.empty((count, len(settings.columns)), np.float32)
    for place, column in enumerate(settings.columns):
        encoded[:, place] = column_numbers(columns[column.name], column)
    encoded[np.isinf(encoded)] = np.nan  # beyond what float32 holds: nobody measured that
    return encoded


def _from_records(rows: Records, columns: Sequence[Column]) -> dict[str, list[Any]]:
    names = {column.name for column in columns}
    for number, row in enumerate(rows):
        if not names & row.keys():
            raise InvalidInput(
                f"Row {number + 1} has none of the columns that the model reads.",
                f"It has: {', '.join(list(row)[:8]) or 'nothing'}.",
                f"Give values for: {', '.join(column.name for column in columns[:12])}.",
            )
    return {column.name: [row.get(column.name) for row in rows] for column in columns}


def column_numbers(values: Sequence[Any] | NDArray[Any], column: Column) -> NDArray[np.float64]:
    """Return the values of one column as numbers, float64 (rows,), as `TableSettings` says.

    Raises:
        InvalidInput: A value does not fit to the column.
    """
    if column.kind == "category":
        places = {name: float(place) for place, name in enumerate(column.categories, 1)}
        return np.array([places.get(word_of(value), 0.0) for value in values], np.float64)
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        days = values.astype("datetime64[us]").astype(np.float64) / (DAY * 1e6)
        return np.where(np.isnat(values), np.nan, days)
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        return values.astype(np.float64)
    read = {"boolean": _truth, "time": _days}.get(column.kind, _number)
    return np.array([read(value, column.name) for value in values], np.float64)


def word_of(value: Any) -> str:
    """Return how a category writes a value, "" for a missing one: 3.0 is "3", True is "true", None is ""."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _number(value: Any, name: str) -> float:
    if value is None or value == "":
        return math.nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise _unfit(value, name, "a number", "3.5") from error


def _truth(value: Any, name: str) -> float:
    word = word_of(value).strip().lower()
    if not word:
        return math.nan
    if word in TRUE_WORDS:
        return 1.0
    if word in FALSE_WORDS:
        return 0.0
    raise _unfit(value, name, "true or false", "true")


def _days(value: Any, name: str) -> float:
    """Return days since the beginning of 1970; a number already is what it is."""
    if value is None or value == "":
        return math.nan
    if isinstance(value, int | float | np.number):
        return _number(value, name)
    try:
        moment = value if isinstance(value, date) else datetime.fromisoformat(str(value).strip())
    except ValueError as error:
        raise _unfit(value, name, "a date", "2024-05-17 or 2024-05-17T08:30:00") from error
    if not isinstance(moment, datetime):
        return float(moment.toordinal() - EPOCH)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp() / DAY


def _unfit(value: Any, name: str, what: str, example: str) -> InvalidInput:
    return InvalidInput(
        f'{str(value)[:60]!r} does not fit into the column "{name}".',
        f"The column holds {what}.",
        f"Give a value such as {example}, or leave it empty.",
    )


def example_row(columns: Sequence[Column], means: Sequence[float] = ()) -> dict[str, Any]:
    """Return a row of plain values: the most frequent category, true, and the mean where it is known.

    Args:
        columns: What the row has.
        means: Of each column, or of none.

    Example:
        >>> example_row([Column(name="age", kind="number"), Column(name="born", kind="time")], [3.25, 0])
        {'age': 3.25, 'born': '2024-05-17'}
    """
    known = dict(zip((column.name for column in columns), means, strict=False))
    plain = {"boolean": True, "time": "2024-05-17", "text": "Some words"}
    row: dict[str, Any] = {}
    for column in columns:
        if column.kind == "number":
            row[column.name] = float(f"{known.get(column.name, 1.0):.4g}")
        elif column.kind == "category":
            row[column.name] = column.categories[0] if column.categories else ""
        else:
            row[column.name] = plain[column.kind]
    return row


class ColumnSummary(BaseModel):
    """What the values of a column are like.

    Args:
        count, missing: Rows, and those without a value.
        different: Number of different values; 0 where they were not counted.
        mean, deviation, least, quarter, median, three_quarters, most: Of numbers; None for others.
        histogram, edges: Of numbers: counts of bins, and where these begin and end.
        values: Of words and booleans, the most frequent ones with their counts.
        first, last: Of times, ISO 8601.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: ColumnKind
    count: int
    missing: int = 0
    different: int = 0
    mean: float | None = None
    deviation: float | None = None
    least: float | None = None
    quarter: float | None = None
    median: float | None = None
    three_quarters: float | None = None
    most: float | None = None
    histogram: tuple[int, ...] = ()
    edges: tuple[float, ...] = ()
    values: tuple[tuple[str, int], ...] = ()
    first: str = ""
    last: str = ""
