"""One SQLite file: a connection for each process and thread, and one way to write: `tx`."""

from __future__ import annotations

import fcntl
import os
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from pysqlite3 import dbapi2 as sqlite3

from studio.core.errors import Conflict, StudioError
from studio.core.imports import without

with without("pandas"):
    import sqlite_utils
    from sqlite_utils import Migrations

Row = dict[str, Any]
Params = Sequence[Any] | dict[str, Any]

GIVE_UP_SECONDS = 30.0
"""A write that cannot get the lock for this long is refused."""
JOURNAL_LIMIT_BYTES = 64 * 1024 * 1024
IntegrityError = sqlite3.IntegrityError
DatabaseError = sqlite3.DatabaseError


class Database:
    """One SQLite file in WAL mode.

    Args:
        path: The file; made when missing.
        synchronous: "FULL" (a commit is on the disk) or "NORMAL" (a power cut may lose the last commits).
    """

    def __init__(self, path: Path, *, synchronous: Literal["FULL", "NORMAL"]) -> None:
        self.path = path
        self.synchronous = synchronous
        self._local = threading.local()
        self._turn, self._turn_pid = threading.RLock(), os.getpid()

    def connection(self) -> sqlite_utils.Database:
        """Return this thread's connection; after a fork a new one, never the parent's."""
        if getattr(self._local, "pid", None) != os.getpid():
            raw = sqlite3.connect(str(self.path), timeout=0.05, isolation_level=None)
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute(f"PRAGMA synchronous = {self.synchronous}")
            raw.execute("PRAGMA foreign_keys = ON")
            raw.execute(f"PRAGMA journal_size_limit = {JOURNAL_LIMIT_BYTES}")
            self._local.connection = sqlite_utils.Database(raw)
            self._local.pid = os.getpid()
        connection: sqlite_utils.Database = self._local.connection
        return connection

    def query(self, sql: str, params: Params = ()) -> list[Row]:
        """Return the rows of a SELECT as dicts."""
        return list(self.connection().query(sql, params))

    def first(self, sql: str, params: Params = ()) -> Row | None:
        """Return the first row of a SELECT, None when there is none."""
        return next(iter(self.query(sql, params)), None)

    @contextmanager
    def tx(self) -> Iterator[sqlite_utils.Database]:
        """Hold the write lock: everything inside is committed at the end, or nothing is.

        `BEGIN IMMEDIATE` with a jittered retry of its own, because SQLite's busy handler starves writers; threads of
        one process wait in turn before that. Keep anything slow outside.

        Raises:
            StudioError: The lock could not be had within 30 seconds.
        """
        connection = self.connection()
        deadline = time.monotonic() + GIVE_UP_SECONDS
        turn = self._own_turn()
        if not turn.acquire(timeout=GIVE_UP_SECONDS):
            raise _stayed_locked(self.path.name)
        try:
            _begin(connection.conn, deadline, self.path.name)
            try:
                yield connection
                connection.conn.execute("COMMIT")
            except BaseException:
                if connection.conn.in_transaction:
                    connection.conn.execute("ROLLBACK")
                raise
        finally:
            turn.release()

    def _own_turn(self) -> Any:
        """Return the lock for which this process's threads wait; a fork does not inherit who held it."""
        if self._turn_pid != os.getpid():
            self._turn, self._turn_pid = threading.RLock(), os.getpid()
        return self._turn

    def migrate(self, migrations: Migrations) -> None:
        """Bring the file to the newest schema, one process at a time.

        Raises:
            Conflict: A migration left rows that point at nothing. StudioError: The file is no database.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path.with_suffix(".lock"), "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                connection = self.connection()
            except sqlite3.DatabaseError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
                    raise
                raise StudioError(
                    f"{self.path} is no database.",
                    "The file is damaged, or another program wrote it.",
                    "Choose another folder for the workspace, or restore it from a backup.",
                ) from error
            connection.conn.execute("PRAGMA foreign_keys = OFF")
            try:
                migrations.apply(connection)
                broken = list(connection.query("PRAGMA foreign_key_check"))
            finally:
                connection.conn.execute("PRAGMA foreign_keys = ON")
        if broken:
            raise Conflict(
                f"The database {self.path.name} has {len(broken)} rows that point at nothing.",
                f"The first is in table {broken[0]['table']}.",
                "Restore the workspace from a backup.",
            )

    def checkpoint(self) -> None:
        """Fold the write-ahead log back into the file, so that it cannot grow without end."""
        self.connection().conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close this thread's connection, if it has one."""
        if getattr(self._local, "pid", None) == os.getpid():
            self._local.connection.close()
            self._local.pid = None


def _begin(connection: Any, deadline: float, name: str) -> None:
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) and "busy" not in str(error):
                raise
            if time.monotonic() > deadline:
                raise _stayed_locked(name) from error
            time.sleep(random.uniform(0.0005, 0.0025))  # noqa: S311  jitter, not a secret


def _stayed_locked(name: str) -> StudioError:
    return StudioError(
        f"The database {name} stayed locked for {GIVE_UP_SECONDS:.0f} seconds.",
        "Another process is writing and does not finish.",
        "Look for a stuck studio process, end it, and try again.",
    )
