"""One run on a canvas that cannot be changed: the state of every node, its output, what can be done with the run."""

from __future__ import annotations

import streamlit as st

from studio.core.node_state import NodeState
from studio.core.pipeline_run import PipelineRun
from studio.core.run import Run
from studio.ui.conversion import show_convert
from studio.ui.designer import readonly_canvas
from studio.ui.feedback import attempt, plain
from studio.ui.node_panel import show_panel
from studio.ui.node_panel_output import COLORS
from studio.ui.overview import duration, when
from studio.ui.pipeline_run_head import show_clone, show_resume, show_strip
from studio.ui.pipeline_run_list import open_run
from studio.ui.session import page, workspace

OTHERS = 100


def show_run(name: str) -> None:
    """Show a run of any kind as the pipeline that it is."""
    found = workspace().pipeline_run(name)
    run = found.run
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("All runs", icon=":material/arrow_back:", key="back_to_runs"):
            st.query_params.pop("run", None)
            st.rerun()
        st.markdown(f"#### {plain(run.name)}")
    show_strip(run, lead=False)
    st.caption(plain(_facts(found)))
    with st.container(horizontal=True, vertical_alignment="center"):
        show_resume(run)
        show_clone(run)
        _show_compare(run)
        if run.kind in ("training", "search"):
            st.page_link(
                page("runs"),
                label="Its curves",
                icon=":material/show_chart:",
                query_params={"run": run.name, "view": "run"},
            )
    states = workspace().node_states(run.name)
    left, right = st.columns([13, 7], gap="medium")
    with left:
        selected = readonly_canvas(run, found.draft, f"run canvas {run.name}")
    with right:
        there = [node for node in selected if node in states]
        _show_beside(found, there[0] if there else None, states)
    with attempt():
        show_convert(run.name)


def _facts(found: PipelineRun) -> str:
    run = found.run
    facts = [f"Submitted {when(run.created)} by {run.author}"]
    if found.draft_name:
        facts.append(f"draft {found.draft_name}")
    if found.published:
        facts.append(f"published pipeline {found.published}, version {found.version}")
    if found.resumed:
        facts.append(f"goes on with {found.resumed}")
    facts += [f"{name} = {value}" for name, value in found.values.items()]
    return " · ".join(facts)


def _show_compare(run: Run) -> None:
    others = [
        other for other in workspace().runs(kind="pipeline", limit=OTHERS) if other.name != run.name
    ]
    if not others:
        return
    with st.popover("Compare", icon=":material/compare_arrows:", key=f"compare {run.name}"):
        chosen = st.selectbox(
            "With", [other.name for other in others], key=f"compare with {run.name}"
        )
        if st.button("Compare them", key=f"compare now {run.name}"):
            open_run(run.name, chosen)


def _show_beside(found: PipelineRun, node: str | None, states: dict[str, NodeState]) -> None:
    run = found.run

    @st.fragment
    def beside() -> None:
        with attempt(), st.container(border=True, key="run_panel"):
            if node is None:
                _show_nodes(found, states)
                return
            show_panel(found.draft, node, run=run, states=states)
            state = states[node]
            if run.kind == "pipeline" and not run.is_terminal and not state.ended:
                asked = node in run.control.cancel_nodes
                if st.button(
                    "Cancelling …" if asked else "Cancel this node",
                    icon=":material/close:",
                    disabled=asked,
                    help="What needs its output is skipped; the other branches go on.",
                ):
                    workspace().cancel_node(run.name, node)
                    st.rerun()

    beside()


def _show_nodes(found: PipelineRun, states: dict[str, NodeState]) -> None:
    """Show how every node went, as a list."""
    st.markdown("**Nodes**")
    for node, state in states.items():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(state.state, color=COLORS[state.state])
            took = f" · {duration(state.seconds)}" if state.seconds and state.seconds >= 1 else ""
            st.markdown(plain(f"{found.draft.title(node)}{took}"))
    st.caption("Select a node to see what came out of it.")
