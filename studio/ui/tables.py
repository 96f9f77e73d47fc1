"""A table on the page: its rows, what its columns are like, and which of them is the class."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from studio.core.dataset import SPLIT_NAMES, DatasetVersion
from studio.core.table import KIND_TITLES, ColumnSummary
from studio.ui.charts import BLUE, blank_figure
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.session import author, workspace

PAGE = 200
LISTED_COLUMNS = 200
NO_TARGET = "none: people give the classes"


def show_table(version: DatasetVersion) -> None:
    """Show the rows and the columns of a dataset's newest version."""
    rows, columns = st.tabs(["Rows", "Columns"])
    with rows, attempt():
        _show_rows(version)
    with columns, attempt():
        _show_columns(version)


def _show_rows(version: DatasetVersion) -> None:
    pages = -(-version.count // PAGE)
    page = 1
    if pages > 1:
        page = int(
            st.number_input(
                f"Page of {pages:,}, {PAGE} rows each", 1, pages, key=f"rows_page_{version.id}"
            )
        )
    start = (page - 1) * PAGE
    codes = np.asarray(workspace().split(version)[start : start + PAGE]).tolist()
    shown = [
        {"Row": start + place, "Part": SPLIT_NAMES[code], **row}
        for place, (code, row) in enumerate(
            zip(codes, workspace().table_rows(version, start, PAGE), strict=True)
        )
    ]
    st.dataframe(shown, hide_index=True, height=420, placeholder="", key=f"rows_{version.id}")
    st.caption(
        "An empty cell is a missing value."
        + (f" The class of a row stands in {plain(version.target)}." if version.target else "")
    )


def _show_columns(version: DatasetVersion) -> None:
    found = workspace().column_summaries(version, LISTED_COLUMNS)
    st.dataframe([summary_row(summary) for summary in found], hide_index=True, placeholder="")
    if len(version.table) > len(found):
        st.caption(f"The first {len(found):,} of {len(version.table):,} columns.")
    name = st.selectbox(
        "Look at a column", [summary.name for summary in found], key=f"column_{version.id}"
    )
    chosen = next(summary for summary in found if summary.name == name)
    figure = column_figure(chosen)
    if figure is not None:
        st.plotly_chart(figure, key=f"column_figure_{version.id}", config={"displayModeBar": False})
    elif chosen.kind == "time":
        st.markdown(plain(f"From {chosen.first} to {chosen.last}."))
    _show_target(version)


def _show_target(version: DatasetVersion) -> None:
    """Let a person choose which column is the class."""
    with st.form(f"target_{version.id}"):
        st.markdown("**Target column**: the class that a model learns to tell from the others.")
        options = ["", *(c.name for c in version.table if c.kind not in ("text", "time"))]
        target = st.selectbox(
            "Target column",
            options,
            index=options.index(version.target) if version.target in options else 0,
            format_func=lambda name: name or NO_TARGET,
            label_visibility="collapsed",
            key=f"target_column_{version.id}",
        )
        if st.form_submit_button("Use it as the class", icon=":material/flag:"):
            with attempt():
                made = workspace().set_target(version.dataset, str(target), author=author())
                say_next(f"{made.title}: {made.message}.")
                st.rerun()
        st.caption(
            "Another target makes a new version; labels given by hand before do not count in it."
        )


def summary_row(summary: ColumnSummary) -> dict[str, Any]:
    """Return a column as a row of the table of columns."""
    most = ", ".join(f"{value} ({count:,})" for value, count in summary.values[:3])
    if summary.kind == "time" and summary.first:
        most = f"{summary.first} to {summary.last}"
    return {
        "Column": summary.name,
        "Holds": KIND_TITLES[summary.kind],
        "Missing": summary.missing,
        "Different values": summary.different or None,
        "Mean": summary.mean,
        "Deviation": summary.deviation,
        "Least": summary.least,
        "Median": summary.median,
        "Most": summary.most,
        "Most frequent, or from and to": most,
    }


def column_figure(summary: ColumnSummary) -> go.Figure | None:
    """Return bars of how often values occur; None for times, and where there are no values."""
    if summary.histogram:
        figure = blank_figure(240)
        edges = np.array(summary.edges)
        figure.add_bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=summary.histogram,
            width=np.diff(edges),
            marker_color=BLUE,
            hovertemplate="about %{x:.4g}: %{y:,} rows<extra></extra>",
        )
        figure.update_xaxes(title=summary.name)
        figure.update_yaxes(title="rows", rangemode="tozero")
        return figure
    if not summary.values:
        return None
    figure = blank_figure(max(140, 26 * len(summary.values) + 50))
    figure.add_bar(
        y=[value for value, _ in summary.values],
        x=[count for _, count in summary.values],
        orientation="h",
        marker_color=BLUE,
        hovertemplate="%{y}: %{x:,} rows<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(title="rows", rangemode="tozero")
    return figure
