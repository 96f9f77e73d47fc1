"""The schema of controlled runs: their queue, what people ask of them, and what is seen that is no number.

Statement by statement, because a script would end the transaction that a kill in the middle rolls back.
"""

from __future__ import annotations

from typing import Any

_RUNS = (
    "ALTER TABLE runs ADD COLUMN position REAL NOT NULL DEFAULT 0",
    "ALTER TABLE runs ADD COLUMN group_name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN control TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE runs ADD COLUMN waits_for TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE runs ADD COLUMN checkpoint TEXT NOT NULL DEFAULT ''",
    "UPDATE runs SET position = id",
    "UPDATE runs SET control = json_object('stop', json('true')) WHERE stop_requested",
    "CREATE INDEX runs_by_position ON runs (position)",
    "CREATE INDEX runs_by_group ON runs (group_name, id) WHERE group_name <> ''",
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)
_METRICS = (
    """
    CREATE TABLE observations (
        run_id INTEGER NOT NULL,
        kind TEXT NOT NULL,
        step INTEGER NOT NULL,
        body TEXT NOT NULL,
        time REAL NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (run_id, kind, step)
    ) STRICT
    """,
    "CREATE INDEX observations_by_seq ON observations (run_id, seq)",
    "ALTER TABLE cursors ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0",
)


def controlled_runs(db: Any) -> None:
    """Runs wait in an order of their own, in groups, and can be paused; settings hold the queue's limits."""
    for statement in _RUNS:
        db.execute(statement)


def observations(db: Any) -> None:
    """What was seen at a step; and which claim of a run was the last to write."""
    for statement in _METRICS:
        db.execute(statement)
