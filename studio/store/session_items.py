"""Rows of a session's items, and of who holds, has answered or has skipped which.

Whether a place of an item is taken is counted by triggers (see `migrations.m003_label_sessions`): it is by an
assignment that is done, returned, or held with `lease_until` above 0.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from studio.core.label_answer import LabelValue
from studio.core.label_judge import judge
from studio.core.label_session import LabelSession
from studio.store import session_answers
from studio.store.database import Database, Row

GOLD_WANTED = 1_000_000
"""Places of a gold item: everybody has one."""
ORDER_SECONDS = 1e-6
"""So much later each item is taken than the one before it in the same call."""
SETTLE_BLOCK = 1000


class Seat(NamedTuple):
    """How one person stands with one item; `standing` None: they never had it. `lease_until` 0: without a place."""

    standing: str | None
    lease_until: float = 0.0

    @property
    def placed(self) -> bool:
        """Whether it takes a place of the item."""
        return self.standing in ("done", "returned") or (
            self.standing == "held" and self.lease_until > 0
        )


def sweep(connection: Any, session: int, now: float) -> None:
    """Give back the places of everybody whose lease has run out. Call inside `tx`."""
    connection.execute(
        """
        UPDATE assignments SET lease_until = 0
        WHERE session_id = ? AND standing = 'held' AND lease_until > 0 AND lease_until <= ?
        """,
        [session, now],
    )


def renew(connection: Any, session: int, annotator: str, until: float, slack: float) -> None:
    """Let a person hold what they hold until then; leases that end less than `slack` earlier are left. Inside `tx`."""
    connection.execute(
        """
        UPDATE assignments INDEXED BY assignments_open SET lease_until = ?
        WHERE session_id = ? AND annotator = ? AND standing IN ('held', 'returned')
            AND standing = 'held' AND lease_until > 0 AND lease_until < ?
        """,
        [until, session, annotator, until - slack],
    )


def open_of(db: Database, session: int, annotator: str) -> list[Row]:
    """Return what a person has to answer: returned ones first, then held ones as they were given out.

    Returns:
        item, standing, lease_until, answer (id of the latest act), state, cluster, gold, free (places left).
    """
    return db.query(
        """
        SELECT a.item, a.standing, a.lease_until, a.answer, i.state, i.cluster, i.gold,
               i.wanted - i.places AS free
        FROM assignments a INDEXED BY assignments_open
        JOIN session_items i ON i.session_id = a.session_id AND i.item = a.item
        WHERE a.session_id = ? AND a.annotator = ? AND a.standing IN ('held', 'returned')
        ORDER BY a.standing = 'held', a.taken, a.item
        """,
        [session, annotator],
    )


def free_started(db: Database, session: int, annotator: str, after: int, limit: int) -> list[Row]:
    """Return open items others have begun that have a place left, first ones first.

    Args:
        after: Only those whose position is above.

    Returns:
        item, position, cluster, mine (the person has or had it).
    """
    return db.query(
        """
        SELECT i.item, i.position, i.cluster, a.item IS NOT NULL AS mine
        FROM session_items i LEFT JOIN assignments a
            ON a.session_id = i.session_id AND a.annotator = ? AND a.item = i.item
        WHERE i.session_id = ? AND i.position > ? AND i.state = 'open' AND i.gold IS NULL AND i.places < i.wanted
        ORDER BY i.position LIMIT ?
        """,
        [annotator, session, after, limit],
    )


def gold_for(db: Database, session: int, annotator: str, limit: int) -> list[int]:
    """Return gold items a person never had."""
    rows = db.query(
        """
        SELECT i.item FROM session_items i LEFT JOIN assignments a
            ON a.session_id = i.session_id AND a.annotator = ? AND a.item = i.item
        WHERE i.session_id = ? AND i.gold IS NOT NULL AND a.item IS NULL ORDER BY i.position LIMIT ?
        """,
        [annotator, session, limit],
    )
    return [row["item"] for row in rows]


def held_by_others(db: Database, session: int, annotator: str) -> bool:
    """Tell whether somebody else holds an item that the person never had."""
    row = db.first(
        """
        SELECT 1 AS found FROM assignments h
        WHERE h.session_id = :session AND h.standing = 'held' AND h.lease_until > 0 AND h.annotator <> :annotator
            AND NOT EXISTS (SELECT 1 FROM assignments a
                WHERE a.session_id = :session AND a.annotator = :annotator AND a.item = h.item) LIMIT 1
        """,
        {"session": session, "annotator": annotator},
    )
    return row is not None


def with_rows(db: Database, session: int, items: Sequence[int]) -> dict[int, Row]:
    """Return item -> its row, of those that have one: item, wanted, places, state, gold, counted, cluster."""
    rows = db.query(
        """
        SELECT item, wanted, places, state, gold, counted, cluster FROM session_items
        WHERE session_id = ? AND item IN (SELECT value FROM json_each(?))
        """,
        [session, json.dumps(list(items))],
    )
    return {row["item"]: row for row in rows}


def seats(db: Database, session: int, annotator: str, items: Sequence[int]) -> dict[int, Row]:
    """Return item -> how a person stands with it: item, standing, lease_until, comment, answer."""
    rows = db.query(
        """
        SELECT item, standing, lease_until, comment, answer FROM assignments
        WHERE session_id = ? AND annotator = ? AND item IN (SELECT value FROM json_each(?))
        """,
        [session, annotator, json.dumps(list(items))],
    )
    return {row["item"]: row for row in rows}


def answered(db: Database, session: int, annotator: str, skip: int, limit: int) -> list[int]:
    """Return what a person has answered or skipped, latest first."""
    rows = db.query(
        """
        SELECT item FROM assignments WHERE session_id = ? AND annotator = ? AND answer > 0
            AND standing IN ('done', 'skipped', 'late') ORDER BY answer DESC LIMIT ? OFFSET ?
        """,
        [session, annotator, limit, skip],
    )
    return [row["item"] for row in rows]


def add(
    connection: Any,
    session: int,
    items: Iterable[tuple[int, int | None]],
    *,
    wanted: int,
    now: float,
    gold: dict[int, LabelValue] | None = None,
) -> None:
    """Make rows of items, in this order; those that have one keep it. Call inside `tx`.

    Args:
        items: Number and cluster of each.
        wanted: Answers each of them needs.
        gold: The known right values of those that are gold.
    """
    values = gold or {}
    turn = connection.execute(
        "SELECT turn FROM session_counts WHERE session_id = ?", [session]
    ).fetchone()[0]
    rows = [
        (session, item, turn + place, cluster, wanted, values[item].as_json() if values else None, now)
        for place, (item, cluster) in enumerate(items, 1)
    ]  # fmt: skip
    if not rows:
        return
    connection.execute(
        "UPDATE session_counts SET turn = ? WHERE session_id = ?", [turn + len(rows), session]
    )
    connection.conn.executemany(
        """
        INSERT INTO session_items (session_id, item, position, cluster, wanted, gold, updated)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        rows,
    )


