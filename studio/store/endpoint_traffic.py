"""Rows of what endpoints were asked: sums of a few seconds each, single requests, references of their models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from studio.core.drift import Reference
from studio.core.endpoint import Role
from studio.core.traffic import FOLDED_SECONDS, ROWS_LIMIT, LoggedRequest, TrafficRow, TrafficSums
from studio.store.database import Database

Place = tuple[int, int, int, str, Role]
"""Endpoint's id, second, number of the process, `name:version`, role."""
FOLDED_AT_ONCE = 2000
_REQUEST = """
    INSERT INTO endpoint_requests (endpoint, time, model, role, dialect, status, milliseconds, class_name, confidence,
                                   kind, sample)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def write(
    db: Database, sums: Mapping[Place, TrafficSums], requests: Sequence[LoggedRequest]
) -> None:
    """Put sums in place of those of the same seconds, process, model and role, and append requests, in one commit."""
    with db.tx() as connection:
        connection.conn.executemany(
            "INSERT OR REPLACE INTO endpoint_traffic (endpoint, second, process, model, role, body) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [(*place, _body(one)) for place, one in sums.items()],
        )
        connection.conn.executemany(
            _REQUEST,
            [
                (
                    one.endpoint, one.time, one.model, one.role, one.dialect, one.status, one.milliseconds,
                    one.class_name, one.confidence, one.kind, one.sample,
                )
                for one in requests
            ],
        )  # fmt: skip
        connection.execute("PRAGMA secure_delete = ON")  # nothing of the oldest stays in the file
        for endpoint in {one.endpoint for one in requests}:
            connection.execute(
                "DELETE FROM endpoint_requests WHERE endpoint = ? AND id <= ("
                "SELECT id FROM endpoint_requests WHERE endpoint = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
                [endpoint, endpoint, ROWS_LIMIT],
            )


def sums_at(db: Database, place: Place) -> TrafficSums:
    """Return the sums of one place; empty ones where there are none."""
    row = db.first(
        "SELECT body FROM endpoint_traffic WHERE endpoint = ? AND second = ? AND process = ? AND model = ? "
        "AND role = ?",
        list(place),
    )
    return TrafficSums() if row is None else TrafficSums.model_validate_json(row["body"])


def since(db: Database, endpoint: int, second: float) -> list[TrafficRow]:
    """Return the sums of an endpoint from a second on, oldest first; processes stay apart."""
    rows = db.query(
        "SELECT second, model, role, body FROM endpoint_traffic WHERE endpoint = ? AND second >= ? ORDER BY second",
        [endpoint, int(second)],
    )
    return [
        TrafficRow(
            second=row["second"],
            model=row["model"],
            role=row["role"],
            sums=_parsed(row["body"]),
        )
        for row in rows
    ]


def fold(db: Database, before: float, forget: float) -> int:
    """Add up the sums of FOLDED_SECONDS each that lie before a second, some at a time, and forget very old ones.

    Args:
        before: Unix seconds. forget: Those from before this second go.

    Returns:
        How many rows were folded; less than FOLDED_AT_ONCE: there is nothing left to fold.
    """
    limit = int(before // FOLDED_SECONDS) * FOLDED_SECONDS
    rows = db.query(
        f"SELECT * FROM endpoint_traffic WHERE second < ? AND (second % {FOLDED_SECONDS} > 0 OR process > 0) "  # noqa: S608
        f"LIMIT {FOLDED_AT_ONCE}",
        [limit],
    )
    found: dict[Place, TrafficSums] = {}
    with db.tx() as connection:
        connection.execute("DELETE FROM endpoint_traffic WHERE second < ?", [int(forget)])
        for row in rows:
            second = row["second"] // FOLDED_SECONDS * FOLDED_SECONDS
            place = (row["endpoint"], second, 0, row["model"], row["role"])
            if place not in found:
                found[place] = sums_at(db, place)
            found[place].add(TrafficSums.model_validate_json(row["body"]))
            connection.execute(
                "DELETE FROM endpoint_traffic WHERE endpoint = ? AND second = ? AND process = ? AND model = ? "
                "AND role = ?",
                [row["endpoint"], row["second"], row["process"], row["model"], row["role"]],
            )
        for place, sums in found.items():
            connection.execute(
                "INSERT OR REPLACE INTO endpoint_traffic (endpoint, second, process, model, role, body) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                [*place, _body(sums)],
            )
    return len(rows)


def requests(
    db: Database,
    endpoint: int,
    *,
    below: float | None = None,
    before_id: int | None = None,
    limit: int = 50,
    waiting: bool = False,
) -> list[LoggedRequest]:
    """Return logged requests of an endpoint, newest first.

    Args:
        below: Only answers of a lower probability.
        before_id: Only older ones, for the next page.
        waiting: Only those with a sample that no labelling session has yet.
    """
    where = ["endpoint = ?"]
    params: list[Any] = [endpoint]
    if below is not None:
        where.append("confidence < ?")
        params.append(below)
    if before_id is not None:
        where.append("id < ?")
        params.append(before_id)
    if waiting:
        where.append("sample IS NOT NULL AND taken IS NULL")
    rows = db.query(
        f"SELECT * FROM endpoint_requests WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT ?",  # noqa: S608
        [*params, limit],
    )
    return [LoggedRequest(**row) for row in rows]


def count_requests(db: Database, endpoint: int, below: float) -> dict[str, int]:
    """Return how many requests are logged ("logged"), have a sample ("kept"), and may be labelled ("unsure")."""
    row = db.first(
        "SELECT COUNT(*) AS logged, COUNT(sample) AS kept, "
        "COUNT(CASE WHEN sample IS NOT NULL AND taken IS NULL AND confidence < ? THEN 1 END) AS unsure "
        "FROM endpoint_requests WHERE endpoint = ?",
        [below, endpoint],
    )
    return row or {}


def take(db: Database, ids: Sequence[int], now: float) -> None:
    """Mark requests as part of a labelling session."""
    with db.tx() as connection:
        connection.conn.executemany(
            "UPDATE endpoint_requests SET taken = ? WHERE id = ?", [(now, one) for one in ids]
        )


def clear(db: Database, endpoint: int) -> int:
    """Delete the logged requests of an endpoint, so that nothing of them stays in the file. Returns how many."""
    with db.tx() as connection:
        connection.execute("PRAGMA secure_delete = ON")
        gone = connection.execute("DELETE FROM endpoint_requests WHERE endpoint = ?", [endpoint])
        return int(gone.rowcount)


def trim(db: Database, limit: int) -> int:
    """Delete the oldest requests of endpoints whose kept samples take more bytes than a limit. Returns how many."""
    rows = db.query(
        "SELECT id FROM (SELECT id, SUM(LENGTH(sample)) OVER (PARTITION BY endpoint ORDER BY id DESC) AS size "
        "FROM endpoint_requests WHERE sample IS NOT NULL) WHERE size > ?",
        [limit],
    )
    if rows:
        with db.tx() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.conn.executemany(
                "DELETE FROM endpoint_requests WHERE id = ?", [(row["id"],) for row in rows]
            )
    return len(rows)


def keep_only(db: Database, endpoints: Sequence[int]) -> None:
    """Delete the logged requests of all other endpoints."""
    known = db.query("SELECT DISTINCT endpoint FROM endpoint_requests")
    for endpoint in {row["endpoint"] for row in known} - set(endpoints):
        clear(db, endpoint)


def reference(db: Database, model: str) -> tuple[Reference, bytes] | None:
    """Return how the training samples of a model are distributed, and their tokens (int32); None before it is made."""
    row = db.first("SELECT body, known FROM drift_references WHERE model = ?", [model])
    if row is None:
        return None
    return Reference.model_validate_json(row["body"]), row["known"] or b""


def put_reference(db: Database, model: str, reference: Reference, known: bytes, now: float) -> None:
    """Keep how the training samples of a model are distributed."""
    with db.tx() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO drift_references (model, body, known, made) VALUES (?, ?, ?, ?)",
            [model, reference.model_dump_json(), known, now],
        )


@lru_cache(4096)
def _parsed(body: str) -> TrafficSums:
    """Return sums, which nobody may change: pages that look again and again read the same rows."""
    return TrafficSums.model_validate_json(body)


def _body(sums: TrafficSums) -> str:
    return sums.model_dump_json(exclude_defaults=True)
