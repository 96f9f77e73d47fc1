"""Imports that go on in the background: their progress, their cancel button, their end."""

from __future__ import annotations

import streamlit as st

from studio.core.run import Run
from studio.ui.feedback import attempt, plain, say_next, show_error
from studio.ui.session import go, workspace


def _amount(done: int, total: int, unit: str) -> str:
    if unit == "bytes":
        return f"{done / 1e6:,.1f} of {total / 1e6:,.1f} MB"
    return f"{done:,} of {total:,} {unit}" if total else f"{done:,} {unit}"


def _show(run: Run) -> None:
    name = str(run.pipeline.nodes[0].params.get("name", run.name))
    text, share = "Waiting for its turn", 0.0
    if run.progress:
        progress = run.progress
        share = min(1.0, progress.done / progress.total) if progress.total else 0.0
        text = f"{progress.message} · {_amount(progress.done, progress.total, progress.unit)}"
        if progress.seconds_left:
            text += f" · about {progress.seconds_left:.0f} s left"
    with st.container(border=True):
        st.progress(share, text=f"**Importing {plain(name)}**: {plain(text)}")
        if st.button("Cancel", key=f"cancel_{run.name}", disabled=run.stop_requested):
            with attempt():
                workspace().stop_run(run.name)


def _finish(run: Run) -> None:
    """Show how the import that the address names has ended."""
    if run.status == "completed":
        say_next(f"Dataset {run.result['dataset']} is ready.")
        go("datasets", dataset=str(run.result["dataset"]))
    name = plain(str(run.pipeline.nodes[0].params.get("name", run.name)))
    if run.status == "stopped":
        st.info(f"The import of {name} was cancelled. Nothing was kept.", icon=":material/cancel:")
    elif run.failure:
        show_error(run.failure)


def show_imports() -> None:
    """Show imports that wait or run, refreshed each second, and how the watched one ended."""
    active = any(not run.is_terminal for run in workspace().runs(kind="import", limit=20))

    @st.fragment(run_every=1.0 if active else None)
    def watch() -> None:
        running = [r for r in workspace().runs(kind="import", limit=20) if not r.is_terminal]
        for run in reversed(running):
            _show(run)
        if active and not running:
            st.rerun()

    watch()
    watched = st.query_params.get("importing")
    if watched and not active:
        with attempt():
            _finish(workspace().run(watched))
