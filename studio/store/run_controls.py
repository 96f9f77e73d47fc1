"""What people ask of runs, in their rows: pause, resume, stop, cancel, other settings, another place in the queue."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from studio.core.control import RunControl
from studio.core.queue import Move
from studio.core.run import Run, RunKind
from studio.store.database import Database

_FRONT = "(SELECT COALESCE(MIN(position), 0) - 1 FROM runs WHERE status = 'queued')"


def control(db: Database, run_id: int) -> RunControl:
    """Return what people ask of a run."""
    row = db.first("SELECT control FROM runs WHERE id = ?", [run_id])
    return RunControl() if row is None else RunControl.model_validate_json(row["control"])


def wish(db: Database, name: str, **wishes: object) -> bool:
    """Ask something of a run that has not ended. Returns False when it has.

    Args:
        wishes: Fields of RunControl; None takes a wish back.
    """
    with db.tx() as connection:
        return _wish(connection, name, ("queued", "running", "paused"), **wishes)


def cancel_node(db: Database, name: str, node: str) -> bool:
    """Ask one node of a run to end, whatever was asked of others. Returns False when the run has ended."""
    with db.tx() as connection:
        row = connection.execute("SELECT control FROM runs WHERE name = ?", [name]).fetchone()
        if row is None:
            return False
        asked = RunControl.model_validate_json(row[0]).cancel_nodes
        nodes = [*asked, *([] if node in asked else [node])]
        return _wish(connection, name, ("queued", "running", "paused"), cancel_nodes=nodes)


def pause(db: Database, name: str) -> bool:
    """Ask a running run to pause; a waiting one is paused at once. Returns False when it is neither."""
    with db.tx() as connection:
        if _wish(connection, name, ("queued", "running"), pause=True):
            connection.execute(
                "UPDATE runs SET status = 'paused', waits_for = '' WHERE name = ? AND status = 'queued'",
                [name],
            )
            return True
        return False


def resume(db: Database, name: str) -> bool:
    """Let a paused run wait at the front, and a run that shall pause go on. Returns False when it is neither."""
    with db.tx() as connection:
        asked = "json_extract(control, '$.pause') AND status = 'running'"
        cursor = connection.execute(
            f"""
            UPDATE runs SET control = json_remove(control, '$.pause'),
                            position = CASE status WHEN 'paused' THEN {_FRONT} ELSE position END,
                            status = CASE status WHEN 'paused' THEN 'queued' ELSE status END
            WHERE name = ? AND (status = 'paused' OR {asked})
            """,  # noqa: S608  no value
            [name],
        )
        return cursor.rowcount > 0


def stop(db: Database, name: str, now: float) -> bool:
    """Ask for an end that keeps what there is. Returns False when it has ended.

    A run that never began ends at once; a paused one waits at the front, to end as a running one does.
    """
    with db.tx() as connection:
        if not _wish(connection, name, ("queued", "running", "paused"), stop=True, pause=None):
            return False
        connection.execute(
            f"""
            UPDATE runs SET stop_requested = 1,
                            ended = CASE WHEN status <> 'running' AND started IS NULL THEN :now ELSE ended END,
                            position = CASE WHEN status = 'paused' THEN {_FRONT} ELSE position END,
                            status = CASE WHEN status = 'running' THEN 'running'
                                          WHEN started IS NULL THEN 'stopped' ELSE 'queued' END
            WHERE name = :name
            """,  # noqa: S608  no value
            {"name": name, "now": now},
        )
        return True


def cancel(db: Database, name: str, now: float) -> bool:
    """Ask for an end that keeps nothing; at once where no process is at work. Returns False when it has ended."""
    with db.tx() as connection:
        if not _wish(connection, name, ("queued", "running", "paused"), cancel=True, pause=None):
            return False
        connection.execute(
            """
            UPDATE runs SET status = 'cancelled', ended = :now, waits_for = ''
            WHERE name = :name AND status <> 'running'
            """,
            {"name": name, "now": now},
        )
        return True


def _wish(connection: Any, name: str, statuses: Sequence[str], **wishes: object) -> bool:
    assert wishes.keys() <= RunControl.model_fields.keys()
    cursor = connection.execute(
        """
        UPDATE runs SET control = json_patch(control, ?)
        WHERE name = ? AND status IN (SELECT value FROM json_each(?))
        """,
        [json.dumps(wishes), name, json.dumps(statuses)],
    )
    return bool(cursor.rowcount)


def note_pause(connection: Any, run_id: int, now: float) -> None:
    """Let a run rest whose process saved a checkpoint and ended. Call inside `tx`.

    Where people changed their mind meanwhile it waits at the front to go on, or is cancelled. Its process ended
    because it was asked to, so neither that start nor the deaths before count.
    """
    connection.execute(
        f"""
        UPDATE runs SET
            position = {_FRONT}, worker = NULL, lease_until = NULL, attempt = MAX(attempt - 1, 0), deaths = 0,
            status = CASE WHEN json_extract(control, '$.cancel') THEN 'cancelled'
                          WHEN json_extract(control, '$.pause') THEN 'paused' ELSE 'queued' END,
            ended = CASE WHEN json_extract(control, '$.cancel') THEN :now END
        WHERE id = :id
        """,  # noqa: S608  no value
        {"id": run_id, "now": now},
    )


def move(db: Database, run: Run, to: Move, kinds: Sequence[RunKind]) -> bool:
    """Give a waiting run another place among the waiting runs of some kinds. Returns False when it does not wait."""
    with db.tx() as connection:
        rows = connection.execute(
            """
            SELECT id, position FROM runs
            WHERE status = 'queued' AND kind IN (SELECT value FROM json_each(?)) ORDER BY position, id
            """,
            [json.dumps(list(kinds))],
        ).fetchall()
        order = [row[0] for row in rows]
        if run.id not in order:
            return False
        at = order.index(run.id)
        new = {"first": 0, "up": max(at - 1, 0), "down": at + 1, "last": len(order)}[to]
        order.insert(new, order.pop(at))
        places = _distinct([row[1] for row in rows])
        for run_id, place in zip(order, places, strict=True):
            connection.execute("UPDATE runs SET position = ? WHERE id = ?", [place, run_id])
        return True


def _distinct(places: list[float]) -> list[float]:
    """Return the places, ascending, such that no two are alike."""
    if len(set(places)) == len(places):
        return places
    return [places[0] + number / len(places) for number in range(len(places))]


def note_wait(db: Database, run_id: int, text: str) -> None:
    """Say why a waiting run is not started yet; "" when it is simply not its turn."""
    row = db.first("SELECT waits_for FROM runs WHERE id = ? AND status = 'queued'", [run_id])
    if row is None or row["waits_for"] == text:
        return
    with db.tx() as connection:
        connection.execute(
            "UPDATE runs SET waits_for = ? WHERE id = ? AND status = 'queued'", [text, run_id]
        )
