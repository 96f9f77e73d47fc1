"""What the numbers of a labelling session are counted from, read in one go."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.act_log import Act
from studio.store.database import Database


def acts_after(db: Database, session: int, after: int) -> Iterator[tuple[int, Act]]:
    """Yield (id, act) of a session's acts with an id above `after`, oldest first."""
    found = db.connection().conn.execute(
        """
        SELECT id, item, annotator, act, value, revision, unsure, seconds, accepted, counted, source, time
        FROM session_answers WHERE session_id = ? AND id > ? ORDER BY id
        """,
        [session, after],
    )
    for row in found:
        yield row[0], Act._make(row[1:])


def gold_values(db: Database, session: int) -> dict[int, str]:
    """Return gold sample -> JSON of its known value, in today's class names."""
    rows = db.query(
        "SELECT item, gold FROM session_items WHERE session_id = ? AND gold IS NOT NULL", [session]
    )
    return {row["item"]: row["gold"] for row in rows}


def counting_values(db: Database, session: int) -> Iterator[tuple[str, int]]:
    """Yield (JSON of a value, number of samples for which it counts), gold samples left out."""
    yield from db.connection().conn.execute(
        """
        SELECT value, COUNT(*) FROM session_items
        WHERE session_id = ? AND value IS NOT NULL AND gold IS NULL GROUP BY value
        """,
        [session],
    )


def drawn(db: Database, collection: str) -> Iterator[tuple[int, str, str, float]]:
    """Yield (id, author, class name, Unix seconds) of each drawing of a collection, oldest first."""
    yield from db.connection().conn.execute(
        """
        SELECT id, author, class_name, time FROM drawings
        WHERE collection = ? AND removed IS NULL ORDER BY id
        """,
        [collection],
    )
