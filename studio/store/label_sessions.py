"""Rows of labelling sessions: settings, orders, suggestions, and what is counted of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from studio.core.dataset import DatasetVersion
from studio.core.label_session import (
    ClassChange,
    LabelSession,
    LearningPoint,
    Prelabels,
    SessionConfig,
)
from studio.store.database import Database, Row

_SESSION = """
    SELECT s.id, s.version_id, s.pinned, s.config, s.revision, s.changes, s.total, s.queue, s.groups, s.queued,
           s.queue_source, s.queue_answers, s.prelabels, s.curve, s.author, s.created, s.closed, c.answers
    FROM label_sessions s JOIN session_counts c ON c.session_id = s.id
"""


@lru_cache(256)
def _config(text: str) -> SessionConfig:
    return SessionConfig.model_validate_json(text)


@lru_cache(256)
def _changes(text: str) -> tuple[ClassChange, ...]:
    return tuple(ClassChange.model_validate(change) for change in json.loads(text))


@lru_cache(256)
def _curve(text: str) -> tuple[LearningPoint, ...]:
    return tuple(LearningPoint.model_validate(point) for point in json.loads(text))


def _session(row: Row) -> LabelSession:
    pinned = json.loads(row.pop("pinned"))
    prelabels = row.pop("prelabels")
    return LabelSession(
        config=_config(row.pop("config")),
        changes=_changes(row.pop("changes")),
        curve=_curve(row.pop("curve")),
        prelabels=None if prelabels is None else Prelabels.model_validate_json(prelabels),
        **pinned,
        **row,
    )


def insert(
    connection: Any,
    config: SessionConfig,
    version: DatasetVersion,
    *,
    dataset: int,
    pool: str,
    total: int,
    author: str,
    now: float,
) -> int:
    """Append a session. Call inside `tx`.

    Args:
        config: With the version pinned.
        version: The pinned one. dataset: Id of its dataset.
        pool: Digest of int64 (total,), the samples to label, ascending.

    Returns:
        Its id.

    Raises:
        IntegrityError: The name is taken.
    """
    pinned = {
        "dataset_version": version.version,
        "task": version.shown_as,
        "shape": version.shape,
        "samples": version.samples,
        "base": version.base,
    }
    row = connection.execute(
        """
        INSERT INTO label_sessions (name, dataset_id, version_id, pinned, config, total, pool, author, created)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
        """,
        [
            config.name, dataset, version.id, json.dumps(pinned), config.model_dump_json(), total, pool, author, now,
        ],
    ).fetchone()  # fmt: skip
    connection.execute("INSERT INTO session_counts (session_id) VALUES (?)", [row[0]])
    return int(row[0])


def find(db: Database, name: str) -> LabelSession | None:
    """Return a session, None when there is none of that name."""
    row = db.first(_SESSION + "WHERE s.name = ?", [name])
    return None if row is None else _session(row)


def list_sessions(db: Database, dataset: str | None = None) -> list[LabelSession]:
    """Return all sessions, or those of one dataset, newest first."""
    rows = db.query(
        _SESSION
        + """
        JOIN datasets d ON d.id = s.dataset_id
        WHERE :dataset IS NULL OR d.name = :dataset ORDER BY s.id DESC
        """,
        {"dataset": dataset},
    )
    return [_session(row) for row in rows]


def names(db: Database) -> list[str]:
    """Return all session names, oldest first."""
    return [row["name"] for row in db.query("SELECT name FROM label_sessions ORDER BY id")]


def save_config(connection: Any, session: int, config: SessionConfig) -> None:
    """Keep other settings of a session. Call inside `tx`."""
    connection.execute(
        "UPDATE label_sessions SET config = ? WHERE id = ?", [config.model_dump_json(), session]
    )


def save_classes(
    connection: Any,
    session: int,
    config: SessionConfig,
    revision: int,
    changes: Sequence[ClassChange],
) -> None:
    """Keep other classes of a session, with the changes that led to them. Call inside `tx`."""
    connection.execute(
        "UPDATE label_sessions SET config = ?, revision = ?, changes = ? WHERE id = ?",
        [
            config.model_dump_json(),
            revision,
            json.dumps([change.model_dump(mode="json") for change in changes]),
            session,
        ],
    )


def set_closed(connection: Any, session: int, closed: float | None) -> None:
    """Close a session, or open it again with None. Call inside `tx`."""
    connection.execute("UPDATE label_sessions SET closed = ? WHERE id = ?", [closed, session])


def set_shuffled(connection: Any, session: int, digest: str, source: str, now: float) -> None:
    """Let a random order of the whole pool count, int64 (total,): it is also what follows a shorter one."""
    connection.execute(
        """
        UPDATE label_sessions
        SET shuffled = ?, queue = ?, groups = '', queued = ?, queue_source = ? WHERE id = ?
        """,
        [digest, digest, now, source, session],
    )
    connection.execute(
        "UPDATE session_counts SET queue_at = 0, shuffled_at = 0 WHERE session_id = ?", [session]
    )


def set_pool(
    connection: Any, session: int, *, pool: str, total: int, shuffled: str, queue: str, groups: str
) -> None:
    """Let a session be about more samples from now on. Call inside `tx`.

    Args:
        pool: Digest of int64 (total,), the samples to label, ascending.
        shuffled: Digest of int64 (total,), an order of all of them. queue, groups: The order that counts.
    """
    connection.execute(
        "UPDATE label_sessions SET pool = ?, total = ?, shuffled = ?, queue = ?, groups = ? WHERE id = ?",
        [pool, total, shuffled, queue, groups, session],
    )
    connection.execute(
        "UPDATE session_counts SET queue_at = 0, shuffled_at = 0 WHERE session_id = ?", [session]
    )


def set_queue(
    connection: Any,
    session: int,
    *,
    queue: str,
    groups: str = "",
    source: str,
    answers: int,
    now: float,
    curve: Sequence[LearningPoint] | None = None,
) -> None:
    """Let another order count from now on. Call inside `tx`.

    Args:
        queue: Digest of int64 (n,), samples of the pool, first ones first. What was given out meanwhile is passed
            over; samples of the pool that it lacks come behind it at random.
        groups: Digest of int32 (n,), the cluster of each; "" without.
        source: How it was made, in a sentence.
        answers: Number of the session's answers it was made from.
        curve: Learning curve of the session's model; None leaves the one that is there.
    """
    connection.execute(
        """
        UPDATE label_sessions SET queue = ?, groups = ?, queue_source = ?, queue_answers = ?, queued = ?,
               curve = COALESCE(?, curve)
        WHERE id = ?
        """,
        [
            queue,
            groups,
            source,
            answers,
            now,
            None if curve is None else json.dumps([p.model_dump(mode="json") for p in curve]),
            session,
        ],
    )
    connection.execute("UPDATE session_counts SET queue_at = 0 WHERE session_id = ?", [session])


def set_prelabels(connection: Any, session: int, prelabels: Prelabels | None) -> None:
    """Let other suggestions be shown from now on. Call inside `tx`."""
    connection.execute(
        "UPDATE label_sessions SET prelabels = ? WHERE id = ?",
        [None if prelabels is None else prelabels.model_dump_json(), session],
    )


def files(db: Database, session: int) -> tuple[str, str]:
    """Return the digests of a session's pool and of its random order."""
    row = db.first("SELECT pool, shuffled FROM label_sessions WHERE id = ?", [session])
    return ("", "") if row is None else (row["pool"], row["shuffled"])


