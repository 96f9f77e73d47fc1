"""What counts in a labelling session."""

from __future__ import annotations

from collections.abc import Iterator

from studio.store.database import Database

BLOCK = 10_000


def values(db: Database, session: int) -> Iterator[tuple[int, str]]:
    """Yield (sample, JSON of its value) of all that is agreed or decided, ascending; gold samples are known anyway.

    Values have the class names of today. They are read a block at a time, so that writers never wait.
    """
    after = -1
    while rows := (
        db.connection()
        .conn.execute(
            """
            SELECT item, value FROM session_items
            WHERE session_id = ? AND item > ? AND value IS NOT NULL AND gold IS NULL
            ORDER BY item LIMIT ?
            """,
            [session, after, BLOCK],
        )
        .fetchall()
    ):
        yield from rows
        after = rows[-1][0]
