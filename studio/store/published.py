"""Rows of published pipelines and of their keys."""

from __future__ import annotations

import json
from typing import Any

from studio.core.draft import Draft
from studio.core.published import PipelineKey, PublishedVersion
from studio.store.database import Database, Row


def add(
    connection: Any, name: str, draft: Draft, *, description: str, author: str, now: float
) -> int:
    """Add the next version of a published pipeline and return its number. Call inside `tx`."""
    row = connection.execute(
        """
        INSERT INTO published_pipelines (name, version, body, description, author, created, is_default)
        SELECT ?, coalesce(max(version) + 1, 0), ?, ?, ?, ?, 0 FROM published_pipelines WHERE name = ?
        RETURNING version
        """,
        [name, json.dumps(draft.model_dump(mode="json")), description, author, now, name],
    ).fetchone()
    return int(row[0])


def versions(db: Database, name: str) -> list[PublishedVersion]:
    """Return the versions of a published pipeline, oldest first; none when there is no such pipeline."""
    rows = db.query("SELECT * FROM published_pipelines WHERE name = ? ORDER BY version", [name])
    default = _default(rows)
    return [_version_of(row, default) for row in rows]


def names(db: Database) -> list[str]:
    """Return the names of all published pipelines, the one published last first."""
    rows = db.query(
        "SELECT name FROM published_pipelines GROUP BY name ORDER BY max(created) DESC, name"
    )
    return [row["name"] for row in rows]


def set_default(connection: Any, name: str, version: int | None) -> None:
    """Say which version is the default; None: the newest. Call inside `tx`."""
    connection.execute(
        "UPDATE published_pipelines SET is_default = (version IS ?) WHERE name = ?", [version, name]
    )


def set_disabled(connection: Any, name: str, version: int, disabled: bool) -> None:
    """Say whether a version may be submitted. Call inside `tx`."""
    connection.execute(
        "UPDATE published_pipelines SET disabled = ?, is_default = is_default AND NOT ? "
        "WHERE name = ? AND version = ?",
        [disabled, disabled, name, version],
    )


def _default(rows: list[Row]) -> int | None:
    """Return the version that is submitted when none is named: the chosen one, else the newest."""
    good = [row for row in rows if not row["disabled"]]
    chosen = [row["version"] for row in good if row["is_default"]]
    return next(iter(chosen), good[-1]["version"] if good else None)


def _version_of(row: Row, default: int | None) -> PublishedVersion:
    return PublishedVersion(
        name=row["name"],
        version=row["version"],
        draft=Draft.model_validate_json(row["body"]),
        description=row["description"],
        author=row["author"],
        created=row["created"],
        default=row["version"] == default,
        disabled=bool(row["disabled"]),
    )


def add_key(
    connection: Any, pipeline: str, name: str, *, key_hash: str, key_hint: str, now: float
) -> int:
    """Add a key and return its number. Call inside `tx`."""
    row = connection.execute(
        "INSERT INTO pipeline_keys (pipeline, name, key_hash, key_hint, created) "
        "VALUES (?, ?, ?, ?, ?) RETURNING id",
        [pipeline, name, key_hash, key_hint, now],
    ).fetchone()
    return int(row[0])


def revoke_key(connection: Any, number: int, now: float) -> None:
    """Let a key open nothing any more. Call inside `tx`."""
    connection.execute(
        "UPDATE pipeline_keys SET revoked = ? WHERE id = ? AND revoked IS NULL", [now, number]
    )


def keys(db: Database, pipeline: str) -> list[PipelineKey]:
    """Return the keys of a published pipeline, oldest first, revoked ones too."""
    rows = db.query("SELECT * FROM pipeline_keys WHERE pipeline = ? ORDER BY id", [pipeline])
    return [PipelineKey(**row) for row in rows]


def good_keys(db: Database) -> list[PipelineKey]:
    """Return every key that was not revoked."""
    rows = db.query("SELECT * FROM pipeline_keys WHERE revoked IS NULL ORDER BY id")
    return [PipelineKey(**row) for row in rows]