def seat(
    connection: Any, session: int, annotator: str, found: Iterable[tuple[int, Seat]], now: float
) -> None:
    """Note how a person stands with items, which stay in this order; triggers count the places. Inside `tx`."""
    connection.conn.executemany(
        """
        INSERT INTO assignments (session_id, annotator, item, standing, lease_until, taken)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET standing = excluded.standing, lease_until = excluded.lease_until,
            taken = CASE WHEN excluded.standing = 'held' THEN excluded.taken ELSE taken END
        """,
        [
            (session, annotator, item, s.standing, s.lease_until, now + place * ORDER_SECONDS)
            for place, (item, s) in enumerate(found)
        ],
    )


def forget(connection: Any, session: int, annotator: str, items: Iterable[int]) -> None:
    """Let items that a person held without a place be as if they never had them. Call inside `tx`."""
    connection.conn.executemany(
        """
        DELETE FROM assignments WHERE session_id = ? AND annotator = ? AND item = ?
            AND standing = 'held' AND lease_until = 0
        """,
        [(session, annotator, item) for item in items],
    )


def release(connection: Any, session: int, annotator: str, items: Sequence[int] | None) -> None:
    """Give back the places a person holds, all or those of some items. Call inside `tx`."""
    connection.execute(
        """
        UPDATE assignments INDEXED BY assignments_open SET lease_until = 0
        WHERE session_id = ? AND annotator = ? AND standing IN ('held', 'returned') AND standing = 'held'
            AND (? IS NULL OR item IN (SELECT value FROM json_each(?)))
        """,
        [session, annotator, *[None if items is None else json.dumps(list(items))] * 2],
    )


def set_wanted(connection: Any, session: int, wanted: int) -> list[int]:
    """Ask for another number of answers of all open items. Returns those that may have enough now. Inside `tx`."""
    connection.execute(
        """
        UPDATE session_items SET wanted = ?
        WHERE session_id = ? AND state = 'open' AND gold IS NULL AND wanted <> ?
        """,
        [wanted, session, wanted],
    )
    rows = connection.execute(
        """
        SELECT item FROM session_items
        WHERE session_id = ? AND state = 'open' AND gold IS NULL AND counted > 0 AND counted >= wanted
        """,
        [session],
    )
    return [row[0] for row in rows]


def refresh(
    db: Database, connection: Any, session: LabelSession, items: Iterable[int], now: float
) -> None:
    """Judge items anew from their answers. Call inside `tx` after every answer, review or change of classes.

    What a reviewer decided stays (`decided_by`). An answer that was sent back does not count until it comes again.
    """
    numbers = sorted(set(items))
    for start in range(0, len(numbers), SETTLE_BLOCK):
        _refresh(db, connection, session, numbers[start : start + SETTLE_BLOCK], now)


def _refresh(
    db: Database, connection: Any, session: LabelSession, items: Sequence[int], now: float
) -> None:
    listed = json.dumps(list(items))
    answers = session_answers.of_items(db, session, items)
    returned = {
        (row["item"], row["annotator"])
        for row in db.query(
            """
            SELECT item, annotator FROM assignments
            WHERE session_id = ? AND item IN (SELECT value FROM json_each(?)) AND standing = 'returned'
            """,
            [session.id, listed],
        )
    }
    rows = db.query(
        """
        SELECT item, wanted, state, value, decided_by FROM session_items
        WHERE session_id = ? AND item IN (SELECT value FROM json_each(?))
        """,
        [session.id, listed],
    )
    changed = []
    for row in rows:
        latest = {a.annotator: a for a in answers.get(row["item"], [])}
        standing = [
            a
            for a in latest.values()
            if a.act != "take_back" and (a.item, a.annotator) not in returned
        ]
        counted = sum(a.counted and a.act == "answer" for a in standing)
        if row["decided_by"]:
            state, value = row["state"], row["value"]
        else:
            state, judged = judge(standing, row["wanted"])
            value = None if judged is None else judged.as_json()
        unsure = sum(a.unsure for a in standing)
        changed.append((state, value, counted, unsure, now, session.id, row["item"]))
    connection.conn.executemany(
        """
        UPDATE session_items SET state = ?, value = ?, counted = ?, unsure = ?, updated = ?
        WHERE session_id = ? AND item = ?
        """,
        changed,
    )
