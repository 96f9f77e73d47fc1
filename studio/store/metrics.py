"""Rows of metrics.db: curves, log lines and progress of runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studio.core.events import Event, LogEvent, MetricsEvent, ProgressEvent
from studio.core.run import Progress
from studio.store.database import Database


def ingest(db: Database, run_id: int, events: Sequence[Event]) -> None:
    """Take in curves, log lines and progress, each event once, in one commit."""
    with db.tx() as connection:
        known = connection.execute("SELECT seq FROM cursors WHERE run_id = ?", [run_id]).fetchone()
        last = 0 if known is None else known[0]
        fresh = [event for event in events if event.seq > last]
        if not fresh:
            return
        for event in fresh:
            _write(connection, run_id, event)
        connection.execute(
            "INSERT INTO cursors (run_id, seq) VALUES (?, ?) "
            "ON CONFLICT (run_id) DO UPDATE SET seq = excluded.seq",
            [run_id, fresh[-1].seq],
        )


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
        case LogEvent():
            connection.execute(
                "INSERT INTO logs (run_id, seq, time, text) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [run_id, event.seq, event.time, event.text],
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


def points(db: Database, run_id: int, since: int) -> tuple[int, dict[str, list[tuple[int, float]]]]:
    """Return the points that came after cursor `since`, and the new cursor.

    Returns:
        (cursor, {metric name: [(step, value), ...] by step}).
    """
    rows = db.query(
        "SELECT name, step, value, seq FROM metrics WHERE run_id = ? AND seq > ? ORDER BY name, step",
        [run_id, since],
    )
    curves: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        curves.setdefault(row["name"], []).append((row["step"], row["value"]))
    return max([since, *(row["seq"] for row in rows)]), curves


def log(db: Database, run_id: int, since: int, limit: int = 1000) -> tuple[int, list[str]]:
    """Return the log lines after cursor `since`, and the new cursor."""
    rows = db.query(
        "SELECT seq, text FROM logs WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?",
        [run_id, since, limit],
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
