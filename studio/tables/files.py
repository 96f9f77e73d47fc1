"""Tables in files: CSV, TSV and Parquet from outside, Parquet inside."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from studio.core.errors import InvalidInput, TooLarge
from studio.core.table import MOST_COLUMNS
from studio.tables.frames import Frame, is_words, tidy, words_of

SUFFIXES = (".csv", ".tsv", ".parquet")
MOST_ROWS = 20_000_000
MISSING = ("", "NA", "N/A", "#N/A", "NaN", "nan", "NULL", "null", "None", "?")
"""Words of a CSV file that mean that there is no value."""
DELIMITERS = ",;\t|"
HEAD = 1024 * 1024
"""The names of the columns must end within so many bytes."""
MOST_BYTES = 4 * 10**9
BATCH_ROWS, NESTED_ROWS = 64 * 1024, 64
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet run a cell instead of showing it."""


def read_table(path: Path, name: str, heed: Callable[[], None] = lambda: None) -> Frame:
    """Read a file that somebody brought.

    Args:
        path: The file.
        name: What it is called: its ending says what it is.
        heed: Called all the while; what it raises ends the reading.

    Raises:
        InvalidInput: It is no table, has no rows, or two columns of the same name. TooLarge: It has too many columns
            or rows.
    """
    try:
        if name.lower().endswith(".parquet"):
            table = _open_parquet(path, name, heed)
        else:
            table = _read_csv(path, name, heed)
        _check(table, name)
        heed()
        frame = tidy(table)
        heed()
        frame.validate(full=True)  # words that are no UTF-8, places outside a column
    except (pa.ArrowException, OSError, UnicodeError, OverflowError) as error:
        said = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise InvalidInput(
            f'"{name}" cannot be read as a table.',
            f"{said[:200].rstrip('.')}.",
            "Give a .csv or .tsv file with a row of column names, or a .parquet file.",
        ) from error
    return frame


class _HeededFile(io.FileIO):
    """A file that is read until `heed` raises."""

    def __init__(self, path: Path, heed: Callable[[], None]) -> None:
        super().__init__(path)
        self._heed = heed

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes."""
        self._heed()
        return super().read(-1 if size is None else size)


def _open_parquet(path: Path, name: str, heed: Callable[[], None]) -> pa.Table:
    """Read a Parquet file until it grows beyond all bounds: a few bytes can stand for terabytes of equal values."""
    with pa.parquet.ParquetFile(path) as file:
        kinds = file.schema_arrow
        if file.metadata.num_rows > MOST_ROWS:
            raise _too_large(name, file.metadata.num_rows)
        if max(len(kinds), file.metadata.num_columns) > 2 * MOST_COLUMNS:
            raise _too_wide(name, len(kinds))
        nested = any(pa.types.is_nested(kind) for kind in kinds.types)
    words = [
        field.name for field in kinds if is_words(field.type) or pa.types.is_binary(field.type)
    ]
    batches: list[pa.RecordBatch] = []
    rows = size = 0
    with pa.parquet.ParquetFile(path, read_dictionary=words) as file:
        for batch in file.iter_batches(NESTED_ROWS if nested else BATCH_ROWS):
            heed()
            batches.append(batch)
            rows += batch.num_rows
            size += sum(map(_spread_bytes, batch.columns))
            if rows > MOST_ROWS:
                raise _too_large(name, rows)
            if size > MOST_BYTES:
                raise _too_heavy(name)
        return pa.Table.from_batches(batches, file.schema_arrow if not batches else None)


def _spread_bytes(column: pa.Array) -> int:
    """Return how many bytes the values of a column take, each one written out."""
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.fill_null(pc.binary_length(column.dictionary), 0).to_numpy(zero_copy_only=False)
    places = column.indices.drop_null().to_numpy()
    if len(places) and not 0 <= places.min() <= places.max() < len(lengths):
        raise pa.ArrowInvalid("A value of it is not there")
    return int(lengths[places].sum(dtype=np.int64)) + 4 * len(column)


def _read_csv(path: Path, name: str, heed: Callable[[], None]) -> pa.Table:
    if path.stat().st_size > MOST_BYTES:
        raise _too_heavy(name)
    with open(path, "rb") as file:
        head = file.read(HEAD)
    encoding = "utf8"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        try:
            head[: head.rfind(b"\n") + 1].decode()
        except UnicodeDecodeError:
            encoding = "cp1252"
    first = head.decode(encoding, "replace").lstrip("\ufeff").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    endless = len(head) == HEAD and b"\n" not in head.replace(b"\r", b"\n")
    if endless or first.count(delimiter) > 2 * MOST_COLUMNS:
        raise _too_wide(name, first.count(delimiter) + 1)
    with _HeededFile(path, heed) as file:
        return pa.csv.read_csv(
            file,
            read_options=pa.csv.ReadOptions(
                use_threads=False, encoding=encoding, block_size=16 * 2**20
            ),
            parse_options=pa.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pa.csv.ConvertOptions(null_values=MISSING, strings_can_be_null=True),
        )


def _check(table: pa.Table, name: str) -> None:
    names = table.column_names
    if len(names) > MOST_COLUMNS:
        raise _too_wide(name, len(names))
    twice = [column for place, column in enumerate(names) if column in names[:place]]
    if twice or any(not column.strip() for column in names):
        what = f'has two columns called "{twice[0]}"' if twice else "has a column without a name"
        raise InvalidInput(
            f'"{name}" {what}.',
            "Columns are found by their names.",
            "Give every column a name of its own in the first row.",
        )
    if not table.num_rows:
        raise InvalidInput(
            f'"{name}" has no rows.',
            "Below the names of the columns there is nothing.",
            "Give a file with rows.",
        )
    if table.num_rows > MOST_ROWS:
        raise _too_large(name, table.num_rows)


def _too_wide(name: str, columns: int) -> TooLarge:
    return TooLarge(
        f'"{name}" has {columns:,} columns or more.',
        f"A table has at most {MOST_COLUMNS:,}.",
        "Leave some out.",
    )


def _too_heavy(name: str) -> TooLarge:
    return TooLarge(
        f'"{name}" is too large for the memory.',
        f"The values of a table may take {MOST_BYTES // 10**9} GB.",
        "Bring a part of it.",
    )


def _too_large(name: str, rows: int) -> TooLarge:
    return TooLarge(
        f'"{name}" has {rows:,} rows.',
        f"A table has at most {MOST_ROWS:,}.",
        "Bring a part of it.",
    )


def read_parquet(path: Path, columns: list[str] | None = None) -> Frame:
    """Read rows that the studio keeps; only some columns where these are named."""
    return pa.parquet.read_table(path, columns=columns, partitioning=None)


def write_parquet(frame: Frame, path: Path) -> None:
    """Write rows, the same bytes for the same rows."""
    pa.parquet.write_table(frame, path, compression="zstd", row_group_size=128 * 1024)


def write_csv(frame: Frame, path: Path) -> None:
    """Write rows as comma-separated values, UTF-8, with a row of column names.

    A word that begins with = + - @, a tab or a carriage return gets a ' in front, as spreadsheets would run it.
    """
    columns = [_written(column) for column in frame.columns]
    names = [f"'{name}" if name.startswith(FORMULA) else name for name in frame.column_names]
    pa.csv.write_csv(pa.table(columns, names=names), path)


def _written(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        return words_of(column)
    if not is_words(column.type):
        return column
    runs = pc.match_substring_regex(column, r"^[=+\-@\t\r]")
    return pc.if_else(runs, pc.binary_join_element_wise("'", column, ""), column)
