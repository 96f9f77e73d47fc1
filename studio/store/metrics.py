"""Rows of metrics.db: curves, what was seen, log lines and progress of runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from studio.core.events import (
    Event,
    LogEvent,
    MetricsEvent,
    ObservationEvent,
    ObservationKind,
    ProgressEvent,
)
from studio.core.run import Progress
from studio.store.database import Database


def fence(db: Database, run_id: int, epoch: int) -> None:
    """Refuse from now on what workers of an earlier claim of a run bring."""
    with db.tx() as connection:
        connection.execute(
            "INSERT INTO cursors (run_id, seq, epoch) VALUES (?, 0, ?) "
            "ON CONFLICT (run_id) DO UPDATE SET epoch = MAX(epoch, excluded.epoch)",
            [run_id, epoch],
        )


def ingest(db: Database, run_id: int, events: Sequence[Event], epoch: int | None = None) -> bool:
    """Take in curves, what was seen, log lines and progress, each event once, in one commit.

    Args:
        epoch: Of the claim; None for who needs no fence.

    Returns:
        False when another worker has the run by now: nothing was written.
    """
    with db.tx() as connection:
        known = connection.execute(
            "SELECT seq, epoch FROM cursors WHERE run_id = ?", [run_id]
        ).fetchone()
        last, newest = (0, 0) if known is None else known
        if epoch is not None and epoch < newest:
            return False
        fresh = [event for event in events if event.seq > last]
        if not fresh:
            return True
        for event in fresh:
            _write(connection, run_id, event)
        connection.execute(
            "INSERT INTO cursors (run_id, seq, epoch) VALUES (?, ?, ?) "
            "ON CONFLICT (run_id) DO UPDATE SET seq = excluded.seq, epoch = excluded.epoch",
            [run_id, fresh[-1].seq, newest if epoch is None else epoch],
        )
        return True


def _write(connection: Any, run_id: int, event: Event) -> None:
    match event:
        case MetricsEvent():
            connection.conn.executemany(
                """
                INSERT INTO metrics (run_id, name, step, value, seq) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET value = excluded.value, seq = excluded.seq
                """,
                [(run_id, name, step, value, event.seq) for name, step, value in event.points],
            )
        case ObservationEvent():
            connection.execute(
                """
                INSERT INTO observations (run_id, kind, step, body, time, seq) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET body = excluded.body, time = excluded.time, seq = excluded.seq
                """,
                [run_id, event.kind, event.step, json.dumps(event.body), event.time, event.seq],
            )
        case LogEvent():
            connection.execute(
                "INSERT INTO logs (run_id, seq, time, text, node) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                [run_id, event.seq, event.time, event.text, event.node],
            )
        case ProgressEvent():
            connection.execute(
                "INSERT INTO progress (run_id, progress) VALUES (?, ?) "
                "ON CONFLICT (run_id) DO UPDATE SET progress = excluded.progress",
                [run_id, event.progress.model_dump_json()],
            )
        case _:
            pass


def seq(db: Database, run_id: int) -> int:
    """Return the number of the last event taken in."""
    row = db.first("SELECT seq FROM cursors WHERE run_id = ?", [run_id])
    return 0 if row is None else int(row["seq"])


def points(
    db: Database, run_id: int, since: int, steps: tuple[int, int] | None = None
) -> tuple[int, dict[str, list[tuple[int, float]]]]:
    """Return the points that came after cursor `since`, and the new cursor.

    Args:
        steps: Only points from the first to the last of these steps, both included.

    Returns:
        (cursor, {metric name: [(step, value), ...] by step}).
    """
    first, last = steps or (-(2**62), 2**62)
    # With the plus, what is new is found by the index of seq instead of by reading the whole run.
    order = "+name, step" if since else "name, step"
    rows = db.connection().conn.execute(
        f"""
        SELECT name, step, value, seq FROM metrics
        WHERE run_id = ? AND seq > ? AND step BETWEEN ? AND ? ORDER BY {order}
        """,  # noqa: S608  one of two constants
        [run_id, since, first, last],
    )
    curves: dict[str, list[tuple[int, float]]] = {}
    cursor = since
    for name, step, value, number in rows:
        curves.setdefault(name, []).append((step, value))
        cursor = max(cursor, number)
    return cursor, curves


def observations(
    db: Database, run_id: int, since: int, kinds: Sequence[ObservationKind] | None = None
) -> tuple[int, list[ObservationEvent]]:
    """Return what was seen after cursor `since`, by the order in which it came, and the new cursor."""
    rows = db.query(
        """
        SELECT kind, step, body, time, seq FROM observations
        WHERE run_id = :run AND seq > :since
              AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds)))
        ORDER BY seq, kind, step
        """,
        {"run": run_id, "since": since, "kinds": json.dumps(list(kinds)) if kinds else None},
    )
    seen = [
        ObservationEvent(
            seq=row["seq"],
            time=row["time"],
            kind=row["kind"],
            step=row["step"],
            body=json.loads(row["body"]),
        )
        for row in rows
    ]
    return max([since, *(event.seq for event in seen)]), seen


def log(
    db: Database, run_id: int, since: int, limit: int = 1000, *, node: str | None = None
) -> tuple[int, list[str]]:
    """Return the log lines after cursor `since`, and the new cursor.

    Args:
        node: Only what this node said. Default: all lines.
    """
    rows = db.query(
        """
        SELECT seq, text FROM logs WHERE run_id = :run AND seq > :since AND (:node IS NULL OR node = :node)
        ORDER BY seq LIMIT :limit
        """,
        {"run": run_id, "since": since, "node": node, "limit": limit},
    )
    return (rows[-1]["seq"] if rows else since), [row["text"] for row in rows]


def progress(db: Database, run_ids: Sequence[int]) -> dict[int, Progress]:
    """Return run id -> progress, for those that have any."""
    marks = ", ".join("?" for _ in run_ids)
    rows = db.query(
        f"SELECT run_id, progress FROM progress WHERE run_id IN ({marks})",  # noqa: S608  marks only
        list(run_ids),
    )
    return {row["run_id"]: Progress.model_validate_json(row["progress"]) for row in rows}


def names(db: Database, run_ids: Sequence[int]) -> list[str]:
    """Return the names of the metrics that some runs have, sorted."""
    rows = db.query(
        """
        WITH RECURSIVE found (run_id, name) AS (
            SELECT w.value, (SELECT MIN(m.name) FROM metrics m WHERE m.run_id = w.value) FROM json_each(?) w
            UNION ALL
            SELECT run_id, (SELECT MIN(m.name) FROM metrics m WHERE m.run_id = found.run_id AND m.name > found.name)
            FROM found WHERE name IS NOT NULL
        )
        SELECT DISTINCT name FROM found WHERE name IS NOT NULL ORDER BY name
        """,
        [json.dumps(list(run_ids))],
    )
    return [row["name"] for row in rows]


def of_runs(
    db: Database, run_ids: Sequence[int], name: str
) -> dict[int, tuple[list[int], list[float]]]:
    """Return run id -> (steps, values) of one metric of many runs, by step; runs without it are left out."""
    rows = db.connection().conn.execute(
        """
        SELECT m.run_id, m.step, m.value FROM json_each(?) wanted
        CROSS JOIN metrics m ON m.run_id = wanted.value AND m.name = ? ORDER BY m.run_id, m.step
        """,
        [json.dumps(list(run_ids)), name],
    )
    curves: dict[int, tuple[list[int], list[float]]] = {}
    for run_id, step, value in rows:
        steps, values = curves.setdefault(run_id, ([], []))
        steps.append(step)
        values.append(value)
    return curves
