"""The queue of trainings: what runs, what waits and why, in an order that people change."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from studio.core.queue import PAUSABLE_KINDS, QUEUED_KINDS, Move, QueueLimits
from studio.core.run import Run
from studio.ui.background import describe_progress
from studio.ui.feedback import attempt, plain
from studio.ui.forms import fields
from studio.ui.overview import COLORS, dataset_of, said_status
from studio.ui.session import go, workspace

SECONDS = 1.0
RECENT = 200
MOVES: dict[Move, tuple[str, str]] = {
    "first": ("vertical_align_top", "To the front"),
    "up": ("arrow_upward", "Move up"),
    "down": ("arrow_downward", "Move down"),
}


def active_runs() -> list[Run]:
    """Return what runs, then what waits in its order, then what is paused."""
    active = [
        run
        for run in workspace().runs(limit=RECENT)
        if run.kind in QUEUED_KINDS and not run.is_terminal
    ]
    running = [run for run in active if run.status == "running"]
    paused = [run for run in active if run.status == "paused"]
    return [*reversed(running), *workspace().queued_runs(), *paused]


def place_of(run: Run) -> str:
    """Return how a run stands, with its place where it waits."""
    if run.status == "queued":
        waiting = [other.name for other in workspace().queued_runs()]
        if run.name in waiting:
            why = f". {said_status(run)}" if run.waits_for else ""
            return f"number {waiting.index(run.name) + 1} in the queue{why}"
    if run.status == "running" and not run.control.ends:
        return describe_progress(run)[1] or "starting"
    return said_status(run)


def show_queue() -> None:
    """Show the queue, refreshed each second, and its limits."""
    with st.container(horizontal=True, vertical_alignment="center"):
        _show_limits()
    idle = not active_runs()

    @st.fragment(run_every=None if idle else SECONDS)
    def refresh() -> None:
        active = active_runs()
        if not active:
            if not idle:
                st.rerun()
            st.caption("Nothing runs or waits.")
        waiting = [run.name for run in active if run.status == "queued"]
        for run in active:
            _show_row(run, waiting)

    refresh()


def _show_row(run: Run, waiting: list[str]) -> None:
    key = f"queue_{run.name}"
    with st.container(border=True, key=key):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(run.status, color=COLORS[run.status])
            st.markdown(f"**{plain(run.name)}** {plain('on ' + dataset_of(run))}", width="stretch")
            with st.container(horizontal=True, width="content", gap="small"):
                if run.status == "queued":
                    _show_moves(run, waiting, key)
                _show_actions(run, key)
        text = place_of(run)
        if run.status == "running" and not run.control.ends:
            st.progress(describe_progress(run)[0], text=plain(text))
        else:
            st.caption(plain(f"{text[0].upper()}{text[1:]}."))


def _show_moves(run: Run, waiting: list[str], key: str) -> None:
    place = waiting.index(run.name)
    for to, (icon, text) in MOVES.items():
        at_end = place == (len(waiting) - 1 if to == "down" else 0)
        _act(f"{text}: {run.name}", icon, f"{key}_{to}",
             lambda to=to: workspace().move_run(run.name, to), disabled=at_end)  # type: ignore[misc]  # fmt: skip


def _show_actions(run: Run, key: str) -> None:
    verbs = workspace()
    if run.status == "paused":
        _act(
            f"Resume {run.name}", "play_arrow", f"{key}_resume", lambda: verbs.resume_run(run.name)
        )
    elif run.kind in PAUSABLE_KINDS:
        _act(f"Pause {run.name}", "pause", f"{key}_pause", lambda: verbs.pause_run(run.name),
             disabled=run.control.ends)  # fmt: skip
    if run.kind in ("training", "search") and st.button(
        ":material/arrow_forward:", key=f"{key}_show", type="tertiary", help=f"Show {run.name}"
    ):
        if run.kind == "search":
            go("search", view="results", search=run.name)
        st.query_params["run"] = run.name
        st.query_params["view"] = "run"
        st.rerun()


def _act(
    text: str, icon: str, key: str, verb: Callable[[], object], *, disabled: bool = False
) -> None:
    """Show a button with an icon; what the verb refuses is said, such as a move of what has just begun."""
    label = f":material/{icon}:"
    if st.button(label, key=key, type="tertiary", help=text, disabled=disabled):
        with attempt():
            verb()
            st.rerun()


def _show_limits() -> None:
    """Offer to change how much may be trained at once."""
    limits = workspace().queue_limits()
    with st.popover("Limits", icon=":material/tune:"):
        values = fields(QueueLimits, limits.model_dump(), "limits")
        if st.button("Save limits", type="primary"):
            with attempt():
                workspace().set_queue_limits(QueueLimits.model_validate(values))
                st.rerun()
    together = "one at a time" if limits.parallel_runs == 1 else f"{limits.parallel_runs} at a time"
    most = "" if limits.memory_gb is None else f", within {limits.memory_gb:g} GB"
    st.caption(together + most, width="content")
