"""Pipeline runs in a table: of the chosen draft, or all; one is opened, two are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from studio.core.run import Run
from studio.ui.overview import duration, when
from studio.ui.session import workspace

SHOWN = 200
ALL = "all drafts"


def show_list(draft: str | None) -> None:
    """Show the runs, and what can be done with the selected ones.

    Args:
        draft: Name of the chosen draft; None for none.
    """
    of = ALL
    if draft is not None:
        of = st.segmented_control(
            "Runs of", [draft, ALL], default=draft, required=True, key=f"runs of {draft}"
        )
    runs = (
        workspace().runs(kind="pipeline", limit=SHOWN)
        if of == ALL
        else workspace().runs_of_draft(of, limit=SHOWN)
    )
    if not runs:
        st.info(
            "Nothing was submitted yet. Draw a pipeline on the canvas, and press Submit.",
            icon=":material/info:",
        )
        return
    event = st.dataframe(
        [_row(run) for run in runs],
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"pipeline runs {of} {runs[0].name}",
        column_config={"Run": st.column_config.TextColumn(pinned=True)},
        height=min(520, 37 + 35 * len(runs)),
    )
    chosen = [runs[i] for i in event.get("selection", {}).get("rows", []) if i < len(runs)]
    _show_ways_on(chosen)


def _show_ways_on(chosen: Sequence[Run]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Open", type="primary", icon=":material/open_in_full:", disabled=len(chosen) != 1
        ):
            open_run(chosen[0].name)
        if st.button(
            "Compare",
            icon=":material/compare_arrows:",
            disabled=len(chosen) != 2,
            key="compare_two",
        ):
            older, newer = sorted(chosen, key=lambda run: run.id)
            open_run(older.name, newer.name)
        st.caption("Select one run to open it, two to compare them.")


def open_run(name: str, other: str | None = None) -> None:
    """Show a run, or two side by side."""
    st.query_params["view"], st.query_params["run"] = "runs", name
    if other is None:
        st.query_params.pop("with", None)
    else:
        st.query_params["with"] = other
    st.rerun()


def _row(run: Run) -> dict[str, Any]:
    return {
        "Run": run.name,
        "Status": run.status,
        "Nodes": run.result.get("nodes", len(run.pipeline.nodes)),
        "Reused": str(run.result.get("reused", "")),
        "Saved": _saved(run),
        "Group": run.group,
        "Submitted": when(run.created),
        "Took": duration(run.seconds),
        "By": run.author,
    }


def _saved(run: Run) -> str:
    seconds = run.result.get("saved_seconds")
    if not isinstance(seconds, int | float) or seconds < 0.05:
        return ""
    return duration(float(seconds)) if seconds >= 10 else f"{seconds:.1f} s"