def counts(db: Database, session: int) -> Row:
    """Return what is counted of a session: columns of `session_counts`."""
    row = db.first("SELECT * FROM session_counts WHERE session_id = ?", [session])
    return row or {}


def move_cursors(connection: Any, session: int, queue_at: int, shuffled_at: int) -> None:
    """Note how far both orders were given out. Call inside `tx`."""
    connection.execute(
        "UPDATE session_counts SET queue_at = ?, shuffled_at = ? WHERE session_id = ?",
        [queue_at, shuffled_at, session],
    )


def person(db: Database, session: int, annotator: str) -> Row:
    """Return what is counted of one person: columns of `session_people`, zeros for a new one."""
    row = db.first(
        "SELECT answered, given, gold, walked FROM session_people WHERE session_id = ? AND annotator = ?",
        [session, annotator],
    )
    return row or {"answered": 0, "given": 0, "gold": 0, "walked": 0}


def save_person(connection: Any, session: int, annotator: str, person: Row) -> None:
    """Note what one person was given, and how far they have walked what others began. Call inside `tx`."""
    connection.execute(
        """
        INSERT INTO session_people (session_id, annotator, given, gold, walked) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET given = excluded.given, gold = excluded.gold, walked = excluded.walked
        """,
        [session, annotator, person["given"], person["gold"], person["walked"]],
    )


def people(db: Database, session: int) -> list[str]:
    """Return who has ever been given something, by name."""
    rows = db.query(
        "SELECT annotator FROM session_people WHERE session_id = ? ORDER BY annotator", [session]
    )
    return [row["annotator"] for row in rows]
