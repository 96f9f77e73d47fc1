"""Everything said about the samples of a labelling session, joined, a block of samples at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from studio.core.label_answer import AnswerAct
from studio.store.database import Database, Row

_COLUMNS = """
    SELECT i.item, (SELECT revision FROM label_sessions WHERE id = :session), i.state, i.value, i.decided_by, i.gold,
           a.id, a.op_id, a.annotator, a.act, a.value, a.revision, a.unsure, a.comment, a.seconds, a.accepted,
           a.counted AND NOT EXISTS (
               SELECT 1 FROM assignments r WHERE r.session_id = :session AND r.annotator = a.annotator
               AND r.item = i.item AND r.standing = 'returned'
           ), a.source, a.time
"""
_ACTS = """
    ) i LEFT JOIN session_answers a ON a.session_id = :session AND a.item = i.item ORDER BY i.item, a.id
"""
_BEHIND = """ FROM (
    SELECT item, state, value, decided_by, gold FROM session_items
    WHERE session_id = :session AND item > :after ORDER BY item LIMIT :limit
"""
_THESE = """ FROM (
    SELECT item, state, value, decided_by, gold FROM session_items
    WHERE session_id = :session AND item IN (SELECT value FROM json_each(:items))
"""


class RecordRow(NamedTuple):
    """A sample with one act about it; `id` is None where nothing was said. A sample has as many rows as acts.

    Args:
        now: Revision of the session's classes at the time of reading; `value` and `gold` are in its names.
        revision: Of the classes when the act was done; `answer` is in its names.
        counted: As it was stored, and not sent back by a reviewer.
    """

    item: int
    now: int
    state: str
    value: str | None
    decided_by: str
    gold: str | None
    id: int | None
    op_id: str
    annotator: str
    act: AnswerAct
    answer: str | None
    revision: int
    unsure: int
    comment: str
    seconds: float | None
    accepted: int
    counted: int
    source: str
    time: float


def behind(db: Database, session: int, after: int, limit: int) -> list[RecordRow]:
    """Return the rows of the `limit` samples behind the one numbered `after`, by sample and time."""
    return _read(db, _BEHIND, {"session": session, "after": after, "limit": limit})


def of_items(db: Database, session: int, items: Iterable[int]) -> list[RecordRow]:
    """Return the rows of some samples, by sample and time; those that nobody ever got have none."""
    return _read(db, _THESE, {"session": session, "items": json.dumps(sorted(set(items)))})


def _read(db: Database, items: str, params: Row) -> list[RecordRow]:
    """Return rows from one statement, so that all of them are of one moment."""
    found = db.connection().conn.execute(_COLUMNS + items + _ACTS, params)
    return [RecordRow._make(row) for row in found]
