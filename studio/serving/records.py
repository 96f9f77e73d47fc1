"""Rows for models of tables: `{"age": 3, ...}` a row, whatever way they come in."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from studio.core.errors import InvalidInput
from studio.core.table import TableSettings, encode_rows
from studio.serving.counts import check_count
from studio.serving.pixels import describe
from studio.serving.taken import Taken

Record = dict[str, Any]
TEXT_LIMIT = 10_000
"""Characters of a cell."""
LARGEST = 1e30
NAMED = 12
"""So many columns are named in an error."""
ROW = "row"
"""What callers may wrap a row in."""


def read_records(values: object, taken: Taken, field: str) -> list[Record]:
    """Return what a caller sent as rows.

    Args:
        values: JSON: a list of rows, each an object or a list of values in the order of the columns; or an object,
            column -> list of values.
        taken: What the model takes.
        field: What the rows are called in the body, for errors.

    Raises:
        InvalidInput: None, too many, or a value that does not fit to its column.
    """
    if isinstance(values, dict):
        return _of_columns(values, taken, field)
    if not isinstance(values, list) or not values:
        raise InvalidInput(
            f'"{field}" is {describe(values)}.',
            f"It must be a list of rows, each {form(taken)}.",
            f'Put the row into a list: {{"{field}": [{{...}}]}}.',
        )
    check_count(len(values), field)
    records = [_record(value, taken, f"{field}[{place}]") for place, value in enumerate(values)]
    check_records(records, taken, field)
    return records


def read_written(words: Sequence[str], taken: Taken, field: str) -> list[Record]:
    """Return rows that come as the JSON of an object each. Raises as `read_records`."""
    rows: list[object] = []
    for place, word in enumerate(words):
        try:
            rows.append(json.loads(word))
        except (ValueError, RecursionError) as error:
            raise InvalidInput(
                f"{field}[{place}] is no JSON.", f"A row is {form(taken)}.", "Send it as JSON."
            ) from error
    return read_records(rows, taken, field)


def check_records(records: Sequence[Record], taken: Taken, field: str) -> None:
    """Refuse rows that the model could not read, before others' rows wait for them.

    Raises:
        InvalidInput: It names the row.
    """
    settings = TableSettings(columns=tuple(c for c in taken.columns if c.kind != "text"))
    try:
        encode_rows(records, settings)
    except InvalidInput:
        for place, record in enumerate(records):
            try:
                encode_rows([record], settings)
            except InvalidInput as error:
                where = f"{field}[{place}]"
                raise InvalidInput(f"{where}: {error.what}", error.why, error.fix) from error
        raise


def form(taken: Taken) -> str:
    """Return what a row looks like, for errors."""
    names = ", ".join(f'"{column.name[:40]}": ...' for column in taken.columns[:NAMED])
    return f"{{{names}{', ...' if len(taken.columns) > NAMED else ''}}}"


def _record(value: object, taken: Taken, place: str) -> Record:
    if isinstance(value, dict) and set(value) == {ROW} and ROW not in taken.names:
        value = value[ROW]
    if isinstance(value, list) and len(value) == len(taken.columns):
        value = dict(zip(taken.names, value, strict=True))
    if not isinstance(value, dict):
        raise InvalidInput(
            f"{place} is {describe(value)}.",
            f"The model reads rows, each {form(taken)}.",
            f"Send an object, or a list of {len(taken.columns)} values in the order of the columns.",
        )
    record = {name: value[name] for name in taken.names if name in value}
    for name, cell in record.items():
        _check_cell(cell, name, place)
    return record


def _check_cell(cell: object, name: str, place: str) -> None:
    if isinstance(cell, str):
        fits = len(cell) <= TEXT_LIMIT and "\0" not in cell
    else:
        fits = cell is None or (isinstance(cell, int | float) and _is_number(cell))
    if not fits:
        raise InvalidInput(
            f'"{name[:40]}" of {place} is {describe(cell)}.',
            "A value is a number, a text, true or false; a missing one is null.",
            "Send one of these.",
        )


def _is_number(cell: int | float) -> bool:
    return abs(cell) <= LARGEST and not (isinstance(cell, float) and math.isnan(cell))


def _of_columns(values: Mapping[str, object], taken: Taken, field: str) -> list[Record]:
    """Return rows that come as columns, or wrapped in an object."""
    if set(values) == {ROW} and ROW not in taken.names:
        return read_records(values[ROW], taken, field)
    columns: dict[str, list[Any]] = {}
    for name in taken.names:
        column = values.get(name)
        if name in values and not isinstance(column, list):
            column = [column]
        if isinstance(column, list):
            alone = [
                cell[0] if isinstance(cell, list) and len(cell) == 1 else cell for cell in column
            ]
            columns[name] = alone
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1 or 0 in lengths:
        raise InvalidInput(
            f'"{field}" has columns of {", ".join(map(str, sorted(lengths))) or "no"} values.',
            f"The model reads the columns {', '.join(taken.names[:NAMED])}, all equally long.",
            "Give each column as many values as there are rows.",
        )
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    return read_records(rows, taken, field)
