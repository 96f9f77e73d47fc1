"""The program that answers queries, in a process of its own: one after the other, tables in and rows out.

It is started by its path and knows nothing of the studio. For each query it reads, from its standard input, a line of
JSON and every table as an Arrow stream. It says a line of JSON, the rows as an Arrow stream, and in a last line how it
ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import sys
import threading
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa

BATCH_ROWS = 20_000
SLACK_BYTES = 64 * 10**6
"""So much more than a query may use the process may have."""
SPARE_SECONDS = 5
"""The one who asks ends this process in time; should that one be gone, the kernel does so after that much more."""


def main(memory: int) -> None:
    """Answer until nobody asks any more.

    Args:
        memory: Bytes that a query may use beside the tables that it is asked of.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints does not get among the answers
    threading.Thread(target=end_with_asker, daemon=True).start()
    database = opened(memory)
    say(answers, {"ready": True})
    with open(0, "rb", closefd=False) as questions:
        for line in questions:
            asked = json.loads(line)
            signal.alarm(int(asked["seconds"]) + SPARE_SECONDS)
            tables = {name: pa.ipc.open_stream(questions).read_all() for name in asked["tables"]}
            limit(data_bytes() + memory + SLACK_BYTES)
            end = answer(database, asked["query"], tables, answers)
            del tables
            say(answers, end)
            signal.alarm(0)
            limit(None)
            if end:
                database.close()  # it may have suffered
                database = opened(memory)


def end_with_asker() -> None:
    """End at once when the other end of the standard input is closed, whatever is being computed."""
    gone = select.poll()
    gone.register(0, 0)
    gone.poll()
    os._exit(1)


def data_bytes() -> int:
    """Return how much this process has for data; 0 where the system does not tell."""
    with contextlib.suppress(OSError), open("/proc/self/status") as status:
        return sum(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))
    return 0


def limit(size: int | None) -> None:
    """Have the kernel give no more data than that, whatever DuckDB itself counts; None: as much as there is."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = hard if size is None or not data_bytes() else size
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def opened(memory: int) -> duckdb.DuckDBPyConnection:
    """Return an empty database that touches neither files nor the network, and whose settings cannot be changed."""
    return duckdb.connect(
        ":memory:",
        config={
            "enable_external_access": False,
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
            "memory_limit": f"{memory}B",
            "threads": 1,  # more would give rows in an order of chance
            "preserve_insertion_order": True,
            "python_enable_replacements": False,
            "temp_directory": "",
            "lock_configuration": True,
        },
    )


def answer(
    database: duckdb.DuckDBPyConnection, query: str, tables: dict[str, Any], answers: BinaryIO
) -> dict[str, Any]:
    """Say the rows. Returns what went wrong, empty where nothing did."""
    connection = database.cursor()
    try:
        for name, table in tables.items():
            connection.register(name, table)
        statements = connection.extract_statements(query)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            return {"statements": len(statements)}
        rows = connection.sql(query).to_arrow_reader(BATCH_ROWS)
        say(answers, {"rows": True})
        with pa.ipc.new_stream(answers, rows.schema) as stream:
            for batch in rows:
                stream.write_batch(batch)
    except duckdb.OutOfMemoryException as error:
        return {"failed": "memory", "said": str(error)}
    except duckdb.PermissionException as error:
        return {"failed": "permission", "said": str(error)}
    except duckdb.Error as error:
        return {"failed": "query", "said": str(error)}
    except (pa.ArrowException, OSError, MemoryError):  # more in one column than Arrow can hold
        return {"failed": "large", "said": ""}
    finally:
        connection.close()
    return {}


def say(answers: BinaryIO, word: dict[str, Any]) -> None:
    """Write a line."""
    answers.write(json.dumps(word).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
