"""How a pipeline run stands: its status in words, how many nodes are done, what was reused and what that saved."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from studio.core.node_state import NodeState, NodeStatus
from studio.core.pipeline import component_of
from studio.core.run import Run
from studio.ui.feedback import attempt, plain, say_next, show_error
from studio.ui.overview import COLORS, duration, said_status
from studio.ui.session import author, workspace

SECONDS = 1.0
LEAST = 0.05
"""Fewer seconds saved are not worth a word."""


def show_strip(run: Run, *, lead: bool = True) -> None:
    """Show how a run stands in a line, refreshed each second; the page runs anew when a node ends.

    Args:
        run: The run.
        lead: Whether there is a way to the view of the run.
    """
    before = _seen(run, workspace().node_states(run.name))

    @st.fragment(run_every=None if run.is_terminal else SECONDS)
    def refresh() -> None:
        now, states = workspace().run(run.name), workspace().node_states(run.name)
        if _seen(now, states) != before:
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="strip"):
            st.badge(now.status, color=COLORS[now.status])
            words = sentence(now, states)
            st.markdown(plain(f"{now.name}: {words}" if lead else words), width="stretch")
            if not now.is_terminal:
                show_cancel(now)
            if lead and st.button(
                "Open the run", type="tertiary", icon=":material/open_in_full:", key="strip_open"
            ):
                st.query_params["run"], st.query_params["view"] = now.name, "runs"
                st.rerun()

    refresh()
    if run.failure is not None:
        show_error(run.failure)


def _seen(run: Run, states: Mapping[str, NodeState]) -> tuple[object, ...]:
    return run.status, run.control, sum(state.ended for state in states.values())


def sentence(run: Run, states: Mapping[str, NodeState]) -> str:
    """Return in words how a run stands."""
    count = len(states)
    done = sum(state.done for state in states.values())
    nodes = f"{done} of {count} {'node' if count == 1 else 'nodes'} done"
    if run.status in ("queued", "paused") or (run.status == "running" and run.control.ends):
        return f"{said_status(run)}."
    if run.status == "running":
        working = _titles(run, states, "running")
        return f"{nodes}; now {working}." if working else f"{nodes}."
    took = f" in {duration(run.seconds)}" if run.seconds is not None else ""
    failed = _titles(run, states, "failed")
    return f"{nodes}{took}{f'; {failed} failed' if failed else ''}.{_spared(run, states)}"


def _titles(run: Run, states: Mapping[str, NodeState], wanted: NodeStatus) -> str:
    """Return what the first nodes of a state are called."""
    found = [run.pipeline.node(s.node) for s in states.values() if s.state == wanted]
    return ", ".join(dict.fromkeys(component_of(node).title for node in found[:3]))


def _spared(run: Run, states: Mapping[str, NodeState]) -> str:
    """Return how many nodes were taken from earlier runs and what that saved, "" for none."""
    reused = sum(state.state == "reused" for state in states.values())
    if not reused:
        return ""
    saved = run.result.get("saved_seconds")
    if not isinstance(saved, int | float):
        saved = sum(state.saved for state in states.values())
    text = f" {reused} {'was' if reused == 1 else 'were'} taken from earlier runs"
    if saved < LEAST:
        return f"{text}."
    return f"{text}, which saved {duration(saved) if saved >= 10 else f'{saved:.1f} s'}."


def show_cancel(run: Run) -> None:
    """Show the button that ends a run."""
    with st.popover(
        "Cancelling …" if run.control.cancel else "Cancel",
        icon=":material/close:",
        disabled=run.control.cancel,
        key=f"cancel {run.name}",
    ):
        st.markdown("It ends. What its nodes have done so far is kept, and need not be done again.")
        if st.button("Cancel the run", icon=":material/close:", key=f"cancel now {run.name}"):
            with attempt():
                workspace().cancel_run(run.name)
                st.rerun()


def show_resume(run: Run) -> None:
    """Show the button that goes on with a run that did not come to its end."""
    if run.kind != "pipeline" or not run.is_terminal or run.status == "completed":
        return
    if st.button(
        "Resume",
        type="primary",
        icon=":material/play_arrow:",
        help="A new run: what was done is taken from this one, the rest is tried again.",
        key=f"resume {run.name}",
    ):
        with attempt():
            new = workspace().resume_run(run.name)
            say_next(f"{new.name} goes on where {run.name} ended.")
            st.query_params["run"] = new.name
            st.rerun()


def show_clone(run: Run) -> None:
    """Show the button that makes a draft of a run's pipeline."""
    if st.button("Clone as a draft", icon=":material/content_copy:", key=f"clone {run.name}"):
        with attempt():
            name = workspace().free_draft_name(run.name[:60])
            draft = workspace().pipeline_run(run.name).draft
            made = workspace().make_draft(name, draft, author=author())
            st.query_params.pop("run", None)
            st.query_params["draft"], st.query_params["view"] = made.name, "canvas"
            st.rerun()
