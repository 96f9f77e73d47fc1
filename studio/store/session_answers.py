"""Rows of what people say in labelling sessions: answers, which are only appended, drafts, and everybody's keys."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from studio.core.label_answer import DraftInput, LabelValue, SessionAnswer, SessionAnswerInput
from studio.core.label_session import LabelSession
from studio.store.database import Database, Row

_COLUMNS = """
    id, op_id, item, annotator, act, value, revision, unsure, comment, seconds, accepted, counted, source, time
"""
_OF_ITEMS = f"""
    SELECT {_COLUMNS} FROM session_answers
    WHERE session_id = ? AND item IN (SELECT value FROM json_each(?)) ORDER BY item, id
"""  # noqa: S608  columns only
_BY_IDS = f"SELECT {_COLUMNS} FROM session_answers WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608


@lru_cache(4096)
def parse_value(text: str) -> LabelValue:
    """Return a stored value."""
    return LabelValue.model_validate_json(text)


def answers_of(session: LabelSession, rows: Iterable[Row]) -> list[SessionAnswer]:
    """Return answers of rows, in today's class names."""
    names: dict[int, dict[str, str]] = {}
    found = []
    for row in rows:
        revision = row["revision"]
        if revision not in names:
            names[revision] = session.names_since(revision)
        value = None if row["value"] is None else parse_value(row["value"]).renamed(names[revision])
        found.append(
            SessionAnswer.model_construct(
                **{
                    **row,
                    "value": value,
                    "unsure": bool(row["unsure"]),
                    "accepted": bool(row["accepted"]),
                    "counted": bool(row["counted"]),
                }
            )
        )
    return found


def of_items(
    db: Database, session: LabelSession, items: Sequence[int]
) -> dict[int, list[SessionAnswer]]:
    """Return item -> all acts about it, oldest first; items nobody said anything about are left out."""
    rows = db.query(_OF_ITEMS, [session.id, json.dumps(list(items))])
    found: defaultdict[int, list[SessionAnswer]] = defaultdict(list)
    for answer in answers_of(session, rows):
        found[answer.item].append(answer)
    return dict(found)


def by_ids(db: Database, session: LabelSession, ids: Sequence[int]) -> dict[int, SessionAnswer]:
    """Return id -> answer."""
    rows = db.query(_BY_IDS, [json.dumps(list(ids))])
    return {answer.id: answer for answer in answers_of(session, rows)}


def known(db: Database, op_ids: Sequence[str]) -> set[str]:
    """Return those op_ids that are there already."""
    rows = db.query(
        "SELECT op_id FROM session_answers WHERE op_id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(op_ids))],
    )
    return {row["op_id"] for row in rows}


def append(
    connection: Any,
    session: int,
    acts: Sequence[tuple[str, SessionAnswerInput, bool]],
    *,
    revision: int,
    source: str = "",
    now: float,
) -> None:
    """Append acts. Call inside `tx`, then `session_items.refresh`.

    Args:
        acts: Who, what, and whether it is among the answers the overlap asks for.
        revision: Of the classes whose names the values have.
        source: "" for a person's act, else what made it.
    """
    connection.conn.executemany(
        """
        INSERT INTO session_answers (op_id, session_id, item, annotator, act, value, revision, unsure, comment,
                                     seconds, accepted, counted, source, time)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            (
                act.op_id, session, act.item, annotator, act.act, None if act.value is None else act.value.as_json(),
                revision, act.unsure, act.comment, act.seconds, act.accepted, counted, source, now,
            )
            for annotator, act, counted in acts
        ],
    )  # fmt: skip


# --- drafts: one a person and item; thrown away they stay as an empty row, so that an older one cannot come back ---


def save_drafts(
    connection: Any, session: int, annotator: str, drafts: Sequence[DraftInput], now: float
) -> None:
    """Keep drafts; one that is older than what is there changes nothing. Call inside `tx`."""
    connection.conn.executemany(
        """
        INSERT INTO drafts (session_id, annotator, item, seq, value, unsure, comment, time)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET seq = excluded.seq, value = excluded.value, unsure = excluded.unsure,
                                  comment = excluded.comment, time = excluded.time
        WHERE excluded.seq > drafts.seq
        """,
        [
            (
                session, annotator, d.item, d.seq, None if d.value is None else d.value.as_json(), d.unsure,
                d.comment, now,
            )
            for d in drafts
        ],
    )  # fmt: skip


def drop_drafts(connection: Any, session: int, annotator: str, items: Iterable[int]) -> None:
    """Throw drafts away, because the item was answered. Call inside `tx`."""
    connection.conn.executemany(
        """
        UPDATE drafts SET value = NULL, unsure = 0, comment = ''
        WHERE session_id = ? AND annotator = ? AND item = ?
        """,
        [(session, annotator, item) for item in items],
    )


def drafts(db: Database, session: int, annotator: str, items: Sequence[int]) -> dict[int, Row]:
    """Return item -> a person's draft: item, seq, value (None: thrown away), unsure, comment."""
    rows = db.query(
        """
        SELECT item, seq, value, unsure, comment FROM drafts
        WHERE session_id = ? AND annotator = ? AND item IN (SELECT value FROM json_each(?))
        """,
        [session, annotator, json.dumps(list(items))],
    )
    return {
        row["item"]: {**row, "value": None if row["value"] is None else parse_value(row["value"])}
        for row in rows
    }


# --- keys ---


def keys(db: Database, session: int, annotator: str) -> dict[str, str]:
    """Return a person's own keys; empty where they have none."""
    row = db.first(
        "SELECT keys FROM label_keys WHERE session_id = ? AND annotator = ?", [session, annotator]
    )
    found: dict[str, str] = {} if row is None else json.loads(row["keys"])
    return found


def save_keys(connection: Any, session: int, annotator: str, chosen: dict[str, str]) -> None:
    """Keep a person's own keys. Call inside `tx`."""
    connection.execute(
        """
        INSERT INTO label_keys (session_id, annotator, keys) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET keys = excluded.keys
        """,
        [session, annotator, json.dumps(chosen)],
    )
