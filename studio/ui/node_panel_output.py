"""What came out of a node in a run: how it went, its outputs to look at, its log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from studio.core.errors import StudioError
from studio.core.node_state import NodeState, NodeStatus
from studio.core.run import Run
from studio.ui.feedback import attempt, plain, show_error
from studio.ui.overview import duration
from studio.ui.preview import show_value
from studio.ui.session import page, workspace

COLORS: dict[NodeStatus, Literal["blue", "gray", "green", "orange", "red", "violet"]] = {
    "waiting": "gray",
    "running": "blue",
    "reused": "violet",
    "completed": "green",
    "failed": "red",
    "cancelled": "orange",
    "skipped": "gray",
}
SAID: dict[NodeStatus, str] = {
    "waiting": "Its turn has not come.",
    "running": "Under way.",
    "reused": "Taken from an earlier run that did just this.",
    "completed": "Done.",
    "failed": "It failed.",
    "cancelled": "Somebody cancelled it.",
    "skipped": "What it needs is missing.",
}
LINES = 400
SECONDS = 2.0
"""What goes on is looked at so often."""


def show_output(run: Run, state: NodeState, key: str, names: Mapping[str, str]) -> None:
    """Show how a node went, and what came out of it.

    Args:
        run: The run.
        state: How the node is in it.
        key: Prefix of the widgets' keys.
        names: Input port -> what people call the node it is fed from.
    """
    over = run.is_terminal or state.ended

    @st.fragment(run_every=None if over else SECONDS)
    def standing() -> None:
        now = state if over else workspace().node_states(run.name).get(state.node, state)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(now.state, color=COLORS[now.state])
            st.markdown(plain(_sentence(now)), width="stretch")

    standing()
    st.caption(plain(f"In run {run.name}."))
    if state.failure is not None:
        show_error(state.failure)
    for port, value in state.outputs.items():
        if len(state.outputs) > 1:
            st.markdown(f"**{plain(port.replace('_', ' '))}**")
        with attempt():
            show_value(workspace(), value, f"{key}_{port}", names)
    if state.outputs and any(value.type == "Model" for value in state.outputs.values()):
        _show_ways_on(run)


def _sentence(state: NodeState) -> str:
    text = SAID[state.state]
    if state.state == "reused" and state.from_run:
        text = f"Taken from run {state.from_run}, which did just this."
        if state.saved >= 0.05:
            text += f" That saved {_seconds(state.saved)}."
    elif state.state == "running" and state.progress is not None and state.progress.total:
        at = state.progress
        text = f"{at.message or 'Under way'}: {at.done:,} of {at.total:,} {at.unit}."
    elif state.state == "completed" and state.seconds is not None:
        text = f"Done in {_seconds(state.seconds)}." if state.seconds >= 0.05 else "Done at once."
    return text


def _seconds(seconds: float) -> str:
    return duration(seconds) if seconds >= 10 else f"{seconds:.1f} s"


def _show_ways_on(run: Run) -> None:
    """Lead to the pages that do more with a trained model."""
    if not run.is_terminal:
        return
    try:
        found = workspace().evaluation(run.name)
    except StudioError:
        return
    st.page_link(
        page("evaluate"),
        label=f"Evaluate and register: {100 * found.accuracy:.1f} % right",
        icon=":material/query_stats:",
        query_params={"run": run.name},
    )


def show_log(run: Run, node: str) -> None:
    """Show what a node wrote, and as long as the run goes on what it writes."""

    @st.fragment(run_every=None if run.is_terminal else SECONDS)
    def lines() -> None:
        written = workspace().run_log(run.name, node=node)[1]
        if not written:
            st.caption("It wrote nothing." if run.is_terminal else "It has written nothing so far.")
            return
        st.code("\n".join(written[-LINES:]), language=None, wrap_lines=True)
        if len(written) > LINES:
            st.caption(f"The last {LINES} of {len(written):,} lines.")

    lines()
