"""Rows of runs: submitted by people, claimed and moved on by workers under a fencing epoch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from studio.core.pipeline import Pipeline
from studio.core.run import RUN_KINDS, Failure, Run, RunArtifact, RunKind, RunStatus
from studio.store.database import Database, Row

LONGEST_LEASE_SECONDS = 3600.0


def _run(row: Row) -> Run:
    row.pop("seq")
    for column in ("pipeline", "inputs", "failure", "result", "control", "tags"):
        row[column] = None if row[column] is None else json.loads(row[column])
    return Run(group=row.pop("group_name"), **row)


def insert(
    db: Database,
    *,
    name: str,
    kind: RunKind,
    pipeline: Pipeline,
    inputs: dict[str, int],
    author: str,
    now: float,
    group: str = "",
) -> None:
    """Queue a run. Args and Raises as `add`."""
    with db.tx() as connection:
        add(
            connection,
            name=name,
            kind=kind,
            pipeline=pipeline,
            inputs=inputs,
            author=author,
            now=now,
            group=group,
        )


def add(
    connection: Any,
    *,
    name: str,
    kind: RunKind,
    pipeline: Pipeline,
    inputs: dict[str, int],
    author: str,
    now: float,
    group: str = "",
) -> None:
    """Queue a run behind all others. Call inside `tx`.

    Raises:
        IntegrityError: The name is taken.
    """
    connection.execute(
        "INSERT INTO runs (name, kind, pipeline, inputs, status, author, created, group_name, position) "
        "VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, (SELECT COALESCE(MAX(position), 0) + 1 FROM runs))",
        [name, kind, pipeline.model_dump_json(), json.dumps(inputs), author, now, group],
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
    db: Database,
    *,
    kind: RunKind | None = None,
    before: int | None = None,
    limit: int = 100,
    archived: bool = False,
) -> list[Run]:
    """Return runs outside the bin, newest first; `before` continues after the run with that id.

    Args:
        archived: Those that were archived as well.
    """
    rows = db.query(
        """
        SELECT * FROM runs WHERE (:kind IS NULL OR kind = :kind) AND (:before IS NULL OR id < :before)
              AND deleted IS NULL AND (:archived OR archived IS NULL)
        ORDER BY id DESC LIMIT :limit
        """,
        {"kind": kind, "before": before, "limit": limit, "archived": archived},
    )
    return [_run(row) for row in rows]


def find_completed(db: Database, kind: RunKind, fact: str, value: str) -> Run | None:
    """Return the newest completed run of a kind whose result says `fact` = `value`."""
    row = db.first(
        """
        SELECT * FROM runs WHERE kind = ? AND status = 'completed' AND deleted IS NULL
              AND json_extract(result, '$.' || ?) = ?
        ORDER BY id DESC LIMIT 1
        """,
        [kind, fact, value],
    )
    return None if row is None else _run(row)


def completed_with(
    db: Database, kind: RunKind, fact: str, value: str, limit: int = 100
) -> list[Run]:
    """Return the completed runs of a kind whose result says `fact` = `value`, newest first."""
    rows = db.query(
        """
        SELECT * FROM runs WHERE kind = ? AND status = 'completed' AND deleted IS NULL
              AND json_extract(result, '$.' || ?) = ?
        ORDER BY id DESC LIMIT ?
        """,
        [kind, fact, value, limit],
    )
    return [_run(row) for row in rows]


def oldest_start(db: Database) -> float | None:
    """Return when the first of the runs that go on was started, Unix seconds; None when none goes on."""
    row = db.first("SELECT MIN(started) AS started FROM runs WHERE status = 'running'")
    return None if row is None else row["started"]


def group(db: Database, name: str) -> list[Run]:
    """Return the runs of a group outside the bin, oldest first."""
    rows = db.query(
        "SELECT * FROM runs WHERE group_name = ? AND group_name <> '' AND deleted IS NULL ORDER BY id",
        [name],
    )
    return [_run(row) for row in rows]


def queued(db: Database, kinds: Sequence[RunKind] = RUN_KINDS) -> list[Run]:
    """Return the waiting runs of some kinds in the order in which they are started."""
    rows = db.query(
        """
        SELECT * FROM runs WHERE status = 'queued' AND kind IN (SELECT value FROM json_each(?))
        ORDER BY position, id
        """,
        [json.dumps(list(kinds))],
    )
    return [_run(row) for row in rows]


def names(db: Database) -> list[str]:
    """Return the names of all runs."""
    return [row["name"] for row in db.query("SELECT name FROM runs ORDER BY id")]


def claim(
    db: Database,
    worker: str,
    now: float,
    lease_seconds: float,
    kinds: Sequence[RunKind] = RUN_KINDS,
    *,
    steady: float | None = None,
    skip: Sequence[int] | None = (),
    mine: Sequence[int] = (),
) -> Run | None:
    """Give the next waiting run, or one whose worker is gone, to `worker`; its epoch grows by one.

    A lease that ends far beyond `lease_seconds` was given by another clock, before the machine was started anew
    for instance: it does not count.

    Args:
        now: Unix seconds: when it was started.
        steady: The clock of leases, which nobody sets; the same one for all workers. Default: `now`.
        skip: Ids of waiting runs that are not to be started now; None: of all of them.
        mine: Ids of runs that the worker has: it does not take them from itself.
    """
    waiting = """
        SELECT id FROM runs
        WHERE (status = 'queued' AND :skip IS NOT NULL AND id NOT IN (SELECT value FROM json_each(:skip))
               OR status = 'running' AND id NOT IN (SELECT value FROM json_each(:mine))
                  AND (lease_until < :steady OR lease_until > :steady + :longest))
              AND kind IN (SELECT value FROM json_each(:kinds))
        ORDER BY status = 'queued', position, id LIMIT 1
    """
    steady = now if steady is None else steady
    values = {
        "worker": worker,
        "until": steady + lease_seconds,
        "now": now,
        "steady": steady,
        "longest": LONGEST_LEASE_SECONDS,
        "kinds": json.dumps(list(kinds)),
        "skip": None if skip is None else json.dumps(list(skip)),
        "mine": json.dumps(list(mine)),
    }
    if db.first(waiting, values) is None:
        return None  # asked several times a second, so without the write lock
    with db.tx() as connection:
        row = connection.execute(
            f"""
            UPDATE runs SET status = 'running', worker = :worker, lease_until = :until, epoch = epoch + 1,
                            started = COALESCE(started, :now), waits_for = ''
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


