"""Rows of registered models, their versions and aliases."""

from __future__ import annotations

import json
from typing import Any

from studio.core.model import Model, ModelVersion
from studio.store.database import Database, Row


def add_version(
    connection: Any,
    name: str,
    body: dict[str, Any],
    *,
    run: str | None,
    author: str,
    now: float,
    origin: str | None = None,
) -> int:
    """Append a version to the model `name`, which is made when it is new. Call inside `tx`.

    Args:
        body: dataset, class_names, shape, files and facts of the version, JSON-able.
        origin: What made it, such as "run:7:12"; the same origin appends once only.

    Returns:
        The version's number.
    """
    known = connection.execute(
        "SELECT version FROM model_versions WHERE origin = ?", [origin]
    ).fetchone()
    if known:
        return int(known[0])
    connection.execute(
        "INSERT INTO models (name, created) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        [name, now],
    )
    row = connection.execute(
        """
        INSERT INTO model_versions (model_id, version, run, body, author, created, origin)
        SELECT m.id, 1 + (SELECT COALESCE(MAX(version), 0) FROM model_versions WHERE model_id = m.id),
               ?, ?, ?, ?, ?
        FROM models m WHERE m.name = ? RETURNING version
        """,
        [run, json.dumps(body), author, now, origin, name],
    ).fetchone()
    return int(row[0])


def point_alias(
    connection: Any, name: str, alias: str, version: int, *, author: str, now: float
) -> None:
    """Let an alias point at a version, and remember who moved it. Call inside `tx`."""
    connection.execute(
        """
        INSERT INTO model_aliases (model_id, alias, version_id)
        SELECT m.id, ?, v.id FROM models m JOIN model_versions v ON v.model_id = m.id
        WHERE m.name = ? AND v.version = ?
        ON CONFLICT (model_id, alias) DO UPDATE SET version_id = excluded.version_id
        """,
        [alias, name, version],
    )
    connection.execute(
        "INSERT INTO alias_moves (model_id, alias, version, author, time) "
        "SELECT id, ?, ?, ?, ? FROM models WHERE name = ?",
        [alias, version, author, now, name],
    )


def _versions(db: Database) -> list[ModelVersion]:
    aliases: dict[int, list[str]] = {}
    for row in db.query("SELECT version_id, alias FROM model_aliases ORDER BY alias"):
        aliases.setdefault(row["version_id"], []).append(row["alias"])
    rows = db.query(
        """
        SELECT v.id, m.name AS model, v.version, v.run, v.body, v.author, v.created
        FROM model_versions v JOIN models m ON m.id = v.model_id ORDER BY v.id DESC
        """
    )
    return [_version(row, aliases.get(row["id"], [])) for row in rows]


def _version(row: Row, aliases: list[str]) -> ModelVersion:
    body = json.loads(row.pop("body"))
    return ModelVersion(**row, **body, aliases=tuple(aliases))


def list_models(db: Database) -> list[Model]:
    """Return every model with its versions, newest first."""
    created = {
        row["name"]: row["created"]
        for row in db.query("SELECT name, created FROM models ORDER BY id DESC")
    }
    versions: dict[str, list[ModelVersion]] = {name: [] for name in created}
    for version in _versions(db):
        versions[version.model].append(version)
    return [
        Model(name=name, created=created[name], versions=tuple(found))
        for name, found in versions.items()
    ]
