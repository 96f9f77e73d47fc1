"""SQL over tables in memory, by DuckDB, which may touch neither files nor the network."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from studio.core.errors import Cancelled, InvalidInput, StudioError, TooLarge
from studio.core.table import MOST_COLUMNS
from studio.tables.files import MOST_ROWS
from studio.tables.frames import Frame, tidy

SECONDS = 60.0
MEMORY = "2GB"
ANSWER_BYTES = 2 * 10**9
BATCH_ROWS = 20_000
ROW = "__studio_row"
"""A hidden column with the number of each row of the first table; where it survives, a split of the rows does."""
TICK = 0.05


def run_sql(
    query: str,
    tables: dict[str, Frame],
    *,
    seconds: float = SECONDS,
    memory: str = MEMORY,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[Frame, NDArray[np.int64] | None]:
    """Ask a query of tables.

    Args:
        query: One SELECT as DuckDB speaks it.
        tables: Name in the query -> rows; the first is the one whose rows are followed.
        seconds: It is ended after this time.
        memory: How much it may use.
        stop: Asked twenty times a second whether to end.

    Returns:
        The rows, and int64 (rows,): for each the number of the row of the first table it was made of; None where the
        query does not tell, because it counts, joins or names its columns one by one.

    Raises:
        InvalidInput: The query is wrong, takes too long or gives no table. TooLarge: It gives too much.
        Cancelled: `stop` said so.
    """
    first = next(iter(tables))
    connection = duckdb.connect(
        ":memory:",
        config={
            "enable_external_access": False,
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
            "memory_limit": memory,
            "threads": 1,  # more would give rows in an order of chance
            "preserve_insertion_order": True,
            "python_enable_replacements": False,
            "temp_directory": "",
        },
    )
    try:
        for name, frame in tables.items():
            connection.register(name, _numbered(frame) if name == first else frame)
        connection.execute("SET lock_configuration = true")
        _check_query(connection, query)
        table = _within(connection, query, seconds, stop)
    finally:
        connection.close()
    return _followed(table, tables[first].num_rows)


def _numbered(frame: Frame) -> Frame:
    return frame.append_column(ROW, pa.array(np.arange(frame.num_rows, dtype=np.int64)))


def _check_query(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    try:
        statements = connection.extract_statements(query)
    except duckdb.Error as error:
        raise _refused(error) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise InvalidInput(
            f"The query has {len(statements)} statements."
            if len(statements) != 1
            else "The query is no SELECT.",
            "A query asks for rows, with one SELECT; it changes nothing.",
            "Write one SELECT over the tables first and second.",
        )


def _within(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    seconds: float,
    stop: Callable[[], bool],
) -> pa.Table:
    """Run a query in a thread, so that it can be ended."""
    found: list[pa.Table] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            found.append(_fetched(connection.sql(query).to_arrow_reader(BATCH_ROWS)))
        except (duckdb.Error, StudioError) as error:
            failed.append(error)
        except (pa.ArrowException, OSError, MemoryError):  # more in one column than Arrow can hold
            failed.append(_large_answer())

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    until = time.monotonic() + seconds
    while thread.is_alive():
        thread.join(TICK)
        late, asked = time.monotonic() > until, stop()
        if thread.is_alive() and (late or asked):
            connection.interrupt()
            thread.join()
            if asked:
                raise Cancelled(
                    "The query was stopped.",
                    "Somebody asked to stop.",
                    "Submit the pipeline again.",
                )
            raise InvalidInput(
                f"The query was ended after {seconds:g} seconds.",
                "A query must not keep the machine busy for ever.",
                "Ask for less: fewer rows, or a join over columns that are equal.",
            )
    if failed and isinstance(failed[0], StudioError):
        raise failed[0]
    if failed:
        raise _refused(failed[0]) from failed[0]
    return found[0]


def _fetched(reader: pa.RecordBatchReader) -> pa.Table:
    """Return all rows of an answer; what DuckDB hands over does not count against its own memory limit."""
    batches: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in reader:
        batches.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if rows > MOST_ROWS or size > ANSWER_BYTES:
            raise _large_answer()
    return pa.Table.from_batches(batches, reader.schema)


def _large_answer() -> TooLarge:
    return TooLarge(
        "The answer is too large.",
        f"It may have {MOST_ROWS:,} rows and {ANSWER_BYTES // 10**9} GB at most.",
        "Ask for less, with WHERE or LIMIT.",
    )


def _refused(error: Exception) -> InvalidInput:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    message = lines[0][:300] if lines else "It did not say why."
    if isinstance(error, duckdb.OutOfMemoryException):
        return InvalidInput(
            "The query needs more memory than it may use.",
            f"{message.rstrip('.')}.",
            "Ask for less: fewer rows, fewer columns, or a join over columns that are equal.",
        )
    if "disabled" in message and isinstance(error, duckdb.PermissionException):
        return InvalidInput(
            "The query wants to read or write a file.",
            "A query sees the tables that are connected, and nothing else.",
            "Connect the table as first or second.",
        )
    hints = (line for line in lines[1:] if line.startswith(("Did you mean", "Candidate")))
    usual = "Correct it; the tables are called first and second."
    hint = next((line for line in hints if "pg_" not in line), usual)  # not DuckDB's own tables
    return InvalidInput(
        "The query cannot be answered.",
        f"{message.rstrip('.!')}.",
        hint if hint.endswith("?") else f"{hint.rstrip('.')}.",
    )


def _followed(table: pa.Table, count: int) -> tuple[Frame, NDArray[np.int64] | None]:
    """Return the rows, and of which of the `count` rows of the first table each was made, where that is sure."""
    names = table.column_names
    rows = None
    if ROW in names:
        column = table.column(names.index(ROW))
        if names.count(ROW) == 1 and pa.types.is_integer(column.type) and not column.null_count:
            rows = column.to_numpy().astype(np.int64)
            if len(rows) and not 0 <= rows.min() <= rows.max() < count:
                rows = None  # the query wrote numbers of its own there
        table = table.select([place for place, name in enumerate(names) if name != ROW])
    _check(table)
    return tidy(table), rows


def _check(table: pa.Table) -> None:
    names = table.column_names
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice or not names:
        raise InvalidInput(
            f'The answer has two columns called "{twice[0]}".' if twice else "It has no columns.",
            "Columns are found by their names.",
            "Name them apart, as in SELECT first.id, second.id AS other.",
        )
    if table.num_rows > MOST_ROWS or len(names) > MOST_COLUMNS:
        raise TooLarge(
            f"The answer has {table.num_rows:,} rows and {len(names):,} columns.",
            f"A table has at most {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns.",
            "Ask for less, with WHERE or LIMIT.",
        )
