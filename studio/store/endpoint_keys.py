"""Rows of endpoints' keys. `endpoints.key_hash` and `key_hint` are those of the oldest key that was not revoked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from studio.core.endpoint import SCOPES, EndpointKey, Scope
from studio.store.database import Database

FIRST_KEY = "first key"
"""Name of the key that comes with an endpoint."""


def insert(
    connection: Any,
    endpoint_id: int,
    name: str,
    *,
    key_hash: str,
    key_hint: str,
    now: float,
    scopes: Sequence[Scope] = tuple(SCOPES),
    rate_per_minute: int | None = None,
    expires: float | None = None,
) -> int:
    """Add a key and return its number. Call inside `tx`."""
    row = connection.execute(
        """
        INSERT INTO endpoint_keys
            (endpoint_id, name, key_hash, key_hint, scopes, rate_per_minute, created, expires)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
        """,
        [endpoint_id, name, key_hash, key_hint, json.dumps(list(scopes)), rate_per_minute, now,
         expires],
    ).fetchone()  # fmt: skip
    _keep_in_step(connection, endpoint_id)
    return int(row[0])


def replace(
    connection: Any,
    key: EndpointKey,
    *,
    key_hash: str,
    key_hint: str,
    now: float,
    expires: float | None,
) -> None:
    """Let another secret open what a key opens, from now on. Call inside `tx`."""
    connection.execute(
        "UPDATE endpoint_keys SET key_hash = ?, key_hint = ?, created = ?, expires = ? WHERE id = ?",
        [key_hash, key_hint, now, expires, key.id],
    )
    _keep_in_step(connection, key.endpoint_id)


def revoke(connection: Any, key: EndpointKey, now: float) -> None:
    """Let a key open nothing any more. Call inside `tx`."""
    connection.execute(
        "UPDATE endpoint_keys SET revoked = ? WHERE id = ? AND revoked IS NULL", [now, key.id]
    )
    _keep_in_step(connection, key.endpoint_id)


def of_endpoint(db: Database, endpoint_id: int) -> list[EndpointKey]:
    """Return the keys of an endpoint, oldest first, revoked and expired ones too."""
    rows = db.query("SELECT * FROM endpoint_keys WHERE endpoint_id = ? ORDER BY id", [endpoint_id])
    return [key_of(row) for row in rows]


def key_of(row: dict[str, Any]) -> EndpointKey:
    """Return the key that a row holds."""
    return EndpointKey(**{**row, "scopes": json.loads(row["scopes"])})


def _keep_in_step(connection: Any, endpoint_id: int) -> None:
    """Let the endpoint's own columns say what its first key is; nothing where all are revoked."""
    row = connection.execute(
        "SELECT key_hash, key_hint FROM endpoint_keys WHERE endpoint_id = ? AND revoked IS NULL "
        "ORDER BY id LIMIT 1",
        [endpoint_id],
    ).fetchone()
    key_hash, key_hint = row or ("", "")
    connection.execute(
        "UPDATE endpoints SET key_hash = ?, key_hint = ? WHERE id = ?",
        [key_hash, key_hint, endpoint_id],
    )
