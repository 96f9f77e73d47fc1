"""What a ranking reads of a labelling session: which samples have rows, and what counts of each."""

from __future__ import annotations

from studio.store.database import Database


def taken(db: Database, session: int) -> tuple[list[int], list[int]]:
    """Return the samples that anybody ever got, and those of them that need no more answers, ascending."""
    rows = db.connection().conn.execute(
        "SELECT item, state <> 'open' FROM session_items WHERE session_id = ? ORDER BY item",
        [session],
    )
    found = list(rows)
    return [item for item, _ in found], [item for item, done in found if done]


def values(db: Database, session: int) -> list[tuple[int, str]]:
    """Return (sample, JSON of its value) of what is agreed, decided or known beforehand, in today's class names."""
    rows = db.connection().conn.execute(
        """
        SELECT item, COALESCE(gold, value) FROM session_items
        WHERE session_id = ? AND COALESCE(gold, value) IS NOT NULL
        """,
        [session],
    )
    return [(item, value) for item, value in rows]


def open_values(db: Database, session: int) -> list[tuple[int, str, int]]:
    """Return (sample, JSON of an answer, its revision) of those that wait for more answers, oldest first."""
    rows = db.connection().conn.execute(
        """
        SELECT a.item, a.value, a.revision FROM session_answers a
        JOIN session_items i ON i.session_id = a.session_id AND i.item = a.item
        WHERE a.session_id = ? AND i.state = 'open' AND i.counted > 0 AND i.gold IS NULL
            AND a.counted = 1 AND a.act = 'answer' AND a.value IS NOT NULL
        ORDER BY a.id
        """,
        [session],
    )
    return [(item, value, revision) for item, value, revision in rows]
