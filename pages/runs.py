"""Runs: the chosen training live, the queue, and everything that was started."""

from __future__ import annotations

import streamlit as st

from studio.core.run import Run
from studio.ui.components import live_chart
from studio.ui.feedback import attempt, empty
from studio.ui.overview import run_table
from studio.ui.run_controls import show_controls
from studio.ui.run_group import show_group
from studio.ui.run_head import show_failure, show_head
from studio.ui.run_queue import active_runs, show_queue
from studio.ui.session import choose, choose_view, page, workspace

CURVES = ("loss", "val_loss", "accuracy", "val_accuracy", "top_k", "val_top_k")
SHOWN = 500


def show_run(trainings: list[str]) -> None:
    """Show the chosen training: how it stands, what can be done with it, its curves."""
    run = workspace().run(choose("Training", trainings, "run"))
    settings = workspace().run_settings(run.name)
    show_head(run)
    show_failure(run, settings)
    with attempt():
        show_controls(run, settings)
    live_chart(run=run.name, metrics=CURVES, key=f"chart_{run.name}")
    if run.group:
        show_group(run)
    with st.expander("Settings of this run"):
        st.json(run.pipeline.model_dump(mode="json"), expanded=2)


def show_all(runs: list[Run]) -> None:
    """Show everything that was started, the newest first."""
    st.dataframe(run_table(runs), hide_index=True)
    if len(runs) == SHOWN:
        st.caption(f"The newest {SHOWN}.")


st.title("Runs")
runs = workspace().runs(limit=SHOWN)
if not runs:
    empty("Nothing was started yet.", page("train"), "Train a model")
else:
    trainings = [run.name for run in runs if run.kind == "training"]
    active = len(active_runs())
    views = {"run": "Training"} if trainings else {}
    views |= {"queue": f"Queue ({active})" if active else "Queue", "all": "Everything"}
    view = choose_view("View", views, "view")
    if view == "run":
        show_run(trainings)
    elif view == "queue":
        show_queue()
    else:
        show_all(runs)
