"""What versions came of, and who answered how much on the way: rows that only lineage asks for."""

from __future__ import annotations

from studio.store.database import Database


def origins(db: Database, dataset: str) -> dict[int, str]:
    """Return version -> what made it, such as `run:7:12` or `session:3:...`; "" where nobody noted it."""
    rows = db.query(
        """
        SELECT v.version, COALESCE(v.origin, '') AS origin
        FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id WHERE d.name = ?
        """,
        [dataset],
    )
    return {row["version"]: row["origin"] for row in rows}


def answers(db: Database, dataset: str, base: str, after: int, until: int) -> dict[str, int]:
    """Return annotator -> samples answered about, among the annotations with ids above `after` up to `until`."""
    rows = db.query(
        """
        SELECT a.annotator, COUNT(DISTINCT a.sample) AS answered
        FROM annotations a JOIN datasets d ON d.id = a.dataset_id
        WHERE d.name = ? AND a.samples = ? AND a.id > ? AND a.id <= ? AND a.class_name IS NOT NULL
        GROUP BY a.annotator ORDER BY answered DESC, a.annotator
        """,
        [dataset, base, after, until],
    )
    return {row["annotator"]: row["answered"] for row in rows}


def session_answers(db: Database, session: int, until: float) -> dict[str, int]:
    """Return person -> samples answered about in a session, up to Unix seconds `until`."""
    rows = db.query(
        """
        SELECT annotator, COUNT(DISTINCT item) AS answered FROM session_answers
        WHERE session_id = ? AND time <= ? AND value IS NOT NULL
        GROUP BY annotator ORDER BY answered DESC, annotator
        """,
        [session, until],
    )
    return {row["annotator"]: row["answered"] for row in rows}


def drawings(db: Database, collection: str, until: int) -> dict[str, int]:
    """Return person -> drawings in a collection, up to the one with the id `until`."""
    rows = db.query(
        """
        SELECT author, COUNT(*) AS drawn FROM drawings WHERE collection = ? AND id <= ? AND removed IS NULL
        GROUP BY author ORDER BY drawn DESC, author
        """,
        [collection, until],
    )
    return {row["author"]: row["drawn"] for row in rows}


def session_name(db: Database, session: int) -> str | None:
    """Return the name of a session, None when it is not there any more."""
    row = db.first("SELECT name FROM label_sessions WHERE id = ?", [session])
    return None if row is None else str(row["name"])


def run_name(db: Database, run: int) -> str | None:
    """Return the name of a run, None when it is not there any more."""
    row = db.first("SELECT name FROM runs WHERE id = ?", [run])
    return None if row is None else str(row["name"])
