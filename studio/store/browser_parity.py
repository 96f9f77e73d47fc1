"""Rows of how files that run in browsers answered there."""

from __future__ import annotations

from studio.core.model_export import ParityRow
from studio.store.database import Database


def record(db: Database, digest: str, row: ParityRow, now: float) -> None:
    """Keep the newest word of a browser about a file."""
    with db.tx() as connection:
        connection.execute(
            "INSERT INTO browser_parity (digest, browser, body, time) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (digest, browser) DO UPDATE SET body = excluded.body, time = excluded.time",
            [digest, row.where, row.model_dump_json(), now],
        )


def of_file(db: Database, digest: str) -> list[ParityRow]:
    """Return what browsers said about a file, the newest first."""
    rows = db.query(
        "SELECT body FROM browser_parity WHERE digest = ? ORDER BY time DESC, browser", [digest]
    )
    return [ParityRow.model_validate_json(row["body"]) for row in rows]
