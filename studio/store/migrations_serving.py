"""The schema of served models: settings and keys of endpoints; in metrics.db what they were asked."""

from __future__ import annotations

from typing import Any

_ENDPOINTS = (
    "ALTER TABLE endpoints ADD COLUMN settings TEXT NOT NULL DEFAULT '{}'",
    """
    CREATE TABLE endpoint_keys (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        endpoint_id INTEGER NOT NULL REFERENCES endpoints(id),
        name TEXT NOT NULL,
        key_hash TEXT NOT NULL UNIQUE,
        key_hint TEXT NOT NULL,
        scopes TEXT NOT NULL,
        rate_per_minute INTEGER,
        created REAL NOT NULL,
        expires REAL,
        revoked REAL
    ) STRICT
    """,
    "CREATE INDEX endpoint_keys_by_endpoint ON endpoint_keys (endpoint_id, id)",
    """
    INSERT INTO endpoint_keys (endpoint_id, name, key_hash, key_hint, scopes, created)
    SELECT id, 'first key', key_hash, key_hint, '["predict","watch"]', created FROM endpoints
    """,
    """
    CREATE TABLE endpoint_changes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        endpoint_id INTEGER NOT NULL REFERENCES endpoints(id),
        what TEXT NOT NULL,
        author TEXT NOT NULL,
        time REAL NOT NULL
    ) STRICT
    """,
    "CREATE INDEX endpoint_changes_by_endpoint ON endpoint_changes (endpoint_id, id)",
    """
    CREATE TABLE browser_parity (
        digest TEXT NOT NULL,
        browser TEXT NOT NULL,
        body TEXT NOT NULL,
        time REAL NOT NULL,
        PRIMARY KEY (digest, browser)
    ) STRICT
    """,
)
_TRAFFIC = (
    """
    CREATE TABLE endpoint_traffic (
        endpoint INTEGER NOT NULL,
        second INTEGER NOT NULL,
        process INTEGER NOT NULL,
        model TEXT NOT NULL,
        role TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (endpoint, second, process, model, role)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE endpoint_requests (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        endpoint INTEGER NOT NULL,
        time REAL NOT NULL,
        model TEXT NOT NULL,
        role TEXT NOT NULL,
        dialect TEXT NOT NULL,
        status INTEGER NOT NULL,
        milliseconds REAL NOT NULL,
        class_name TEXT NOT NULL,
        confidence REAL,
        kind TEXT NOT NULL,
        sample BLOB,
        taken REAL
    ) STRICT
    """,
    "CREATE INDEX endpoint_requests_by_endpoint ON endpoint_requests (endpoint, id)",
    "CREATE INDEX endpoint_requests_unsure ON endpoint_requests (endpoint, confidence) WHERE sample IS NOT NULL",
    """
    CREATE TABLE drift_references (
        model TEXT PRIMARY KEY,
        body TEXT NOT NULL,
        known BLOB,
        made REAL NOT NULL
    ) STRICT
    """,
)


def served_models(db: Any) -> None:
    """Settings and several keys of endpoints; what exports answered in browsers."""
    for statement in _ENDPOINTS:
        db.execute(statement)


def traffic(db: Any) -> None:
    """What endpoints were asked: sums of a few seconds each, and the sampled log of single requests."""
    for statement in _TRAFFIC:
        db.execute(statement)
