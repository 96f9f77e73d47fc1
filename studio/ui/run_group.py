"""A group of runs: one training repeated with other seeds, with its mean and spread."""

from __future__ import annotations

import streamlit as st

from studio.core.run import Run
from studio.ui.components import group_chart
from studio.ui.feedback import plain
from studio.ui.overview import group_table, run_table
from studio.ui.session import workspace

CURVES = ("loss", "val_loss", "accuracy", "val_accuracy")


def show_group(run: Run) -> None:
    """Show what the group of a run came to so far."""
    runs = workspace().group_runs(run.group)
    ended = [r for r in runs if r.result.get("accuracy") is not None]
    st.subheader(plain(f"Group {run.group}"))
    st.caption(plain(f"Judged: {len(ended)} of {len(runs)} runs, each trained with its own seed."))
    table = group_table(runs)
    if table:
        st.table(table, hide_index=True)
    group_chart(group=run.group, metrics=CURVES, key=f"chart_group_{run.group}")
    columns = ("Status", "Accuracy", "Took")
    rows = [
        {"Run": r.name, "Seed": _seed(r)} | {name: row[name] for name in columns}
        for r, row in zip(runs, run_table(runs), strict=True)
    ]
    st.dataframe(rows, hide_index=True)


def _seed(run: Run) -> object:
    return workspace().run_settings(run.name).training.seed
