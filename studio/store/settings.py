"""Settings of the workspace, one JSON value a name."""

from __future__ import annotations

from studio.store.database import Database


def find(db: Database, name: str) -> str | None:
    """Return a setting as it was written, None when nobody has."""
    row = db.first("SELECT value FROM settings WHERE name = ?", [name])
    return None if row is None else str(row["value"])


def put(db: Database, name: str, value: str) -> None:
    """Write a setting."""
    with db.tx() as connection:
        connection.execute(
            "INSERT INTO settings (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, value],
        )
