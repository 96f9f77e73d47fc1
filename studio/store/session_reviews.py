"""Rows of reviews in labelling sessions, appended and never changed, and the queues of what is to be reviewed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from studio.core.label_review import ReviewInput, ReviewQueue
from studio.store.database import Database, Row

_QUEUES: dict[ReviewQueue, str] = {
    "disputed": """
        SELECT item FROM session_items WHERE session_id = :session AND state = 'disputed' AND item > :after
        ORDER BY item LIMIT :limit
    """,
    "unsure": """
        SELECT item FROM session_items
        WHERE session_id = :session AND unsure > 0 AND item > :after AND state <> 'settled' AND gold IS NULL
        ORDER BY item LIMIT :limit
    """,
    "answered": """
        SELECT * FROM (
            SELECT item FROM session_items WHERE session_id = :session AND state = 'agreed' AND item > :after
            ORDER BY item LIMIT :limit
        )
        UNION ALL SELECT * FROM (
            SELECT item FROM session_items WHERE session_id = :session AND state = 'disputed' AND item > :after
            ORDER BY item LIMIT :limit
        )
        ORDER BY item LIMIT :limit
    """,
    "settled": """
        SELECT item FROM session_items WHERE session_id = :session AND state = 'settled' AND item > :after
        ORDER BY item LIMIT :limit
    """,
    "returned": """
        SELECT DISTINCT item FROM assignments
        WHERE session_id = :session AND standing = 'returned' AND item > :after ORDER BY item LIMIT :limit
    """,
}
"""Gold samples are always open: nobody decides about them."""
_COUNTS = """
    SELECT c.disputed, c.done + c.disputed - s.settled AS answered, s.settled,
        (SELECT COUNT(*) FROM session_items
         WHERE session_id = :session AND unsure > 0 AND state <> 'settled' AND gold IS NULL) AS unsure,
        (SELECT COUNT(DISTINCT item) FROM assignments
         WHERE session_id = :session AND standing = 'returned') AS returned
    FROM session_counts c, (
        SELECT COUNT(*) AS settled FROM session_items WHERE session_id = :session AND state = 'settled'
    ) s WHERE c.session_id = :session
"""
"""What triggers have counted, less what a reviewer decided: quick, however many were answered."""


def items(db: Database, session: int, queue: ReviewQueue, after: int, limit: int) -> list[int]:
    """Return the samples of a queue behind the one numbered `after`, ascending."""
    rows = db.query(_QUEUES[queue], {"session": session, "after": after, "limit": limit})
    return [row["item"] for row in rows]


def counts(db: Database, session: int) -> dict[ReviewQueue, int]:
    """Return how many samples are in each queue."""
    row = db.query(_COUNTS, {"session": session})[0]
    return {queue: row[queue] for queue in _QUEUES}


def known(db: Database, op_ids: Sequence[str]) -> set[str]:
    """Return those op_ids that are there."""
    rows = db.query(
        "SELECT op_id FROM session_reviews WHERE op_id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(op_ids))],
    )
    return {row["op_id"] for row in rows}


def append(
    connection: Any,
    session: int,
    reviewer: str,
    op: ReviewInput,
    value: str | None,
    revision: int,
    now: float,
) -> bool:
    """Append a review, and return whether it was new. Call inside `tx`.

    Args:
        value: JSON of what is accepted, in the names of the classes' `revision`.
    """
    done = connection.execute(
        """
        INSERT INTO session_reviews
            (op_id, session_id, item, reviewer, decision, value, annotator, revision, comment, time)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (op_id) DO NOTHING
        """,
        [
            op.op_id, session, op.item, reviewer, op.decision, value, op.annotator, revision, op.comment, now,
        ],
    )  # fmt: skip
    return bool(done.rowcount)


def comments(db: Database, session: int, items: Sequence[int]) -> dict[int, str]:
    """Return item -> comment of its latest review."""
    rows = db.query(
        """
        SELECT item, comment FROM session_reviews WHERE id IN (
            SELECT MAX(r.id) FROM json_each(?) wanted
            JOIN session_reviews r ON r.session_id = ? AND r.item = wanted.value GROUP BY r.item
        )
        """,
        [json.dumps(list(items)), session],
    )
    return {row["item"]: row["comment"] for row in rows}


def standing(db: Database, session: int, item: int) -> Row | None:
    """Return gold, and whose answers can be sent back ("people", JSON); None for a sample nobody ever got."""
    return db.first(
        """
        SELECT i.gold, (SELECT json_group_array(a.annotator) FROM assignments a
            WHERE a.session_id = i.session_id AND a.item = i.item AND a.standing IN ('done', 'returned')) AS people
        FROM session_items i WHERE i.session_id = ? AND i.item = ?
        """,
        [session, item],
    )


def settle(connection: Any, session: int, item: int, value: str, reviewer: str) -> None:
    """Let a value count, whatever people said. Call inside `tx`, then `session_items.refresh`."""
    connection.execute(
        """
        UPDATE session_items SET state = 'settled', value = ?, decided_by = ?
        WHERE session_id = ? AND item = ?
        """,
        [value, reviewer, session, item],
    )
    _keep_answers(connection, session, item)


def reopen(connection: Any, session: int, item: int) -> None:
    """Let what people said count again. Call inside `tx`, then `session_items.refresh`."""
    _undo_decision(connection, session, item)
    _keep_answers(connection, session, item)


def send_back(connection: Any, session: int, item: int, annotator: str, comment: str) -> None:
    """Let somebody answer again; until then their answer does not count. Call inside `tx`, then refresh.

    An answer that was taken back at the last moment stays so.
    """
    _undo_decision(connection, session, item)
    connection.execute(
        """
        UPDATE assignments SET standing = 'returned', comment = ?
        WHERE session_id = ? AND annotator = ? AND item = ? AND standing IN ('done', 'returned')
        """,
        [comment, session, annotator, item],
    )


def _undo_decision(connection: Any, session: int, item: int) -> None:
    connection.execute(
        "UPDATE session_items SET decided_by = '' WHERE session_id = ? AND item = ?",
        [session, item],
    )


def _keep_answers(connection: Any, session: int, item: int) -> None:
    """Let answers that were sent back count as they are."""
    connection.execute(
        """
        UPDATE assignments SET standing = 'done', comment = NULL
        WHERE session_id = ? AND item = ? AND standing = 'returned'
        """,
        [session, item],
    )
