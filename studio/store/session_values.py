"""What is kept in today's class names in a labelling session, and rewritten when classes change."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from studio.core.label_answer import LabelValue
from studio.store.database import Database, Row

_RENAMED = (
    "UPDATE session_items SET value = renamed(value) WHERE value IS NOT NULL AND renamed(value) <> value",
    "UPDATE session_items SET gold = renamed(gold) WHERE gold IS NOT NULL AND renamed(gold) <> gold",
    "UPDATE drafts SET value = renamed(value) WHERE value IS NOT NULL AND renamed(value) <> value",
)
_IN_SESSION = " AND session_id = ?"
_OF_ITEMS = " AND item IN (SELECT value FROM json_each(?))"


def rename(
    connection: Any, session: int, names: Mapping[str, str], items: Sequence[int] | None = None
) -> None:
    """Let what counts, what is known and what is drafted speak of classes by their later names. Call inside `tx`.

    Args:
        names: Former -> later.
        items: Only of these samples; None: of all.
    """
    marks = [json.dumps(name) for name in names]
    known: dict[str, str] = {}

    def renamed(text: str) -> str:
        if text not in known:
            named = any(mark in text for mark in marks)
            known[text] = (
                LabelValue.model_validate_json(text).renamed(names).as_json() if named else text
            )
        return known[text]

    connection.conn.create_function("renamed", 1, renamed, deterministic=True)
    for statement in _RENAMED:
        if items is None:
            connection.execute(statement + _IN_SESSION, [session])
        else:
            listed = json.dumps(list(items))
            connection.execute(statement + _IN_SESSION + _OF_ITEMS, [session, listed])
    connection.conn.create_function("renamed", 1, None)


def disputed(db: Database, session: int) -> list[int]:
    """Return the samples that people disagree about, ascending."""
    rows = db.query(
        "SELECT item FROM session_items WHERE session_id = ? AND state = 'disputed' ORDER BY item",
        [session],
    )
    return [row["item"] for row in rows]


def decided(db: Database, session: int, items: Sequence[int]) -> list[Row]:
    """Return item, value and decided_by of those samples that a reviewer settled."""
    return db.query(
        """
        SELECT item, value, decided_by FROM session_items
        WHERE session_id = ? AND decided_by <> '' AND value IS NOT NULL
            AND item IN (SELECT value FROM json_each(?))
        """,
        [session, json.dumps(list(items))],
    )


def all_keys(db: Database, session: int) -> dict[str, dict[str, str]]:
    """Return person -> their own keys."""
    rows = db.query("SELECT annotator, keys FROM label_keys WHERE session_id = ?", [session])
    return {row["annotator"]: json.loads(row["keys"]) for row in rows}
