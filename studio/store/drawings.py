"""Rows of drawings made on the pad: 28x28 bitmaps with their strokes, in named collections."""

from __future__ import annotations

from collections.abc import Iterator

from studio.store.database import Database, Row


def append(
    db: Database,
    *,
    op_id: str,
    collection: str,
    class_name: str,
    pixels: bytes,
    strokes: str,
    author: str,
    now: float,
) -> None:
    """Append one drawing; an `op_id` that is there already is left as it is.

    Args:
        pixels: 784 bytes, 28x28 row-major, white on black.
        strokes: JSON ``[[xs, ys, ts], ...]``, 0-255, milliseconds.
    """
    with db.tx() as connection:
        connection.execute(
            """
            INSERT INTO drawings (op_id, collection, class_name, pixels, strokes, author, time)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (op_id) DO NOTHING
            """,
            [op_id, collection, class_name, pixels, strokes, author, now],
        )


def is_known(db: Database, op_id: str) -> bool:
    """Return whether a drawing with this `op_id` was stored, removed ones included."""
    return db.first("SELECT 1 FROM drawings WHERE op_id = ?", [op_id]) is not None


def remove(db: Database, op_id: str, now: float) -> str | None:
    """Take a drawing out of its collection. Returns the collection, None when there is no such drawing."""
    with db.tx() as connection:
        row = connection.execute(
            "UPDATE drawings SET removed = ? WHERE op_id = ? RETURNING collection", [now, op_id]
        ).fetchone()
    return None if row is None else str(row[0])


def counts(db: Database, collection: str) -> dict[str, int]:
    """Return class name -> number of drawings, classes in the order of their first drawing."""
    rows = db.query(
        """
        SELECT class_name, COUNT(*) AS drawings FROM drawings
        WHERE collection = ? AND removed IS NULL GROUP BY class_name ORDER BY MIN(id)
        """,
        [collection],
    )
    return {row["class_name"]: row["drawings"] for row in rows}


def count_of(db: Database, collection: str, author: str) -> int:
    """Return how many drawings of a collection a person has made."""
    row = db.first(
        "SELECT COUNT(*) AS drawings FROM drawings WHERE collection = ? AND removed IS NULL AND author = ?",
        [collection, author],
    )
    return int(row["drawings"]) if row else 0


def collections(db: Database) -> list[str]:
    """Return the names of all collections that hold a drawing, newest first."""
    rows = db.query(
        "SELECT collection FROM drawings WHERE removed IS NULL GROUP BY collection ORDER BY MAX(id) DESC"
    )
    return [row["collection"] for row in rows]


def page(db: Database, collection: str, after: int, limit: int = 1000) -> list[Row]:
    """Return id, pixels, class_name and strokes of the drawings of a collection behind the one with the id `after`."""
    return db.query(
        """
        SELECT id, pixels, class_name, strokes FROM drawings
        WHERE collection = ? AND removed IS NULL AND id > ? ORDER BY id LIMIT ?
        """,
        [collection, after, limit],
    )


def iterate(db: Database, collection: str) -> Iterator[tuple[bytes, str, str]]:
    """Yield (pixels, class name, strokes) of a collection, oldest first, a page at a time."""
    last = 0
    while rows := page(db, collection, last):
        for row in rows:
            yield row["pixels"], row["class_name"], row["strokes"]
        last = rows[-1]["id"]
