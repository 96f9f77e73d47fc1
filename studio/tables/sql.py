"""SQL over tables in memory, by DuckDB, which may touch neither files nor the network.

DuckDB hears of a wish to end only between two pieces of its work, and what it hands over does not count against its own
limit. So a query is answered by a process of its own, which the kernel holds to its memory and which can be killed; it
waits for the next query afterwards, so that it is started once.
"""

from __future__ import annotations

import json
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from studio.core.errors import Cancelled, InvalidInput, StudioError, TooLarge
from studio.core.table import MOST_COLUMNS
from studio.tables.files import MOST_ROWS
from studio.tables.frames import Frame, tidy

ROW = "__studio_row"
"""A hidden column with the number of each row of the first table; where it survives, a split of the rows does."""
TICK = 0.05
CHILD = Path(__file__).with_name("query_child.py")
KEPT = 4
"""So many processes wait for the next query at most."""


@dataclass(frozen=True)
class QueryLimits:
    """What a query may cost.

    Args:
        seconds: It is ended after this time.
        memory: Bytes that it may use beside the tables.
        rows, size: Of the answer, in rows and bytes.
    """

    seconds: float = 60.0
    memory: int = 2 * 10**9
    rows: int = MOST_ROWS
    size: int = 2 * 10**9


IN_A_REQUEST = QueryLimits(seconds=2.0, memory=256 * 10**6, size=256 * 10**6)
"""Of a query over the rows of one request."""


class Process(Protocol):
    """A process with pipes as its standard input and output, as `subprocess.Popen` is."""

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None

    def kill(self) -> None:
        """End it."""

    def wait(self) -> int:
        """Return its status, once it has ended."""

    def poll(self) -> int | None:
        """Return its status, None while it lives."""


class Queries:
    """Processes that answer queries.

    Args:
        start: Starts a Python program by its path and its arguments, with pipes as its standard input and output.
        limits: Of every query. Default: those of a run.
    """

    def __init__(self, start: Callable[..., Process], limits: QueryLimits | None = None) -> None:
        self._start = start
        self._limits = limits or QueryLimits()
        self._idle: list[Process] = []
        weakref.finalize(self, _end, self._idle)

    def ask(
        self,
        query: str,
        tables: dict[str, Frame],
        *,
        stop: Callable[[], bool] = lambda: False,
    ) -> tuple[Frame, NDArray[np.int64] | None]:
        """Ask a query of tables. It may be called by several threads at once.

        Args:
            query: One SELECT as DuckDB speaks it.
            tables: Name in the query -> rows; the first is the one whose rows are followed.
            stop: Asked twenty times a second whether to end.

        Returns:
            The rows, and int64 (rows,): for each the number of the row of the first table it was made of; None where
            the query does not tell, because it counts, joins or names its columns one by one.

        Raises:
            InvalidInput: The query is wrong, takes too long or too much memory, or gives no table.
            TooLarge: It gives too much. Cancelled: `stop` said so.
        """
        try:
            query.encode()
        except UnicodeEncodeError as error:
            raise InvalidInput(
                "The query cannot be read.",
                f"Its character {error.start + 1:,} is half of one.",
                "Type it again.",
            ) from error
        first = next(iter(tables))
        given = {**tables, first: _numbered(tables[first])}
        return _followed(self._answer(query, given, stop), tables[first].num_rows)

    def _answer(self, query: str, tables: dict[str, Frame], stop: Callable[[], bool]) -> pa.Table:
        """Have a process answer, and kill it where that shall end."""
        process = self._taken()
        said: list[pa.Table | StudioError] = []
        broken: list[StudioError] = []

        def talk() -> None:
            try:
                said.append(_told(process, query, tables, self._limits))
            except StudioError as error:
                broken.append(error)
            except (pa.ArrowException, OSError, ValueError):  # the other end is gone
                broken.append(_ended())

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        until = time.monotonic() + self._limits.seconds
        while thread.is_alive() and not broken:
            thread.join(TICK)
            if not thread.is_alive():
                continue
            if stop():
                broken.append(_asked_to_stop())
            elif time.monotonic() > until:
                broken.append(_too_late(self._limits.seconds))
        if broken:
            process.kill()
            thread.join()
            _end([process])
            raise broken[0]
        self._leave(process)
        if isinstance(said[0], StudioError):
            raise said[0]
        return said[0]

    def _taken(self) -> Process:
        """Return a process that waits for a query. Its start is not counted as the query's time."""
        while True:
            try:
                process = self._idle.pop()
            except IndexError:
                break
            if process.poll() is None:
                return process
            _end([process])
        process = self._start(str(CHILD), str(self._limits.memory))
        assert process.stdout is not None
        if not process.stdout.readline():
            _end([process])
            raise _ended()
        return process

    def _leave(self, process: Process) -> None:
        """Keep a process for the next query."""
        self._idle.append(process)
        if len(self._idle) > KEPT:
            _end([self._idle.pop()])


