"""Rows of endpoints."""

from __future__ import annotations

from studio.core.model import Endpoint
from studio.store.database import Database


def insert(
    db: Database,
    *,
    name: str,
    model: str,
    alias: str | None,
    version: int | None,
    key_hash: str,
    key_hint: str,
    now: float,
) -> None:
    """Deploy an endpoint.

    Raises:
        IntegrityError: A live endpoint has the name.
    """
    with db.tx() as connection:
        connection.execute(
            "INSERT INTO endpoints (name, model, alias, version, key_hash, key_hint, created) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [name, model, alias, version, key_hash, key_hint, now],
        )


def live(db: Database) -> list[Endpoint]:
    """Return the endpoints that answer, newest first."""
    rows = db.query("SELECT * FROM endpoints WHERE retired IS NULL ORDER BY id DESC")
    return [Endpoint(**row) for row in rows]


def find(db: Database, name: str) -> Endpoint | None:
    """Return the live endpoint of a name."""
    row = db.first("SELECT * FROM endpoints WHERE name = ? AND retired IS NULL", [name])
    return None if row is None else Endpoint(**row)


def retire(db: Database, name: str, now: float) -> None:
    """Let an endpoint answer no more; its name is free again."""
    with db.tx() as connection:
        connection.execute(
            "UPDATE endpoints SET retired = ? WHERE name = ? AND retired IS NULL", [now, name]
        )


def set_key(db: Database, name: str, key_hash: str, key_hint: str) -> None:
    """Replace the key of a live endpoint."""
    with db.tx() as connection:
        connection.execute(
            "UPDATE endpoints SET key_hash = ?, key_hint = ? WHERE name = ? AND retired IS NULL",
            [key_hash, key_hint, name],
        )
