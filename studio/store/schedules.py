"""Rows of schedules and triggers, and of every time that one of them submitted its pipeline."""

from __future__ import annotations

from typing import Any

from studio.core.published import Firing, Schedule, ScheduleSettings
from studio.store.database import Database, Row


def put(
    connection: Any,
    name: str,
    settings: ScheduleSettings,
    *,
    author: str,
    now: float,
    next_time: float | None,
    last_version: int | None,
) -> None:
    """Keep a schedule under its name, new or changed. Call inside `tx`."""
    connection.execute(
        """
        INSERT INTO pipeline_schedules (name, settings, author, created, next_time, last_version)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, next_time = excluded.next_time,
            last_version = excluded.last_version, last_error = ''
        """,
        [name, settings.model_dump_json(), author, now, next_time, last_version],
    )


def delete(connection: Any, name: str) -> None:
    """Forget a schedule and what it did; its runs stay. Call inside `tx`."""
    connection.execute("DELETE FROM pipeline_schedules WHERE name = ?", [name])
    connection.execute("DELETE FROM pipeline_firings WHERE schedule = ?", [name])


def all_schedules(db: Database) -> list[Schedule]:
    """Return all schedules and triggers by name."""
    return [_schedule_of(r) for r in db.query("SELECT * FROM pipeline_schedules ORDER BY name")]


def last_version(db: Database, name: str) -> int | None:
    """Return the newest version of its dataset that a trigger knows of."""
    row = db.first("SELECT last_version FROM pipeline_schedules WHERE name = ?", [name])
    return None if row is None else row["last_version"]


def step(
    connection: Any,
    name: str,
    *,
    next_time: float | None,
    last_version: int | None,
    error: str | None = None,
) -> None:
    """Move a schedule on to its next time. Call inside `tx`.

    Args:
        error: Why it submits nothing; None leaves what is there.
    """
    connection.execute(
        "UPDATE pipeline_schedules SET next_time = ?, last_version = ?, last_error = coalesce(?, last_error) "
        "WHERE name = ?",
        [next_time, last_version, error, name],
    )


def is_as(connection: Any, name: str, next_time: float | None, last_version: int | None) -> bool:
    """Return whether a schedule still waits for that time and that version. Call inside `tx`."""
    found = connection.execute(
        "SELECT 1 FROM pipeline_schedules WHERE name = ? AND next_time IS ? AND last_version IS ?",
        [name, next_time, last_version],
    ).fetchone()
    return found is not None


def begin(connection: Any, schedule: str, due: float, dataset: str, run: str) -> None:
    """Write down that a run is about to be submitted under this name. Call inside `tx`."""
    connection.execute(
        "INSERT INTO pipeline_firings (schedule, due, dataset, run) VALUES (?, ?, ?, ?)",
        [schedule, due, dataset, run],
    )


def finish(connection: Any, firing: Firing, now: float, error: str = "") -> None:
    """Write down that it was submitted, or why not. Call inside `tx`."""
    connection.execute(
        "UPDATE pipeline_firings SET submitted = ?, error = ? WHERE id = ?",
        [None if error else now, error, firing.id],
    )
    connection.execute(
        "UPDATE pipeline_schedules SET last_time = ?, last_error = ?, "
        "last_run = CASE WHEN ? THEN last_run ELSE ? END WHERE name = ?",
        [now, error, bool(error), firing.run, firing.schedule],
    )


def begun(db: Database) -> list[Firing]:
    """Return what was about to be submitted and is neither submitted nor refused, oldest first."""
    return [
        Firing(**row)
        for row in db.query(
            "SELECT * FROM pipeline_firings WHERE submitted IS NULL AND error = '' ORDER BY id"
        )
    ]


def firings(db: Database, schedule: str, limit: int) -> list[Firing]:
    """Return what a schedule did, newest first."""
    rows = db.query(
        "SELECT * FROM pipeline_firings WHERE schedule = ? ORDER BY id DESC LIMIT ?",
        [schedule, limit],
    )
    return [Firing(**row) for row in rows]


def _schedule_of(row: Row) -> Schedule:
    settings = ScheduleSettings.model_validate_json(row["settings"])
    return Schedule(
        name=row["name"],
        kind="version" if settings.dataset else "clock",
        settings=settings,
        author=row["author"],
        created=row["created"],
        next_time=row["next_time"],
        last_time=row["last_time"],
        last_run=row["last_run"],
        last_error=row["last_error"],
    )
