"""Two pipeline runs side by side: their graphs, their settings, what was measured."""

from __future__ import annotations

from typing import Any

import streamlit as st

from studio.core.pipeline import Link
from studio.core.pipeline_run import PipelineComparison, PipelineRun
from studio.ui.designer import readonly_canvas
from studio.ui.feedback import attempt, plain
from studio.ui.overview import COLORS, duration
from studio.ui.pipeline_run_list import open_run
from studio.ui.preview_metrics import said
from studio.ui.session import workspace

HEIGHT = 380


def show_comparison(first: str, second: str) -> None:
    """Show how two runs differ.

    Args:
        first, second: Their names.
    """
    if st.button("All runs", icon=":material/arrow_back:", type="tertiary", key="back_to_list"):
        st.query_params.pop("run", None)
        st.query_params.pop("with", None)
        st.rerun()
    found = workspace().compare_pipeline_runs(first, second)
    left, right = st.columns(2, gap="medium")
    for place, one in ((left, found.first), (right, found.second)):
        with place:
            _show_side(one)
    _show_settings(found)
    _show_graphs(found)
    _show_metrics(found)


def _show_side(one: PipelineRun) -> None:
    run = one.run
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(run.status, color=COLORS[run.status])
        st.markdown(f"**{plain(run.name)}** {plain(duration(run.seconds))}", width="stretch")
        if st.button("Open", type="tertiary", key=f"open {run.name}"):
            open_run(run.name)
    with attempt():
        readonly_canvas(run, one.draft, f"compare canvas {run.name}", HEIGHT)


def _show_settings(found: PipelineComparison) -> None:
    st.subheader("Settings")
    if not found.changed:
        st.caption("They have the same settings in the nodes that both have.")
        return
    st.dataframe(
        [
            {
                "Node": found.first.draft.title(node),
                "Setting": name.replace("_", " "),
                found.first.run.name: _words(mine),
                found.second.run.name: _words(other),
            }
            for node, name, mine, other in found.changed
        ],
        hide_index=True,
    )


def _show_graphs(found: PipelineComparison) -> None:
    sides = (
        (found.first, found.only_first, found.wires_first),
        (found.second, found.only_second, found.wires_second),
    )
    if not any(nodes or wires for _, nodes, wires in sides):
        st.caption("They have the same nodes and wires.")
        return
    st.subheader("Nodes and wires")
    for place, (one, nodes, wires) in zip(st.columns(2, gap="medium"), sides, strict=True):
        with place:
            st.markdown(f"Only in **{plain(one.run.name)}**")
            said_nodes = [f"- {plain(one.draft.title(node))}" for node in nodes]
            said_wires = [f"- {plain(_wire(one, wire))}" for wire in wires]
            st.markdown("\n".join([*said_nodes, *said_wires]) or "nothing")


def _wire(one: PipelineRun, wire: Link) -> str:
    return f"{one.draft.title(wire.source)} → {one.draft.title(wire.target)} ({wire.target_port})"


def _show_metrics(found: PipelineComparison) -> None:
    st.subheader("What was measured")
    if not found.metrics:
        st.caption("Neither of them measured anything.")
        return
    st.dataframe(
        [
            {
                "": name.replace("_", " "),
                found.first.run.name: said(_measure(name), mine),
                found.second.run.name: said(_measure(name), other),
                "Difference": _difference(_measure(name), mine, other),
            }
            for name, mine, other in found.metrics
        ],
        hide_index=True,
    )


def _measure(name: str) -> str:
    return name.rpartition(": ")[2]


def _difference(name: str, mine: Any, other: Any) -> str:
    numbers = [value for value in (mine, other) if isinstance(value, int | float)]
    if len(numbers) < 2 or mine == other:
        return ""
    text = said(name, float(other) - float(mine))
    return text if text.startswith("-") else f"+{text}"


def _words(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
