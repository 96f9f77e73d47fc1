"""Verbs of tables: their rows, what their columns are like, and which column is the class."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from studio.cli.parser import Verbs, author, verb, with_workspace
from studio.cli.reply import Reply, table
from studio.core.table import KIND_TITLES, ColumnSummary

if TYPE_CHECKING:
    from studio.workspace import Workspace

ROWS = 20


def add_verbs(verbs: Verbs) -> None:
    """Add the verbs to those of `datasets`."""
    rows = verb(verbs, "rows", with_workspace(_rows), "print rows of a table")
    rows.add_argument("name", metavar="NAME[:VERSION]")
    rows.add_argument("--start", type=int, default=0, metavar="N", help="number of the first row")
    rows.add_argument(
        "--limit", type=int, default=ROWS, metavar="N", help=f"how many; default {ROWS}"
    )
    columns = verb(
        verbs, "columns", with_workspace(_columns), "print what the columns of a table are like"
    )
    columns.add_argument("name", metavar="NAME[:VERSION]")
    target = verb(
        verbs, "target", with_workspace(_target), "make a column of a table the class of its rows"
    )
    target.add_argument("name", metavar="NAME")
    target.add_argument("column", metavar="COLUMN", help='"" takes the classes away')
    target.add_argument("--message", default="", metavar="TEXT", help="why")


def _rows(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    version = workspace.dataset_titled(arguments.name)
    found = workspace.table_rows(version, arguments.start, arguments.limit)
    names = [column.name for column in version.table]
    lines = [[_cell(row.get(name)) for name in names] for row in found]
    return Reply({"dataset": version.title, "rows": found}, table(names, lines, empty="No rows."))


def _columns(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    version = workspace.dataset_titled(arguments.name)
    found = workspace.column_summaries(version, len(version.table))
    head = ["column", "holds", "missing", "mean", "deviation", "least", "most", "values"]
    lines = [
        [
            summary.name,
            KIND_TITLES[summary.kind],
            summary.missing,
            *(_cell(v) for v in (summary.mean, summary.deviation, summary.least, summary.most)),
            _values(summary),
        ]
        for summary in found
    ]
    facts = [summary.model_dump(mode="json") for summary in found]
    return Reply(
        {"dataset": version.title, "target": version.target, "columns": facts},
        table(head, lines, empty="No columns."),
    )


def _values(summary: ColumnSummary) -> str:
    if summary.kind == "time":
        return f"{summary.first} to {summary.last}" if summary.first else ""
    return ", ".join(f"{value} {count:,}" for value, count in summary.values[:3])


def _cell(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _target(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.cli.datasets import version_reply

    made = workspace.set_target(
        arguments.name, arguments.column, author=author(), message=arguments.message
    )
    return version_reply(made)
