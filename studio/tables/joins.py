"""Two tables become one: rows side by side, or one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from studio.core.errors import InvalidInput, TooLarge
from studio.core.table import free_column
from studio.tables.files import MOST_ROWS
from studio.tables.frames import Frame, column_of, is_number, put_column, words_of

LEFT, RIGHT = "__studio_left", "__studio_right"
KINDS: dict[str, str] = {"inner": "inner", "left": "left outer", "outer": "full outer"}


def join(
    first: Frame, second: Frame, on: Sequence[str], how: Literal["inner", "left", "outer"]
) -> tuple[Frame, NDArray[np.int64]]:
    """Put rows of two tables side by side where some columns are equal, in the order of the first.

    Columns that both have, other than those compared, are called `NAME_second` of the second.

    Returns:
        The rows, and int64 (rows,): the number of the row of the first that each was made of, -1 for none.

    Raises:
        NotFound: A column is not there. InvalidInput: None is named, or they cannot be compared.
        TooLarge: There would be too many rows.
    """
    if not on:
        raise InvalidInput(
            "No column is named to join on.",
            "Rows of two tables find each other by columns that both have.",
            f"Name one, such as {_shared(first, second)}.",
        )
    for name in on:
        first, second = _alike(first, second, name)
    _check_size(first, second, on)
    taken = [*first.column_names, *second.column_names]
    names = {
        name: free_column(f"{name}_second", taken) if name in first.column_names else name
        for name in second.column_names
        if name not in on
    }
    second = second.rename_columns([names.get(name, name) for name in second.column_names])
    joined = _numbered(first, LEFT).join(
        _numbered(second, RIGHT), keys=list(on), join_type=KINDS[how]
    )
    joined = joined.sort_by([(LEFT, "ascending"), (RIGHT, "ascending")])
    rows = joined.column(LEFT).fill_null(-1).to_numpy().astype(np.int64)
    wanted = [*first.column_names, *names.values()]
    return joined.select(wanted).combine_chunks(), rows


def append(first: Frame, second: Frame) -> Frame:
    """Put the rows of one table below those of another; a column that one lacks has no values there."""
    for name in first.column_names:
        if name not in second.column_names:
            continue
        kinds = first.column(name).type, second.column(name).type
        if kinds[0] != kinds[1] and not all(is_number(kind) for kind in kinds):
            first = put_column(first, name, words_of(first.column(name)))
            second = put_column(second, name, words_of(second.column(name)))
    if first.num_rows + second.num_rows > MOST_ROWS:
        raise _too_large(first.num_rows + second.num_rows)
    return pa.concat_tables([first, second], promote_options="permissive").combine_chunks()


def _shared(first: Frame, second: Frame) -> str:
    both = [name for name in first.column_names if name in second.column_names]
    return f'"{both[0]}"' if both else "a number that both have"


def _alike(first: Frame, second: Frame, name: str) -> tuple[Frame, Frame]:
    """Return both tables with a column of the same type."""
    one, other = column_of(first, name), column_of(second, name)
    if one.type == other.type:
        return first, second
    if not (is_number(one.type) and is_number(other.type)):
        raise InvalidInput(
            f'The column "{name}" cannot be compared.',
            f"In the first table it is of the type {one.type}, in the second {other.type}.",
            "Make them alike first, for example with the SQL component: CAST(... AS VARCHAR).",
        )
    return (
        put_column(first, name, one.cast(pa.float64(), safe=False)),
        put_column(second, name, other.cast(pa.float64(), safe=False)),
    )


def _numbered(frame: Frame, name: str) -> Frame:
    return frame.append_column(name, pa.array(np.arange(frame.num_rows, dtype=np.int64)))


def _check_size(first: Frame, second: Frame, on: Sequence[str]) -> None:
    """Refuse a join in which rows that are alike multiply beyond all bounds, before it is made."""
    counts = [
        frame.select(list(on)).group_by(list(on)).aggregate([([], "count_all")])
        for frame in (first, second)
    ]
    both = counts[0].join(
        counts[1].rename_columns([*on, "count_other"]), keys=list(on), join_type="inner"
    )
    pairs = pc.multiply(
        both.column("count_all").cast(pa.float64()), both.column("count_other").cast(pa.float64())
    )
    rows = (pc.sum(pairs).as_py() or 0.0) + first.num_rows + second.num_rows
    if rows > MOST_ROWS:
        raise _too_large(int(rows))


def _too_large(rows: int) -> TooLarge:
    return TooLarge(
        f"The table would have about {rows:,} rows.",
        f"A table has at most {MOST_ROWS:,}.",
        "Join on more columns, or leave rows out first.",
    )
