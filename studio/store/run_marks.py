"""Marks on runs: their tags and note, whether lists leave them out, and the bin."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from studio.store.database import Database


def set_tags(db: Database, tags: dict[str, Sequence[str]]) -> None:
    """Give runs, by name, their tags."""
    with db.tx() as connection:
        connection.conn.executemany(
            "UPDATE runs SET tags = ? WHERE name = ?",
            [(json.dumps(list(words), ensure_ascii=False), name) for name, words in tags.items()],
        )


def set_note(db: Database, name: str, text: str) -> None:
    """Write a note beside a run."""
    with db.tx() as connection:
        connection.execute("UPDATE runs SET note = ? WHERE name = ?", [text, name])


def set_archived(db: Database, names: Sequence[str], since: float | None) -> None:
    """Let lists leave runs out, or show them again (None)."""
    with db.tx() as connection:
        connection.execute(
            "UPDATE runs SET archived = ? WHERE name IN (SELECT value FROM json_each(?))",
            [since, json.dumps(list(names))],
        )


def set_deleted(db: Database, names: Sequence[str], since: float | None) -> None:
    """Put runs that have ended into the bin, or take them out (None)."""
    with db.tx() as connection:
        connection.execute(
            """
            UPDATE runs SET deleted = ? WHERE name IN (SELECT value FROM json_each(?))
            AND status IN ('completed', 'stopped', 'cancelled', 'failed')
            """,
            [since, json.dumps(list(names))],
        )


def in_bin(db: Database, before: float) -> list[dict[str, Any]]:
    """Return id and name of the runs that were put into the bin before a moment, but for the newest run of all.

    Numbers of runs are counted on from the newest, so its row stays until there is another: no number comes twice.
    """
    return db.query(
        "SELECT id, name FROM runs WHERE deleted <= ? AND id < (SELECT MAX(id) FROM runs) ORDER BY id",
        [before],
    )


def forget(db: Database, metrics: Database, run_id: int) -> None:
    """Remove a run that is in the bin with all its rows; the files go with the garbage. May be repeated."""
    with metrics.tx() as connection:
        for table in ("metrics", "observations", "logs", "progress", "cursors"):
            connection.execute(f"DELETE FROM {table} WHERE run_id = ?", [run_id])  # noqa: S608  constants
    with db.tx() as connection:
        still = connection.execute(
            "SELECT 1 FROM runs WHERE id = ? AND deleted IS NOT NULL", [run_id]
        ).fetchone()
        if still:
            for table in ("run_artifacts", "run_facts", "pipeline_runs"):
                connection.execute(f"DELETE FROM {table} WHERE run_id = ?", [run_id])  # noqa: S608  constants
            connection.execute("DELETE FROM runs WHERE id = ?", [run_id])


def registered(db: Database, names: Sequence[str]) -> dict[str, str]:
    """Return run -> `model:version` of those whose model is registered."""
    rows = db.query(
        """
        SELECT v.run, m.name || ':' || v.version AS title FROM model_versions v JOIN models m ON m.id = v.model_id
        WHERE v.run IN (SELECT value FROM json_each(?)) ORDER BY v.id
        """,
        [json.dumps(list(names))],
    )
    return {row["run"]: row["title"] for row in rows}


def needed(db: Database, names: Sequence[str]) -> dict[str, str]:
    """Return run -> name of a run that has not ended and starts from its weights or works with its model."""
    rows = db.query(
        """
        SELECT DISTINCT wanted.value AS run, r.name AS by FROM runs r, json_each(:names) wanted
        WHERE r.status NOT IN ('completed', 'stopped', 'cancelled', 'failed') AND r.name <> wanted.value
              AND EXISTS (SELECT 1 FROM json_tree(r.pipeline) t
                          WHERE t.value IN (wanted.value, 'run/' || wanted.value)
                                AND (t.key IN ('start_from', 'reference') OR t.path LIKE '%.models'))
        """,
        {"names": json.dumps(list(names))},
    )
    return {row["run"]: row["by"] for row in rows}


def tags(db: Database) -> list[str]:
    """Return all tags that runs outside the bin have, those used most first."""
    rows = db.query(
        """
        SELECT t.value AS tag FROM runs r, json_each(r.tags) t WHERE r.deleted IS NULL AND r.tags <> '[]'
        GROUP BY t.value ORDER BY COUNT(*) DESC, t.value
        """
    )
    return [row["tag"] for row in rows]
