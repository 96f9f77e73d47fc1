"""Rows of pipeline drafts: every edit whole and compressed, which of them counts, and the versions people kept."""

from __future__ import annotations

import zlib
from typing import Any, Literal

from studio.core.draft import Draft, DraftRow, DraftVersion, SavedDraft
from studio.store.database import Database

Step = Literal["undo", "redo"]
_NEXT: dict[Step, str] = {
    "undo": "SELECT MAX(number) FROM pipeline_edits WHERE draft_id = d.id AND number < d.head",
    "redo": "SELECT MIN(number) FROM pipeline_edits WHERE draft_id = d.id AND number > d.head",
}


def packed(draft: Draft) -> bytes:
    """Return a draft as compressed JSON."""
    return zlib.compress(draft.model_dump_json().encode(), 6)


def unpacked(body: bytes) -> Draft:
    """Return the draft that was packed."""
    return Draft.model_validate_json(zlib.decompress(body))


def names(db: Database) -> list[str]:
    """Return the names of all drafts."""
    return [row["name"] for row in db.query("SELECT name FROM pipeline_drafts ORDER BY name")]


def rows(db: Database) -> list[DraftRow]:
    """Return all drafts without what is in them, the one that was changed last first."""
    found = db.query(
        """
        SELECT d.name, d.author, d.created, d.changed,
               (SELECT COUNT(*) FROM pipeline_draft_versions v WHERE v.draft_id = d.id) AS versions
        FROM pipeline_drafts d ORDER BY d.changed DESC, d.id DESC
        """
    )
    return [DraftRow(**row) for row in found]


def find(db: Database, name: str) -> SavedDraft | None:
    """Return a draft as it is now, None for no such name."""
    row = db.first(
        f"""
        SELECT d.name, d.head, d.author, d.created, d.changed, e.body, e.what AS undoes,
               (SELECT COUNT(*) FROM pipeline_edits WHERE draft_id = d.id) AS edits,
               (SELECT COUNT(*) FROM pipeline_draft_versions WHERE draft_id = d.id) AS versions,
               ({_NEXT["undo"]}) AS before, ({_NEXT["redo"]}) AS after,
               (SELECT what FROM pipeline_edits WHERE draft_id = d.id AND number = ({_NEXT["redo"]})) AS redoes
        FROM pipeline_drafts d JOIN pipeline_edits e ON e.draft_id = d.id AND e.number = d.head
        WHERE d.name = ?
        """,  # noqa: S608  constants
        [name],
    )
    if row is None:
        return None
    before, after = row.pop("before"), row.pop("after")
    undoes, redoes = row.pop("undoes"), row.pop("redoes")
    return SavedDraft(
        draft=unpacked(row.pop("body")),
        **row,
        can_undo=before is not None,
        can_redo=after is not None,
        undoes=undoes if before is not None else "",
        redoes=redoes or "",
    )


def add(db: Database, name: str, draft: Draft, *, what: str, author: str, now: float) -> bool:
    """Make a draft. Returns whether the name was free."""
    with db.tx() as connection:
        made = connection.execute(
            """
            INSERT INTO pipeline_drafts (name, head, author, created, changed) VALUES (?, 1, ?, ?, ?)
            ON CONFLICT (name) DO NOTHING RETURNING id
            """,
            [name, author, now, now],
        ).fetchone()
        if made is not None:
            _write(connection, made[0], 1, packed(draft), what, author, now)
    return made is not None


def save(
    db: Database, name: str, draft: Draft, *, base: int, what: str, author: str, now: float
) -> bool:
    """Append an edit; those that were undone are gone. Returns whether `base` was the edit that counted.

    Numbers of edits are never given twice, so that one names one state of the draft.
    """
    body = packed(draft)
    with db.tx() as connection:
        found = connection.execute(
            """
            SELECT d.id, (SELECT MAX(number) FROM pipeline_edits WHERE draft_id = d.id)
            FROM pipeline_drafts d WHERE d.name = ? AND d.head = ?
            """,
            [name, base],
        ).fetchone()
        if found is None:
            return False
        draft_id, last = found
        connection.execute(
            "DELETE FROM pipeline_edits WHERE draft_id = ? AND number > ?", [draft_id, base]
        )
        _write(connection, draft_id, last + 1, body, what, author, now)
        connection.execute(
            "UPDATE pipeline_drafts SET head = ?, author = COALESCE(NULLIF(?, ''), author), changed = ? WHERE id = ?",
            [last + 1, author, now, draft_id],
        )
    return True


def step(db: Database, name: str, way: Step, *, base: int, now: float) -> bool:
    """Let the edit before or after the one that counts count. Returns whether `base` counted and there is one."""
    with db.tx() as connection:
        moved = connection.execute(
            f"""
            UPDATE pipeline_drafts AS d SET head = ({_NEXT[way]}), changed = ?
            WHERE d.name = ? AND d.head = ? AND ({_NEXT[way]}) IS NOT NULL
            """,  # noqa: S608  constants
            [now, name, base],
        )
        return bool(moved.rowcount)


def rename(db: Database, name: str, new: str) -> bool:
    """Give a draft another name; what ran of it says so too. Returns whether it was there. The name is free."""
    with db.tx() as connection:
        found = connection.execute(
            "UPDATE pipeline_drafts SET name = ? WHERE name = ?", [new, name]
        ).rowcount
        connection.execute("UPDATE pipeline_runs SET draft = ? WHERE draft = ?", [new, name])
    return bool(found)


def delete(db: Database, name: str) -> bool:
    """Remove a draft with its edits and versions; what ran of it stays. Returns whether it was there."""
    with db.tx() as connection:
        for table in ("pipeline_edits", "pipeline_draft_versions"):
            connection.execute(
                f"DELETE FROM {table} WHERE draft_id = (SELECT id FROM pipeline_drafts WHERE name = ?)",  # noqa: S608
                [name],
            )
        return bool(
            connection.execute("DELETE FROM pipeline_drafts WHERE name = ?", [name]).rowcount
        )


def keep_version(
    db: Database, name: str, draft: Draft, *, message: str, author: str, now: float
) -> int | None:
    """Keep what a draft is now as its next version. Returns its number, None for no such draft."""
    with db.tx() as connection:
        kept = connection.execute(
            """
            INSERT INTO pipeline_draft_versions (draft_id, version, body, message, author, created)
            SELECT d.id, 1 + (SELECT COALESCE(MAX(version), 0) FROM pipeline_draft_versions WHERE draft_id = d.id),
                   ?, ?, ?, ?
            FROM pipeline_drafts d WHERE d.name = ? RETURNING version
            """,
            [packed(draft), message, author, now, name],
        ).fetchone()
    return None if kept is None else int(kept[0])


def versions(db: Database, name: str) -> list[DraftVersion]:
    """Return the versions people kept of a draft, newest first."""
    found = db.query(
        """
        SELECT v.version, v.message, v.author, v.created, v.body FROM pipeline_draft_versions v
        JOIN pipeline_drafts d ON d.id = v.draft_id WHERE d.name = ? ORDER BY v.version DESC
        """,
        [name],
    )
    return [
        DraftVersion(**{key: row[key] for key in row if key != "body"}, draft=unpacked(row["body"]))
        for row in found
    ]


def _write(
    connection: Any, draft_id: int, number: int, body: bytes, what: str, author: str, now: float
) -> None:
    connection.execute(
        """
        INSERT INTO pipeline_edits (draft_id, number, body, what, author, time)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [draft_id, number, body, what, author, now],
    )