def held(db: Database, run: Run) -> bool:
    """Return whether nobody has claimed, paused or ended the run since `run` was claimed."""
    row = db.first(
        "SELECT 1 AS held FROM runs WHERE id = ? AND epoch = ? AND status = 'running'",
        [run.id, run.epoch],
    )
    return row is not None


def count_attempt(db: Database, run: Run, checkpoint: str = "") -> bool:
    """Note that the run's process is started once more. Returns False when fenced off.

    Args:
        checkpoint: How far it has come; when that is new, the deaths before do not count any more.
    """
    with db.tx() as connection:
        cursor = connection.execute(
            """
            UPDATE runs SET attempt = attempt + 1, checkpoint = :checkpoint,
                            deaths = CASE WHEN checkpoint = :checkpoint THEN deaths ELSE 0 END + 1
            WHERE id = :id AND epoch = :epoch AND status = 'running'
            """,
            {"checkpoint": checkpoint, "id": run.id, "epoch": run.epoch},
        )
        return cursor.rowcount > 0


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
        "UPDATE runs SET status = ?, failure = ?, ended = ?, lease_until = NULL, waits_for = '' WHERE id = ?",
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


def forget_artifacts(connection: Any, run_id: int) -> None:
    """Let go of everything a run made; the files themselves go with the garbage. Call inside `tx`."""
    connection.execute("DELETE FROM run_artifacts WHERE run_id = ?", [run_id])


def artifacts(db: Database, run_id: int) -> dict[str, RunArtifact]:
    """Return name -> file of everything a run made."""
    rows = db.query(
        "SELECT name, digest, size FROM run_artifacts WHERE run_id = ? ORDER BY name", [run_id]
    )
    return {row["name"]: RunArtifact(**row) for row in rows}
