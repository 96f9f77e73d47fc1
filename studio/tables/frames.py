"""Rows in memory: from and to plain values, NumPy arrays and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from studio.core.errors import InvalidInput, unknown
from studio.core.samples import Texts
from studio.core.table import Column, column_numbers, word_of

Frame: TypeAlias = pa.Table
"""Rows and named columns in memory. Only this room looks inside."""


FIRST_MOMENT, LAST_MOMENT = -62_135_596_800_000_000, 253_402_300_799_999_999
"""Of the years 1 to 9999, in microseconds."""
BETWEEN = " · "
"""Between two values of a row that is shown as a sentence."""


def is_words(kind: pa.DataType) -> bool:
    """Tell whether a type of Arrow holds words."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_number(kind: pa.DataType) -> bool:
    """Tell whether a type of Arrow holds numbers."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def tidy(table: pa.Table) -> Frame:
    """Return a table with plain types only: numbers, words, booleans and times; anything nested becomes words.

    What the columns were annotated with by other programs is left out, so that the same rows give the same bytes.
    """
    arrays, names = [], []
    for name, column in zip(table.column_names, table.columns, strict=True):
        arrays.append(_tidy(column))
        names.append(name)
    return pa.table(arrays, names=names).combine_chunks()


def _tidy(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _tidy(column.cast(kind.value_type))
    if pa.types.is_decimal(kind) or pa.types.is_float16(kind):
        return column.cast(pa.float64(), safe=False)
    if pa.types.is_timestamp(kind):
        return _sayable(column.cast(pa.timestamp("us"), safe=False))
    if pa.types.is_date(kind):
        return _sayable(column.cast(pa.timestamp("us"), safe=False))
    if pa.types.is_floating(kind):
        return finite(column.cast(pa.float64()))
    if is_number(kind) or pa.types.is_boolean(kind):
        return column
    if pa.types.is_null(kind) or pa.types.is_large_string(kind):
        return column.cast(pa.string())
    if pa.types.is_string(kind):
        return column
    written = [None if value is None else _written(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(written, pa.string())])


def _sayable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return times with a missing value where there was one outside the years 1 to 9999, such as infinity."""
    first, last = (
        pa.scalar(each, pa.int64()).cast(column.type) for each in (FIRST_MOMENT, LAST_MOMENT)
    )
    inside = pc.and_(pc.greater_equal(column, first), pc.less_equal(column, last))
    return pc.if_else(inside, column, pa.scalar(None, column.type))