def _end(processes: list[Process]) -> None:
    for process in processes:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with suppress(OSError):  # what was not written yet goes nowhere
                pipe.close()


def _told(
    process: Process, query: str, tables: dict[str, Frame], limits: QueryLimits
) -> pa.Table | StudioError:
    """Say a query and its tables, and return all rows of the answer, or what is wrong with the query.

    Raises:
        TooLarge: There is more of it. ValueError, OSError, pyarrow.ArrowException: The process is gone.
    """
    questions, answers = process.stdin, process.stdout
    assert questions is not None
    assert answers is not None
    asked = {"query": query, "tables": list(tables), "seconds": limits.seconds}
    questions.write(json.dumps(asked).encode() + b"\n")
    for frame in tables.values():
        with pa.ipc.new_stream(questions, frame.schema) as stream:
            stream.write_table(frame)
    questions.flush()
    said = json.loads(answers.readline())
    if "rows" not in said:
        return _refused(said, limits)
    batches: list[pa.RecordBatch] = []
    rows = size = 0
    reader = pa.ipc.open_stream(answers)
    for batch in reader:
        batches.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if rows > limits.rows or size > limits.size:
            raise _large_answer(limits)
    end = json.loads(answers.readline())
    return _refused(end, limits) if end else pa.Table.from_batches(batches, reader.schema)


def _numbered(frame: Frame) -> Frame:
    return frame.append_column(ROW, pa.array(np.arange(frame.num_rows, dtype=np.int64)))


def _asked_to_stop() -> Cancelled:
    return Cancelled(
        "The query was stopped.", "Somebody asked to stop.", "Submit the pipeline again."
    )


def _too_late(seconds: float) -> InvalidInput:
    return InvalidInput(
        f"The query was ended after {seconds:g} seconds.",
        "A query must not keep the machine busy for ever.",
        "Ask for less: fewer rows, or a join over columns that are equal.",
    )


def _large_answer(limits: QueryLimits) -> TooLarge:
    return TooLarge(
        "The answer is too large.",
        f"It may have {limits.rows:,} rows and {limits.size / 10**9:g} GB at most.",
        "Ask for less, with WHERE or LIMIT.",
    )


def _ended() -> StudioError:
    return StudioError(
        "The query was ended by the system.",
        "Most often it needs more memory than there is.",
        "Ask for less: fewer rows, fewer columns, or a join over columns that are equal.",
    )


def _needs_memory(why: str) -> InvalidInput:
    return InvalidInput(
        "The query needs more memory than it may use.",
        f"{why}.",
        "Ask for less: fewer rows, fewer columns, or a join over columns that are equal.",
    )


def _refused(said: dict[str, Any], limits: QueryLimits) -> StudioError:
    """Return the error that a process told of."""
    if "statements" in said:
        count = said["statements"]
        return InvalidInput(
            f"The query has {count} statements." if count != 1 else "The query is no SELECT.",
            "A query asks for rows, with one SELECT; it changes nothing.",
            "Write one SELECT over the tables first and second.",
        )
    lines = [line.strip() for line in said["said"].splitlines() if line.strip()]
    message = lines[0][:300] if lines else "It did not say why."
    if said["failed"] == "large":
        return _large_answer(limits)
    if said["failed"] == "memory":
        return _needs_memory(message.rstrip("."))
    if said["failed"] == "permission" and "disabled" in message:
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
