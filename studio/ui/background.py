"""Work that goes on in the background: how far it is, its cancel button, its end."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from studio.core.run import Run, RunKind
from studio.ui.feedback import attempt, plain, show_error
from studio.ui.overview import duration
from studio.ui.session import workspace

DOING: dict[RunKind, str] = {
    "import": "Importing",
    "quality": "Checking",
    "export": "Exporting",
    "ranking": "Putting in order",
    "prelabel": "Suggesting answers for",
    "label_errors": "Looking for label errors in",
    "speed": "Measuring",
    "evaluation": "Judging",
    "calibration": "Calibrating",
    "model_export": "Exporting",
    "scoring": "Scoring",
}
NOUNS: dict[RunKind, str] = {
    "import": "import",
    "quality": "check",
    "export": "export",
    "ranking": "ordering",
    "prelabel": "suggesting",
    "label_errors": "search for label errors",
    "speed": "measurement",
    "evaluation": "judging",
    "calibration": "calibration",
    "model_export": "export",
    "scoring": "scoring",
}
LISTED = 20


def subject(run: Run) -> str:
    """Return the name of the dataset, or of the labelling session, that a run is about."""
    for node in run.pipeline.nodes:
        if "session" in node.params:
            return str(node.params["session"])
    return str(run.pipeline.nodes[0].params.get("name", run.name))


def amount(done: int, total: int, unit: str) -> str:
    """Return how much is done, in words."""
    if unit == "bytes":
        return f"{done / 1e6:,.1f} of {total / 1e6:,.1f} MB" if total else f"{done / 1e6:,.1f} MB"
    if not done and not total:
        return ""
    return f"{done:,} of {total:,} {unit}" if total else f"{done:,} {unit}"


def describe_progress(run: Run) -> tuple[float, str]:
    """Return the share that is done, 0 to 1, and a line about it: amount, rate, time left."""
    progress = run.progress
    if progress is None:
        return 0.0, "waiting for its turn"
    share = min(1.0, progress.done / progress.total) if progress.total else 0.0
    words = [progress.message, amount(progress.done, progress.total, progress.unit)]
    if progress.rate and progress.unit != "steps":
        rate = (
            f"{progress.rate / 1e6:,.1f} MB"
            if progress.unit == "bytes"
            else f"{progress.rate:,.0f}"
        )
        words.append(f"{rate} a second")
    if progress.seconds_left is not None and progress.seconds_left >= 1:
        words.append(f"about {duration(progress.seconds_left)} left")
    return share, " · ".join(filter(None, words))


def show_progress(run: Run) -> None:
    """Show how far a run is, with a button that cancels it."""
    share, text = describe_progress(run)
    with st.container(border=True):
        st.progress(share, text=f"**{DOING[run.kind]} {plain(subject(run))}**: {plain(text)}")
        if st.button("Cancel", key=f"cancel_{run.name}", disabled=run.stop_requested):
            with attempt():
                workspace().stop_run(run.name)


def watch(kind: RunKind, dataset: str | None = None) -> bool:
    """Show the runs of a kind that wait or run, refreshed each second; the page runs anew when they have ended.

    Args:
        kind: import, quality, export, ranking or prelabel.
        dataset: Only those about this dataset, or labelling session.

    Returns:
        Whether there are any.
    """

    def active() -> list[Run]:
        runs = workspace().runs(kind=kind, limit=LISTED)
        return [r for r in runs if not r.is_terminal and dataset in (None, subject(r))]

    waiting = bool(active())

    @st.fragment(run_every=1.0 if waiting else None)
    def refresh() -> None:
        running = active()
        for run in reversed(running):
            show_progress(run)
        if waiting and not running:
            st.rerun()

    refresh()
    return waiting


def show_last_failure(kind: RunKind, dataset: str) -> None:
    """Show why the newest run of a kind about a dataset ended early, if it did."""
    runs = [run for run in workspace().runs(kind=kind, limit=LISTED) if run.is_terminal]
    newest = next((run for run in runs if subject(run) == dataset), None)
    if newest and newest.status != "completed":
        show_end(newest, lambda run: None)


def show_end(run: Run, completed: Callable[[Run], None]) -> None:
    """Show how a run has ended; `completed` shows what it made."""
    if run.status == "completed":
        completed(run)
    elif run.status == "stopped":
        st.info(
            f"The {NOUNS[run.kind]} of {plain(subject(run))} was cancelled. Nothing was kept.",
            icon=":material/cancel:",
        )
    elif run.failure:
        show_error(run.failure)
