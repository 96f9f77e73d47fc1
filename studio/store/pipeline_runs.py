"""Rows of pipeline runs: what each was submitted as."""

from __future__ import annotations

import json
from typing import Any

from studio.store.database import Database, Row


def add(
    connection: Any,
    run_name: str,
    *,
    body: str,
    parameters: dict[str, Any],
    draft: str = "",
    published: str = "",
    version: int | None = None,
    experiment: str = "",
    resumed: str = "",
) -> None:
    """Note what a run that was just queued was submitted as. Call inside `tx`."""
    connection.execute(
        """
        INSERT INTO pipeline_runs (run_id, draft, published, version, experiment, body, parameters, resumed)
        SELECT id, ?, ?, ?, ?, ?, ?, ? FROM runs WHERE name = ?
        """,
        [draft, published, version, experiment, body, json.dumps(parameters), resumed, run_name],
    )


def find(db: Database, run_id: int) -> Row | None:
    """Return the row of a run: draft, published, version, experiment, body, parameters, resumed."""
    row = db.first("SELECT * FROM pipeline_runs WHERE run_id = ?", [run_id])
    if row is not None:
        row["parameters"] = json.loads(row["parameters"])
    return row


def run_ids(db: Database, draft: str, limit: int) -> list[int]:
    """Return the ids of the runs of a draft, newest first."""
    rows = db.query(
        """
        SELECT p.run_id FROM pipeline_runs p JOIN runs r ON r.id = p.run_id
        WHERE p.draft = :draft AND r.deleted IS NULL
        ORDER BY p.run_id DESC LIMIT :limit
        """,
        {"draft": draft, "limit": limit},
    )
    return [row["run_id"] for row in rows]
