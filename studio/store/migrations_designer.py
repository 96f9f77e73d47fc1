"""The schema of the designer: drafts with every edit, what ran, published pipelines, schedules."""

from __future__ import annotations

from typing import Any

_STUDIO = (
    """
    CREATE TABLE pipeline_drafts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        head INTEGER NOT NULL,
        author TEXT NOT NULL,
        created REAL NOT NULL,
        changed REAL NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE pipeline_edits (
        draft_id INTEGER NOT NULL REFERENCES pipeline_drafts(id),
        number INTEGER NOT NULL,
        body BLOB NOT NULL,
        what TEXT NOT NULL,
        author TEXT NOT NULL,
        time REAL NOT NULL,
        PRIMARY KEY (draft_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE pipeline_draft_versions (
        draft_id INTEGER NOT NULL REFERENCES pipeline_drafts(id),
        version INTEGER NOT NULL,
        body BLOB NOT NULL,
        message TEXT NOT NULL,
        author TEXT NOT NULL,
        created REAL NOT NULL,
        PRIMARY KEY (draft_id, version)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE pipeline_runs (
        run_id INTEGER PRIMARY KEY REFERENCES runs(id),
        draft TEXT NOT NULL,
        published TEXT NOT NULL,
        version INTEGER,
        experiment TEXT NOT NULL,
        body TEXT NOT NULL,
        parameters TEXT NOT NULL,
        resumed TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX pipeline_runs_by_draft ON pipeline_runs (draft, run_id)",
    """
    CREATE TABLE published_pipelines (
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        body TEXT NOT NULL,
        description TEXT NOT NULL,
        author TEXT NOT NULL,
        created REAL NOT NULL,
        is_default INTEGER NOT NULL,
        disabled INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (name, version)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE pipeline_keys (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        pipeline TEXT NOT NULL,
        name TEXT NOT NULL,
        key_hash TEXT NOT NULL UNIQUE,
        key_hint TEXT NOT NULL,
        created REAL NOT NULL,
        revoked REAL
    ) STRICT
    """,
    """
    CREATE TABLE pipeline_schedules (
        name TEXT PRIMARY KEY,
        settings TEXT NOT NULL,
        author TEXT NOT NULL,
        created REAL NOT NULL,
        next_time REAL,
        last_version INTEGER,
        last_time REAL,
        last_run TEXT NOT NULL DEFAULT '',
        last_error TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    """
    CREATE TABLE pipeline_firings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        schedule TEXT NOT NULL,
        due REAL NOT NULL,
        dataset TEXT NOT NULL,
        run TEXT NOT NULL,
        submitted REAL,
        error TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "ALTER TABLE endpoints ADD COLUMN pipeline TEXT",
    "CREATE INDEX pipeline_firings_by_schedule ON pipeline_firings (schedule, id)",
)


def designed_pipelines(db: Any) -> None:
    """Drafts, their edits and versions; what ran of them; published pipelines, their keys and schedules."""
    for statement in _STUDIO:
        db.execute(statement)


def node_logs(db: Any) -> None:
    """Which node of its pipeline a line of a run's log is of; "" for none."""
    db.execute("ALTER TABLE logs ADD COLUMN node TEXT NOT NULL DEFAULT ''")
