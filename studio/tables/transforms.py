"""What is learned from the training rows of a table and done to any rows, a single one included.

`fit` looks at training rows only and returns plain values that can be kept as JSON; `apply` does the rest. A pipeline
that trains, an inference pipeline and a deployed endpoint all call the same `apply`, and every value is computed by
itself: a row comes out the same alone and among a million.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from studio.core.components_tables import CleanMissingParams, EncodeParams, ScaleParams
from studio.core.errors import InvalidInput, TooLarge
from studio.core.port_values import TransformValue
from studio.core.table import MOST_CATEGORIES, MOST_COLUMNS
from studio.tables.columns import describe, most_frequent
from studio.tables.frames import (
    Frame,
    column_of,
    finite,
    is_number,
    is_words,
    put_column,
    words_of,
)

Params = CleanMissingParams | EncodeParams | ScaleParams


def fit(
    params: Params,
    frame: Frame,
    training: NDArray[np.bool_] | None = None,
    spared: Sequence[str] = (),
) -> TransformValue:
    """Learn from the training rows.

    Args:
        params: Of the component.
        frame: All rows.
        training: bool (rows,), which of them are training rows; None: all are.
        spared: Columns that are not among those chosen where none is named: the target, which is no input.

    Raises:
        NotFound: A column is not there. InvalidInput: It does not fit to the method, or there is no training row.
    """
    rows = frame if training is None else frame.filter(pa.array(training))
    if not rows.num_rows:
        raise InvalidInput(
            "There is no training row to learn from.",
            f"The table has {frame.num_rows:,} rows, and none is in the training part.",
            "Divide the rows so that the training part has some.",
        )
    if isinstance(params, CleanMissingParams):
        return TransformValue(component="clean_missing", fitted=_fit_clean(params, rows, spared))
    if isinstance(params, EncodeParams):
        return TransformValue(component="encode", fitted=_fit_encode(params, rows, spared))
    return TransformValue(component="scale", fitted=_fit_scale(params, rows, spared))


def apply(transform: TransformValue, frame: Frame) -> Frame:
    """Do to rows what was learned. Columns that the frame does not have are left out, such as the target's.

    Raises:
        InvalidInput: It was not learned from a table, or a column holds something else than before.
    """
    act = {"clean_missing": _clean, "encode": _encode, "scale": _scale}.get(transform.component)
    if act is None:
        raise InvalidInput(
            f'"{transform.component}" learned nothing about tables.',
            "Only what Clean missing values, Encode categories and Scale numbers learned fits to a table.",
            "Connect the transform of one of these.",
        )
    return act(transform.fitted, frame)


def kept_rows(transform: TransformValue, frame: Frame) -> NDArray[np.bool_] | None:
    """Return bool (rows,), which rows `apply` keeps; None when it keeps all whatever they hold."""
    if transform.component != "clean_missing" or "drop" not in transform.fitted:
        return None
    kept = np.ones(frame.num_rows, bool)
    for name in _present(transform.fitted["drop"], frame):
        kept &= frame.column(name).is_valid().to_numpy()
    return kept


def _present(names: Sequence[str], frame: Frame) -> list[str]:
    known = set(frame.column_names)
    return [name for name in names if name in known]


def _chosen(names: Sequence[str], frame: Frame, default: Sequence[str]) -> list[str]:
    """Return the columns that are named, all of `default` when none is. Raises NotFound for one that is not there."""
    for name in names:
        column_of(frame, name)
    return list(dict.fromkeys(names)) or list(default)


def _fit_clean(params: CleanMissingParams, rows: Frame, spared: Sequence[str]) -> dict[str, Any]:
    default = [name for name in rows.column_names if name not in spared]
    names = _chosen(params.columns, rows, default)
    if params.method == "drop":
        return {"drop": names}
    return {"fill": {name: _filling(params, name, rows.column(name)) for name in names}}


def _filling(params: CleanMissingParams, name: str, column: pa.ChunkedArray) -> Any:
    """Return what stands where a value of a column is missing; None where nothing is known."""
    number = is_number(column.type)
    if params.method == "value":
        return _typed(params.value, name, column.type)
    if params.method in ("mean", "median") and number:
        found = column.drop_null().cast(pa.float64(), safe=False).to_numpy()
        if not len(found):
            return None
        return float(np.mean(found) if params.method == "mean" else np.median(found))
    counts, _ = most_frequent(words_of(column), 1)
    return _typed(counts[0][0], name, column.type) if counts else None


def _typed(word: str, name: str, kind: pa.DataType) -> Any:
    """Return a word as a value of a column."""
    if is_words(kind):
        return word
    if pa.types.is_timestamp(kind):
        target = pa.timestamp("us")
    elif pa.types.is_boolean(kind):
        target = pa.bool_()
    else:
        target = pa.float64()
    try:
        value = pa.scalar(word.strip(), pa.string()).cast(target)
    except pa.ArrowInvalid as error:
        raise InvalidInput(
            f'"{word[:60]}" does not fit into the column "{name}".',
            f"The column holds {'numbers' if is_number(kind) else 'other values'}.",
            "Choose another value, or only the columns to which it fits.",
        ) from error
    return str(value.as_py()) if target == pa.timestamp("us") else value.as_py()


def _clean(fitted: dict[str, Any], frame: Frame) -> Frame:
    if "drop" in fitted:
        kept = kept_rows(TransformValue(component="clean_missing", fitted=fitted), frame)
        return frame if kept is None else frame.filter(pa.array(kept))
    for name in _present(list(fitted["fill"]), frame):
        value, column = fitted["fill"][name], frame.column(name)
        if value is None:
            continue
        if isinstance(value, float) and pa.types.is_integer(column.type) and value % 1:
            column = column.cast(pa.float64(), safe=False)
        if isinstance(value, bool) is not pa.types.is_boolean(column.type):
            raise _other_kind(name, column.type, value)
        try:
            filling = pa.scalar(value).cast(column.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise _other_kind(name, column.type, value) from error
        frame = put_column(frame, name, column.fill_null(filling))
    return frame


def _other_kind(name: str, kind: pa.DataType, value: Any) -> InvalidInput:
    return InvalidInput(
        f'The column "{name}" holds something else than when the transform learned.',
        f"Its values are of the type {kind}, and missing ones would become {value!r}.",
        "Give a table with the same columns.",
    )


def _fit_encode(params: EncodeParams, rows: Frame, spared: Sequence[str]) -> dict[str, Any]:
    default = _of_kind("category", rows, spared)
    names = _chosen(params.columns, rows, default)
    categories: dict[str, list[str]] = {}
    for name in names:
        counts, different = most_frequent(words_of(rows.column(name)))
        if different > MOST_CATEGORIES:
            raise TooLarge(
                f'The column "{name}" has {different:,} different values.',
                f"At most {MOST_CATEGORIES:,} can be encoded.",
                "Leave the column out, or make fewer values of it with the SQL component.",
            )
        categories[name] = [value for value, _ in counts]
    more = sum(len(values) - 1 for values in categories.values())
    if params.method == "one_hot" and rows.num_columns + more > MOST_COLUMNS:
        raise TooLarge(
            f"The table would have {rows.num_columns + more:,} columns.",
            f"A table has at most {MOST_COLUMNS:,}; one_hot makes a column of every value.",
            "Choose ordinal, or fewer columns.",
        )
    return {"method": params.method, "categories": categories}


def _encode(fitted: dict[str, Any], frame: Frame) -> Frame:
    arrays, names = [], []
    for name in frame.column_names:
        column = frame.column(name)
        values: list[str] | None = fitted["categories"].get(name)
        if values is None:
            arrays.append(column)
            names.append(name)
            continue
        places = pc.index_in(words_of(column), pa.array(values, pa.string()))
        if fitted["method"] == "ordinal":
            arrays.append(pc.add(places.cast(pa.int64()).fill_null(-1), 1))
            names.append(name)
            continue
        for place, value in enumerate(values):
            arrays.append(pc.equal(places, place).fill_null(False).cast(pa.int64()))
            names.append(f"{name}={value}")
    return pa.table(arrays, names=_unlike(names))


def _unlike(names: list[str]) -> list[str]:
    """Return names that are all different: a column called `a=b` may have been there before."""
    used: set[str] = set()
    found = []
    for name in names:
        while name in used:
            name += "_"
        used.add(name)
        found.append(name)
    return found


def _of_kind(kind: str, rows: Frame, spared: Sequence[str]) -> list[str]:
    return [c.name for c in describe(rows) if c.kind == kind and c.name not in spared]


def _fit_scale(params: ScaleParams, rows: Frame, spared: Sequence[str]) -> dict[str, Any]:
    default = _of_kind("number", rows, spared)
    columns: dict[str, list[float]] = {}
    for name in _chosen(params.columns, rows, default):
        column = rows.column(name)
        if not is_number(column.type):
            raise InvalidInput(
                f'The column "{name}" holds no numbers.',
                "Only numbers can be scaled.",
                "Encode it first, or leave it out.",
            )
        found = column.drop_null().cast(pa.float64(), safe=False).to_numpy()
        columns[name] = _range(params.method, found) if len(found) else [0.0, 1.0]
    return {"columns": columns}


def _range(method: str, values: NDArray[np.float64]) -> list[float]:
    """Return what is subtracted, and by what the rest is divided."""
    if method == "min_max":
        low, width = float(values.min()), float(values.max() - values.min())
    elif method == "robust":
        quarter, low, rest = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
        width = rest - quarter
    else:
        low, width = float(values.mean()), float(values.std())
    # Where all values are alike there is nothing to divide by: the difference stays what it is.
    return [low, width if np.isfinite(width) and width > 0 else 1.0]


def _scale(fitted: dict[str, Any], frame: Frame) -> Frame:
    for name in _present(list(fitted["columns"]), frame):
        column = frame.column(name)
        if not is_number(column.type):
            raise InvalidInput(
                f'The column "{name}" holds no numbers.',
                "It did when the transform learned.",
                "Give a table with the same columns.",
            )
        low, width = fitted["columns"][name]
        numbers = column.cast(pa.float64(), safe=False)
        frame = put_column(frame, name, finite(pc.divide(pc.subtract(numbers, low), width)))
    return frame
