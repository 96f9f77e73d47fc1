"""Rows of registered models, their versions and aliases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from studio.core.gates import Gates
from studio.core.model import AliasMove, Model, ModelVersion
from studio.store.database import Database, Row

NOTHING = 0
"""In place of a version's number: an alias that was removed."""


def add_version(
    connection: Any,
    name: str,
    body: dict[str, Any],
    *,
    run: str | None,
    author: str,
    now: float,
    origin: str | None = None,
    number: int | None = None,
) -> int:
    """Append a version to the model `name`, which is made when it is new. Call inside `tx`.

    Args:
        body: dataset, class_names, shape, files and facts of the version, JSON-able.
        origin: What made it, such as "run:7:12"; the same origin appends once only.
        number: Of the version, for one that comes from another workspace. Default: the next one.

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
        SELECT m.id, COALESCE(?, 1 + (SELECT COALESCE(MAX(version), 0) FROM model_versions WHERE model_id = m.id)),
               ?, ?, ?, ?, ?
        FROM models m WHERE m.name = ? RETURNING version
        """,
        [number, run, json.dumps(body), author, now, origin, name],
    ).fetchone()
    return int(row[0])


def same_as_newest(db: Database, name: str, body: dict[str, Any]) -> int | None:
    """Return the number of a model's newest version where it holds just this; None where it does not, or is none."""
    row = db.first(
        """
        SELECT v.version, v.body FROM model_versions v JOIN models m ON m.id = v.model_id
        WHERE m.name = ? ORDER BY v.version DESC LIMIT 1
        """,
        [name],
    )
    if row is None or json.loads(row["body"]) != json.loads(json.dumps(body)):
        return None
    return int(row["version"])


def points_at(db: Database, name: str, alias: str, version: int) -> bool:
    """Return whether an alias points at a version already."""
    found = db.first(
        """
        SELECT 1 FROM model_aliases a JOIN models m ON m.id = a.model_id JOIN model_versions v ON v.id = a.version_id
        WHERE m.name = ? AND a.alias = ? AND v.version = ?
        """,
        [name, alias, version],
    )
    return found is not None


def point_alias(
    connection: Any,
    name: str,
    alias: str,
    version: int,
    *,
    author: str,
    now: float,
    reason: str = "",
    overridden: Sequence[str] = (),
) -> None:
    """Let an alias point at a version, and remember who moved it, and why. Call inside `tx`."""
    connection.execute(
        """
        INSERT INTO model_aliases (model_id, alias, version_id)
        SELECT m.id, ?, v.id FROM models m JOIN model_versions v ON v.model_id = m.id
        WHERE m.name = ? AND v.version = ?
        ON CONFLICT (model_id, alias) DO UPDATE SET version_id = excluded.version_id
        """,
        [alias, name, version],
    )
    _note_move(connection, name, alias, version, author, now, reason, overridden)


def drop_alias(
    connection: Any, name: str, alias: str, *, author: str, now: float, reason: str = ""
) -> None:
    """Let an alias point at nothing, and remember who removed it, and why. Call inside `tx`."""
    connection.execute(
        "DELETE FROM model_aliases WHERE alias = ? AND model_id = (SELECT id FROM models WHERE name = ?)",
        [alias, name],
    )
    _note_move(connection, name, alias, NOTHING, author, now, reason, ())


def _note_move(
    connection: Any,
    name: str,
    alias: str,
    version: int,
    author: str,
    now: float,
    reason: str,
    overridden: Sequence[str],
) -> None:
    connection.execute(
        """
        INSERT INTO alias_moves (model_id, alias, version, author, time, reason, overridden)
        SELECT id, ?, ?, ?, ?, ?, ? FROM models WHERE name = ?
        """,
        [alias, version, author, now, reason, json.dumps(list(overridden)), name],
    )


def alias_moves(db: Database, name: str, alias: str | None = None) -> list[AliasMove]:
    """Return how a model's aliases moved, newest first; of one alias only where it is given."""
    rows = db.query(
        """
        SELECT m.name AS model, a.alias, NULLIF(a.version, :nothing) AS version,
               NULLIF(LAG(a.version) OVER (PARTITION BY a.alias ORDER BY a.id), :nothing) AS previous,
               a.author, a.time, a.reason, a.overridden
        FROM alias_moves a JOIN models m ON m.id = a.model_id
        WHERE m.name = :name AND (:alias IS NULL OR a.alias = :alias) ORDER BY a.id DESC
        """,
        {"name": name, "alias": alias, "nothing": NOTHING},
    )
    return [AliasMove(**{**row, "overridden": json.loads(row["overridden"])}) for row in rows]


def gates(db: Database, name: str) -> dict[str, Gates]:
    """Return alias -> what a model's version has to reach before the alias points at it."""
    rows = db.query(
        """
        SELECT g.alias, g.body FROM model_gates g JOIN models m ON m.id = g.model_id
        WHERE m.name = ? ORDER BY g.alias
        """,
        [name],
    )
    return {row["alias"]: Gates.model_validate_json(row["body"]) for row in rows}


def set_gates(
    db: Database, name: str, alias: str, wanted: Gates, *, author: str, now: float
) -> None:
    """Replace the gates of an alias."""
    with db.tx() as connection:
        connection.execute(
            """
            INSERT INTO model_gates (model_id, alias, body, author, time)
            SELECT id, ?, ?, ?, ? FROM models WHERE name = ?
            ON CONFLICT (model_id, alias)
            DO UPDATE SET body = excluded.body, author = excluded.author, time = excluded.time
            """,
            [alias, wanted.model_dump_json(), author, now, name],
        )


def texts(db: Database, version_id: int) -> dict[str, str]:
    """Return what people wrote beside a version, by what it is about."""
    rows = db.query("SELECT name, text FROM version_texts WHERE version_id = ?", [version_id])
    return {row["name"]: row["text"] for row in rows}


def notes(db: Database, name: str) -> dict[int, str]:
    """Return version -> its note, of the versions of a model that have one."""
    rows = db.query(
        """
        SELECT v.version, t.text FROM version_texts t JOIN model_versions v ON v.id = t.version_id
        JOIN models m ON m.id = v.model_id WHERE m.name = ? AND t.name = 'note' AND t.text <> ''
        """,
        [name],
    )
    return {row["version"]: row["text"] for row in rows}


def set_text(
    db: Database, version_id: int, name: str, text: str, *, author: str, now: float
) -> None:
    """Replace what is written beside a version."""
    with db.tx() as connection:
        connection.execute(
            """
            INSERT INTO version_texts (version_id, name, text, author, time) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (version_id, name)
            DO UPDATE SET text = excluded.text, author = excluded.author, time = excluded.time
            """,
            [version_id, name, text, author, now],
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
