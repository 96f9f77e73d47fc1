"""Rows of endpoints."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from studio.core.endpoint import EndpointChange, EndpointKey, EndpointSettings
from studio.core.inference import Inference
from studio.core.model import Endpoint, ModelVersion
from studio.store import endpoint_keys
from studio.store.database import Database, Row

LIVE_WITH_KEYS = """
SELECT e.*, k.body AS keys FROM endpoints e LEFT JOIN (
    SELECT endpoint_id, json_group_array(json_object(
        'id', id, 'endpoint_id', endpoint_id, 'name', name, 'key_hash', key_hash, 'key_hint', key_hint,
        'scopes', json(scopes), 'rate_per_minute', rate_per_minute, 'created', created, 'expires', expires
    )) AS body
    FROM endpoint_keys WHERE revoked IS NULL AND (expires IS NULL OR expires > :now) GROUP BY endpoint_id
) k ON k.endpoint_id = e.id
WHERE e.retired IS NULL ORDER BY e.id DESC
"""

POINTED_AT = """
WITH wanted AS (
    SELECT w.key AS place, json_extract(w.value, '$[1]') AS number, json_extract(w.value, '$[2]') AS alias, m.*
    FROM json_each(:wanted) w JOIN models m ON m.name = json_extract(w.value, '$[0]')
)
SELECT w.place, v.id, w.name AS model, v.version, v.run, v.author, v.created,
       (SELECT json_group_array(alias) FROM model_aliases a WHERE a.model_id = w.id AND a.version_id = v.id) AS aliases,
       CASE WHEN v.id IN (SELECT value FROM json_each(:known)) THEN NULL ELSE v.body END AS body
FROM wanted w JOIN model_versions v ON v.id = CASE
    WHEN w.number IS NOT NULL
        THEN (SELECT id FROM model_versions WHERE model_id = w.id AND version = w.number)
    WHEN w.alias IS NOT NULL
        THEN (SELECT version_id FROM model_aliases WHERE model_id = w.id AND alias = w.alias)
    ELSE (SELECT id FROM model_versions WHERE model_id = w.id ORDER BY version DESC LIMIT 1)
END
"""
Wanted = tuple[str, int | None, str | None]
"""A model's name, and a version's number or an alias; without both its newest version."""


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
    """Deploy an endpoint, with its first key.

    Raises:
        IntegrityError: A live endpoint has the name.
    """
    with db.tx() as connection:
        row = connection.execute(
            "INSERT INTO endpoints (name, model, alias, version, key_hash, key_hint, created) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            [name, model, alias, version, key_hash, key_hint, now],
        ).fetchone()
        endpoint_keys.insert(
            connection,
            int(row[0]),
            endpoint_keys.FIRST_KEY,
            key_hash=key_hash,
            key_hint=key_hint,
            now=now,
        )


def live(db: Database) -> list[Endpoint]:
    """Return the endpoints that answer, newest first."""
    rows = db.query("SELECT * FROM endpoints WHERE retired IS NULL ORDER BY id DESC")
    return [_endpoint(row) for row in rows]


def live_with_keys(db: Database, now: float) -> list[tuple[Endpoint, tuple[EndpointKey, ...]]]:
    """Return the endpoints that answer and the keys that open them now, in one query; newest endpoint first."""
    return [
        (_endpoint(row), tuple(EndpointKey(**key) for key in json.loads(keys or "[]")))
        for row in db.query(LIVE_WITH_KEYS, {"now": now})
        for keys in [row.pop("keys")]
    ]


def pointed_at(
    db: Database, wanted: Sequence[Wanted], known: Mapping[int, ModelVersion]
) -> dict[Wanted, ModelVersion]:
    """Return the versions that are pointed at now, in one query; what points at nothing is left out.

    Args:
        wanted: What is looked for.
        known: Versions read before, by their ids: nothing but their aliases is read again, as nothing else changes.
    """
    rows = db.query(POINTED_AT, {"wanted": json.dumps(wanted), "known": json.dumps(list(known))})
    found: dict[Wanted, ModelVersion] = {}
    for row in rows:
        place, body = wanted[int(row.pop("place"))], row.pop("body")
        aliases = tuple(sorted(json.loads(row.pop("aliases"))))
        version = known.get(row["id"])
        if version is None:
            version = ModelVersion(**row, **json.loads(body), aliases=aliases)
        elif version.aliases != aliases:
            version = version.model_copy(update={"aliases": aliases})
        found[place] = version
    return found


def find(db: Database, name: str) -> Endpoint | None:
    """Return the live endpoint of a name."""
    row = db.first("SELECT * FROM endpoints WHERE name = ? AND retired IS NULL", [name])
    return None if row is None else _endpoint(row)


def retire(db: Database, name: str, now: float) -> None:
    """Let an endpoint answer no more; its name is free again."""
    with db.tx() as connection:
        connection.execute(
            "UPDATE endpoints SET retired = ? WHERE name = ? AND retired IS NULL", [now, name]
        )


def set_settings(connection: Any, endpoint: Endpoint, settings: EndpointSettings) -> None:
    """Replace the settings of an endpoint. Call inside `tx`."""
    connection.execute(
        "UPDATE endpoints SET settings = ? WHERE id = ?", [settings.model_dump_json(), endpoint.id]
    )


def set_target(
    connection: Any, endpoint: Endpoint, *, model: str, alias: str | None, version: int | None
) -> None:
    """Let an endpoint serve something else. Call inside `tx`."""
    connection.execute(
        "UPDATE endpoints SET model = ?, alias = ?, version = ? WHERE id = ?",
        [model, alias, version, endpoint.id],
    )


def set_pipeline(connection: Any, endpoint: Endpoint, inference: Inference | None) -> None:
    """Say what is done to samples before an endpoint's model is asked; None: nothing. Call inside `tx`."""
    body = None if inference is None else inference.model_dump_json()
    connection.execute("UPDATE endpoints SET pipeline = ? WHERE id = ?", [body, endpoint.id])


def note_change(connection: Any, endpoint: Endpoint, what: str, *, author: str, now: float) -> None:
    """Remember who changed something at an endpoint. Call inside `tx`."""
    connection.execute(
        "INSERT INTO endpoint_changes (endpoint_id, what, author, time) VALUES (?, ?, ?, ?)",
        [endpoint.id, what, author, now],
    )


def changes(db: Database, endpoint: Endpoint, limit: int) -> list[EndpointChange]:
    """Return what was changed at an endpoint, newest first."""
    rows = db.query(
        "SELECT what, author, time FROM endpoint_changes WHERE endpoint_id = ? ORDER BY id DESC LIMIT ?",
        [endpoint.id, limit],
    )
    return [EndpointChange(**row) for row in rows]


def _endpoint(row: Row) -> Endpoint:
    settings = EndpointSettings.model_validate(json.loads(row["settings"]))
    pipeline = json.loads(row["pipeline"]) if row["pipeline"] else None
    return Endpoint(**{**row, "settings": settings, "pipeline": pipeline})
