"""Everything that was started, as a table in which runs are found and selected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from studio.core.run_facts import RunQuery, RunRow
from studio.ui import run_marks
from studio.ui.compare_filter import show_filter
from studio.ui.compare_table import rows_digest, said_total
from studio.ui.overview import duration, when
from studio.ui.run_head import show_designer_link
from studio.ui.session import workspace


def show_list(key: str) -> None:
    """Show everything that was started, the newest first, with what can be done with the selected runs."""
    run_marks.show_undo()
    query = show_filter(key, kinds=())
    total, rows = workspace().compare_runs(query)
    if not rows:
        st.info("No run is like that.", icon=":material/search_off:")
        return
    event = st.dataframe(
        [_shown(row) for row in rows],
        hide_index=True,
        key=f"{key}_{rows_digest(rows)}",
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "Run": st.column_config.TextColumn(pinned=True, width="medium"),
            "Tags": st.column_config.ListColumn(),
            "Accuracy": st.column_config.NumberColumn(format="percent"),
        },
        height=min(620, 37 + 35 * len(rows)),
    )
    st.caption(said_total(total, len(rows)))
    chosen = [rows[i] for i in event.get("selection", {}).get("rows", []) if i < len(rows)]
    if len(chosen) == 1 and not query.deleted:
        show_designer_link(chosen[0].name)
    if chosen:
        run_marks.show_marks(chosen, deleted=query.deleted, key=f"{key}_marks")


def show_marks_of(name: str, key: str) -> None:
    """Show tags, note, archive and bin of one run."""
    for deleted in (False, True):
        query = RunQuery(names=(name,), archived=True, deleted=deleted)
        rows = workspace().compare_runs(query).rows
        if rows:
            run_marks.show_marks(rows, deleted=deleted, key=key)


def known_runs(names: Sequence[str], asked: str | None) -> list[str]:
    """Return names of trainings, one more where the page's address asks for one that lists leave out."""
    if asked is None or asked in names:
        return list(names)
    query = RunQuery(names=(asked,), kinds=("training",), archived=True)
    found = workspace().compare_runs(query).rows
    found = found or workspace().compare_runs(query.model_copy(update={"deleted": True})).rows
    return [*names, *(row.name for row in found)]


def _shown(row: RunRow) -> dict[str, Any]:
    return {
        "Run": row.name,
        "What": row.kind.replace("_", " "),
        "Status": row.status,
        "Dataset": row.facts.get("set.dataset"),
        "Accuracy": row.facts.get("accuracy"),
        "Tags": list(row.tags),
        "Note": row.note,
        "Group": row.group,
        "Started": when(row.started),
        "Took": duration(row.seconds),
        "By": row.author,
    }