def finite(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return floats with a missing value where there was no finite one."""
    return pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))


def _written(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def column_of(frame: Frame, name: str) -> pa.ChunkedArray:
    """Return a column.

    Raises:
        NotFound: There is none of that name.
    """
    if name not in frame.column_names:
        raise unknown("column", name, frame.column_names)
    return frame.column(name)


def values_of(frame: Frame, names: Sequence[str] | None = None) -> dict[str, NDArray[Any]]:
    """Return columns as NumPy arrays, as `studio.core.table.encode_rows` takes them.

    Args:
        frame: The rows.
        names: Of the columns; None: all.

    Returns:
        Column name -> float64 (rows,) of numbers and booleans, NaN where missing; datetime64[us] of times, NaT where
        missing; objects of words, None where missing.

    Raises:
        NotFound: No such column.
    """
    wanted = frame.column_names if names is None else names
    return {name: _values(column_of(frame, name)) for name in wanted}


def _values(column: pa.ChunkedArray) -> NDArray[Any]:
    kind = column.type
    if is_words(kind):
        # Words that come again are one object each: a million rows of three words need little memory.
        coded = column.combine_chunks().dictionary_encode()
        words = np.array([*coded.dictionary.to_pylist(), None], object)
        found: NDArray[Any] = words[coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
        return found
    if pa.types.is_timestamp(kind):
        times: NDArray[Any] = column.to_numpy().astype("datetime64[us]")
        return times
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), np.float64)


def records_of(frame: Frame, start: int = 0, count: int | None = None) -> list[dict[str, Any]]:
    """Return rows as JSON has them: numbers, words, true or false, times in ISO 8601; None where missing."""
    rows: list[dict[str, Any]] = frame.slice(start, count).to_pylist()
    for row in rows:
        for name, value in row.items():
            if isinstance(value, datetime):
                row[name] = _iso(value)
            elif isinstance(value, float) and not np.isfinite(value):
                row[name] = None
    return rows


def _iso(value: datetime) -> str:
    day = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
    return value.date().isoformat() if day else value.isoformat()


def frame_of_records(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> Frame:
    """Return rows given as mappings; a name left out, or None, is a missing value.

    Args:
        rows: One mapping a row; names that are no column are left out.
        columns: Names and kinds of the columns, in order.

    Raises:
        InvalidInput: A value does not fit to its column.
    """
    arrays = [_array([row.get(column.name) for row in rows], column) for column in columns]
    return pa.table(arrays, names=[column.name for column in columns])


def frame_of_columns(columns: Mapping[str, Sequence[Any] | NDArray[Any]]) -> Frame:
    """Return a frame of columns that are in memory: numbers, words, booleans or times; None and NaN are missing."""
    return tidy(
        pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})
    )


def append_columns(frame: Frame, columns: Mapping[str, Sequence[Any] | NDArray[Any]]) -> Frame:
    """Return a frame with more columns behind its own; one of the same name takes the place of the former."""
    for name, column in zip(columns, frame_of_columns(columns).columns, strict=True):
        frame = put_column(frame, name, column)
    return frame


def put_column(frame: Frame, name: str, column: pa.ChunkedArray) -> Frame:
    """Return a frame in which a column is new, or another than before."""
    if name in frame.column_names:
        return frame.set_column(frame.column_names.index(name), name, column)
    return frame.append_column(name, column)


def _array(values: list[Any], column: Column) -> pa.Array:
    if column.kind in ("category", "text"):
        try:
            return pa.array([_word(value) for value in values], pa.string())
        except UnicodeEncodeError as error:
            raise InvalidInput(
                f'A value does not fit into the column "{column.name}".',
                "It is a text with half a character.",
                "Send it as UTF-8.",
            ) from error
    if column.kind == "time":
        days = column_numbers(values, column)
        with np.errstate(over="ignore"):
            micros = np.round(days * 86_400e6)
        known = (micros >= FIRST_MOMENT) & (micros <= LAST_MOMENT)
        moments = np.where(known, micros, 0).astype("datetime64[us]")
        return pa.array(moments, pa.timestamp("us"), mask=~known)
    numbers = column_numbers(values, column)
    missing = np.isnan(numbers)
    if column.kind == "boolean":
        return pa.array(np.nan_to_num(numbers) != 0, pa.bool_(), mask=missing)
    return pa.array(numbers, pa.float64(), mask=missing)


def _word(value: Any) -> str | None:
    if isinstance(value, date | Decimal):
        return str(value)
    return word_of(value) or None


def take(frame: Frame, rows: NDArray[Any]) -> Frame:
    """Return some rows, by a mask (bool) or by their numbers, in the order asked for."""
    if rows.dtype == bool:
        return frame.filter(pa.array(rows))
    return frame.take(pa.array(rows.astype(np.int64)))


def select(frame: Frame, names: Sequence[str], *, keep: bool = True) -> Frame:
    """Return some columns in the order they are named in, or with `keep` off all others.

    Raises:
        NotFound: A column is not there. InvalidInput: None would be left.
    """
    for name in names:
        column_of(frame, name)
    wanted = (
        list(dict.fromkeys(names)) if keep else [n for n in frame.column_names if n not in names]
    )
    if not wanted:
        raise InvalidInput(
            "No column would be left.",
            "No column is named." if keep else "All columns are left out.",
            f"Name some of: {', '.join(frame.column_names[:12])}.",
        )
    return frame.select(wanted)


def words_in(frame: Frame, name: str) -> list[str | None]:
    """Return the values of a column as words: 3 and 3.0 are both "3"; None where one is missing.

    Raises:
        NotFound: No such column.
    """
    words: list[str | None] = words_of(column_of(frame, name)).to_pylist()
    return words


def row_texts(frame: Frame, names: Sequence[str] | None = None) -> Texts:
    """Return each row as a sentence, `bill_mm 39.1 · island Torg`, so that rows can be shown as texts are.

    Args:
        frame: The rows.
        names: Of the columns to show; None: all.
    """
    wanted = frame.column_names if names is None else list(names)
    parts = [_said(name, column_of(frame, name)) for name in wanted]
    if not parts or not frame.num_rows:
        return Texts.of([""] * frame.num_rows)
    # Arrow leaves out rows in which every part is missing, so an empty first part is put in front, and taken off again.
    front = pa.array([""] * frame.num_rows)
    joined = pc.binary_join_element_wise(front, *parts, BETWEEN, null_handling="skip")
    joined = pc.utf8_slice_codeunits(joined, len(BETWEEN))
    array = joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
    array = array.cast(pa.large_string())
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    return Texts(ends, np.frombuffer(data or b"", np.uint8))


def _said(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return `name value` for each row, null where it is missing."""
    return pc.binary_join_element_wise(
        pa.scalar(name), words_of(column), " ", null_handling="emit_null"
    )


def words_of(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return values as words: 3 and 3.0 are both "3", a time is "2024-05-17" or "2024-05-17 08:30:00"."""
    words = column.cast(pa.string())
    if pa.types.is_timestamp(column.type):
        words = pc.replace_substring_regex(words, r"(\.000000)$", "")
        return pc.replace_substring_regex(words, r" 00:00:00$", "")
    if pa.types.is_floating(column.type):
        return pc.replace_substring_regex(words, r"\.0$", "")
    return words
