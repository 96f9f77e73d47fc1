"""Rows of runs: submitted by people, claimed and moved on by workers under a fencing epoch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from studio.core.pipeline import Pipeline
from studio.core.run import RUN_KINDS, Failure, Run, RunArtifact, RunKind, RunStatus
from studio.store.database import Database, Row


def _run(row: Row) -> Run:
    row.pop("seq")
    for column in ("pipeline", "inputs", "failure", "result"):
        row[column] = None if row[column] is None else json.loads(row[column])
    return Run(**row)


def insert(
    db: Database,
    *,
    name: str,
    kind: RunKind,
    pipeline: Pipeline,
    inputs: dict[str, int],
    author: str,
    now: float,
) -> None:
    """Queue a run.

    Raises:
        IntegrityError: The name is taken.
    """
    with db.tx() as connection:
        connection.execute(
            "INSERT INTO runs (name, kind, pipeline, inputs, status, author, created) "
            "VALUES (?, ?, ?, ?, 'queued', ?, ?)",
            [name, kind, pipeline.model_dump_json(), json.dumps(inputs), author, now],
        )


def find(db: Database, name: str) -> Run | None:
    """Return a run by name."""
    row = db.first("SELECT * FROM runs WHERE name = ?", [name])
    return None if row is None else _run(row)


def find_by_id(db: Database, run_id: int) -> Run | None:
    """Return a run by id."""
    row = db.first("SELECT * FROM runs WHERE id = ?", [run_id])
    return None if row is None else _run(row)


def page(
    db: Database, *, kind: RunKind | None = None, before: int | None = None, limit: int = 100
) -> list[Run]:
    """Return runs, newest first; `before` continues after the run with that id."""
    rows = db.query(
        """
        SELECT * FROM runs WHERE (:kind IS NULL OR kind = :kind) AND (:before IS NULL OR id < :before)
        ORDER BY id DESC LIMIT :limit
        """,
        {"kind": kind, "before": before, "limit": limit},
    )
    return [_run(row) for row in rows]


def find_completed(db: Database, kind: RunKind, fact: str, value: str) -> Run | None:
    """Return the newest completed run of a kind whose result says `fact` = `value`."""
    row = db.first(
        """
        SELECT * FROM runs WHERE kind = ? AND status = 'completed' AND json_extract(result, '$.' || ?) = ?
        ORDER BY id DESC LIMIT 1
        """,
        [kind, fact, value],
    )
    return None if row is None else _run(row)


def oldest_start(db: Database) -> float | None:
    """Return when the first of the runs that go on was started, Unix seconds; None when none goes on."""
    row = db.first("SELECT MIN(started) AS started FROM runs WHERE status = 'running'")
    return None if row is None else row["started"]


def names(db: Database) -> list[str]:
    """Return the names of all runs."""
    return [row["name"] for row in db.query("SELECT name FROM runs ORDER BY id")]


def claim(
    db: Database,
    worker: str,
    now: float,
    lease_seconds: float,
    kinds: Sequence[RunKind] = RUN_KINDS,
) -> Run | None:
    """Give the oldest waiting run, or one whose worker is gone, to `worker`; its epoch grows by one."""
    waiting = """
        SELECT id FROM runs
        WHERE (status = 'queued' OR (status = 'running' AND lease_until < :now))
              AND kind IN (SELECT value FROM json_each(:kinds))
        ORDER BY status = 'queued', id LIMIT 1
    """
    values = {
        "worker": worker,
        "until": now + lease_seconds,
        "now": now,
        "kinds": json.dumps(list(kinds)),
    }
    if db.first(waiting, values) is None:
        return None  # asked several times a second, so without the write lock
    with db.tx() as connection:
        row = connection.execute(
            f"""
            UPDATE runs SET status = 'running', worker = :worker, lease_until = :until, epoch = epoch + 1,
                            started = COALESCE(started, :now)
            WHERE id = ({waiting})
            RETURNING id
            """,  # noqa: S608  the statement above, no value
            values,
        ).fetchone()
    return None if row is None else find_by_id(db, row[0])


def release(db: Database, worker: str | None) -> None:
    """End the leases of a worker, or of all workers, at once."""
    with db.tx() as connection:
        connection.execute(
            """
            UPDATE runs SET lease_until = 0
            WHERE status = 'running' AND (:worker IS NULL OR worker = :worker)
            """,
            {"worker": worker},
        )


def renew(db: Database, run: Run, until: float) -> bool:
    """Prolong a lease. Returns False when another worker has the run by now."""
    with db.tx() as connection:
        cursor = connection.execute(
            "UPDATE runs SET lease_until = ? WHERE id = ? AND epoch = ? AND status = 'running'",
            [until, run.id, run.epoch],
        )
        return cursor.rowcount > 0


def count_attempt(db: Database, run: Run) -> bool:
    """Note that the run's process is started once more. Returns False when fenced off."""
    with db.tx() as connection:
        cursor = connection.execute(
            "UPDATE runs SET attempt = attempt + 1 WHERE id = ? AND epoch = ? AND status = 'running'",
            [run.id, run.epoch],
        )
        return cursor.rowcount > 0


