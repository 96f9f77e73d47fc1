"""Rows of facts of runs, narrow enough to filter ten thousand of them while somebody types."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from studio.core.run_facts import (
    COLUMNS,
    EPOCH_CURVES,
    SIGNS,
    Condition,
    Facts,
    RunQuery,
    RunRow,
)
from studio.store.database import Database

_SEARCHED = (
    "lower(r.name || ' ' || r.note || ' ' || r.tags || ' ' || r.group_name || ' ' || r.author || ' ' || "
    "f.dataset)"
)
_COLUMN = {
    **{name: f"r.{name}" for name in COLUMNS},
    "group": "r.group_name",
    "created": "r.id",
    "seconds": "r.ended - r.started",
}


def missing(db: Database, limit: int) -> list[dict[str, Any]]:
    """Return runs whose facts are not known, or may have changed, oldest first: id, status, pipeline, result."""
    return db.query(
        """
        SELECT id, status, pipeline, result FROM runs
        WHERE id > (SELECT COALESCE(MAX(run_id), 0) FROM run_facts)
              OR id IN (SELECT run_id FROM run_facts WHERE NOT ended)
        ORDER BY id LIMIT ?
        """,
        [limit],
    )


def keep(db: Database, facts: Mapping[int, tuple[bool, Facts]]) -> None:
    """Store the facts of runs by id, and whether each has ended, so that they stay as they are."""
    with db.tx() as connection:
        connection.conn.executemany(
            "INSERT INTO run_facts (run_id, ended, dataset, facts) VALUES (?, ?, ?, jsonb(?)) "
            "ON CONFLICT (run_id) DO UPDATE "
            "SET ended = excluded.ended, dataset = excluded.dataset, facts = excluded.facts",
            [
                (number, int(ended), str(found.get("set.dataset", "")), json.dumps(found))
                for number, (ended, found) in facts.items()
            ],
        )


def changed(db: Database, facts: Mapping[int, tuple[bool, Facts]]) -> dict[int, tuple[bool, Facts]]:
    """Return those that are not stored as they are."""
    rows = db.query(
        "SELECT run_id, ended, json(facts) AS facts FROM run_facts WHERE run_id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(facts))],
    )
    stored = {row["run_id"]: (bool(row["ended"]), json.loads(row["facts"])) for row in rows}
    return {number: found for number, found in facts.items() if stored.get(number) != found}


def ids(db: Database, names: Sequence[str]) -> dict[str, int]:
    """Return run -> id, in the order of `names`, of those that there are."""
    rows = db.query(
        """
        SELECT r.name, r.id FROM json_each(?) wanted JOIN runs r ON r.name = wanted.value ORDER BY wanted.key
        """,
        [json.dumps(list(names))],
    )
    return {row["name"]: row["id"] for row in rows}


def epoch_curves(metrics: Database, run_id: int) -> dict[str, list[float]]:
    """Return the curves of a run that have one point an epoch: metric -> values in their order."""
    curves: dict[str, list[float]] = {}
    for prefix in EPOCH_CURVES:
        rows = metrics.connection().conn.execute(
            "SELECT name, value FROM metrics WHERE run_id = ? AND name BETWEEN ? AND ? ORDER BY name, step",
            [run_id, prefix, prefix + "\x7f"],
        )
        for name, value in rows:
            curves.setdefault(name, []).append(value)
    return curves


def search(db: Database, query: RunQuery) -> tuple[int, list[RunRow]]:
    """Return how many runs a query finds, and the first of them, up to its limit.

    The order is found by narrow columns alone; only what is shown is read.
    """
    where, values = _where(query)
    if query.sort in _COLUMN:
        order = _COLUMN[query.sort]
    else:
        order, values["sort"] = "json_extract(f.facts, :sort)", _path(query.sort)
    direction = "DESC" if query.descending else "ASC"
    facts = "JOIN run_facts f ON f.run_id = r.id" if "f." in where + order else ""
    connection = db.connection().conn
    found = connection.execute(
        f"""
        SELECT r.id FROM runs r INDEXED BY runs_narrow {facts}
        WHERE {where} ORDER BY {order} {direction} NULLS LAST, r.id DESC
        """,  # noqa: S608  parts from this module, no value
        values,
    )
    numbers = [row[0] for row in found.fetchall()]
    rows = connection.execute(
        """
        SELECT r.id, r.name, r.kind, r.status, r.author, r.created, r.started, r.ended, r.group_name, r.note, r.tags,
               r.archived, r.deleted, json(f.facts)
        FROM json_each(?) wanted JOIN runs r ON r.id = wanted.value JOIN run_facts f ON f.run_id = r.id
        ORDER BY wanted.key
        """,
        [json.dumps(numbers[: query.limit])],
    )
    return len(numbers), [_row(row) for row in rows]


def _row(row: Sequence[Any]) -> RunRow:
    names = (
        "id", "name", "kind", "status", "author", "created", "started", "ended", "group", "note",
    )  # fmt: skip
    return RunRow.model_construct(
        **dict(zip(names, row, strict=False)),
        tags=tuple(json.loads(row[10])),
        archived=row[11],
        deleted=row[12],
        facts=json.loads(row[13]),
    )


def _where(query: RunQuery) -> tuple[str, dict[str, Any]]:
    parts = [f"r.deleted IS {'NOT ' if query.deleted else ''}NULL"]
    values: dict[str, Any] = {}
    if not (query.archived or query.deleted):
        parts.append("r.archived IS NULL")
    for i, word in enumerate(query.text.lower().split()):
        parts.append(f"instr({_SEARCHED}, :word{i})")
        values[f"word{i}"] = word
    for i, tag in enumerate(query.tags):
        parts.append(f":tag{i} IN (SELECT value FROM json_each(r.tags))")  # noqa: S608  a number
        values[f"tag{i}"] = tag
    for column, among in (
        ("kind", query.kinds or None),
        ("status", query.statuses or None),
        ("name", query.names),
    ):
        if among is not None:
            parts.append(f"r.{column} IN (SELECT value FROM json_each(:{column}))")  # noqa: S608  a column
            values[column] = json.dumps(among)
    if query.dataset:
        parts.append(
            "(f.dataset = :dataset OR substr(f.dataset, 1, length(:dataset) + 1) = :dataset || ':')"
        )
        values["dataset"] = query.dataset
    if query.group:
        parts.append("r.group_name = :group")
        values["group"] = query.group
    for i, condition in enumerate(query.conditions):
        parts.append(_holds(condition, i, values))
    return " AND ".join(parts), values


def _holds(condition: Condition, i: int, values: dict[str, Any]) -> str:
    values[f"value{i}"] = condition.value
    if condition.fact in _COLUMN:
        left = "r.created" if condition.fact == "created" else _COLUMN[condition.fact]
    else:
        left, values[f"fact{i}"] = f"json_extract(f.facts, :fact{i})", _path(condition.fact)
    if isinstance(condition.value, str):
        values[f"value{i}"] = {"true": "1", "false": "0"}.get(
            condition.value.lower(), condition.value.lower()
        )
        return f"lower({left}) {SIGNS[condition.sign]} :value{i}"
    # A text such as "auto" is greater than every number in SQLite: it is no answer here.
    return f"(typeof({left}) IN ('integer', 'real') AND {left} {SIGNS[condition.sign]} :value{i})"


def _path(fact: str) -> str:
    """A fact's place in the JSON object; its name has no quotes, as RunQuery and Condition see to."""
    return f'$."{fact}"'


def known(db: Database, looked_at: int = 300) -> list[str]:
    """Return the names of facts among the newest runs."""
    rows = db.query(
        """
        SELECT DISTINCT key FROM (SELECT facts FROM run_facts ORDER BY run_id DESC LIMIT ?), json_each(facts)
        ORDER BY key
        """,
        [looked_at],
    )
    return [row["key"] for row in rows]