def request_stop(db: Database, name: str) -> None:
    """Ask for an end: a waiting run ends at once, a running one when its worker sees it."""
    with db.tx() as connection:
        connection.execute(
            """
            UPDATE runs SET stop_requested = 1,
                            ended = CASE status WHEN 'queued' THEN unixepoch('subsec') ELSE ended END,
                            status = CASE status WHEN 'queued' THEN 'stopped' ELSE status END
            WHERE name = ? AND status IN ('queued', 'running')
            """,
            [name],
        )


def set_seq(connection: Any, run: Run, seq: int) -> bool:
    """Note how far the events were taken in. Call inside `tx`. Returns False when fenced off."""
    cursor = connection.execute(
        "UPDATE runs SET seq = ? WHERE id = ? AND epoch = ? AND status = 'running'",
        [seq, run.id, run.epoch],
    )
    return bool(cursor.rowcount)


def seq(db: Database, run_id: int) -> int:
    """Return the number of the last event taken in."""
    row = db.first("SELECT seq FROM runs WHERE id = ?", [run_id])
    return 0 if row is None else int(row["seq"])


def merge_result(connection: Any, run_id: int, result: dict[str, Any]) -> None:
    """Add facts to a run's result. Call inside `tx`."""
    connection.execute(
        "UPDATE runs SET result = json_patch(result, ?) WHERE id = ?", [json.dumps(result), run_id]
    )


def end(
    connection: Any, run_id: int, status: RunStatus, failure: Failure | None, now: float
) -> None:
    """Move a run to its end. Call inside `tx`."""
    connection.execute(
        "UPDATE runs SET status = ?, failure = ?, ended = ?, lease_until = NULL WHERE id = ?",
        [status, None if failure is None else failure.model_dump_json(), now, run_id],
    )


def add_artifact(connection: Any, run_id: int, artifact: RunArtifact, now: float) -> None:
    """Make a file known, and name it as the run does. Call inside `tx`."""
    connection.execute(
        "INSERT INTO artifacts (digest, size, created) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [artifact.digest, artifact.size, now],
    )
    connection.execute(
        "INSERT INTO run_artifacts (run_id, name, digest, size) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (run_id, name) DO UPDATE SET digest = excluded.digest, size = excluded.size",
        [run_id, artifact.name, artifact.digest, artifact.size],
    )


def artifacts(db: Database, run_id: int) -> dict[str, RunArtifact]:
    """Return name -> file of everything a run made."""
    rows = db.query(
        "SELECT name, digest, size FROM run_artifacts WHERE run_id = ? ORDER BY name", [run_id]
    )
    return {row["name"]: RunArtifact(**row) for row in rows}
